"""Types: what a JSON value may be, and what else is said of it at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
Direction = Literal["client", "server"]
SeqPolicy = Literal["required", "never"]
Presence = Literal["required", "optional", "ignored", "forbidden"]
Side = Literal["client", "server", "both"]
IntFormat = Literal["int32", "uint32", "int64", "uint64"]
JsonForm = Literal["compact", "spaced-ascii"]
Relay = Literal["json", "int64"]
TextForm = Literal["date-time", "base64"]
Constant = str | int | bool

JSON_FORMS: dict[JsonForm, str] = {
    "compact": "compact JSON",
    "spaced-ascii": "JSON with a space after , and : and \\u escapes",
}
"""What messages call the ways of writing JSON that a length is counted on."""

INT_BOUNDS: dict[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


@dataclass(frozen=True, slots=True)
class StringType:
    """A JSON string; lengths are counted in code points.

    ``form`` is what kind of text it is, when it has a name: its ``pattern`` says all of that.
    """

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    form: TextForm | None = None


@dataclass(frozen=True, slots=True)
class IntegerType:
    """A JSON integer written without a fraction, from ``minimum`` to ``maximum`` inclusive."""

    format: IntFormat
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class NumberType:
    """A JSON number; ``above`` and ``below`` are bounds that it never reaches."""

    minimum: int | float | None = None
    maximum: int | float | None = None
    above: int | float | None = None
    below: int | float | None = None

    @property
    def bounds(self) -> dict[str, int | float]:
        """Its bounds, by what JSON Schema calls them."""
        stated = {
            "minimum": self.minimum,
            "maximum": self.maximum,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        return {keyword: bound for keyword, bound in stated.items() if bound is not None}


@dataclass(frozen=True, slots=True)
class BooleanType:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class ConstType:
    """Exactly this string, integer or boolean; the tag of a union's variant."""

    value: Constant

    @property
    def json_type(self) -> Literal["string", "integer", "boolean"]:
        """What JSON Schema calls its type."""
        if isinstance(self.value, bool):
            return "boolean"
        return "string" if isinstance(self.value, str) else "integer"


@dataclass(frozen=True, slots=True)
class ArrayType:
    """A JSON array of ``items``."""

    items: Use
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """A JSON object with free keys and values of one type."""

    values: Use


@dataclass(frozen=True, slots=True)
class AnyObjectType:
    """Any JSON object."""


@dataclass(frozen=True, slots=True)
class AnyType:
    """Any JSON value, null among them."""


@dataclass(frozen=True, slots=True)
class NullType:
    """Always null."""


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """One of several types that differ in their JSON type, so that the value itself tells which."""

    options: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class NamedType:
    """A reference to an entry of :attr:`Protocol.types`.

    ``open`` is set when readers keep a value that has not the record's shape.
    """

    name: str
    open: bool = False


Type = (
    StringType
    | IntegerType
    | NumberType
    | BooleanType
    | ConstType
    | ArrayType
    | MapType
    | AnyObjectType
    | AnyType
    | NullType
    | ChoiceType
    | NamedType
)


@dataclass(frozen=True, slots=True)
class Use:
    """A type at a place. ``unit`` is ms, s, bit/s, bytes, pixels or None. ``words`` is said
    of what people wrote themselves.

    ``max_json_length`` counts the characters of the value's JSON as ``json_form`` writes it.
    """

    type: Type
    nullable: bool = False
    unit: str | None = None
    sensitive: bool = False
    max_json_length: int | None = None
    json_form: JsonForm = "compact"
    words: bool = False
