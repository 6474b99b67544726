"""A native capture without its secrets, line by line: what was right or wrong about a line still is.

Of a line only the keys of the format stay. A line that has not the format is masked as a whole, and is
still none. Lines without secrets, and without other keys, are the very same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.capture.events import Lacks, Place
from voxwire.capture.formats.native import (
    BYTE_ORDER_MARK,
    Line,
    begins_like_a_line,
    content_of,
    parsed_line,
)
from voxwire.capture.lines import OverlongLine, whole_lines
from voxwire.capture.writer import content_of_text, json_bytes
from voxwire.limits import MAX_LINE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.wire.redact import Redactor

_KEYS: Final = frozenset(Line.__struct_fields__)
_PIECE: Final = 1_048_576
_raw: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_CLOSERS: Final = ("client", "server", "recorder")


def redacted_lines(blocks: Iterable[bytes], redactor: Redactor) -> Iterator[bytes]:
    """The content of a native capture with its secrets masked, block by block."""
    for some in whole_lines(blocks):
        if isinstance(some, bytes):
            lines = some.split(b"\n")
            last = lines.pop()
            redacted = [_line(line, redactor) for line in lines]
            redacted.append(_line(last, redactor, is_last=True) if last else b"")
            yield b"\n".join(redacted)
        elif isinstance(some, OverlongLine):
            yield from _filled(b"*", MAX_LINE_SIZE + 1)
            yield b"\n"
        else:
            yield _line(some.start, redactor)
            yield from _filled(b"\0", some.size)


def _filled(byte: bytes, size: int) -> Iterator[bytes]:
    while size:
        piece = byte * min(size, _PIECE)
        yield piece
        size -= len(piece)


def _line(line: bytes, redactor: Redactor, *, is_last: bool = False) -> bytes:
    parsed = parsed_line(line, is_last)
    if parsed is None:
        return line
    if not isinstance(parsed, Line):
        return _masked(line, redactor)
    raw = _raw(line.removeprefix(BYTE_ORDER_MARK))
    new = _redacted(parsed, redactor)
    if raw.keys() <= _KEYS and all(new[key] == msgspec.json.decode(raw[key]) for key in new):
        return line
    written = {key: json_bytes(new[key]) if key in new else bytes(raw[key]) for key in raw}
    pairs = (
        b"%b: %b" % (json_bytes(key), value)
        for key, value in written.items()
        if key in _KEYS and new.get(key, 0) is not None
    )
    return b"{%b}" % b", ".join(pairs)


def _redacted(line: Line, redactor: Redactor) -> dict[str, Any]:
    """The values of keys that may hold a secret, without it; None for what is to be left out."""
    found: dict[str, Any] = {}
    if line.text is not None:
        text = content_of(line) if line.opcode == "text" else line.text
        assert isinstance(text, str)
        found |= content_of_text(str(redactor.message(text)))
    if line.text_b64 is not None:
        found.setdefault("text_b64", None)
    if line.b64 is not None:
        data = redactor.message(line.b64)
        assert isinstance(data, bytes)
        found["b64"] = b64encode(data).decode("ascii")
    if line.url is not None:
        found["url"] = redactor.url(line.url)
    if line.conn is not None:
        is_plain = redactor.text(line.conn) == line.conn
        found["conn"] = line.conn if is_plain else redactor.mask(line.conn)
    if line.subprotocol is not None:
        is_text = isinstance(line.subprotocol, str)
        found["subprotocol"] = redactor.text(line.subprotocol) if is_text else None
    if line.member is not None:
        is_text = isinstance(line.member, str)
        found["member"] = redactor.text(line.member) if is_text else None
    if line.lacks is not None:
        found["lacks"] = Lacks.of(line.lacks).names
    if line.at is not None:
        found["at"] = line.at if Place.of(line.at) else None
    return found | _of_close_and_gap(line, redactor)


def _of_close_and_gap(line: Line, redactor: Redactor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if line.close is not None:
        close: dict[str, Any] = {"code": line.close.code}
        if line.close.reason is not None:
            close["reason"] = redactor.text(line.close.reason)
        if line.close.by in _CLOSERS:
            close["by"] = line.close.by
        found["close"] = close
    if line.gap is not None:
        gap = msgspec.structs.replace(
            line.gap, message=redactor.text(line.gap.message), hint=redactor.text(line.gap.hint)
        )
        found["gap"] = msgspec.to_builtins(gap)
    return found


def _masked(line: bytes, redactor: Redactor) -> bytes:
    """What stands for a line that cannot be read: something that cannot be read either, and begins as a
    line of the format if that did."""
    start = begins_like_a_line(line)
    return start + redactor.mask(line[len(start) :].decode("latin-1")).encode()
