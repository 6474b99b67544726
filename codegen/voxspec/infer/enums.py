"""Which texts are words of a list: under one key, few of them, again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from voxspec.infer.plain import Shape
from voxspec.infer.words import singular, snake
from voxspec.model import naming

_PART: Final = "(?:[a-z0-9]+|[A-Z0-9]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*)"
_WORD: Final = re.compile(rf"(?=[A-Za-z]){_PART}(?:[._:/-]{_PART})*")
"""In one case or as in camels: ids have capitals, digits and small letters in any order."""
_TELLING: Final = frozenset(
    "action category code direction event format kind level method mode op phase priority reason role "
    "severity state status type visibility".split()
)
"""What keys of lists of words end with."""

_MOST_TELLING: Final = 24
_MOST: Final = 8
_OFTEN: Final = 20
"""How often each word of a list is there on average when its key says nothing of a list."""


@dataclass(slots=True, eq=False)
class WordList:
    """An enum: its values with how often each was there."""

    base: str
    owner: str
    values: dict[str, int]
    name: str = ""


class WordLists:
    """All enums of a protocol."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[WordList]] = {}

    def add(self, shape: Shape, key: str, owner: str) -> None:
        """What stood under a key, and in arrays there."""
        for texts in _texts(shape):
            values = texts["values"]
            if not _are_words(values) or texts["secret"] or texts["date_time"]:
                continue
            lists = self._by_key.setdefault(key, [])
            touching = [one for one in lists if one.values.keys() & values.keys()]
            joined = WordList(singular(snake(key)), owner, dict(values))
            for one in touching:
                lists.remove(one)
                joined.owner = one.owner
                for value, count in one.values.items():
                    joined.values[value] = joined.values.get(value, 0) + count
            lists.append(joined)

    def of(self, texts: Shape, key: str) -> WordList | None:
        """The enum that texts under a key belong to."""
        values = texts["values"]
        if not values or texts["secret"]:
            return None
        for one in self._by_key.get(key, ()):
            if values.keys() <= one.values.keys() and _is_list(one, key):
                return one
        return None


def _texts(shape: Shape) -> Iterator[Shape]:
    if "string" in shape:
        yield shape["string"]
    if "array" in shape and shape["array"]["items"] is not None:
        yield from _texts(shape["array"]["items"])


def _are_words(values: dict[str, int] | None) -> bool:
    return bool(values) and all(map(_WORD.fullmatch, values or ()))


def _is_list(words: WordList, key: str) -> bool:
    total, different = sum(words.values.values()), len(words.values)
    if len({naming.constant(value) for value in words.values}) < different:
        return False
    if snake(key).rpartition("_")[2] in _TELLING:
        return total >= 3 and total > different and different <= _MOST_TELLING
    is_even = min(words.values.values()) >= 3 and total >= _OFTEN * different
    are_plain = all(value.islower() or value.isupper() for value in words.values)
    return 2 <= different <= _MOST and is_even and are_plain
