"""Texts that a type allows, and those at its edges."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from voxspec.model import StringType
from voxspec.patterns.beyond import Texts, UndecidedError, text_beyond, text_in_both
from voxspec.patterns.lengths import is_possible, texts_of_size
from voxspec.patterns.samples import samples
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python

_LONGEST = 100_000
"""Longer texts are not made of types that are looked at by the way."""

_LONGEST_SIZED = 2_000_000
"""Longer texts show nothing that people would look at, even where a bound is beyond that."""

_CYCLES = 3
"""Up to so many characters of a text are repeated to make it longer."""

_FORMS = {"date-time": "2026-01-31T12:00:00Z", "base64": "QQ=="}


def fits(type_: StringType, text: str) -> bool:
    """Whether a text is one of the type."""
    if type_.min_length is not None and len(text) < type_.min_length:
        return False
    if type_.max_length is not None and len(text) > type_.max_length:
        return False
    return type_.pattern is None or _compiled(type_.pattern).search(text) is not None


def texts_of(type_: StringType) -> Texts:
    """The texts of a type."""
    return Texts(type_.pattern, type_.min_length or 0, type_.max_length)


def shortest_beyond(written: StringType, read: StringType) -> Iterator[str]:
    """The shortest text that the one allows and the other does not, where it can be found."""
    with contextlib.suppress(UndecidedError):
        text = text_beyond(texts_of(written), texts_of(read))
        if text is not None:
            yield text


def _shortest(type_: StringType) -> Iterator[str]:
    with contextlib.suppress(UndecidedError):
        text = text_in_both(texts_of(type_), Texts())
        if text is not None:
            yield text


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
        yield from ("0", "A", "é ☃", "\n")
        yield from known
        return
    bare = samples(parse(type_.pattern))
    if type_.form is None:
        yield from _shortest(type_)
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


def sized_texts(type_: StringType, size: int, known: tuple[str, ...] = ()) -> Iterator[str]:
    """Texts of a type that have exactly so many characters, as far as some can be found."""
    if size <= _LONGEST_SIZED:
        for text in _sized(type_, size, known):
            if len(text) == size and fits(type_, text):
                yield text


def _sized(type_: StringType, size: int, known: tuple[str, ...]) -> Iterator[str]:
    if type_.form is not None:
        yield from (_FORMS[type_.form], "A" * size)
    elif type_.pattern is None:
        yield "a" * size
    else:
        node = parse(type_.pattern)
        if not is_possible(node, size, size):
            return
        yield from texts_of_size(node, size)
        for text in (*samples(node)[:8], *known):
            if fits(replace(type_, min_length=None, max_length=None), text):
                yield from _lengthened(text, size)


def _lengthened(text: str, size: int) -> Iterator[str]:
    """A text with some of its characters again and again."""
    missing = size - len(text)
    if missing == 0:
        yield text
    for cycle in range(1, _CYCLES + 1) if missing > 0 else ():
        for at in range(len(text) - cycle + 1) if missing % cycle == 0 else ():
            yield text[:at] + text[at : at + cycle] * (missing // cycle) + text[at:]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(to_python(parse(pattern)))
