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

    `is_marked` is True of a value that stands at any depth below one of the keys that were asked for,
    `is_below` of one that stands below one of the others.
    """

    start: int
    end: int
    kind: Literal["key", "string", "number"]
    is_marked: bool
    is_below: bool = False


_STRING: Final = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"'
_NUMBER: Final = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?"
_TOKEN: Final = re.compile(
    rf"[ \t\n\r]*+(?:(?P<string>{_STRING})|(?P<punctuation>[][{{}}:,])"
    rf"|(?P<word>true|false|null|NaN|-?Infinity)|(?P<number>{_NUMBER}))"
)
LONE: Final = re.compile(r"[\ud800-\udfff]")
"""Half of a surrogate pair; in what was bytes, it stands for a byte that is not UTF-8."""

_REST: Final = re.compile(r"[ \t\n\r]*+\Z")

_VALUE, _ITEM_OR_END, _KEY, _KEY_OR_END, _COLON, _COMMA_OR_END = range(6)
"""What may come next. `_ITEM_OR_END` and `_KEY_OR_END` hold right behind an opening bracket."""


def scan(text: str, marked_keys: Set[str], other_keys: Set[str] = frozenset()) -> Iterator[Scalar]:
    """The scalars of `text` in order, keys among them; marked below `marked_keys`, and below `other_keys`,
    which are lower case and stand for any case.

    Raises NotJsonError when `text` is no JSON, possibly after some scalars.
    """
    # The closing bracket, whether all inside is marked, and whether it is below another key.
    containers: list[tuple[str, bool, bool]] = []
    key_marks = key_is_other = False
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
        is_inside_other = bool(containers) and containers[-1][2]
        if kind == "punctuation" and token in "]}":
            may_end = expected in (_COMMA_OR_END, _ITEM_OR_END, _KEY_OR_END)
            if not may_end or containers.pop()[0] != token:
                raise NotJsonError
            expected = _COMMA_OR_END
        elif expected in (_KEY, _KEY_OR_END):
            if kind != "string":
                raise NotJsonError
            yield Scalar(match.start("string"), position, "key", is_inside_marked, is_inside_other)
            key = string_value(token).lower()
            key_marks = is_inside_marked or key in marked_keys
            key_is_other = is_inside_other or key in other_keys
            expected = _COLON
        elif expected in (_VALUE, _ITEM_OR_END):
            is_of_key = bool(containers) and containers[-1][0] == "}"
            is_marked = key_marks if is_of_key else is_inside_marked
            is_below = key_is_other if is_of_key else is_inside_other
            expected = _COMMA_OR_END
            if kind == "string":
                yield Scalar(match.start(kind), position, "string", is_marked, is_below)
            elif kind == "number":
                yield Scalar(match.start(kind), position, "number", is_marked, is_below)
            elif kind == "punctuation":
                if token == "{":
                    containers.append(("}", is_marked, is_below))
                    expected = _KEY_OR_END
                elif token == "[":
                    containers.append(("]", is_marked, is_below))
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


def string_literal(value: str, like: str) -> str:
    """`value` as a JSON string literal, its characters spelled as in the literal `like`."""
    # Half of a surrogate pair that stands there as it is may be a byte that is not UTF-8.
    escapes = like.isascii() or ("\\u" in like and not LONE.search(like))
    literal = json.dumps(value, ensure_ascii=escapes)
    return LONE.sub(lambda half: half[0] if half[0] in like else _escaped(half[0]), literal)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def string_value(literal: str) -> str:
    """What a JSON string literal stands for."""
    if "\\" not in literal:
        return literal[1:-1]
    value = json.loads(literal)
    assert isinstance(value, str)
    return value
