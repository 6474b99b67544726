"""Two long texts, cut so that what differs in them is seen."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Final

_LONG: Final = 70
"""Characters of a text that are shown of it."""
_AROUND: Final = 24
"""Characters that are shown of what is the same before and behind, at most."""


def short(text: str) -> str:
    """A text by itself, cut at its end."""
    return text if len(text) <= _LONG else f"{text[: _LONG - 1].rstrip()}…"


def contrast(was: str, now: str) -> tuple[str, str]:
    """Both, each as a whole where both are short, and otherwise from shortly before they differ."""
    if max(len(was), len(now)) <= _LONG:
        return was, now
    if not was or not now:
        return short(was), short(now)
    begins = _word_begins(was, _alike(was, now))
    ends = _alike(reversed(was[begins:]), reversed(now[begins:]))
    return _around(was, begins, ends), _around(now, begins, ends)


def _alike(was: Iterable[str], now: Iterable[str]) -> int:
    """How many characters are the same, from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False)))


def _word_begins(text: str, at: int) -> int:
    """Where the word begins in which a text differs; of a long one, the place itself."""
    begins = text.rfind(" ", 0, at) + 1
    return begins if at - begins < _AROUND else at


def _around(text: str, begins: int, ends: int) -> str:
    """A text from shortly before ``begins``, up to shortly behind the ``ends`` last that are the same."""
    first = max(0, begins - _AROUND)
    if first:
        first = text.find(" ", first, begins) + 1 or first
    last = min(len(text), first + _LONG, len(text) - ends + _AROUND)
    cut = text[first:last]
    return f"{'…' if first else ''}{cut}{'…' if last < len(text) else ''}"
