"""What the parts and facts of the model are called in schema files, and how their values are said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from voxspec.breaking.words import amount, digits
from voxspec.load.session.words import SECONDS
from voxspec.model import (
    CloseCode,
    CloseReason,
    EnumValue,
    Field,
    Flag,
    Limit,
    Message,
    Page,
    Parameter,
    Permission,
    PublishedName,
    SessionRule,
)
from voxspec.model.definitions import RequiredWhen
from voxspec.model.gateway import FurtherKey
from voxspec.model.messages import Example
from voxspec.model.session import (
    Close,
    Ignored,
    Move,
    Number,
    Rate,
    Read,
    Role,
    StandIn,
    State,
    Stream,
    Timer,
    Token,
)

Words: TypeAlias = Callable[[Any], str]

NAMES: Final[Mapping[type, Words]] = {
    CloseCode: lambda part: str(part.code),
    CloseReason: lambda part: str(part.reason),
    EnumValue: lambda part: str(part.value),
    Example: lambda part: f'"{part.summary}"',
    Field: lambda part: str(part.name),
    Flag: lambda part: str(part.name),
    FurtherKey: lambda part: str(part.field.name),
    Limit: lambda part: str(part.name),
    Move: lambda part: row_words(part.subject),
    Page: lambda part: str(part.name),
    Parameter: lambda part: str(part.name),
    Permission: lambda part: str(part.name),
    PublishedName: lambda part: str(part.name),
    Rate: lambda part: str(part.name),
    RequiredWhen: lambda part: f"{part.field}/{part.equals}",
    Role: lambda part: str(part.name),
    SessionRule: lambda part: str(part.id),
    State: lambda part: str(part.name),
    Stream: lambda part: str(part.name),
    Timer: lambda part: str(part.name),
    Token: lambda part: str(part.shown),
}
"""What the parts of a list are told apart by."""

REFERRED: Final[Mapping[type, Words]] = {
    Message: lambda part: f"{part.direction}/{part.text}",
    StandIn: lambda part: f"{part.side}/{part.kind}",
    Field: lambda part: str(part.name),
    Limit: lambda part: str(part.name),
    CloseCode: lambda part: str(part.code),
    Close: lambda part: f"close {part.number}" + (f" ({part.reason})" if part.reason else ""),
    Ignored: lambda _: "ignored",
    Read: lambda _: "read",
    Number: lambda part: amount(part.value, part.unit),
}
"""What a conversation only refers to: it is compared where it is defined."""

_KEYS: Final[Mapping[str, str]] = {
    "above": "exclusiveMinimum",
    "attribute": "x-name",
    "below": "exclusiveMaximum",
    "exactly_one_of": "exactly_one_of",
    "extra": "x-extra",
    "from_greeting": "interval/from",
    "further": "keys",
    "jittered": "first",
    "json_form": "x-json-form",
    "max_items": "maxItems",
    "max_json_length": "x-max-json-length",
    "max_length": "maxLength",
    "member": "x-enum-names",
    "min_items": "minItems",
    "min_length": "minLength",
    "missed_then": "missed_answers/then",
    "one_of_name": "x-one-of-name",
    "open": "x-open",
    "published_null": "x-published-null",
    "python_name": "x-name",
    "relayed": "x-relayed",
    "sensitive": "x-sensitive",
    "silence_then": "silence/then",
    "unit": "x-unit",
    "words": "x-words",
}
"""Keys of schema files whose fields in the model are called otherwise."""

_FLAGS: Final[Mapping[str, tuple[str, str]]] = {
    "required": ("optional", "required"),
    "jittered": ("regular", "jittered"),
    "from_greeting": ("", "greeting"),
}
"""Words for what is false or true, where the schema has words for it."""

MARKS: Final = frozenset({"x-sensitive", "x-words"})
"""Facts about values that are only said where they are so."""


def key_of_schema(name: str) -> str:
    """What a field of the model is called in schema files."""
    return _KEYS.get(name, name)


def flag_words(name: str, value: bool) -> str:
    """What is said of something that is so or is not."""
    return _FLAGS.get(name, ("false", "true"))[value]


def row_words(subject: Any) -> str:
    """What a row of a state's table is called there: the message, or what stands for several."""
    return str(subject.kind if isinstance(subject, StandIn) else subject.text)


def unit_of(seconds: float) -> str:
    """The unit of time that has so many."""
    return next(unit for unit, length in SECONDS.items() if length == seconds)


def json_words(value: Any) -> str:
    """A value as schema files have it: text as it is, all else as JSON."""
    if isinstance(value, float):
        return digits(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
