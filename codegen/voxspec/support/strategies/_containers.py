"""Shapes of arrays and of objects with free keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._json import TEXT, Kind, pointer_to
from voxspec.support.strategies._shapes import Flaw, Shape
from voxspec.support.strategies._strip import MASK, TEXT_WIDTH, Strip, read_text

_EXTRA_ITEMS = 3
"""How many items an array gets beyond those that it needs: few, because each costs time."""

_MANY = 50
"""More items than this are drawn as a repeated few: each takes a draw."""

_MOST = 2**14
"""Arrays with more items than this are not drawn: it takes too long, and no frame holds them."""


@dataclass(frozen=True, eq=False, repr=False)
class Array(Shape):
    """An array of one shape."""

    items: Shape
    min_items: int = 0
    max_items: int | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"array"})

    @property
    def is_ended(self) -> bool:
        return self.items.is_ended and self.min_items > 0

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return st.nothing() if self.is_ended else self._lists(self.min_items)

    @cached_property
    def width(self) -> int:
        few = self.min_items if self.min_items <= _MANY else 0
        return 1 + (few + _EXTRA_ITEMS) * self.items.width

    def read(self, strip: Strip, at: int) -> JsonValue:
        low, width = self.min_items, self.items.width
        if self.is_ended or low > _MANY:
            return strip.draw(self.values)
        at &= MASK
        extra = _EXTRA_ITEMS if self.max_items is None else min(_EXTRA_ITEMS, self.max_items - low)
        if self.items.is_ended:
            return []
        size = low + (strip.data[at] * (extra + 1) >> 8)
        return [self.items.read(strip, at + 1 + width * place) for place in range(size)]

    def _lists(self, low: int, taken: int = 0) -> SearchStrategy[list[JsonValue]]:
        """Arrays of ``low`` items or a few more, leaving room for ``taken`` others."""
        if self.items.is_ended:
            return st.builds(list)
        high = low + _EXTRA_ITEMS
        if self.max_items is not None:
            high = min(high, self.max_items - taken)
        if low > _MANY:
            few = st.lists(self.items.values, min_size=1, max_size=_EXTRA_ITEMS)
            return few.map(lambda items: (items * low)[:low])
        return st.lists(self.items.values, min_size=low, max_size=high)

    def own_flaws(self) -> Iterator[Flaw]:
        if self.items.is_ended:
            return
        if self.min_items:
            few = st.lists(self.items.values, max_size=min(self.min_items, _MANY) - 1)
            yield Flaw("FIELD_ITEMS", "", few)
        if self.max_items is not None and self.max_items < _MOST:
            size = self.max_items + 1
            many = st.lists(self.items.values, min_size=1, max_size=2)
            yield Flaw("FIELD_ITEMS", "", many.map(lambda items: (items * size)[:size]))
        if self.max_items == 0:
            return
        # The flaw stands in the first item or, where there can be two, by turns in the second.
        positions = 1 if self.max_items == 1 else 2
        for number, flaw in enumerate(self.items.flaws()):
            index = number % positions
            before = st.tuples(*[self.items.values] * index)
            after = self._lists(max(0, self.min_items - index - 1), taken=index + 1)
            whole = st.tuples(before, flaw.values, after).map(
                lambda parts: [*parts[0], parts[1], *parts[2]]
            )
            yield flaw.under(f"/{index}", whole)


@dataclass(frozen=True, eq=False, repr=False)
class Map(Shape):
    """An object with free keys and values of one shape."""

    items: Shape

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({"object"})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        if self.items.is_ended:
            return st.builds(dict)
        return st.dictionaries(TEXT, self.items.values, max_size=_EXTRA_ITEMS)

    @cached_property
    def width(self) -> int:
        return 1 + _EXTRA_ITEMS * (TEXT_WIDTH + self.items.width)

    def read(self, strip: Strip, at: int) -> JsonValue:
        if self.items.is_ended:
            return {}
        at &= MASK
        width = TEXT_WIDTH + self.items.width
        size = strip.data[at] * (_EXTRA_ITEMS + 1) >> 8
        return {
            read_text(strip.data, place): self.items.read(strip, place + TEXT_WIDTH)
            for place in range(at + 1, at + 1 + width * size, width)
        }

    def own_flaws(self) -> Iterator[Flaw]:
        if self.items.is_ended:
            return
        keys = ("key", "a/b~c")
        for number, flaw in enumerate(self.items.flaws()):
            key = keys[number % len(keys)]
            others = st.dictionaries(TEXT, self.items.values, max_size=1)
            whole = st.tuples(others, st.just(key), flaw.values).map(
                lambda parts: {**parts[0], parts[1]: parts[2]}
            )
            yield flaw.under(pointer_to(key), whole)
