"""Messages that a program has printed as they are, one a line."""

from __future__ import annotations

import json
from typing import Final

import msgspec

_decode: Final = msgspec.json.Decoder().decode
_first_value: Final = json.JSONDecoder().raw_decode


def printed_messages(line: str) -> list[str]:
    """The messages on a line: one, or several JSON objects in a row, as programs print them that add no line
    ends. None for what is no JSON object or array: such a line may be half of a message, or anything."""
    text = line.strip()
    if not text.startswith(("{", "[")):
        return []
    try:
        _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _in_a_row(text)
    return [text]


def _in_a_row(text: str) -> list[str]:
    found: list[str] = []
    end = 0
    while end < len(text):
        if text[end] != "{":
            return []
        start = end
        try:
            _, end = _first_value(text, start)
        except (ValueError, RecursionError):
            return []
        found.append(text[start:end])
    return found
