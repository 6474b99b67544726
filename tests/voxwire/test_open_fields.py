"""Which fields of a payload are open, and which texts in them are known."""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec
import pytest
from msgspec import UNSET, Struct, UnsetType

from voxmodels.v1 import OpenStrEnum
from voxwire.wire.open_fields import is_noteworthy, open_fields


class Power(enum.Enum):
    """A closed enum."""

    ON = "on"
    OFF = "off"


class Mood(OpenStrEnum):
    """An open enum."""

    CALM = "calm"
    WILD = "wild"


class Closed(Struct):
    """Nothing in it is open."""

    flag: bool
    count: int
    ratio: float
    text: str
    nothing: None
    word: Literal["a", "b"]
    power: Power
    powers: tuple[Power, ...]
    by_name: dict[str, int]
    maybe: int | None
    late: str | UnsetType = UNSET


class Holder(Struct):
    """Has records."""

    closed: Closed
    several: tuple[Closed, ...] = ()


class Open(Struct):
    """Everything in it is open but the first."""

    text: str
    mood: Mood
    moods: tuple[Mood, ...]
    by_name: dict[str, Mood]
    either: str | dict[str, Any]
    any_json: Any
    numbered: dict[int, int]
    stray: str | UnsetType | None = UNSET
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Outer(Struct):
    """Has an open record."""

    inner: Open
    maybe: Open | None


KNOWN = frozenset({"calm", "wild"})
NONE: frozenset[str] = frozenset()


def test_closed_fields() -> None:
    assert open_fields(Closed) == ()
    assert open_fields(Holder) == ()


def test_open_fields() -> None:
    assert open_fields(Open) == (
        ("mood", KNOWN),
        ("moods", NONE),
        ("by_name", NONE),
        ("either", None),
        ("any_json", NONE),
        ("numbered", NONE),
        ("stray", None),
        ("extra", NONE),
    )
    assert open_fields(Outer) == (("inner", NONE), ("maybe", NONE))


def test_what_is_no_payload() -> None:
    assert open_fields(int) == ()
    assert open_fields(type(None)) == ()


def opened(**values: Any) -> Open:
    """One about which there is nothing to note, but for these values."""

    whole: dict[str, Any] = {
        "text": "any",
        "mood": Mood.CALM,
        "moods": UNSET,
        "by_name": UNSET,
        "either": "any",
        "any_json": UNSET,
        "numbered": UNSET,
    }
    return Open(**(whole | values))


@pytest.mark.parametrize(
    ("values", "noteworthy"),
    [
        ({}, False),
        ({"mood": "wild"}, False),
        ({"mood": "glum"}, True),
        ({"either": "glum"}, False),
        ({"stray": "text"}, False),
        ({"stray": None}, True),
        ({"extra": {"a": 1}}, True),
        ({"any_json": {}}, True),
        ({"any_json": "text"}, True),
        ({"any_json": 0}, True),
        ({"moods": ()}, True),
    ],
)
def test_what_is_worth_a_note(values: dict[str, Any], noteworthy: bool) -> None:
    assert is_noteworthy(opened(**values)) is noteworthy
    assert is_noteworthy(Outer(inner=opened(**values), maybe=opened())) is noteworthy
    assert is_noteworthy(Outer(inner=opened(), maybe=opened(**values))) is noteworthy


def test_a_record_without_open_fields_is_never_worth_a_note() -> None:
    closed = Closed(True, 1, 1.0, "", None, "a", Power.ON, (), {}, None)
    assert is_noteworthy(closed) is False
    assert is_noteworthy(Holder(closed)) is False
