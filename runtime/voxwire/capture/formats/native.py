"""The native capture format: one JSON object a line (protocol section 11).

::

    {"url": "wss://host/gateway?v=1&encoding=json", "ts": 1795376354.14}     starts a connection
    {"ts": 1795376354.15, "dir": "s2c", "opcode": "text", "text": "{…}"}     a text frame
    {"ts": 1795376354.16, "dir": "s2c", "opcode": "binary", "b64": "KLUv…"}  a binary frame
    {"close": {"code": 4002, "reason": "DECODE_ERROR"}, "ts": 1795376354.19} the end, if it was seen

``ts`` is Unix time in seconds; milliseconds and the like are recognised. ``dir`` is ``s2c`` or ``c2s``. Every line may name its connection with
``"conn"`` (any string), so that interleaved connections can be told apart. Other keys are ignored.

A text message that is not UTF-8, which some tools record, has its bytes beside the text (``text_b64``).

What was made of the file of another tool may say in the header what that does not record
(``"lacks": ["close", "control"]``), and where something is missing::

    {"gap": {"message": "1448 bytes are missing"}}
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final, Literal, TypeAlias

import msgspec

from voxwire.capture.connections import Connections
from voxwire.capture.events import (
    BadLine,
    CaptureEvent,
    Closed,
    Connection,
    Frame,
    Lacks,
    Place,
)
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.gap_note import GapNote
from voxwire.capture.lines import Lines, OverlongLine, ZeroFill, whole_lines
from voxwire.capture.times import Times, in_seconds
from voxwire.direction import Direction
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_LINE_INVALID, CAPTURE_LINE_TOO_LONG
from voxwire.rules.rule import Rule


class _Close(msgspec.Struct, frozen=True, gc=False):
    code: int
    reason: str | None = None
    by: Any = None
    """Who closed, as our own writer says; nobody else needs it."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """Any line of the format; which one it is follows from the keys that it has."""

    ts: float | None = None
    dir: Direction | None = None
    opcode: Literal["text", "binary"] | None = None
    text: str | None = None
    b64: bytes | None = None
    conn: str | None = None
    url: str | None = None
    subprotocol: Any = None
    """Text; captures that hold something else there are read all the same."""
    close: _Close | None = None
    lacks: Any = None
    """Of a header: what was not recorded, names of :class:`Lacks` in lower case. Others are ignored."""
    member: Any = None
    """Of a header: the name of the capture in the archive that this one was made of."""
    gap: GapNote | None = None
    text_b64: Any = None
    """The bytes of a text that is not UTF-8; what is no base64 is ignored."""
    at: str | None = None
    """Where the message stands in the file of another tool that this one was made of."""


class UnreadableLine(msgspec.Struct, frozen=True, gc=False):
    """A line that does not have the format, and why."""

    message: str
    rule: Rule = CAPTURE_LINE_INVALID
    hint: str = ""


ParsedLine: TypeAlias = Line | UnreadableLine | None
"""A line of a capture; None for a blank one."""

_BEGINNING: Final = re.compile(rb'\{\s*"(?:url|ts|dir|opcode|text|b64|conn|close)"\s*:')
_decode: Final = msgspec.json.Decoder(Line).decode
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_ENDS_EARLY: Final = "Input data was truncated"
_CUT_OFF: Final = "the capture ends in the middle of this line"
_CRASH: Final = (
    "a crash of the machine leaves zero bytes; what stands before and after them was read"
)


def read_native(blocks: Iterable[bytes]) -> Iterator[CaptureEvent]:
    """The events of a capture in the native format, in order. A bad line is an event, too."""
    reader = NativeReader()
    number = 0
    for lines in whole_lines(blocks):
        for line in parsed_lines(lines):
            number += 1
            yield from reader.events(number, line)


class NativeReader:
    """Reads a capture in two steps, for those who can make short work of plain lines in between."""

    def __init__(self) -> None:
        self.connections = Connections()
        self._latest_time = 0.0

    def pass_over(self, connection: Connection, frames: int, ts: float | None) -> None:
        """So many lines are frames of `connection`, with times of which `ts` is the last as written: what
        :meth:`events` does with such lines, without the events. The times count the same."""
        connection.frames += frames
        if ts is None:
            connection.add_times("missing")
        else:
            self._latest_time, times = in_seconds(ts)
            connection.add_times(times)

    def events(self, number: int, line: ParsedLine) -> Iterator[CaptureEvent]:
        """What the line with this number means."""
        if line is None:
            return
        connections = self.connections
        if isinstance(line, UnreadableLine):
            yield _bad_line(number, line, connections)
            return
        data = content_of(line)
        times: Times
        ts, times = (self._latest_time, "missing") if line.ts is None else in_seconds(line.ts)
        self._latest_time = ts
        if line.dir is None:
            yield from _header_or_close(number, line, ts, times, connections)
        elif data is None or line.opcode is None:
            problem = UnreadableLine('has neither "text" nor "b64" as its "opcode" says')
            yield _bad_line(number, problem, connections)
        else:
            connection = connections.find(line.conn)
            if connection is None:
                opened = connections.open_without_header(line.conn, ts)
                connection = opened.connection
                connection.times = times
                yield opened
            connection.frames += 1
            connection.add_times(times)
            place = None if line.at is None else Place.of(line.at)
            yield Frame(connection, connection.frames, ts, line.dir, data, place)


def content_of(line: Line) -> str | bytes | None:
    """The message of a line as its ``opcode`` says. Of a text that is not UTF-8, its bytes are on the line,
    too: each that is wrong is half a surrogate pair in what is given."""
    if line.opcode != "text":
        return line.b64
    if line.text is not None and isinstance(line.text_b64, str):
        with suppress(ValueError):
            raw = b64decode(line.text_b64, validate=True)
            return raw.decode("utf-8", "surrogateescape")
    return line.text


def _header_or_close(
    number: int, line: Line, ts: float, times: Times, connections: Connections
) -> Iterator[CaptureEvent]:
    if line.url is not None:
        lacks = Lacks.of(line.lacks)
        opened = connections.open(
            line.conn,
            None if Lacks.ADDRESS in lacks else line.url,
            ts,
            line.subprotocol if isinstance(line.subprotocol, str) else None,
            lacks,
        )
        if isinstance(line.member, str):
            opened.connection.member = line.member
        opened.connection.times = "missing" if Lacks.TIME in lacks else times
        yield opened
    elif line.close is not None:
        connection = connections.find(line.conn)
        if connection is None:
            opened = connections.open_without_header(line.conn, ts)
            connection = opened.connection
            yield opened
        connection.add_times(times)
        connections.release(line.conn)
        yield Closed(connection, ts, line.close.code, line.close.reason or "")
    elif line.gap is not None:
        yield line.gap.event(connections.find(line.conn), is_named=line.conn is not None)
    else:
        problem = UnreadableLine('is no header, frame or close: it has no "url", "dir" or "close"')
        yield _bad_line(number, problem, connections)


def _bad_line(number: int, line: UnreadableLine, connections: Connections) -> BadLine:
    return BadLine(connections.latest, line.rule, f"line {number} {line.message}", line.hint)


def is_of_the_format(line: bytes) -> bool:
    """Whether this is a header, a frame or a close."""
    parsed = parsed_line(line)
    return isinstance(parsed, Line) and (
        parsed.url is not None
        or parsed.close is not None
        or (parsed.dir is not None and parsed.opcode is not None)
    )


def begins_like_a_line(line: bytes) -> bytes:
    """As much of a line as shows that it is meant to be of the format, with its first key; empty if it
    is not."""
    found = _BEGINNING.match(line)
    return b"" if found is None else found[0]


def parsed_line(line: bytes, is_last: bool = False) -> ParsedLine:
    """One line without its line end; `is_last` when it had none, because the file ends there."""
    content = line.removeprefix(BYTE_ORDER_MARK).strip(b" \t\r")
    if not content:
        return None
    try:
        return _decode(content)
    except msgspec.ValidationError as error:
        reason = _lower_first(error).replace("`float | null`", "`float`")
        return UnreadableLine(f"does not have the format: {reason}")
    except UnicodeDecodeError:
        return UnreadableLine("is not UTF-8")
    except RecursionError:
        return UnreadableLine("is nested too deeply")
    except msgspec.DecodeError as error:
        if content.startswith(b"\0"):
            return _zeros_before(content)
        if _ENDS_EARLY in str(error) and _is_json(content):
            return UnreadableLine("holds half of a surrogate pair in a text")
        hint = _CUT_OFF if is_last and _is_cut_off(content, error) else ""
        reason = _lower_first(error).removeprefix("jSON is malformed: ")
        return UnreadableLine(f"is not JSON: {reason}", hint=hint)


def parsed_lines(block: Lines) -> Sequence[ParsedLine]:
    """The lines of `block`, one item each; None for a blank one."""
    if isinstance(block, OverlongLine):
        message = f"is longer than {MAX_LINE_SIZE} bytes and was skipped"
        return [UnreadableLine(message, CAPTURE_LINE_TOO_LONG)]
    if isinstance(block, ZeroFill):
        return _before_zero_fill(block)
    lines = block.split(b"\n")
    last = lines.pop()
    try:
        return list(map(_decode, lines)) + ([_decode(last)] if last else [])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        parsed = [parsed_line(line) for line in lines]
        return [*parsed, parsed_line(last, is_last=True)] if last else parsed


def _before_zero_fill(block: ZeroFill) -> Sequence[ParsedLine]:
    """What is left of the last line, if it is whole, and that zero bytes follow; one cause, one line."""
    fill = f"{_zero_bytes(block.size)}, and the file ends there"
    line = parsed_line(block.start)
    if line is None:
        return [UnreadableLine(f"is {fill}", hint=_CRASH)]
    if isinstance(line, Line):
        return [line, UnreadableLine(f"is {fill}", hint=_CRASH)]
    return [UnreadableLine(f"goes over into {fill}", hint=_CRASH)]


def _zeros_before(content: bytes) -> UnreadableLine:
    count = len(content) - len(content.lstrip(b"\0"))
    verb = "is" if count == len(content) else "begins with"
    return UnreadableLine(f"{verb} {_zero_bytes(count)}", hint=_CRASH)


def _zero_bytes(count: int) -> str:
    return f"{count} zero byte{'' if count == 1 else 's'}"


def _is_cut_off(content: bytes, error: msgspec.DecodeError) -> bool:
    """Whether `content` is the start of some JSON, as far as `error` is about it."""
    if _ENDS_EARLY in str(error):
        return True
    before = content.rstrip(b"+-.eE")  # a number may be cut off where it cannot end
    if before == content:
        return False
    try:
        _decode(before)
    except msgspec.DecodeError as other:
        return _ENDS_EARLY in str(other)
    return False


def _is_json(content: bytes) -> bool:
    """Whether only this reader takes `content` for cut off, as it does when half of a surrogate pair
    stands near the end."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _lower_first(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]


def _probe(start: bytes) -> Likelihood:
    """Whether there is a line of the format; :mod:`voxwire.capture.detect` searches further for one."""
    found = any(is_of_the_format(line) for line in start.split(b"\n"))
    return Likelihood.SURE if found else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    return read_native(capture.blocks())


NATIVE: Final = CaptureFormat(
    "native",
    "JSON lines of `voxwire record`",
    Lacks.CONTROL,
    _probe,
    _read,
    "the only one that loses nothing of the messages; see `voxwire validate --help`",
)
