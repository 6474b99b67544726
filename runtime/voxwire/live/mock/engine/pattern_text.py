"""Texts in which a pattern is found, made up."""

from __future__ import annotations

import re
import string
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_MORE: Final = 3
"""How often something is repeated beyond the least, where there is no end."""

_USUAL: Final = string.ascii_letters + string.digits + "-_. "

_CATEGORIES: Final = {
    codes.CATEGORY_DIGIT: string.digits,
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    codes.CATEGORY_NOT_DIGIT: string.ascii_letters,
    codes.CATEGORY_NOT_SPACE: string.ascii_letters,
    codes.CATEGORY_NOT_WORD: "-. ",
}


def text_of(pattern: str, random: Random, least: int = 0, most: int | None = None) -> str:
    """A text of `least` to `most` characters that likely has `pattern` in it: look-arounds and the like
    are not looked at, so that whoever needs to be sure asks again."""
    text = "".join(_of(parser.parse(pattern), random))
    if len(text) < least and not re.search(r"\$|\\Z", pattern):
        text = text.ljust(least, "x")
    return text[:most]


def _of(parsed: Any, random: Random) -> Iterator[str]:
    for code, argument in parsed:
        if code is codes.LITERAL:
            yield chr(argument)
        elif code is codes.NOT_LITERAL:
            yield random.choice([c for c in _USUAL if ord(c) != argument])
        elif code is codes.ANY:
            yield random.choice(_USUAL)
        elif code is codes.IN:
            yield random.choice(_members(argument))
        elif code is codes.BRANCH:
            yield from _of(random.choice(argument[1]), random)
        elif code is codes.SUBPATTERN:
            yield from _of(argument[-1], random)
        elif code is codes.ATOMIC_GROUP:
            yield from _of(argument, random)
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            low, high, inner = argument
            for _ in range(random.randint(low, min(high, low + _MORE))):
                yield from _of(inner, random)


def _members(items: Any) -> str:
    """Some characters of a set."""
    is_negated = items[0][0] is codes.NEGATE
    found = ""
    for code, argument in items:
        if code is codes.LITERAL:
            found += chr(argument)
        elif code is codes.RANGE:
            low, high = argument
            found += "".join(map(chr, range(low, min(high, low + 100) + 1)))
        elif code is codes.CATEGORY:
            found += _CATEGORIES[argument]
    return "".join(c for c in _USUAL if c not in found) if is_negated else found
