"""What schema expressions say at a glance: which JSON types a value can have, behind any names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from voxspec.model import AnyObjectType, IntegerType, JsonValue, MapType, NamedType, Type

Expression = dict[str, JsonValue]

_EVERY = ("string", "number", "boolean", "array", "object")


def kind_of(expression: Expression) -> str:
    """What kind of named type an expression defines: scalar, enum, flags, record or union."""
    if "enum" in expression:
        return "enum"
    if "x-flags" in expression:
        return "flags"
    if "properties" in expression:
        return "record"
    if (
        "oneOf" in expression
        and "type" not in expression
        and all(
            isinstance(option, dict) and "$ref" in option
            for option in cast(list[JsonValue], expression["oneOf"])
        )
    ):
        return "union"
    return "scalar"


def json_type(expression: Expression) -> tuple[str, bool]:
    """The stated type, and whether null may stand there as well."""
    stated = expression["type"]
    if isinstance(stated, list):
        return str(stated[0]), True
    return str(stated), False


@dataclass(frozen=True, slots=True)
class JsonTypes:
    """Knows the JSON types of expressions; ``entries``: those of the named types."""

    entries: Mapping[str, Expression]

    def of(self, expression: Expression, inside: tuple[str, ...] = ()) -> list[str]:
        """The JSON types that values have, behind whatever names and choices, but null."""
        if expression.get("x-open") is True and "$ref" in expression:
            return [*_EVERY]  # readers keep anything
        if "x-any-json" in expression:
            return [*_EVERY]
        if "$ref" in expression:
            name = str(expression["$ref"])
            if name in inside or name not in self.entries:
                return []
            return self.of(self.entries[name], (*inside, name))
        if "oneOf" in expression and "type" not in expression:
            options = cast(list[Expression], expression["oneOf"])
            return list(dict.fromkeys(t for o in options for t in self.of(o, inside)))
        stated = json_type(expression)[0] if "type" in expression else "null"
        return [] if stated == "null" else ["number" if stated == "integer" else stated]

    def is_integer(self, type_: Type) -> bool:
        """Whether a value is an integer, by name or in place, and neither of an enum nor flags."""
        if isinstance(type_, NamedType):
            entry = self.entries.get(type_.name, {})
            return entry.get("type") == "integer" and kind_of(entry) == "scalar"
        return isinstance(type_, IntegerType)

    def is_object(self, type_: Type) -> bool:
        """Whether a value is an object of which every key is kept, so that its length is known."""
        if isinstance(type_, NamedType):
            return bool(self.entries.get(type_.name, {}).get("x-extra"))
        return isinstance(type_, MapType | AnyObjectType)
