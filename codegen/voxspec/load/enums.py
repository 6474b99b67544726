"""Resolving enums and flags: values and bits with their names and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from voxspec.findings import Findings
from voxspec.load.json_types import Expression
from voxspec.load.keywords import ANNOTATIONS
from voxspec.load.scalars import Scalars
from voxspec.load.source import Source
from voxspec.model import Enum, EnumValue, Flag, Flags, IntegerType, JsonValue, naming
from voxspec.near import did_you_mean

MOST_BIT = {"int32": 30, "uint32": 31, "int64": 62, "uint64": 62}
"""The highest bit of each width that typed readers compare with."""


def resolve_enum(source: Source, name: str, expression: Expression, findings: Findings) -> Enum:
    """The enum of this name; mistakes go to the findings."""
    path = ("types", name)
    known = {"type", "enum", "x-open", "x-enum-descriptions", "x-enum-names", "x-reserved"}
    is_integer = expression.get("type") == "integer"
    _only(
        source, name, expression, known | ({"format"} if is_integer else set()), "an enum", findings
    )
    is_known = is_integer or expression.get("type") == "string"
    if not is_known:
        findings.error(
            "TYPE_EXPLICIT",
            "an enum needs type: string or type: integer",
            source.place(*path),
            "one of true and false is type: boolean, with const where it is always the same",
        )
    integer = Scalars(findings).integer(source, path, expression) if is_integer else None
    if "x-open" not in expression:
        findings.error(
            "ENUM_OPENNESS_STATED",
            f'the enum "{name}" does not say whether it is open',
            source.key_place(*path),
            "x-open: true when readers keep unknown values, else x-open: false",
        )
    return Enum(
        name,
        naming.class_name(name),
        str(expression.get("description", "")),
        _values(source, name, expression, integer, findings) if is_known else (),
        bool(expression.get("x-open")),
        cast("str | None", expression.get("x-note")),
        integer,
    )


def _values(
    source: Source,
    name: str,
    expression: Expression,
    integer: IntegerType | None,
    findings: Findings,
) -> tuple[EnumValue, ...]:
    path = ("types", name)
    values = cast(list[str | int], expression["enum"])
    descriptions = cast(dict[str, str], expression.get("x-enum-descriptions", {}))
    names = cast(dict[str, str], expression.get("x-enum-names", {}))
    members: dict[str, str] = {}
    result = []
    for index, value in enumerate(values):
        text = str(value)
        place = source.place(*path, "enum", index)
        kind = "integer" if expression.get("type") == "integer" else "string"
        if isinstance(value, bool) or isinstance(value, int) is not (kind == "integer"):
            findings.error(
                "METASCHEMA_VALID",
                f"the value {_shown(value)} is no {kind}",
                place,
                "text that looks like something else stands in quotes" if kind == "string" else "",
            )
            continue
        if isinstance(value, int) and integer is not None:
            Scalars(findings).fits(source, (*path, "enum", index), value, integer)
        if isinstance(value, int) and text not in names:
            findings.error(
                "DESCRIPTION_ENUM_VALUE",
                f'"{text}" has no name',
                place,
                "add it to x-enum-names: an integer gives none by itself",
            )
            continue
        member = naming.constant(names.get(text, text))
        if value in values[:index]:
            findings.error("ENUM_NO_DUPLICATE", f'"{text}" is listed twice', place)
        elif member in members:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{text}" and "{members[member]}" both become the Python name "{member}"',
                place,
                "give one of them another name with x-enum-names",
            )
        members.setdefault(member, text)
        if text not in descriptions:
            findings.error(
                "DESCRIPTION_ENUM_VALUE",
                f'"{text}" has no description',
                place,
                "add it to x-enum-descriptions",
            )
        result.append(EnumValue(value, member, descriptions.get(text, "")))
    for keyword, said in (("x-enum-descriptions", "described"), ("x-enum-names", "named")):
        for key in cast(dict[str, str], expression.get(keyword, {})):
            texts = [str(value) for value in values]
            if key not in texts:
                findings.error(
                    "DESCRIPTION_ENUM_VALUE",
                    f'"{key}" is {said} but not among the values',
                    source.key_place(*path, keyword, key),
                    did_you_mean(key, texts),
                )
    return tuple(result)


def resolve_flags(
    source: Source, name: str, expression: Expression, findings: Findings
) -> Flags | None:
    """The flags of this name; None when the width of their integer is not known."""
    path = ("types", name)
    _only(source, name, expression, {"type", "format", "x-flags"}, "flags", findings)
    if expression.get("type") != "integer":
        findings.error("TYPE_EXPLICIT", "flags need type: integer", source.place(*path))
        return None
    integer = Scalars(findings).integer(source, path, expression)
    if integer is None:
        return None
    entries = cast(Mapping[str, dict[str, JsonValue]], expression["x-flags"])
    bits: dict[int, str] = {}
    members: dict[str, str] = {}
    flags = []
    for key, entry in entries.items():
        bit = cast(int, entry["bit"])
        member = naming.constant(key)
        place = source.place(*path, "x-flags", key, "bit")
        if bit > MOST_BIT[integer.format]:
            findings.error(
                "INT_HAS_WIDTH",
                f"bit {bit} is above {MOST_BIT[integer.format]}, the highest one of {integer.format}",
                place,
            )
        if bit in bits:
            findings.error("ENUM_NO_DUPLICATE", f'bit {bit} is that of "{bits[bit]}" too', place)
        if member in members:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{key}" and "{members[member]}" both become the Python name "{member}"',
                source.key_place(*path, "x-flags", key),
                "give one of them another name",
            )
        bits.setdefault(bit, key)
        members.setdefault(member, key)
        flags.append(Flag(key, member, bit, str(entry["description"])))
    return Flags(
        name,
        naming.class_name(name),
        str(expression.get("description", "")),
        tuple(flags),
        IntegerType(integer.format, 0, integer.maximum),
        cast("str | None", expression.get("x-note")),
    )


def _only(
    source: Source,
    name: str,
    expression: Expression,
    known: set[str],
    what: str,
    findings: Findings,
) -> None:
    for key in set(expression) - ANNOTATIONS:
        if key not in known:
            findings.error(
                "KEYWORD_APPLIES",
                f'"{key}" does not apply to {what}',
                source.key_place("types", name, key),
            )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
