"""Where the strings and numbers of a JSON text stand, so that some can be replaced in place.

Parsing and writing again would lose what a capture must keep: layout, the spelling of numbers, keys
that occur twice, ``NaN``. Texts are accepted exactly as by the standard library's :mod:`json`. Nothing
recurses, and memory does not depend on the depth of the text times its length.
"""

import json
import re
from collections.abc import Iterator, Set
from typing import Final, Literal, NamedTuple


class NotJsonError(ValueError):
    """The text is not one JSON value."""


class Scalar(NamedTuple):
    """One string, key or number of a JSON text: ``text[start:end]``, quotation marks included.

    `is_marked` is True of a value that stands at any depth below one of the keys that were asked for.
    """

    start: int
    end: int
    kind: Literal["key", "string", "number"]
    is_marked: bool


_STRING: Final = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"'
_NUMBER: Final = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_TOKEN: Final = re.compile(
    rf"[ \t\n\r]*+(?:(?P<string>{_STRING})|(?P<punctuation>[][{{}}:,])"
    rf"|(?P<word>true|false|null|NaN|-?Infinity)|(?P<number>{_NUMBER}))"
)
_REST: Final = re.compile(r"[ \t\n\r]*+\Z")

_VALUE, _ITEM_OR_END, _KEY, _KEY_OR_END, _COLON, _COMMA_OR_END = range(6)
"""What may come next. `_ITEM_OR_END` and `_KEY_OR_END` hold right behind an opening bracket."""


def scan(text: str, marked_keys: Set[str]) -> Iterator[Scalar]:
    """The scalars of `text` in order, keys among them; marked below `marked_keys`, which are lower case
    and stand for any case.

    Raises NotJsonError when `text` is no JSON, possibly after some scalars.
    """
    containers: list[tuple[str, bool]] = []  # the closing bracket, and whether all inside is marked
    key_marks = False
    expected = _VALUE
    position = 0
    while True:
        if expected == _COMMA_OR_END and not containers:
            break
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotJsonError
        position = match.end()
        kind, token = match.lastgroup, match[match.lastgroup or 0]
        is_inside_marked = bool(containers) and containers[-1][1]
        if kind == "punctuation" and token in "]}":
            may_end = expected in (_COMMA_OR_END, _ITEM_OR_END, _KEY_OR_END)
            if not may_end or containers.pop()[0] != token:
                raise NotJsonError
            expected = _COMMA_OR_END
        elif expected in (_KEY, _KEY_OR_END):
            if kind != "string":
                raise NotJsonError
            yield Scalar(match.start("string"), position, "key", is_inside_marked)
            key_marks = is_inside_marked or string_value(token).lower() in marked_keys
            expected = _COLON
        elif expected in (_VALUE, _ITEM_OR_END):
            is_marked = key_marks if containers and containers[-1][0] == "}" else is_inside_marked
            expected = _COMMA_OR_END
            if kind == "string":
                yield Scalar(match.start(kind), position, "string", is_marked)
            elif kind == "number":
                yield Scalar(match.start(kind), position, "number", is_marked)
            elif kind == "punctuation":
                if token == "{":
                    containers.append(("}", is_marked))
                    expected = _KEY_OR_END
                elif token == "[":
                    containers.append(("]", is_marked))
                    expected = _ITEM_OR_END
                else:
                    raise NotJsonError
        elif expected == _COLON and token == ":":
            expected = _VALUE
        elif expected == _COMMA_OR_END and token == ",":
            expected = _KEY if containers[-1][0] == "}" else _VALUE
        else:
            raise NotJsonError
    if _REST.match(text, position) is None:
        raise NotJsonError


def string_value(literal: str) -> str:
    """What a JSON string literal stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    value = json.loads(literal)
    assert isinstance(value, str)
    return value
