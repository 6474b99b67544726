"""Shapes of types that hold themselves: drawn a few levels deep, and no deeper."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._json import Kind
from voxspec.support.strategies._shapes import Shape
from voxspec.support.strategies._strip import Alternative


@dataclass(frozen=True, eq=False, repr=False)
class Ended(Shape):
    """Where a type that holds itself is not drawn any deeper: it has kinds, but no values."""

    of: frozenset[Kind]

    @property
    def kinds(self) -> frozenset[Kind]:
        return self.of

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return st.nothing()

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return ()

    @property
    def is_ended(self) -> bool:
        return True


def levels(*kinds: Kind) -> Callable[[Callable[[int], Shape]], Callable[[int], Shape]]:
    """Makes the shape of a type that holds itself a function of how deep it is drawn."""

    def decorated(shape_of: Callable[[int], Shape]) -> Callable[[int], Shape]:
        @functools.cache
        def shape(depth: int) -> Shape:
            return shape_of(depth) if depth > 0 else Ended(frozenset(kinds))

        return shape

    return decorated
