"""Texts that a type allows, and those at its edges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from voxspec.model import StringType
from voxspec.patterns.samples import samples
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python

_LONGEST = 100_000
"""Longer texts show nothing that people would look at."""

_FORMS = {"date-time": "2026-01-31T12:00:00Z", "base64": "QQ=="}


def fits(type_: StringType, text: str) -> bool:
    """Whether a text is one of the type."""
    if type_.min_length is not None and len(text) < type_.min_length:
        return False
    if type_.max_length is not None and len(text) > type_.max_length:
        return False
    return type_.pattern is None or _compiled(type_.pattern).search(text) is not None


def texts(type_: StringType, known: tuple[str, ...] = ()) -> Iterator[str]:
    """Texts of a type, the simplest first: of the least and the greatest length and between.

    ``known`` are texts that were seen somewhere, for patterns that cannot be followed.
    """
    seen: set[str] = set()
    for text in _tried(type_, known):
        if text not in seen and len(text) <= _LONGEST and fits(type_, text):
            seen.add(text)
            yield text


def _tried(type_: StringType, known: tuple[str, ...]) -> Iterator[str]:
    low, high = type_.min_length or 0, type_.max_length
    if type_.form is not None:
        yield _FORMS[type_.form]
    if type_.pattern is None:
        yield "a" * low
        yield "a" * max(low, 1)
        if high is not None:
            yield "a" * min(high, _LONGEST)
        yield "a" * (low + 1)
        yield from ("é ☃", "0", "\n")
        yield from known
        return
    bare = samples(parse(type_.pattern))
    yield from bare
    yield from known
    for text in bare[:8]:
        for size in (low, high or 0):
            missing = min(size, _LONGEST) - len(text)
            if missing > 0:
                yield from (text + "a" * missing, "a" * missing + text)
                yield from (text + text[-1:] * missing, text[:1] * missing + text)
                yield from (text + "0" * missing, "0" * missing + text)
    yield from ("", "a", "A", "0", "abc", "ABC", "é", " ", "-", "_", "a b", "\n")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(to_python(parse(pattern)))
