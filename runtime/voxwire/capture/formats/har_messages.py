"""From an entry of a HAR to the events of its connection."""

from __future__ import annotations

import binascii
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from voxwire.capture.events import Closed, Connection, Frame, Gap, Lacks, Opened, Place
from voxwire.capture.formats.json_parts import (
    READ_ERRORS,
    ItemReader,
    Unreadable,
    whole_items,
)
from voxwire.capture.gap_note import GapNote
from voxwire.capture.lines import OverlongLine, whole_lines
from voxwire.capture.times import FIRST_UNIX_TIME, LAST_UNIX_TIME, in_seconds
from voxwire.errors import CaptureError
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput
    from voxwire.capture.formats.har_entries import Entry
    from voxwire.capture.lines import Lines
    from voxwire.direction import Direction

LACKS: Final = Lacks.CLOSE | Lacks.CONTROL
"""What no HAR has."""

_NO_MESSAGES: Final = Lacks.CLIENT | Lacks.SERVER
_WAYS: Final[dict[str, Direction]] = {"send": "c2s", "receive": "s2c"}

_TEXT: Final = 1
_BINARY: Final = 2
_NO_MESSAGE: Final = frozenset((-1, 8, 9, 10))
"""Opcodes: -1 is an error, which Chrome writes among the messages; close, ping and pong some others."""

_KEEP_TOGETHER: Final = "keep the files together that were written, or record into one .zip"


class _Close(msgspec.Struct, gc=False):
    code: int
    reason: str = ""


class _Message(msgspec.Struct, gc=False, rename={"gap": "_gap", "close": "_close"}):
    type: str
    opcode: int
    data: str
    time: float | None = None
    gap: GapNote | None = None
    close: _Close | None = None
    raw: bytes | None = msgspec.field(name="_bytes", default=None)


READER: Final = ItemReader(_Message)
"""Reads messages, in whatever they stand."""

_decode_lines: Final = msgspec.json.Decoder(_Message).decode_lines


class _NotRecorded(NamedTuple):
    """There are no messages, and why."""

    reason: str
    hint: str = ""


def failed(entry: Entry) -> str | None:
    """Why the connection of an entry never came about; None where it did. Of one that failed there is no
    message but an error."""
    if entry.status == 101 or entry.attached is not None:
        return None
    first: list[_Message | Unreadable] = next(_groups(entry), [])
    if any(isinstance(one, Unreadable) or one.opcode not in _NO_MESSAGE for one in first):
        return None
    said = [one.data for one in first if isinstance(one, _Message)]
    return entry.failure or next(iter(said), f"the status is {entry.status}")


def connection_events(number: int, entry: Entry, capture: CaptureInput) -> Iterator[CaptureEvent]:
    """The events of the connection with this number."""
    attached = None
    missing: _NotRecorded | None = None
    if entry.messages is None:
        if entry.attached is None:
            reason = f"{entry.place}: its messages were not recorded" if entry.is_whole else ""
            missing = _NotRecorded(reason)
        else:
            attached = capture.beside(entry.attached)
            if attached is None:
                reason = f"{entry.place}: its messages are in {entry.attached}, which is not there"
                missing = _NotRecorded(reason, _KEEP_TOGETHER)
    groups = _groups(entry) if attached is None else _attached(attached)
    first = next(groups, [])
    connection = _connection(number, entry, first)
    if missing is not None:
        connection.lacks |= _NO_MESSAGES
    yield Opened(connection, has_header=True)
    for problem in entry.problems:
        yield Gap(connection, CAPTURE_PART_INVALID, f"{entry.place}: {problem}")
    if missing is not None and missing.reason:
        yield Gap(connection, CAPTURE_GAP, missing.reason, missing.hint)
    yield from _frames(connection, entry.place, chain((first,), groups))


def _connection(number: int, entry: Entry, first: Iterable[_Message | Unreadable]) -> Connection:
    """The connection, with what is not known of it."""
    lacks = (LACKS & ~Lacks.CLOSE if entry.closes else LACKS) | entry.lacks
    url = None if Lacks.ADDRESS in lacks else entry.url
    if url is None:
        lacks |= Lacks.ADDRESS
    times = [one.time for one in first if isinstance(one, _Message) and one.opcode != -1]
    seconds = [None if time is None else _seconds(time) for time in times]
    if None in seconds:
        lacks |= Lacks.TIME
    started = entry.started
    if started is None or started < FIRST_UNIX_TIME:
        started = None
    if Lacks.TIME not in lacks and seconds and seconds[0] is not None:
        # Of two clocks, or of one that is rounded, what came first cannot be later.
        started = seconds[0] if started is None else min(started, seconds[0])
    if started is None:
        lacks |= Lacks.TIME
    return Connection(number, started or 0.0, url, entry.subprotocol, lacks)


