"""Conversations with exactly one rule broken. Which rules there are follows from the tables."""

from __future__ import annotations

import difflib

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.strategies import _break_order, _break_pace, _break_rest
from voxspec.support.strategies._breaking import Break, Breaking
from voxspec.support.strategies._conversation import ConversationNearMiss
from voxspec.support.strategies._course import MAX_SIZE
from voxspec.support.strategies._json import either
from voxspec.support.strategies._pace import FullError
from voxspec.support.strategies._tables import Tables


def breakers(tables: Tables) -> dict[str, list[Break]]:
    """The rules that conversations of a protocol can break, each with the ways to do so."""
    found: dict[str, list[Break]] = {}
    for part in (_break_order, _break_rest, _break_pace):
        for rule, break_ in part.breaks(tables):
            found.setdefault(rule, []).append(break_)
    return found


def near_misses(tables: Tables, rules: tuple[str, ...]) -> SearchStrategy[ConversationNearMiss]:
    """Conversations that break one of ``rules``, or any; ValueError where none does."""
    known = breakers(tables)
    for rule in rules:
        if rule not in known:
            near = difflib.get_close_matches(rule, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"no conversation can break {rule!r}{hint}")
    return either(
        *(
            either(*(_near_miss(tables, rule, break_) for break_ in known[rule]))
            for rule in rules or known
        )
    )


def _near_miss(tables: Tables, rule: str, break_: Break) -> SearchStrategy[ConversationNearMiss]:
    @st.composite
    def near_miss(draw: DrawFn) -> ConversationNearMiss:
        course = Breaking(tables, draw, MAX_SIZE)
        try:
            mark = break_(course)
        except FullError:
            reject()
        said = course.conversation()
        return ConversationNearMiss(said, rule, mark.connection, mark.frame, mark.also)

    return near_miss()
