"""Knows by its start what a file is that is no capture.

Signatures are certain: bytes that formats begin with, and keys and phrases that tools write. Where none
fits, :func:`looks_like` names the likeliest kind of text. Neither shows anything of a file's content.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LOOKED_AT: Final = 65_536
"""Bytes at the start that are looked at."""

_SIGN_LINES: Final = 50
"""Lines at the start that count as evidence."""


class OtherFormat(NamedTuple):
    """A format that captures are mistaken for. `advice` says how to get from it to a capture.
    `is_vague` when the name alone does not tell why it is none; `may_hold_captures` when it may be one all the
    same, in a wrapping that is not opened."""

    name: str
    advice: str = ""
    is_vague: bool = False
    may_hold_captures: bool = False


def _wrapping(name: str, advice: str) -> OtherFormat:
    return OtherFormat(name, advice, may_hold_captures=True)


_RECORD: Final = "record the traffic with `voxwire record`"
_EACH_MESSAGE: Final = f"write each message in it as a line of a capture, or {_RECORD}"
_DECOMPRESS: Final = "decompress it first"
_UNPACK: Final = "unpack it, and name the captures in it"
_UTF_8: Final = "captures are UTF-8: convert it, for instance with iconv"
_PACKETS: Final = (
    f"it holds packets in a format that is not read: editcap makes a pcap of some, or {_RECORD}"
)

_MAGIC: Final[tuple[tuple[bytes, OtherFormat], ...]] = (
    (b"btsnoop\0", _wrapping("a packet capture (btsnoop)", _PACKETS)),
    (b"snoop\0\0\0", _wrapping("a packet capture (snoop)", _PACKETS)),
    (b"\xff\xfe\0\0", _wrapping("UTF-32 text", _UTF_8)),
    (b"\0\0\xfe\xff", _wrapping("UTF-32 text", _UTF_8)),
    (b"\xff\xfe", _wrapping("UTF-16 text", _UTF_8)),
    (b"\xfe\xff", _wrapping("UTF-16 text", _UTF_8)),
    (b"\x1f\x8b", _wrapping("a file that was compressed twice", "decompress it once")),
    (b"\x28\xb5\x2f\xfd", _wrapping("a file that was compressed twice", "decompress it once")),
    (b"\xfd7zXZ\0", _wrapping("a file compressed with xz", _DECOMPRESS)),
    (b"BZh", _wrapping("a file compressed with bzip2", _DECOMPRESS)),
    (b"\x04\x22\x4d\x18", _wrapping("a file compressed with lz4", _DECOMPRESS)),
    (b"\x1f\x9d", _wrapping("a file compressed with compress", _DECOMPRESS)),
    (b"7z\xbc\xaf\x27\x1c", _wrapping("a 7-Zip archive", _UNPACK)),
    (b"Rar!\x1a\x07", _wrapping("a RAR archive", _UNPACK)),
    (b"PK\x03\x04", _wrapping("a zip archive", _UNPACK)),
    (b"PK\x05\x06", OtherFormat("an empty zip archive")),
    (b"SQLite format 3\0", OtherFormat("a SQLite database")),
    (b"\x89PNG\r\n\x1a\n", OtherFormat("a PNG image")),
    (b"\xff\xd8\xff", OtherFormat("a JPEG image")),
    (b"GIF87a", OtherFormat("a GIF image")),
    (b"GIF89a", OtherFormat("a GIF image")),
    (b"%PDF-", OtherFormat("a PDF document")),
    (b"\x7fELF", OtherFormat("a program")),
    (b"MZ\x90", OtherFormat("a program")),
    (b"PAR1", OtherFormat("a Parquet table")),
)
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_TAR: Final = (257, b"ustar")

_TRACE: Final = OtherFormat(
    "the part of a Playwright trace that has no messages",
    "name trace.zip, or trace.network beside it",
)
_ATTACHED: Final = OtherFormat(
    "a file of messages that Playwright attached to another",
    "name that one: the .har beside it, trace.zip, or trace.network beside the folder resources",
)
BINARY_LINES: Final = OtherFormat(
    "a file of compressed messages with line ends between them, as websocat prints them",
    "where one ends cannot be told for certain; record again with "
    "`websocat --base64 --binary-prefix B: --text-prefix T:`, or with `voxwire record`",
)
_REPORT: Final = OtherFormat("a report of `voxwire validate`", "name the capture that it is about")

_JSON_START: Final = re.compile(rb'\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*(.)', re.DOTALL)
"""The first key of a JSON object and the first character of its value."""

_PHRASES: Final[tuple[tuple[re.Pattern[bytes], OtherFormat], ...]] = (
    (
        re.compile(rb'^[ \t]*\{[^\n]{0,400}"type"\s*:\s*"context-options"', re.MULTILINE),
        _TRACE,
    ),
    (
        re.compile(
            rb'\A\{"type":"(?:send|receive)","time":-?[\d.]+,"opcode":\d+,"data":"', re.MULTILINE
        ),
        _ATTACHED,
    ),
    (re.compile(rb"^\x28\xb5\x2f\xfd", re.MULTILINE), BINARY_LINES),
    *(
        (re.compile(pattern, re.MULTILINE), OtherFormat(name, advice))
        for pattern, name, advice in (
            (
                rb"^\[(?:TRACE|DEBUG|INFO|WARN|ERROR) +websocat\b",
                "a log of websocat without messages",
                "put its overlay log: around the WebSocket, as in `websocat - log:ws://host/`",
            ),
            (
                rb"Connected \(press CTRL\+C to quit\)|^[<>] \{\s*\x22",
                "the output of wscat",
                "read it with --from wscat",
            ),
            (
                rb"\bwebsockets\.(?:client|server|protocol|legacy)\b",
                "a log of websockets without messages",
                "set the level of the logger websockets to DEBUG",
            ),
        )
    ),
)
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_FEW: Final = 20
"""A text has fewer than one control character among so many."""

_BARE_FRAME: Final = re.compile(rb'[<> ]*\{\s*"(?:type|d|seq)"\s*:')
BARE_FRAMES: Final = OtherFormat(
    "frames alone, as websocat and wscat print them",
    "read them with --from wscat if wscat wrote them, and else with --from lines and --direction s2c, or c2s if "
    "the client sent them",
)
_ARRAY: Final = OtherFormat(
    "a JSON array",
    "if its elements are in the native format, jq -c '.[]' FILE writes them one a line",
)
_ARRAY_IN_LINES: Final = re.compile(rb"\[\s*\{[^\n]*\}[ \t]*,[ \t]*\r?\n")
"""An array with an element on each line: of these the last has no comma, and may be a line of ours."""

_LAID_OUT: Final = OtherFormat(
    "JSON over several lines",
    "if it is in the native format, jq -c . FILE writes one object a line",
)


def recognised(start: bytes) -> OtherFormat | None:
    """The format that a file which begins with `start` certainly has; None for one not known."""
    format_ = recognised_in_spite_of_lines(start)
    if format_ is not None:
        return format_
    text = _content(start)
    return _json(text) or next((found for sign, found in _PHRASES if sign.search(text)), None)


def recognised_in_spite_of_lines(start: bytes) -> OtherFormat | None:
    """The same, for formats in which lines of a capture may stand as they are."""
    for magic, format_ in _MAGIC:
        if start.startswith(magic) and not _is_garbled(start, magic):
            return format_
    position, magic = _TAR
    if start[position:].startswith(magic):
        return _wrapping("a tar archive", _UNPACK)
    if _is_utf_16(start):
        return _wrapping("UTF-16 text", _UTF_8)
    return _ARRAY if _ARRAY_IN_LINES.match(_content(start)) else None


def _is_garbled(start: bytes, magic: bytes) -> bool:
    """Whether only a line that was destroyed begins like UTF-16: the next character is not ASCII."""
    if magic not in _UTF_16_MARKS:
        return False
    high, low = start[3:4], start[2:3]
    if magic == b"\xfe\xff":
        high, low = low, high
    return high != b"\0" or not low.isascii() or low in (b"\0", b"")


def looks_like(start: bytes) -> OtherFormat:
    """The likeliest kind of a file that is none of those known for certain."""
    text = _content(start)
    if _is_binary(text):
        return OtherFormat("a binary file")
    if text.startswith(b"["):
        if re.match(rb"\[\s*[\[{\"\]]", text):
            return _ARRAY
    elif _BARE_FRAME.match(text):
        return BARE_FRAMES
    elif text.startswith((b"{\n", b"{\r\n", b"{ \n")):
        return _LAID_OUT
    elif text.startswith(b"{"):
        return OtherFormat("JSON with other keys", is_vague=True)
    return next(
        (OtherFormat(name) for sign, name in _TEXTS if sign.search(text)), _table(text)
    ) or OtherFormat("text of another kind", is_vague=True)


_TEXTS: Final = tuple(
    (re.compile(pattern, re.MULTILINE | re.IGNORECASE), name)
    for pattern, name in (
        (rb"\A<!doctype html|\A<html", "HTML"),
        (rb"\A<\?xml|\A<[a-z!]", "XML"),
        (
            rb"\A#!|\A\s*(?:#include|package|import|from|use|using|const|let|var|def|class) \S",
            "source code",
        ),
        (rb"\A(?:# .*TLS secrets|CLIENT_RANDOM |[A-Z_]*TRAFFIC_SECRET)", "a TLS key log"),
        (rb"\A(?:GET|POST|PUT|HEAD) \S+ HTTP/|\AHTTP/1\.", "an HTTP exchange"),
        (rb"\A\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\A\[?\d\d:\d\d:\d\d", "the log of a program"),
        (
            rb"\A(?:%YAML|---\s*$)|\A(?:#.*\n+)*[\w.-]+:(?: \S.*)?$\n(?:\s*- |\s*[\w.-]+:(?: |$))",
            "YAML",
        ),
        (rb"\A\[[\w.-]+\][ \t\r]*$", "a file of settings"),
        (
            rb"^[ \t]*(?:async |export |public )*(?:def|class|function|func|fn) \w+ ?[(:{<]",
            "source code",
        ),
    )
)


def _is_utf_16(start: bytes) -> bool:
    """Whether it is ASCII in two bytes a character, without a byte order mark."""
    sample = start[: min(len(start), 256) & ~1]
    if len(sample) < 4:
        return False
    first, second = sample[::2], sample[1::2]
    return (not first.strip(b"\0") and b"\0" not in second) or (
        not second.strip(b"\0") and b"\0" not in first
    )


def _content(start: bytes) -> bytes:
    """`start` without what may stand before the first character of a text."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_binary(text: bytes) -> bool:
    return b"\0" in text or len(_CONTROL.findall(text)) * _FEW > len(text)


def _json(text: bytes) -> OtherFormat | None:
    """What a JSON object is by its first key."""
    found = _JSON_START.match(text)
    if found is None:
        return None
    key, value = found.groups()
    if key == b"findings" and value == b"[":
        return _REPORT
    if key == b"rule" and value == b'"' and b'"severity"' in text:
        return _REPORT
    return None


def _table(text: bytes) -> OtherFormat | None:
    """A table when the first lines have equally many separators."""
    lines = text.split(b"\n")[:_SIGN_LINES]
    lines = [line for line in lines[:-1] or lines if line.strip()][:5]
    for separator, name in ((b",", "a CSV table"), (b";", "a CSV table"), (b"\t", "a table")):
        counts = {line.count(separator) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return OtherFormat(name)
    return None
