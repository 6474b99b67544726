"""What a mistyped word may have meant: the nearest known one, or all that are known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LISTED = 12
"""So many words people still read through."""

_BEGINNING = 3
"""So many letters say which word was begun."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or the only one that begins like it; or nothing."""
    words = [*known]
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if not near and len(word) >= _BEGINNING:
        begun = [name for name in words if name.startswith(word)]
        near = begun if len(begun) == 1 else []
    return f'did you mean "{near[0]}"?' if near else ""


def is_mistyped(word: str, known: Iterable[str]) -> bool:
    """Whether a word is surely one that is known, but for a letter or their order."""
    words = [*known]
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.8)
    return bool(near) or sorted(word) in map(sorted, words)


def near_or_known(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or else lists those that are known."""
    words = [*dict.fromkeys(known)]
    return did_you_mean(word, words) or listed(words)


def listed(words: list[str]) -> str:
    """A hint that lists what is known, as far as anybody would read it."""
    if not words:
        return ""
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return f"known here: {', '.join(words[:_LISTED])}{more}"
