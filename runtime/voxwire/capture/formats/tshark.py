"""What tshark decoded: ``-T ek`` and ``-T json``, with duplicate keys or without.

``tshark -r F -Y 'websocket or http.upgrade' -T ek``; what ``-j`` and ``-J`` leave out is missing. Text is in the
layer ``websocket``, binary content in the layer ``data`` beside it, masks say which side sent a frame. A
message in fragments is whole with the last of them; 4.0 does not inflate it, and prints what is compressed
as if it were text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.events import BadLine, Lacks, Place
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_connections import LogConnections, Numbers
from voxwire.capture.messages import BINARY, CLOSE, CONT, NO_CODE, TEXT, Missing
from voxwire.capture.tshark_packets import Fields, Packet, Unreadable, packets
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

_PROBED: Final = re.compile(rb'"_index"\s*:\s*"packets-|^\{"timestamp"\s*:\s*"\d+"\s*,\s*"layers"')

_READ_THE_PACKETS: Final = "read the packet capture itself, which has all of it"
_GARBLED: Final = Missing(
    "tshark did not inflate a message in fragments, and garbled it", _READ_THE_PACKETS
)
_IN_PART: Final = Missing("tshark shows a message only in part", _READ_THE_PACKETS)
_NOT_SHOWN: Final = Missing("tshark does not show what a message holds", _READ_THE_PACKETS)
_LAYERS: Final = '-J "http websocket data", or use neither -j nor -J'
_NO_DATA: Final = Missing("tshark was told to leave out a binary message", f"add {_LAYERS}")
_FILTERED: Final = f"tshark was told to leave out the layer websocket: add {_LAYERS}"
_APART: Final = (
    'add tcp to the layers, so that connections can be told apart: -J "tcp http websocket data"'
)
_LEFT_OUT: Final = Missing("tshark was told to leave out what a message holds", f"add {_LAYERS}")
_RAW: Final = "tshark wrote the bytes of packets alone: read it with --from tshark-raw"
_COMPRESSED: Final = 4
"""RSV1 among the reserved bits (RFC 7692, section 6)."""
_SWITCHING: Final = 101


class _Part(NamedTuple):
    """A frame of a message."""

    opcode: int
    size: int
    is_compressed: bool
    data: bytes | None
    """What the packet shows with it: its own content, or with the last frame that of the whole message."""
    missing: Missing | None


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _PROBED.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    numbers = Numbers()
    streams: dict[str | None, _Stream] = {}
    has_frames = is_filtered = is_raw = False
    for packet in packets(capture.blocks()):
        if isinstance(packet, Unreadable):
            yield BadLine(None, CAPTURE_PART_INVALID, packet.message)
            continue
        stream = streams.get(packet.stream)
        if stream is None:
            if len(streams) >= MAX_CONNECTIONS:
                yield from streams.pop(next(iter(streams))).connections.finish()
            stream = streams[packet.stream] = _Stream(numbers)
        for fields in packet.layer("http"):
            yield from stream.http(fields, packet)
        frames = packet.layer("websocket")
        has_frames = has_frames or any("fin" in fields for fields in frames)
        is_filtered = is_filtered or any(fields.is_filtered for fields in frames)
        is_raw = is_raw or any("fin_raw" in fields for fields in frames)
        yield from stream.frames(frames, packet)
    if not has_frames and (is_filtered or is_raw):
        raise CaptureError(_FILTERED if is_filtered else _RAW)
    for stream in streams.values():
        yield from stream.connections.finish()


class _Stream:
    """What goes over one TCP connection, or over those of a file that does not tell them apart."""

    def __init__(self, numbers: Numbers) -> None:
        self.connections: Final = LogConnections(numbers, Lacks.NOTHING, _APART)
        self._parts: dict[Direction, list[_Part]] = {}
        self._data: list[Fields] = []

    def http(self, fields: Fields, packet: Packet) -> Iterator[CaptureEvent]:
        """A request or a response. Only those that lead to a WebSocket count."""
        connections = self.connections
        if "request_method" in fields or "request_full_uri" in fields:
            if fields.get("upgrade", "websocket").lower() == "websocket":
                yield from connections.begin(str(_place(packet)))
                connections.handshake.target = _ws(fields.get("request_full_uri"))
        elif "response_code" in fields or "response_for_uri" in fields:
            code = fields.number("response_code") or _SWITCHING
            if not connections.has_begun and code == _SWITCHING:
                yield from connections.begin(str(_place(packet)))
            handshake = connections.handshake
            handshake.status = code
            handshake.subprotocol = fields.get("sec_websocket_protocol")
            handshake.target = handshake.target or _ws(fields.get("response_for_uri"))
            if handshake.is_refused:
                yield from connections.end()

    def frames(self, frames: list[Fields], packet: Packet) -> Iterator[CaptureEvent]:
        """All frames of a packet. Binary ones take the next layer of data each."""
        self._data = [fields for fields in packet.layer("data") if not fields.is_filtered]
        for fields in frames:
            opcode, mask = fields.number("opcode"), fields.number("mask")
            if fields.is_filtered or "fin_raw" in fields:
                continue
            if "fin" not in fields or opcode is None or mask is None:
                message = f"{_place(packet)} has a frame that cannot be read"
                yield BadLine(None, CAPTURE_PART_INVALID, message)
                continue
            yield from self.connections.messages(packet.ts)
            way: Direction = "c2s" if mask else "s2c"
            if opcode == CLOSE:
                yield from self._close(way, fields, packet)
            elif opcode in (CONT, TEXT, BINARY):
                yield from self._part(way, opcode, fields, packet)

    def _close(self, way: Direction, fields: Fields, packet: Packet) -> Iterator[CaptureEvent]:
        code = fields.number("payload_close_status_code")
        if code is None and not _size(fields):
            code = NO_CODE
        reason = fields.get("payload_close_reason", "")
        yield from self.connections.current.close(way, code, reason, packet.ts or 0.0)

    def _part(
        self, way: Direction, opcode: int, fields: Fields, packet: Packet
    ) -> Iterator[CaptureEvent]:
        messages, place = self.connections.current, _place(packet)
        parts = self._parts.get(way)
        if parts is None or opcode != CONT:
            if parts:  # whose last frame is not there: the messages say so
                yield from self._said(way, parts[0], _IN_PART, packet, is_last=False)
            parts = self._parts[way] = []
        is_last = bool(fields.number("fin"))
        kind = parts[0].opcode if parts else opcode
        parts.append(self._read(opcode, kind, fields, is_last=is_last))
        if not is_last:
            return
        del self._parts[way]
        yield from messages.frame(way, kind, _whole(parts), ts=packet.ts or 0.0, place=place)

    def _said(
        self, way: Direction, part: _Part, missing: Missing, packet: Packet, *, is_last: bool
    ) -> Iterator[CaptureEvent]:
        yield from self.connections.current.frame(
            way, part.opcode, missing, ts=packet.ts or 0.0, place=_place(packet), is_last=is_last
        )

    def _read(self, opcode: int, kind: int, fields: Fields, *, is_last: bool) -> _Part:
        """What a packet shows of a frame, which is of a message of this kind."""
        size, missing = _size(fields), None
        data: bytes | None = None
        if size == 0:
            data = b""
        elif kind == BINARY and is_last:
            found = self._data.pop(0) if self._data else None
            data = None if found is None else found.octets("data")
            missing = _NO_DATA if data is None else None
        elif "payload_text" in fields:
            data = fields["payload_text"].encode("utf-8", "surrogatepass")
        elif "payload_continue" in fields:
            data = fields.octets("payload_continue")
        elif fields.is_in_part:
            missing = _LEFT_OUT
        is_compressed = bool((fields.number("rsv") or 0) & _COMPRESSED)
        return _Part(opcode, size, is_compressed, data, missing)


def _whole(parts: list[_Part]) -> bytes | Missing:
    """The content of a message, if its frames show all of it."""
    first, last = parts[0], parts[-1]
    if last.missing is not None:
        return last.missing
    data = last.data
    if first.is_compressed:
        if data is None:
            return _GARBLED if len(parts) > 1 else _NOT_SHOWN
        is_doubtful = len(parts) > 1 or (first.opcode == TEXT and _REPLACED in data)
        return data if not is_doubtful or _is_json(data) else _GARBLED
    size = sum(part.size for part in parts)
    if data is not None and len(data) == size:
        return data
    shown = [part.data for part in parts]
    if all(part.data is not None and len(part.data) == part.size for part in parts):
        return b"".join(filter(None, shown))
    return _NOT_SHOWN if data is None else _IN_PART


_REPLACED: Final = "\N{REPLACEMENT CHARACTER}".encode()


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return True


def _size(fields: Fields) -> int:
    """The length of a frame's content, as it was sent."""
    for name in ("payload_length_ext_64", "payload_length_ext_16", "payload_length"):
        size = fields.number(name)
        if size is not None:
            return size
    return 0


def _place(packet: Packet) -> Place:
    if packet.number is None:
        return Place("entry", packet.entry)
    return Place("packet", packet.number)


def _ws(uri: str | None) -> str | None:
    return None if uri is None else re.sub(r"^http", "ws", uri)


TSHARK: Final = CaptureFormat(
    "tshark",
    "JSON of tshark, -T json and -T ek",
    Lacks.NOTHING,
    _probe,
    _read,
    "with the layers frame, tcp, http, websocket and data; of compressed messages in fragments read the "
    "packet capture",
)
