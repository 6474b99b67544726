"""Cases of an object: which keys it has and may have, and drawing objects from them.

What makes this fast is to draw little: one number says which keys are null, which flags are set and
which names of an enum are taken; only values that have no end are drawn one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.python._support import JsonValue

Object = dict[str, JsonValue]

Alternative = SearchStrategy[JsonValue] | bool | int | str | None
"""A value, or a strategy for values."""

Entries = dict[str, tuple[Alternative, ...]]
"""The alternatives for the value of each key."""

_MOST_AT_ONCE = 2**16
"""The most that one number decides: Hypothesis draws numbers far larger than that unevenly."""

_MOST_ALONE = 8
"""The most optional keys whose presence is drawn one by one.

That makes failing examples small, because a key can be left out without a look at the others. With
more keys it would take too long, and one number decides about all of them.
"""

_STYLES = 8
_REVERSED, _WITH_UNKNOWN = 6, 7
"""The two styles of an object that are not plain."""


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


def objects(*cases: Case, unknown: SearchStrategy[Object] | None = None) -> SearchStrategy[Object]:
    """Objects of the cases; with ``unknown``, some have entries of it as well."""
    return _objects(_Layouts(cases, unknown)) if cases else st.nothing()


class _Absent:
    """Stands for the absence of a key among the alternatives for its value."""


_ABSENT = _Absent()
_Digits = tuple[tuple[str, tuple[Alternative | _Absent, ...]], ...]


@dataclass(frozen=True)
class _Part:
    """Keys whose alternatives one number decides, as its digits."""

    digits: _Digits
    numbers: SearchStrategy[int]

    @property
    def size(self) -> int:
        return math.prod(len(alternatives) for _, alternatives in self.digits)


class _Layouts:
    """The ways in which an object can be laid out, each with its number."""

    def __init__(self, cases: tuple[Case, ...], unknown: SearchStrategy[Object] | None) -> None:
        self.cases = cases
        self.parts = [tuple(_parts(case)) for case in cases]
        self.unknown = st.builds(dict) if unknown is None else unknown
        first = max(parts[0].size for parts in self.parts)
        self.numbers = st.integers(0, _STYLES * len(cases) * first - 1)

    def __repr__(self) -> str:
        return " | ".join(map(repr, self.cases))


def _parts(case: Case) -> Iterator[_Part]:
    """The keys of a case in portions that one number decides; at least one."""
    alone = {key for key, values in case.may.items() if _has_strategy(values)}
    if len(alone) > _MOST_ALONE:
        alone = set()
    entries: Mapping[str, tuple[Alternative | _Absent, ...]] = {
        **case.must,
        **{key: (_ABSENT, *alternatives) for key, alternatives in case.may.items()},
    }
    digits: _Digits = ()
    size = 1
    for key, alternatives in entries.items():
        if key in alone or size * len(alternatives) > _MOST_AT_ONCE:
            yield _Part(digits, st.integers(0, size - 1))
            digits, size = (), 1
        digits += ((key, alternatives),)
        size *= len(alternatives)
    yield _Part(digits, st.integers(0, size - 1))


def _has_strategy(values: tuple[Alternative, ...]) -> bool:
    return any(isinstance(value, SearchStrategy) for value in values)


@st.composite
def _objects(draw: DrawFn, layouts: _Layouts) -> Object:
    number, style = divmod(draw(layouts.numbers), _STYLES)
    number, index = divmod(number, len(layouts.parts))
    value: Object = {}
    for position, part in enumerate(layouts.parts[index]):
        if position:
            number = draw(part.numbers)
        for key, alternatives in part.digits:
            number, digit = divmod(number, len(alternatives))
            chosen = alternatives[digit]
            if isinstance(chosen, SearchStrategy):
                value[key] = draw(chosen)
            elif not isinstance(chosen, _Absent):
                value[key] = chosen
    if style == _REVERSED:  # the order of keys means nothing
        return dict(reversed(value.items()))
    if style == _WITH_UNKNOWN:
        return {**value, **draw(layouts.unknown)}
    return value