def _seconds(time: float) -> float | None:
    """Unix time; None for what is no time of day, such as -1, or seconds since the browser began."""
    if FIRST_UNIX_TIME <= time < LAST_UNIX_TIME:
        return time
    ts, times = in_seconds(time)
    return None if times == "unknown" else ts


def _time_of(message: _Message) -> float | None:
    return None if message.time is None else _seconds(message.time)


def _frames(
    connection: Connection,
    place: Place,
    groups: Iterable[list[_Message | Unreadable]],
) -> Iterator[CaptureEvent]:
    unit, entry, _ = place
    has_times = Lacks.TIME not in connection.lacks
    ts = connection.started
    at = 0
    for group in groups:
        for message in group:
            at += 1
            if isinstance(message, Unreadable):
                yield _unreadable(connection, Place(unit, entry, at), message.reason)
                continue
            opcode, data = message.opcode, message.data
            if opcode in _NO_MESSAGE:
                if message.gap is not None:
                    yield message.gap.event(connection)
                elif message.close is not None:
                    code, reason = message.close.code, message.close.reason
                    yield Closed(connection, _time_of(message) or ts, code, reason)
                continue
            way = _WAYS.get(message.type)
            if way is None:
                problem = 'its type is neither "send" nor "receive"'
                yield _unreadable(connection, Place(unit, entry, at), problem)
                continue
            content: str | bytes = data
            if message.raw is not None:  # ours, of a text that is not UTF-8
                content = message.raw.decode("utf-8", "surrogateescape")
            if opcode != _TEXT:
                binary = _binary(opcode, data)
                if isinstance(binary, Unreadable):
                    yield _unreadable(connection, Place(unit, entry, at), binary.reason)
                    continue
                content = binary
            if has_times:
                seconds = _time_of(message)
                if seconds is None:
                    has_times = False
                    connection.lacks |= Lacks.TIME
                    connection.add_times("missing")
                else:
                    ts = seconds
            connection.frames += 1
            yield Frame(connection, connection.frames, ts, way, content, Place(unit, entry, at))


def _binary(opcode: int, data: str) -> bytes | Unreadable:
    if opcode != _BINARY:
        return Unreadable(f"its opcode is {opcode}, and not that of a text (1) or of bytes (2)")
    try:
        return binascii.a2b_base64(data, strict_mode=True)
    except ValueError:  # of which the module's own error is one
        return Unreadable("its data is not base64")


def _unreadable(connection: Connection, place: Place, why: str) -> Gap:
    return Gap(connection, CAPTURE_PART_INVALID, f"{place} cannot be read: {why}")


def _groups(entry: Entry) -> Iterator[list[_Message | Unreadable]]:
    """The messages in an entry; of one that is damaged, those that stand before that."""
    messages = entry.messages
    if messages is None:
        return
    if entry.is_whole:
        yield from READER.groups(messages)
        return
    unreadable: list[_Message | Unreadable] = []  # the last one may be what is damaged
    for start, end in whole_items(messages, 1, len(messages)):
        message = READER.one(messages[start:end])
        if isinstance(message, Unreadable):
            unreadable.append(message)
        else:
            yield [*unreadable, message]
            unreadable.clear()
    if entry.rest is not None:
        damage, rest = entry.rest
        yield [Unreadable(f"it is damaged at byte {damage}")]
        yield from READER.groups(rest, 0, len(rest))


def _attached(capture: CaptureInput) -> Iterator[list[_Message | Unreadable]]:
    """The messages in a file of their own, one a line."""
    try:
        for lines in whole_lines(capture.blocks()):
            yield _of_lines(lines)
    except CaptureError as error:
        yield [Unreadable(str(error))]


def _of_lines(lines: Lines) -> list[_Message | Unreadable]:
    if isinstance(lines, OverlongLine):
        return [Unreadable(f"its line is longer than {MAX_LINE_SIZE} bytes")]
    if not isinstance(lines, bytes):
        rest = [lines.start, b"\0"] if lines.start else [b"\0"]
        return [READER.one(line) for line in rest]
    try:
        return list(_decode_lines(lines))
    except READ_ERRORS:
        return [READER.one(line) for line in lines.split(b"\n") if line.strip()]
