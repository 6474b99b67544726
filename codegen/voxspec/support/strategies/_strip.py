"""Strips of bytes off which values are read: one draw gives what takes dozens of choices.

Each draw costs Hypothesis some 25 microseconds, and an example without any some 200. So a value is not
drawn choice by choice: it has places on one strip of bytes, a few bytes for each of its parts, whether
that part is there or not. No part therefore moves when another one goes, and Hypothesis makes a failing
example small byte by byte: a zero is the simplest choice everywhere, a smaller byte a simpler one.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.python._support import JsonValue

PLACES = 64
"""The most bytes that are drawn: each costs a third of a microsecond."""

_ALL_PLACES = 256

MASK = _ALL_PLACES - 1
"""Cuts a place that is beyond all places."""

_BEYOND = 64
"""How many bytes can be read in a row from any place."""


_DISGUISES = tuple(
    bytes(byte * pow(181, 2**times, 256) & 255 for byte in range(256)) for times in range(9)
)
"""What a byte becomes where it comes again, for each doubling of a strip: a zero remains one."""


class Strip:
    """The bytes that one draw gave, and behind them the same in disguise, again and again: what a value
    has there is as varied as the rest, but depends on it. ``draw`` gives what no bytes can."""

    __slots__ = ("data", "draw")

    def __init__(self, draw: DrawFn, width: int) -> None:
        size = min(width, PLACES)
        data = draw(_strips(size)) if size else b"\x00"
        for disguise in _DISGUISES:
            if len(data) >= _ALL_PLACES + _BEYOND:
                break
            data += data.translate(disguise)
        self.data = data
        self.draw = draw


@cache
def _strips(size: int) -> SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


class Readable:
    """What values can be read of, off ``width`` places of a strip."""

    @cached_property
    def width(self) -> int:
        """How many places a value has."""
        raise NotImplementedError

    def read(self, strip: Strip, at: int) -> JsonValue:
        """The value that stands at a place and behind it."""
        raise NotImplementedError


Alternative: TypeAlias = SearchStrategy[JsonValue] | Readable | bool | int | str | None
"""A value, or what gives values."""


class _Fixed(Readable):
    """One value, and no choice."""

    @cached_property
    def width(self) -> int:
        return 0

    def __init__(self, value: JsonValue) -> None:
        self.value = value

    def read(self, strip: Strip, at: int) -> JsonValue:  # noqa: ARG002
        return self.value


class _Drawn(Readable):
    """What Hypothesis has to draw."""

    @cached_property
    def width(self) -> int:
        return 0

    def __init__(self, values: SearchStrategy[JsonValue]) -> None:
        self.values = values

    def read(self, strip: Strip, at: int) -> JsonValue:  # noqa: ARG002
        return strip.draw(self.values)


class OneOf(Readable):
    """One of some alternatives, each as likely as the next, the first one the simplest."""

    def __init__(self, *alternatives: Alternative, width: int | None = None) -> None:
        """``width``: how many places the usual ones have, if it is not the most that any has. What the
        others have beyond them belongs to something else as well."""
        self.readables = tuple(map(readable, alternatives))
        most = max(one.width for one in self.readables)
        self._width = 1 + (most if width is None else width)

    @cached_property
    def width(self) -> int:
        return self._width

    def read(self, strip: Strip, at: int) -> JsonValue:
        at &= MASK
        chosen = self.readables[strip.data[at] * len(self.readables) >> 8]
        return chosen.read(strip, at + 1)


def readable(alternative: Alternative) -> Readable:
    """An alternative, whatever it is, as something that can be read."""
    if isinstance(alternative, Readable):
        return alternative
    if isinstance(alternative, SearchStrategy):
        return _Drawn(alternative)
    return _Fixed(alternative)


# --- texts ----------------------------------------------------------------------------------

TEXT_WIDTH = 7

LONGEST_TEXT = 20
"""The most characters that are read one by one."""

_SIZES = bytes(
    (
        0,
        0,
        1,
        1,
        1,
        1,
        2,
        2,
        2,
        3,
        3,
        3,
        4,
        4,
        4,
        5,
        5,
        6,
        6,
        7,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        18,
        20,
    )
)
"""How long a text is: mostly short."""

_CHARACTERS = (
    "0123456789 abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "-_.,:;!?@#$%&*+=/|\\'\"`~^<>()[]{}"
    "\x00\x01\t\n\x0b\r\x1b\x1f\x7f\x80\x85\xa0\xad"
    "àäçéïñøßÿŁőſμΣςЯжאבيع७กခ中文字語한글ひカ"
    "\u0301\u0489\u200b\u200d\u200e\u202e\u2028\u2029\u2060\ufe0f\ufeff\ufffd\uffff"
    "…–—“„€√≠×☃🙂🚀👩🏽\U0001d11e\U000e0001\U0010fffd\U0010ffff"
)
_TABLE = tuple(_CHARACTERS[place * len(_CHARACTERS) >> 8] for place in range(256))
"""A character for each byte, the simple ones first, then what readers stumble over."""


def read_text(data: bytes, at: int, least: int = 0, most: int = LONGEST_TEXT) -> str:
    """A text: mostly of common and of troublesome characters, sometimes of any that there are."""
    at &= MASK
    first = data[at]
    size = min(least + _SIZES[first & 31], most)
    read = min(size, LONGEST_TEXT)
    if first < 224:
        text = "".join([_TABLE[byte] for byte in data[at + 1 : at + 1 + read]])
    else:
        places = range(at + 1, at + 1 + 3 * read, 3)
        text = "".join([_any_character(data[place : place + 3]) for place in places])
    return text if size == read else (text * size)[:size]


def _any_character(three: bytes) -> str:
    code = int.from_bytes(three, "big") % 0x110000
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


# --- integers -------------------------------------------------------------------------------

INTEGER_WIDTH = 5

_SPREAD = 0x9E3779B97F4A7C15
"""Spreads four bytes over eight."""

_EDGES = tuple(
    2**bits + step for bits in (7, 8, 15, 16, 24, 31, 32, 53, 63, 64) for step in (-1, 0, 1)
)
"""Where readers with numbers of few bits stumble."""


def common_integers(least: int, most: int) -> tuple[int, ...]:
    """128 integers between bounds, those that are read half of the time, the simplest first."""
    nearest = min(max(0, least), most)
    near = [nearest + step for step in range(48) if nearest + step <= most]
    below = [nearest - step for step in range(1, 9) if nearest - step >= least]
    edges = [sign * edge for edge in _EDGES for sign in (1, -1) if least <= sign * edge <= most]
    ends = [most, least, most, least, most - (most > least), least + (most > least)]
    known = [*near[:16], *near[:8], *ends, *near[16:], *below, *edges]
    return tuple(known[place * len(known) >> 7] for place in range(128))


def read_integer(data: bytes, at: int, least: int, most: int, common: tuple[int, ...]) -> int:
    """An integer between bounds: half of the time a common one, else one of some number of bytes."""
    at &= MASK
    first = data[at]
    if first < 128:
        return common[first]
    size = 1 + (first >> 2 & 3)
    value = int.from_bytes(data[at + 1 : at + 1 + size], "big")
    if first & 1:
        value = value * _SPREAD & 2**64 - 1
    if first & 2:
        value = -value
    return value if least <= value <= most else least + value % (most - least + 1)
