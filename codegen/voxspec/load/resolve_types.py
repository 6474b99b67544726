"""Resolving types.yaml: scalars, enums, records and tagged unions, every mistake reported."""

from __future__ import annotations

from typing import cast

from voxspec.findings import Findings
from voxspec.load import records
from voxspec.load.expressions import ANNOTATIONS, Expressions
from voxspec.load.json_types import Expression, kind_of
from voxspec.load.metacheck import did_you_mean
from voxspec.load.source import Source
from voxspec.model import (
    ConstType,
    Enum,
    EnumValue,
    JsonValue,
    NamedDefinition,
    NamedType,
    Record,
    Scalar,
    Union,
    naming,
)

MOST_DEEP = 40
"""How many levels of types may stand in each other: Python's own limit allows each a few calls."""


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
    _check_cycles(source, entries, expressions.findings)
    return tuple(
        _with_tag(definition, by_name) if isinstance(definition, Union) else definition
        for definition in definitions
    )


def _definition(
    source: Source, name: str, expression: Expression, expressions: Expressions
) -> NamedDefinition | None:
    path = ("types", name)
    python_name = naming.class_name(name)
    description = str(expression.get("description", ""))
    note = cast("str | None", expression.get("x-note"))
    if kind_of(expression) != "scalar":
        noun = {"enum": "an enum", "record": "a record"}.get(kind_of(expression), "a tagged union")
        expressions.marks.refuse_marks(source, path, expression, f"{noun} by itself")
    match kind_of(expression):
        case "enum":
            enum = _enum(source, name, expression, expressions.findings)
            return expressions.stated_by(source, path, expression, enum)
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
            return Scalar(name, python_name, description, use, note)


def _enum(source: Source, name: str, expression: Expression, findings: Findings) -> Enum:
    path = ("types", name)
    for key in set(expression) - ANNOTATIONS:
        if key not in {"type", "enum", "x-open", "x-enum-descriptions", "x-enum-names"}:
            findings.error(
                "KEYWORD_APPLIES",
                f'"{key}" does not apply to an enum',
                source.key_place(*path, key),
            )
    if expression.get("type") != "string":
        findings.error("TYPE_EXPLICIT", "an enum needs type: string", source.place(*path))
    if "x-open" not in expression:
        findings.error(
            "ENUM_OPENNESS_STATED",
            f'the enum "{name}" does not say whether it is open',
            source.key_place(*path),
            "x-open: true when readers keep unknown values, else x-open: false",
        )
    values = cast(list[str], expression["enum"])
    descriptions = cast(dict[str, str], expression.get("x-enum-descriptions", {}))
    names = cast(dict[str, str], expression.get("x-enum-names", {}))
    members: dict[str, str] = {}
    result = []
    for index, value in enumerate(values):
        member = naming.constant(names.get(value, value))
        place = source.place(*path, "enum", index)
        if value in values[:index]:
            findings.error("ENUM_NO_DUPLICATE", f'"{value}" is listed twice', place)
        elif member in members:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{value}" and "{members[member]}" both become the Python name "{member}"',
                place,
                "give one of them another name with x-enum-names",
            )
        members.setdefault(member, value)
        if value not in descriptions:
            findings.error(
                "DESCRIPTION_ENUM_VALUE",
                f'"{value}" has no description',
                place,
                "add it to x-enum-descriptions",
            )
        result.append(EnumValue(value, member, descriptions.get(value, "")))
    for keyword, said in (("x-enum-descriptions", "described"), ("x-enum-names", "named")):
        for key in cast(dict[str, str], expression.get(keyword, {})):
            if key not in values:
                findings.error(
                    "DESCRIPTION_ENUM_VALUE",
                    f'"{key}" is {said} but not among the values',
                    source.key_place(*path, keyword, key),
                    did_you_mean(key, values),
                )
    return Enum(
        name,
        naming.class_name(name),
        str(expression.get("description", "")),
        tuple(result),
        bool(expression.get("x-open")),
        cast("str | None", expression.get("x-note")),
    )


def _tags(name: str, by_name: dict[str, NamedDefinition]) -> dict[str, list[str]]:
    """Tag field → its constants, for a record or every variant of a union below ``name``."""
    definition = by_name.get(name)
    if isinstance(definition, Record):
        return {
            field.name: [field.use.type.value]
            for field in definition.fields
            if isinstance(field.use.type, ConstType) and field.required
        }
    return {}


def _check_union(
    source: Source, union: Union, by_name: dict[str, NamedDefinition], findings: Findings
) -> None:
    path = ("types", union.name)
    seen: dict[str, str] = {}
    shared: set[str] | None = None
    for index, variant in enumerate(union.variants):
        tags = _tags(variant, by_name)
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
        if not tags and definition is not None:
            findings.error(
                "UNION_HAS_TAG",
                f'the variant "{variant}" has no required constant property',
                place,
                "list the variants of that union instead"
                if isinstance(definition, Union)
                else "every variant of a tagged union is a record with the same const property",
            )
        shared = set(tags) if shared is None else shared & set(tags)
        for constants in tags.values():
            for constant in constants:
                if constant in seen:
                    findings.error(
                        "UNION_HAS_TAG",
                        f'"{variant}" and "{seen[constant]}" have the same tag "{constant}"',
                        place,
                    )
                seen.setdefault(constant, variant)
    if not shared and all(_tags(v, by_name) for v in union.variants):
        findings.error(
            "UNION_HAS_TAG", "the variants share no constant property", source.place(*path)
        )


def _with_tag(union: Union, by_name: dict[str, NamedDefinition]) -> Union:
    tags = [_tags(variant, by_name) for variant in union.variants]
    shared = [key for key in tags[0] if all(key in other for other in tags)] if tags else []
    return Union(
        union.name,
        union.python_name,
        union.description,
        next(iter(shared), ""),
        union.variants,
        union.note,
    )


def _check_cycles(source: Source, entries: dict[str, Expression], findings: Findings) -> None:
    edges = {name: _references(expression) for name, expression in entries.items()}
    depths: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> int:
        """How many types deep the references of a type go."""
        if name in trail:
            findings.error(
                "REF_NO_CYCLE",
                "types refer to each other in a circle: " + " → ".join((*trail, name)),
                source.key_place("types", name),
            )
            return 0
        if name in depths or name not in edges:
            return depths.get(name, 0)
        if len(trail) > MOST_DEEP:
            return 1
        inner = [visit(target, (*trail, name)) for target in edges[name]]
        depths[name] = 1 + max(inner, default=0)
        return depths[name]

    for name in edges:
        if visit(name, ()) > MOST_DEEP:
            findings.error(
                "REF_NOT_DEEP",
                f'"{name}" refers to types more than {MOST_DEEP} levels deep',
                source.key_place("types", name),
                "readers of such values give up at some depth; put fewer types into each other",
            )
            return


def _references(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        own = [str(value["$ref"])] if isinstance(value.get("$ref"), str) else []
        return own + [r for item in value.values() for r in _references(item)]
    if isinstance(value, list):
        return [r for item in value for r in _references(item)]
    return []
