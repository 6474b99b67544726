"""Cases of an object: which keys it has and may have, and drawing objects from them.

What makes this fast is to draw little: an object is read off one strip of bytes, as far as its values
can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._strip import MASK, PLACES, Alternative, Readable, Strip, readable

Object = dict[str, JsonValue]

Entries = dict[str, tuple[Alternative, ...]]
"""The alternatives for the value of each key."""

_REVERSED, _WITH_UNKNOWN = 192, 224
"""From these bytes on, an object is not plain: each for one of eight."""


@dataclass(frozen=True)
class When:
    """``required`` must be there when ``key`` has the value ``equals``.

    With ``otherwise_absent`` they must be absent in every other case.
    """

    key: str
    equals: str | int | bool
    required: tuple[str, ...]
    otherwise_absent: bool = False


@dataclass(frozen=True, repr=False)
class Case:
    """Keys that must be there and keys that may.

    ``switches``: the keys whose value decides about others, with the value that they have here;
    None stands for every value that decides nothing, and for absence.
    """

    must: Entries
    may: Entries
    switches: Mapping[str, str | int | bool | None] = field(default_factory=dict)

    def __repr__(self) -> str:
        return ", ".join([*self.must, *(f"[{key}]" for key in self.may)])

    def without(self, key: str) -> Case:
        """The case when ``key`` is left out."""
        must = {k: v for k, v in self.must.items() if k != key}
        return replace(self, must=must, may={k: v for k, v in self.may.items() if k != key})

    def having(self, key: str, *values: Alternative) -> Case:
        """The case when ``key`` is there, with one of ``values``."""
        case = self.without(key)
        return replace(case, must={**case.must, key: values})

    def allowing(self, key: str, *values: Alternative) -> Case:
        """The case when ``key`` may be there, with one of ``values``."""
        case = self.without(key)
        return replace(case, may={**case.may, key: values})

    def allows(self, key: str) -> bool:
        """Whether ``key`` can be there."""
        return key in self.must or key in self.may


def objects(
    *cases: Case, unknown: Readable | None = None, most: int = PLACES
) -> SearchStrategy[Object]:
    """Objects of the cases; with ``unknown``, some have entries of it as well.

    They are read off at most ``most`` bytes.
    """
    return _objects(Layouts(cases, unknown, most)) if cases else st.nothing()


_LEAST = 16
"""So many bytes an object has at least that may have unknown entries, which have none of their own."""


class Layouts(Readable):
    """Objects of some cases. The first place of an object says what is special about it, the second one
    which case it is; then each key has its places, the same in all cases. One object in eight has unknown
    entries, if they are allowed: they are read off what stands behind it."""

    def __init__(
        self, cases: tuple[Case, ...], unknown: Readable | None = None, most: int = PLACES
    ) -> None:
        self.cases = cases
        self.most = most
        self.unknown = unknown
        choices = [_choices(case) for case in cases]
        widths: dict[str, int] = {}
        for case in choices:
            for key, alternatives in case.items():
                width = max((one.width for one in alternatives if one is not None), default=0)
                width += len(alternatives) > 1
                widths[key] = max(width, widths.get(key, 0))
        places: dict[str, int] = {}
        end = 2
        for key, width in widths.items():
            places[key] = end
            end += width
        self._end = end
        self._width = end if unknown is None else max(end, _LEAST)
        self._keys = [
            [(key, places[key], found, len(found)) for key, found in case.items()]
            for case in choices
        ]

    def __repr__(self) -> str:
        return " | ".join(map(repr, self.cases))

    @cached_property
    def width(self) -> int:
        return self._width

    def read(self, strip: Strip, at: int) -> Object:
        at &= MASK
        data = strip.data
        style = data[at]
        value: Object = {}
        for key, inside, alternatives, count in self._keys[data[at + 1] * len(self._keys) >> 8]:
            place = at + inside
            if count == 1:
                chosen = alternatives[0]
            else:
                chosen = alternatives[data[place & MASK] * count >> 8]
                place += 1
            if chosen is not None:
                value[key] = chosen.read(strip, place)
        if style < _REVERSED:
            return value
        if style < _WITH_UNKNOWN:  # the order of keys means nothing
            return dict(reversed(value.items()))
        if self.unknown is None:
            return value
        others = self.unknown.read(strip, at + self._end)
        return {**value, **others} if isinstance(others, dict) else value


def _choices(case: Case) -> dict[str, tuple[Readable | None, ...]]:
    """What there is to choose from for each key of a case; None stands for its absence."""
    must = {key: tuple(map(readable, alternatives)) for key, alternatives in case.must.items()}
    may = {key: (None, *map(readable, alternatives)) for key, alternatives in case.may.items()}
    return {**must, **may}


@st.composite
def _objects(draw: DrawFn, layouts: Layouts) -> Object:
    return layouts.read(Strip(draw, min(layouts.width, layouts.most)), 0)
