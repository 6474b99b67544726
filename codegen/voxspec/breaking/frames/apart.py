"""Values of a type that are told apart: as many as are asked for, or all that can be made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, product
from string import ascii_lowercase, ascii_uppercase, digits

from voxspec.breaking.frames.texts import fits, texts
from voxspec.model import (
    BooleanType,
    ConstType,
    Enum,
    Flags,
    IntegerType,
    JsonValue,
    NamedType,
    Protocol,
    Scalar,
    StringType,
    Type,
    Use,
)

_ALPHABETS = (digits, ascii_lowercase, ascii_uppercase)
"""A character is exchanged for others of the same kind."""

_MOST_CHANGED = 4
"""So many of the last characters of a text are exchanged."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Integers and texts, each another one; ``is_all`` when the type has no others."""

    values: tuple[int | str, ...]
    is_all: bool


def values_apart(protocol: Protocol, use: Use, most: int, first: JsonValue = None) -> Apart:
    """Up to so many values, of which ``first`` is the first one where it is given."""
    found: dict[int | str, None] = {}
    if isinstance(first, int | str):
        found[first] = None
    values, ends = _values(protocol, use.type, first)
    for value in values:
        if len(found) >= most:
            return Apart(tuple(found), is_all=False)
        found.setdefault(value)
    return Apart(tuple(found), is_all=ends)


def _values(protocol: Protocol, type_: Type, first: JsonValue) -> tuple[Iterator[int | str], bool]:
    """Values of a type, and whether it has no others when they are at their end."""
    match type_:
        case IntegerType(minimum=low, maximum=high):
            start = min(max(low, 1), high)
            return chain(range(start, high + 1), range(start - 1, low - 1, -1)), True
        case StringType():
            return _texts(type_, [first] if isinstance(first, str) else []), False
        case ConstType(value=int() | str() as value):
            return iter((value,)), True
        case BooleanType():
            return iter((False, True)), True
        case NamedType(name=name):
            match protocol.type(name):
                case Scalar(use=use):
                    return _values(protocol, use.type, first)
                case Enum(values=values, open=is_open):
                    return iter([each.value for each in values]), not is_open
                case Flags(integer=integer):
                    return _values(protocol, integer, first)
    return iter(()), False


def _texts(type_: StringType, known: list[str]) -> Iterator[str]:
    for text in (*known, *islice(texts(type_), 4)):
        yield text
        yield from _exchanged(type_, text)


def _exchanged(type_: StringType, text: str) -> Iterator[str]:
    """The text with others of its last characters, as far as the type allows it."""
    places = [at for at, one in enumerate(text) if any(one in each for each in _ALPHABETS)]
    last = places[-_MOST_CHANGED:]
    alphabets = [next(each for each in _ALPHABETS if text[at] in each) for at in last]
    for letters in islice(product(*alphabets), 20_000):
        made = [*text]
        for at, letter in zip(last, letters, strict=True):
            made[at] = letter
        if fits(type_, joined := "".join(made)):
            yield joined
