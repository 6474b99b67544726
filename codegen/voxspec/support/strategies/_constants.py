"""Shapes of constants, and values that are others than some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._json import Kind, either
from voxspec.support.strategies._shapes import Flaw, Shape
from voxspec.support.strategies._strip import Alternative, Strip
from voxspec.support.strategies._texts import strings_but


@dataclass(frozen=True, eq=False, repr=False)
class Const(Shape):
    """Exactly one string, integer or boolean."""

    value: str | int | bool

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset({_kind_of(self.value)})

    @cached_property
    def values(self) -> SearchStrategy[JsonValue]:
        return st.just(self.value)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        return (self.value,)

    def read(self, strip: Strip, at: int) -> JsonValue:  # noqa: ARG002
        return self.value

    def own_flaws(self) -> Iterator[Flaw]:
        yield Flaw("FIELD_CONST", "", others_than(self.value))


def _kind_of(value: str | int | bool) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer"


def others_than(*taken: str | int | bool) -> SearchStrategy[JsonValue]:
    """Values of the kind of those that are ``taken``, but others; some of them are close."""
    match _kind_of(taken[0]):
        case "boolean":
            return st.sampled_from([value for value in (False, True) if value not in taken])
        case "string":
            return strings_but(tuple(map(str, taken)))
    return integers_but(tuple(map(int, taken)), -(2**63), 2**63 - 1)


def integers_but(taken: tuple[int, ...], least: int, most: int) -> SearchStrategy[int]:
    """Integers within bounds that are not among ``taken``, some of them close to one that is."""
    close = [near for value in taken for near in (value - 1, value + 1, -value)]
    free = [value for value in close if value not in taken and least <= value <= most]
    others = st.integers(least, most).filter(lambda value: value not in taken)
    return either(st.sampled_from(free), others) if free else others
