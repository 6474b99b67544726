"""Reads lines of the native format that are as plain as most are, many at a time.

A line that says nothing but time, direction and content of a message of the server is decoded into a
class of its own, of half the fields, by one call for all lines in a row: 0.7 µs a line where
:func:`~voxwire.capture.formats.native.parsed_line` takes 0.9. Every other line is left to that function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from types import NoneType
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec

from voxwire.capture.formats.native import Line, ParsedLine, parsed_line

_MANY: Final = 16
"""Other lines among those that are read together: from so many on, each line is read by itself, as an
exception costs more than a second attempt gains."""

_FIRST_BYTE: Final = itemgetter(0)
_BRACE: Final = {ord("{")}

_LINE_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class PlainText(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """The line of a text message of the server that says nothing else."""

    ts: float | None = None
    dir: Literal["s2c"]
    opcode: Literal["text"]
    text: str


class PlainBinary(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """The line of a binary message of the server that says nothing else."""

    ts: float | None = None
    dir: Literal["s2c"]
    opcode: Literal["binary"]
    b64: bytes


AnyLine: TypeAlias = PlainText | PlainBinary | ParsedLine
"""A line as it was read, quickly or in full."""

_text_decoder: Final = msgspec.json.Decoder(PlainText)
_text: Final = _text_decoder.decode
_texts: Final = _text_decoder.decode_lines
_binary: Final = msgspec.json.Decoder(PlainBinary).decode


def raw_lines(data: bytes) -> list[bytes]:
    """Whole lines, each with its line end."""
    return BytesIO(data).readlines()  # splits three times as fast as split() and keeps line ends


def read_lines(data: bytes) -> list[AnyLine]:
    """Read whole lines, one item each; the last may lack its line end."""
    raw = raw_lines(data)
    if not raw:
        return []
    together = _read_together(data, raw)
    if together is not None:
        return together
    decode: Callable[[bytes], AnyLine] = _binary if b'"b64"' in raw[0] else _text
    lines: list[AnyLine] = []
    rest = iter(raw)
    misses = 0
    while not _extended(lines, decode, rest):
        lines.append(read_line(raw[len(lines)]))
        misses += 1
        if misses == _MANY:
            lines.extend(map(read_line, rest))
            break
    return lines


def _read_together(data: bytes, raw: Sequence[bytes]) -> list[AnyLine] | None:
    """The same in one call where all lines are plain texts; None where they are not.

    The decoder goes from object to object and not from line to line. So there must be as many objects as
    lines, and each line must begin with a brace: in such an object none can follow a line feed, as it holds
    no other object and its texts hold no line feeds.
    """
    if set(map(_FIRST_BYTE, raw)) != _BRACE or not data.endswith(b"\n"):
        return None
    try:
        lines: list[AnyLine] = [*_texts(data)]
    except _LINE_ERRORS:
        return None
    return lines if len(lines) == len(raw) else None


def read_line(raw: bytes) -> ParsedLine:
    """One line with its line end, in full; without it, the file ends there."""
    return parsed_line(raw[:-1]) if raw.endswith(b"\n") else parsed_line(raw, is_last=True)


def in_full(line: AnyLine) -> ParsedLine:
    """The line as it is when it is read in full."""
    match line:
        case PlainText():
            return Line(line.ts, line.dir, line.opcode, line.text)
        case PlainBinary():
            return Line(line.ts, line.dir, line.opcode, None, line.b64)
    return line


def messages_of(lines: Sequence[AnyLine]) -> Iterator[tuple[int, list[str] | list[bytes]]]:
    """The server's messages of one kind on lines in a row, on the connection that was opened last, and
    which of the lines is the first."""
    kinds = set(map(type, lines))
    if kinds == {PlainText}:
        yield 0, [line.text for line in cast("Sequence[PlainText]", lines)]
    elif kinds == {PlainBinary}:
        yield 0, [line.b64 for line in cast("Sequence[PlainBinary]", lines)]
    else:
        start = 0
        for kind, group in groupby(map(_content_of, lines), type):
            contents: list[Any] = list(group)
            if kind is not NoneType:
                yield start, contents
            start += len(contents)


def _content_of(line: AnyLine) -> str | bytes | None:
    match line:
        case PlainText():
            return line.text
        case PlainBinary():
            return line.b64
        case Line(dir="s2c", conn=None):
            return line.text if line.opcode == "text" else line.b64 if line.opcode else None
    return None


def _extended(
    lines: list[AnyLine], decode: Callable[[bytes], AnyLine], rest: Iterator[bytes]
) -> bool:
    """Read on into `lines` as long as `decode` takes what comes; whether that was all."""
    try:
        lines.extend(map(decode, rest))  # which keeps what was read before an exception
    except _LINE_ERRORS:
        return False
    return True
