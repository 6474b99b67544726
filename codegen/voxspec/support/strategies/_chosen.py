"""Messages chosen by their types, and frames of the types that are left."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from voxspec.support.strategies._cases import Case, Object, objects
from voxspec.support.strategies._envelope import (
    FURTHER,
    PAYLOAD,
    SEQUENCE,
    SEQUENCE_NUMBERS,
    TYPE,
)
from voxspec.support.strategies._frames import KEYS, Message, NearMiss
from voxspec.support.strategies._json import ANY, UnknownEntries, either
from voxspec.support.strategies._texts import strings_but

Sides: TypeAlias = Mapping[str, Mapping[Any, Message]]
"""The messages of each side by their types."""


def messages(sides: Sides, direction: str, types: tuple[str | int, ...]) -> list[Message]:
    """The messages of these types, or all; ValueError for a type that this side does not send."""
    there = sides[direction]
    for name in types:
        if name not in there:
            near = difflib.get_close_matches(name, there, 1) if isinstance(name, str) else []
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"unknown {direction} message {name!r}{hint}")
    return [there[name] for name in types or there]


def near_misses(
    sides: Sides, direction: str, name: str | int, rules: tuple[str, ...]
) -> SearchStrategy[NearMiss]:
    """Frames of one message that break one of ``rules``, or any; ValueError where none does."""
    (message,) = messages(sides, direction, (name,))
    for rule in rules:
        if rule not in message.near_misses:
            broken = ", ".join(message.near_misses)
            raise ValueError(f"no near miss of {name!r} breaks {rule!r}; they break {broken}")
    return either(*(either(*message.near_misses[rule]) for rule in rules or message.near_misses))


def each_near_miss(
    sides: Sides, direction: str, name: str | int
) -> tuple[SearchStrategy[NearMiss], ...]:
    """One strategy for every single way to break a frame of one message."""
    (message,) = messages(sides, direction, (name,))
    return tuple(way for ways in message.near_misses.values() for way in ways)


def unknown(sides: Sides) -> SearchStrategy[Object]:
    """Frames of a type that neither side has."""
    taken = [name for known in sides.values() for name in known]
    case = Case({TYPE: (_others(taken),)}, dict.fromkeys(FURTHER, (ANY,)))
    if PAYLOAD is not None:
        case = case.allowing(PAYLOAD, ANY)
    if SEQUENCE is not None:
        case = case.allowing(SEQUENCE, *SEQUENCE_NUMBERS.alternatives)
    return objects(case, unknown=UnknownEntries(KEYS))


def _others(taken: list[str | int]) -> SearchStrategy[Any]:
    """Types that are none of these, of the same kind; near ones among them."""
    numbers = [name for name in taken if isinstance(name, int)]
    if not numbers:
        return strings_but(tuple(name for name in taken if isinstance(name, str)))
    near = st.integers(min(numbers) - 9, max(numbers) + 9)
    return either(near, st.integers(-(2**63), 2**64)).filter(lambda name: name not in taken)
