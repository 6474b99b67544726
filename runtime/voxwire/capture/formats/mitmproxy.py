"""Flow files of mitmproxy (``mitmdump -w FILE``): one flow after another, each a dictionary.

Flows stand in the order in which they ended, so that those with a WebSocket are looked for first and then
read in the order in which they began. Messages are whole and inflated.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened, Place
from voxwire.capture.formats.by_start import in_order_of_start
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.mitmproxy_flow import Flow, Unreadable, messages_of, read_flow
from voxwire.capture.formats.tnetstrings import TnetstringError, element
from voxwire.capture.times import FIRST_UNIX_TIME, LAST_UNIX_TIME
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput
    from voxwire.capture.formats.mitmproxy_flow import AnyMessage, Message
    from voxwire.capture.formats.tnetstrings import Buffer
    from voxwire.direction import Direction

_LACKS: Final = Lacks.CONTROL

_START: Final = re.compile(rb"\d{1,12}:\d{1,3}:[a-z_]{1,30}[;,]")
_NEXT: Final = re.compile(rb"\}(?=\d{1,12}:\d{1,3}:[a-z_]{1,30}[;,])")
"""Where a flow ends and the next begins: within a flow a dictionary follows its key."""
_MOST_ATTEMPTS: Final = 1000
"""How often the next flow is looked for behind one damage."""

_NO_CLOSE_FRAME: Final = frozenset((1006, 1015))
"""Codes that stand for none: the connection was lost (RFC 6455, section 7.4.1)."""

_TEXT: Final = 1
_BINARY: Final = 2

_TOO_OLD: Final = (
    "it was written by mitmproxy 6 or older, which keeps messages elsewhere; a newer one converts it: "
    "mitmdump -n -r OLD -w NEW"
)


class _Found(NamedTuple):
    """A flow with a WebSocket, and where it is."""

    place: Place
    flow: Flow


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _START.match(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    with capture.mapped() as data:
        found = list(_flows(data))
        flows = [one for one in found if isinstance(one, _Found)]
        if len(flows) == len(found) and all(one.flow.messages is None for one in flows):
            raise CaptureError(_nothing(flows))
        numbers = count(1)
        for one in in_order_of_start(found, _started):
            if isinstance(one, BadLine):
                yield one
            elif one.flow.is_old:
                yield _bad(f"{one.place}: {_TOO_OLD}")
            else:
                yield from _connection(data, next(numbers), one)


def _started(found: _Found) -> float | None:
    return found.flow.started


def _nothing(flows: list[_Found]) -> str:
    if any(one.flow.is_old for one in flows):
        return _TOO_OLD
    if flows:
        return "it was made without the messages of its WebSockets: leave mitmproxy's option websocket on"
    return "it holds no WebSocket connection"


def _flows(data: Buffer) -> Iterator[_Found | BadLine]:
    """The flows with a WebSocket, and what is damaged."""
    position = number = 0
    is_counted = True
    while position < len(data):
        number += 1
        place = Place("flow", number) if is_counted else Place("byte", position)
        try:
            where = element(data, position, len(data))
            if not where.is_dict:
                raise TnetstringError(position, "no flow")
        except TnetstringError as error:
            following = _next_flow(data, position)
            yield _bad(_damage(place, error, len(data), following))
            if following is None:
                return
            position, is_counted = following, False
            continue
        try:
            flow = read_flow(data, where)
        except TnetstringError as error:
            yield _bad(f"{place} is damaged: {error}")
        else:
            if flow.is_websocket or flow.is_old:
                yield _Found(place, flow)
        position = where.end + 1


def _next_flow(data: Buffer, position: int) -> int | None:
    """Where the next flow begins that is whole."""
    for _ in range(_MOST_ATTEMPTS):
        found = _NEXT.search(data, position)
        if found is None:
            return None
        try:
            if element(data, found.end(), len(data)).is_dict:
                return found.end()
        except TnetstringError:
            pass
        position = found.end()
    return None


def _damage(place: Place, error: TnetstringError, size: int, following: int | None) -> str:
    if following is not None:
        return f"{place} is damaged: {error}; what stands before byte {following} is missing"
    return f"{place} is cut off, or damaged: {error}; the file ends at byte {size}"


def _connection(data: Buffer, number: int, found: _Found) -> Iterator[CaptureEvent]:
    place, flow = found
    lacks = _LACKS if flow.close_code is not None else _LACKS | Lacks.CLOSE  # it was still open
    if flow.url is None:
        lacks |= Lacks.ADDRESS
    if flow.messages is None:
        lacks |= Lacks.CLIENT | Lacks.SERVER
    if flow.started is None or not FIRST_UNIX_TIME <= flow.started < LAST_UNIX_TIME:
        lacks |= Lacks.TIME
    started = 0.0 if Lacks.TIME in lacks else flow.started or 0.0
    connection = Connection(number, started, flow.url, flow.subprotocol, lacks)
    yield Opened(connection, has_header=True)
    if flow.messages is None:
        yield Gap(connection, CAPTURE_GAP, f"{place}: its messages were not recorded")
        return
    try:
        yield from _frames(connection, place, messages_of(data, flow.messages))
    except TnetstringError as error:
        problem = f"{place} is damaged: {error}; its messages from there on are missing"
        yield Gap(connection, CAPTURE_PART_INVALID, problem)
    if flow.close_code is not None and flow.close_code not in _NO_CLOSE_FRAME:
        yield Closed(connection, flow.ended or started, flow.close_code, flow.close_reason)


def _frames(
    connection: Connection, place: Place, messages: Iterator[AnyMessage]
) -> Iterator[CaptureEvent]:
    unit, number, _ = place
    for at, message in enumerate(messages, start=1):
        where = Place(unit, number, at)
        if isinstance(message, Unreadable):
            yield _unreadable(connection, where, message.reason)
            continue
        opcode, is_from_client, content, ts, was_dropped, was_injected = message
        if was_dropped or was_injected:
            yield Gap(connection, CAPTURE_GAP, f"{where} {_altered(message)}")
            continue
        data: str | bytes = content
        if opcode == _TEXT:
            try:
                data = content.decode()
            except UnicodeDecodeError:
                yield _unreadable(connection, where, "it is a text, but not UTF-8")
                continue
        elif opcode != _BINARY:
            yield _unreadable(connection, where, f"its opcode is {opcode}")
            continue
        if not FIRST_UNIX_TIME <= ts < LAST_UNIX_TIME:
            connection.add_times("missing")
            ts = connection.started
        connection.frames += 1
        way: Direction = "c2s" if is_from_client else "s2c"
        yield Frame(connection, connection.frames, ts, way, data, where)


def _altered(message: Message) -> str:
    side, other = ("client", "server") if message.is_from_client else ("server", "client")
    if message.was_dropped:
        return f"was dropped by the proxy: the {other} never got it"
    return f"was put in by the proxy: the {side} never sent it"


def _unreadable(connection: Connection, where: Place, why: str) -> Gap:
    return Gap(connection, CAPTURE_PART_INVALID, f"{where} cannot be read: {why}")


def _bad(message: str) -> BadLine:
    return BadLine(None, CAPTURE_PART_INVALID, message)


MITMPROXY: Final = CaptureFormat(
    "mitmproxy",
    "flow files of mitmproxy 7 and newer (mitmdump -w)",
    _LACKS,
    _probe,
    _read,
    "also of connections that are open when mitmproxy stops, which its HAR leaves out",
)
