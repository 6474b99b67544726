"""Resolving types.yaml: scalars, enums, flags, records, tagged unions, every mistake reported."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from voxspec.findings import Findings
from voxspec.load import records
from voxspec.load.check_circles import check_circles
from voxspec.load.enums import resolve_enum, resolve_flags
from voxspec.load.expressions import Expressions
from voxspec.load.json_types import Expression, kind_of
from voxspec.load.keywords import ANNOTATIONS
from voxspec.load.source import Source
from voxspec.model import (
    ConstType,
    NamedDefinition,
    NamedType,
    NullType,
    Record,
    Scalar,
    Union,
    naming,
)


def resolve_types(source: Source | None, expressions: Expressions) -> tuple[NamedDefinition, ...]:
    """The named types, in schema order."""
    if source is None:
        return ()
    entries = cast(dict[str, Expression], source.data["types"])
    definitions: list[NamedDefinition] = []
    for name, expression in entries.items():
        if "description" not in expression:
            expressions.findings.error(
                "DESCRIPTION_FIELD",
                f'the type "{name}" has no description',
                source.key_place("types", name),
            )
        definition = _definition(source, name, expression, expressions)
        if definition is not None:
            definitions.append(definition)
    by_name = {definition.name: definition for definition in definitions}
    for definition in definitions:
        if isinstance(definition, Union):
            _check_union(source, definition, by_name, expressions.findings)
    check_circles(source, by_name, expressions.findings)
    unions = {d.name: _with_tag(d, by_name) for d in definitions if isinstance(d, Union)}
    tags = {variant: union.tag for union in unions.values() for variant in union.variants}
    return tuple(
        replace(d, tag=tags.get(d.name)) if isinstance(d, Record) else unions.get(d.name, d)
        for d in definitions
    )


def _definition(
    source: Source, name: str, expression: Expression, expressions: Expressions
) -> NamedDefinition | None:
    path = ("types", name)
    python_name = naming.class_name(name)
    description = str(expression.get("description", ""))
    note = cast("str | None", expression.get("x-note"))
    if kind_of(expression) != "scalar":
        nouns = {"enum": "an enum", "flags": "flags", "record": "a record"}
        noun = nouns.get(kind_of(expression), "a tagged union")
        expressions.marks.refuse_marks(source, path, expression, f"{noun} by itself")
    match kind_of(expression):
        case "enum":
            enum = resolve_enum(source, name, expression, expressions.findings)
            return expressions.stated_by(source, path, expression, enum)
        case "flags":
            flags = resolve_flags(source, name, expression, expressions.findings)
            return flags and expressions.stated_by(source, path, expression, flags)
        case "record":
            record = records.record(
                source, path, expression, name, expressions, description=description
            )
            return expressions.stated_by(source, path, expression, record)
        case "union":
            for key in set(expression) - ANNOTATIONS - {"oneOf"}:
                expressions.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" does not apply to a tagged union',
                    source.key_place(*path, key),
                )
            variants = []
            for index, option in enumerate(cast(list[Expression], expression["oneOf"])):
                expressions.marks.refuse_marks(
                    source, (*path, "oneOf", index), option, "a variant of a union"
                )
                use = expressions.use(source, (*path, "oneOf", index), option)
                if isinstance(use.type, NamedType):
                    variants.append(use.type.name)
            union = Union(name, python_name, description, "", tuple(variants), note)
            return expressions.stated_by(source, path, expression, union)
        case _:
            use = expressions.use(source, path, expression)
            if use.nullable:
                expressions.findings.error(
                    "KEYWORD_APPLIES",
                    f'the named type "{name}" may not be null by itself',
                    source.key_place(*path),
                    "say where it is used that it may be null",
                )
            if isinstance(use.type, NullType):
                expressions.findings.error(
                    "TYPE_EXPLICIT", "null alone is no type", source.place(*path, "type")
                )
            return Scalar(name, python_name, description, use, note)


def _tags(name: str, by_name: dict[str, NamedDefinition]) -> dict[str, str | int]:
    """The required constants of a record that can tell it apart: texts and integers, by key."""
    definition = by_name.get(name)
    if isinstance(definition, Record):
        return {
            field.name: field.use.type.value
            for field in definition.fields
            if isinstance(field.use.type, ConstType)
            and field.use.type.json_type != "boolean"
            and field.required
            and not field.use.nullable
        }
    return {}


def _check_union(
    source: Source, union: Union, by_name: dict[str, NamedDefinition], findings: Findings
) -> None:
    path = ("types", union.name)
    for index, variant in enumerate(union.variants):
        place = source.place(*path, "oneOf", index)
        definition = by_name.get(variant)
        if variant in union.variants[:index]:
            findings.error("UNION_HAS_TAG", f'"{variant}" is listed twice', place)
            continue
        if isinstance(definition, Record) and definition.extra:
            findings.error(
                "KEYWORD_APPLIES",
                f'"x-extra" does not apply to "{variant}", which is a variant of a union',
                source.key_place("types", variant, "x-extra"),
                "only records that stand alone keep further keys",
            )
        if not _tags(variant, by_name) and definition is not None:
            findings.error(
                "UNION_HAS_TAG",
                f'the variant "{variant}" has no required constant property',
                place,
                "list the variants of that union instead"
                if isinstance(definition, Union)
                else "every variant of a tagged union is a record with the same const property",
            )
    tags = [_tags(variant, by_name) for variant in union.variants]
    if all(tags) and not _tag(tags):
        _report_tags(source, union, tags, findings)


def _tag(tags: list[dict[str, str | int]]) -> str:
    """The key that tells variants apart: each has another constant there, all of one type."""
    for key in tags[0] if tags else ():
        if all(key in other for other in tags):
            constants = [other[key] for other in tags]
            if len(set(constants)) == len(tags) and len(set(map(type, constants))) == 1:
                return key
    return ""


def _report_tags(
    source: Source, union: Union, tags: list[dict[str, str | int]], findings: Findings
) -> None:
    """Why the constants of the variants do not tell them apart."""
    path = ("types", union.name)
    shared = [key for key in tags[0] if all(key in other for other in tags)]
    if not shared:
        findings.error(
            "UNION_HAS_TAG", "the variants share no constant property", source.place(*path)
        )
        return
    seen: dict[str | int, str] = {}
    for index, (variant, own) in enumerate(zip(union.variants, tags, strict=True)):
        constant = own[shared[0]]
        if constant in seen and seen[constant] != variant:
            findings.error(
                "UNION_HAS_TAG",
                f'"{variant}" and "{seen[constant]}" have the same tag "{constant}"',
                source.place(*path, "oneOf", index),
            )
        seen.setdefault(constant, variant)
    if len(set(map(type, seen))) > 1:
        findings.error(
            "UNION_HAS_TAG",
            "some variants are told apart by text and others by integers",
            source.place(*path),
            "let all constants have one type",
        )


def _with_tag(union: Union, by_name: dict[str, NamedDefinition]) -> Union:
    return replace(union, tag=_tag([_tags(variant, by_name) for variant in union.variants]))
