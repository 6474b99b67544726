"""That strategies draw something at all, which must not hang on luck.

The same examples are drawn each time, however many the profile asks for, and whatever was drawn before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from hypothesis import Phase, find, given, settings
from hypothesis.strategies import SearchStrategy

_T = TypeVar("_T")

_DRAWN: Final = 2000


def same_examples(count: int) -> settings:
    """Settings for so many examples, the same each time."""
    return settings(
        max_examples=count, phases=[Phase.generate], derandomize=True, database=None, deadline=None
    )


def some(strategy: SearchStrategy[_T], condition: Callable[[_T], bool]) -> _T:
    """One that is drawn and for which `condition` is true. Raises NoSuchExample where none is."""
    return find(strategy, condition, settings=same_examples(_DRAWN))


def drawn(strategy: SearchStrategy[_T], count: int) -> list[_T]:
    """So many that are drawn, or fewer where there are no more."""
    all_: list[_T] = []

    @same_examples(count)
    @given(strategy)
    def collect(one: _T) -> None:
        all_.append(one)

    collect()
    return all_
