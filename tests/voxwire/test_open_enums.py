"""Values of open enums that nobody listed: a peer may make up any number of them, of any length."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from voxmodels._support import OpenFlags, OpenIntEnum, OpenStrEnum


class Mood(OpenStrEnum):
    CALM = "calm"


class Level(OpenIntEnum, most=10_000):
    LOW = 1


def test_an_unknown_text_is_made_once() -> None:
    first = msgspec.json.decode(b'"brb"', type=Mood)
    assert (first, first.is_known, type(first)) == ("brb", False, Mood)
    assert msgspec.json.decode(b'"brb"', type=Mood) is first


def test_an_unknown_integer_is_made_once() -> None:
    first = msgspec.json.decode(b"7000", type=Level)
    assert (first, first.is_known, type(first)) == (7000, False, Level)
    assert msgspec.json.decode(b"7000", type=Level) is first


def test_of_many_texts_only_the_last_are_kept() -> None:
    first = Mood("made up 0")
    for number in range(1, 64):
        Mood(f"made up {number}")
    assert Mood("made up 0") is first
    Mood("made up 64")
    assert Mood("made up 0") is not first


def test_of_many_integers_only_the_last_are_kept() -> None:
    first = Level(100)
    for number in range(101, 164):
        Level(number)
    assert Level(100) is first
    Level(164)
    assert Level(100) is not first


@pytest.mark.parametrize(("length", "is_kept"), [(64, True), (65, False)])
def test_long_texts_are_not_kept(length: int, is_kept: bool) -> None:
    value = Mood("x" * length)
    assert (Mood("x" * length) is value) is is_kept


class Rights(OpenFlags, most=15):
    READ = 1


@pytest.mark.parametrize("kind", [Mood, Level, Rights])
@pytest.mark.parametrize("value", [[], {}, 1.5, None])
def test_what_is_no_value_is_none_however_often_it_is_asked_for(
    kind: type[Any], value: object
) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="is not a valid"):
            kind(value)


def test_a_boolean_is_no_integer_even_when_its_integer_is_remembered() -> None:
    assert Level(0) == 0
    with pytest.raises(ValueError, match="False is not a valid Level"):
        Level(False)


@pytest.fixture(autouse=True)
def nothing_is_known_yet() -> None:
    """Each test begins with an empty memory, as every kind of enum has one of its own."""
    for kind in (Mood, Level, Rights):
        memory: Any = kind
        memory._remembered_.clear()
