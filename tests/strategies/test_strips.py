"""Values read off a strip of bytes: within their bounds whatever the bytes, each byte for itself."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxmodels.v1.strategies._cases import Case, Layouts
from voxmodels.v1.strategies._choices import Nullable
from voxmodels.v1.strategies._containers import Array, Map
from voxmodels.v1.strategies._json import UnknownEntries, spoiled
from voxmodels.v1.strategies._shapes import ANY_JSON, BOOLEAN, UINT32, Integer, Shape
from voxmodels.v1.strategies._strip import PLACES, Readable, Strip
from voxmodels.v1.strategies._texts import STRING, Enum, String, StringsBut

BYTES = st.binary(min_size=PLACES, max_size=PLACES)
BOUNDS = [(0, 0), (-3, 3), (5, 9), (-9, -5), (0, 2**32 - 1), (-(2**63), 2**63 - 1), (1, 2**64 - 1)]


def strip_of(data: bytes) -> Strip:
    """A strip of these bytes, off which nothing is read that has to be drawn."""

    def draw(_: Any, label: object = None) -> Any:
        return data

    return Strip(cast("st.DrawFn", draw), len(data))


@pytest.mark.parametrize(("least", "most"), BOUNDS)
@given(data=BYTES)
def test_integers_keep_their_bounds(least: int, most: int, data: bytes) -> None:
    value = Integer(least, most).read(strip_of(data), 0)
    assert isinstance(value, int)
    assert least <= value <= most


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0, 3), (4, 4), (3, 2000), (30, None), (0, None)]
)
@given(data=BYTES)
def test_texts_keep_their_lengths(low: int, high: int | None, data: bytes) -> None:
    text = String(low, high).read(strip_of(data), 0)
    assert isinstance(text, str)
    assert low <= len(text) <= (low + 20 if high is None else high)
    assert text.encode("utf-8").decode("utf-8") == text


@given(data=BYTES)
def test_strings_are_none_of_those_that_are_taken(data: bytes) -> None:
    taken = ("", "0", "a")
    assert StringsBut(taken).read(strip_of(data), 0) not in taken


@given(data=BYTES)
def test_unknown_keys_are_not_among_the_known(data: bytes) -> None:
    found = UnknownEntries(["x_unknown", "extra"]).read(strip_of(data), 0)
    assert isinstance(found, dict)
    assert 1 <= len(found) <= 2
    assert not {"x_unknown", "extra"} & found.keys()


@pytest.mark.parametrize(
    ("shape", "simplest"),
    [
        (BOOLEAN, False),
        (UINT32, 0),
        (Integer(5, 9), 5),
        (Integer(-9, -5), -5),
        (STRING, ""),
        (String(2, 9), "00"),
        (Enum(("red", "blue"), open=True), "red"),
        (Nullable(UINT32), None),
        (Array(UINT32, min_items=2), [0, 0]),
        (Map(UINT32), {}),
        (ANY_JSON, None),
    ],
)
def test_zeros_are_the_simplest_value(shape: Shape, simplest: object) -> None:
    assert shape.read(strip_of(bytes(PLACES)), 0) == simplest


def test_no_part_moves_when_another_one_goes() -> None:
    case = Case({"a": (STRING,)}, {"b": (UINT32,), "c": (Array(STRING),), "d": (UINT32,)})
    layouts = Layouts((case,))
    data = bytes(range(200, 200 + layouts.width))
    whole = layouts.read(strip_of(data), 0)
    assert [*whole] == ["d", "c", "b", "a"]
    at_b = 2 + STRING.width  # there is no choice about "a"
    at_c = at_b + 1 + UINT32.width
    for key, place in (("b", at_b), ("c", at_c)):
        without = layouts.read(strip_of(data[:place] + b"\x00" + data[place + 1 :]), 0)
        assert without == {name: value for name, value in whole.items() if name != key}


def test_every_character_can_come_up() -> None:
    # The first byte asks for one character of any kind, three more say which.
    for code in (0, 0x41, 0xE9, 0x0BC4, 0xFFFF, 0x1F642, 0x10FFFF):
        data = bytes([226]) + code.to_bytes(3, "big")
        assert STRING.read(strip_of(data), 0) == chr(code)
    assert STRING.read(strip_of(bytes([226, 0, 0xD8, 0])), 0) == "\ufffd"  # no lone surrogate


def test_what_is_beyond_the_strip_has_places_on_it() -> None:
    wide: Readable = Layouts((Case({f"key_{n}": (STRING,) for n in range(40)}, {}),))
    assert wide.width > 4 * PLACES
    assert wide.read(strip_of(bytes(PLACES)), 0) == {f"key_{n}": "" for n in range(40)}
    found = wide.read(strip_of(bytes([7] * PLACES)), 0)
    assert isinstance(found, dict)
    assert [*found] == [f"key_{n}" for n in range(40)]
    assert found["key_0"] == found["key_1"] == "44"
    assert len({*map(str, found.values())}) > 3  # a byte is another one where it comes again


def test_unknown_entries_need_no_places_of_their_own() -> None:
    case = Case({}, {f"key_{n}": (UINT32,) for n in range(5)})
    plain, open_ = Layouts((case,)), Layouts((case,), UnknownEntries(case.may))
    assert open_.width == plain.width
    strips = [strip_of(bytes([255, 0, *([0] * n), 255, *([0] * (29 - n))])) for n in range(2, 29)]
    found = [open_.read(strip, 0) for strip in strips]
    for value in found:
        assert isinstance(value, dict)
        assert value.keys() - case.may


@pytest.mark.parametrize(
    ("data", "value", "almost"),
    [
        ((3,), 5, -6),
        ((7,), 5, 2**32 + 5),
        ((11,), 5, 2**63 - 6),
        ((15,), 5, 5 - 2**32),
        ((7,), 2**64 - 1, -1),
        ((3,), "calm", "CALM"),
        ((7,), "calm", "calm "),
        ((11,), "calm", "cal"),
        ((15,), "calm", "calms"),
        ((7,), {"a": 1, "b": 2}, {"b": 2}),
        ((135,), {"a": 1, "b": 2}, {"a": 1}),
        ((128, 0), {"a": 1, "b": 2}, {"a": 1, "b": None}),
        ((128, 3), {"a": 1, "b": 2}, {"a": 1, "b": -3}),
        ((1, 0), [1, 2], [None, 2]),
        ((128, 7), [1, "x"], [1, "x "]),
        ((0,), "calm", None),
        ((114,), 5, -1),
        ((253,), "calm", {"id": 1}),
        ((3,), True, None),
        ((3,), [], None),
        ((3,), {}, None),
        ((3,), None, None),
        ((3,), 0.5, None),
    ],
)
def test_one_part_is_another(data: tuple[int, ...], value: Any, almost: Any) -> None:
    padded = bytes([*data, *([0] * 30)])
    spoiled_ = spoiled(value, padded, 0)
    assert (type(spoiled_), spoiled_) == (type(almost), almost)
