"""Frames as people read them: on one line each, or on several that break between tokens alone.

What is whole can be copied: white space between the tokens of JSON means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from voxspec.breaking.words import json_text
from voxspec.model import JsonValue

_MOST_ALIKE: Final = 32
"""How often a character stands in a row, or a value in an array, before it is counted instead."""
_SHOWN_CHARACTERS: Final = 8
_SHOWN_VALUES: Final = 3

_CHARACTER: Final = r"\\u[0-9a-f]{4}|\\.|[^\\]"
_RUN: Final = re.compile(rf"({_CHARACTER})\1{{{_MOST_ALIKE},}}", re.DOTALL)
_TEXT: Final = r'"(?:[^"\\]|\\.)*"'
_TOKEN: Final = re.compile(
    rf'(?:{_TEXT}:)?(?:[\[{{]+|(?:{_TEXT}|[^"\[\]{{}},:]+)[\]}}]*,?|[\]}}]+,?)|.', re.DOTALL
)
"""A value with its key before it, or the bracket that opens it; and what follows it."""


def shown(value: JsonValue) -> str:
    """A value as one line of JSON, in which long rows of what is alike are counted.

    >>> shown({"text": "a" * 501})
    '{"text":"aaaaaaaa… (501 × a)"}'
    """
    return "".join(_parts(value))


def folded(text: str, width: int) -> list[str]:
    """A text of JSON on lines of a width; a token that is longer has a longer line."""
    lines = [""]
    for token in _TOKEN.findall(text):
        if lines[-1] and len(lines[-1]) + len(token) > width:
            lines.append(token.lstrip())
        else:
            lines[-1] += token
    return lines


def _parts(value: JsonValue) -> Iterator[str]:
    match value:
        case dict():
            yield "{"
            for index, (key, inner) in enumerate(value.items()):
                yield f"{',' * (index > 0)}{_text(key)}:"
                yield from _parts(inner)
            yield "}"
        case list():
            rows = [(text, sum(1 for _ in alike)) for text, alike in groupby(map(shown, value))]
            yield f"[{','.join(_row(text, count) for text, count in rows)}]"
        case str():
            yield _text(value)
        case _:
            yield json_text(value)


def _row(text: str, count: int) -> str:
    """One value of an array, which stands there so many times in a row."""
    if count <= _MOST_ALIKE:
        return ",".join([text] * count)
    return f"{','.join([text] * _SHOWN_VALUES)}… ({count:,} of these)"


def _text(text: str) -> str:
    return _RUN.sub(_counted, json_text(text))


def _counted(run: re.Match[str]) -> str:
    count = len(run[0]) // len(run[1])
    return f"{run[1] * _SHOWN_CHARACTERS}… ({count:,} × {run[1]})"
