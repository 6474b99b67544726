"""Packet captures for :mod:`benchmarks.foreign_captures`: WebSocket frames in TCP in IPv4 in Ethernet in pcap."""

import base64
import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator

from benchmarks.make_capture import START, Sent
from voxwire.wire.compression import Compressor

MASK = b"\x2a\x00\x99\xfe"
"""Of the frames of the client; tools choose a new one for each."""
_KEY = base64.b64encode(bytes(16)).decode()
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What servers hash behind the key (RFC 6455, section 1.3)."""
_SEGMENT = 1448
"""Bytes that a packet of Ethernet holds at most."""
_CLIENT, _SERVER = (b"\x7f\x00\x00\x01", 52794), (b"\x7f\x00\x00\x01", 8765)
_TEXT, _BINARY, _COMPRESSED, _FIN = 1, 2, 0x40, 0x80

Framed = Callable[[Sent], bytes]


def handshake(target: str, extension: str = "") -> tuple[bytes, bytes]:
    """What a client asks, and what the server answers."""
    accept = base64.b64encode(hashlib.sha1((_KEY + _GUID).encode()).digest()).decode()
    added = f"Sec-WebSocket-Extensions: {extension}\r\n" if extension else ""
    asked = (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n{added}\r\n"
    )
    answered = (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n{added}\r\n"
    )
    return asked.encode(), answered.encode()


def websocket_frame(payload: bytes, opcode: int = _TEXT, mask: bytes = b"") -> bytes:
    """A whole message in one frame; masked if there is a mask."""
    size, masked = len(payload), 0x80 if mask else 0
    if size < 126:
        head = struct.pack(">BB", _FIN | opcode, masked | size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", _FIN | opcode, masked | 126, size)
    else:
        head = struct.pack(">BBQ", _FIN | opcode, masked | 127, size)
    if not mask:
        return head + payload
    stream = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return head + mask + (int.from_bytes(payload, "big") ^ stream).to_bytes(size, "big")


def plain_pcap(messages: Iterable[Sent]) -> Iterator[bytes]:
    """As tcpdump writes it; each message is a packet, or several where it is long."""

    def framed(sent: Sent) -> bytes:
        return websocket_frame(sent.text.encode(), mask=_mask(sent))

    return _pcap(messages, framed)


def zstd_pcap(messages: Iterable[Sent]) -> Iterator[bytes]:
    """The same of a connection whose server compresses each message with zstd."""
    compress = Compressor().compress

    def framed(sent: Sent) -> bytes:
        if sent.direction == "c2s":
            return websocket_frame(sent.text.encode(), mask=MASK)
        return websocket_frame(compress(sent.text.encode()), _BINARY)

    return _pcap(messages, framed, target="/gateway?v=1&encoding=json&compress=zstd")


def deflate_pcap(messages: Iterable[Sent]) -> Iterator[bytes]:
    """The same with permessage-deflate, which keeps its context."""
    compressors = {way: zlib.compressobj(wbits=-15) for way in ("c2s", "s2c")}

    def framed(sent: Sent) -> bytes:
        compressor = compressors[sent.direction]
        data = compressor.compress(sent.text.encode()) + compressor.flush(zlib.Z_SYNC_FLUSH)
        return websocket_frame(data[:-4], _TEXT | _COMPRESSED, _mask(sent))

    return _pcap(messages, framed, extension="permessage-deflate")


def _mask(sent: Sent) -> bytes:
    return MASK if sent.direction == "c2s" else b""


def _pcap(
    messages: Iterable[Sent],
    framed: Framed,
    *,
    target: str = "/gateway?v=1&encoding=json",
    extension: str = "",
) -> Iterator[bytes]:
    yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    tcp = _Tcp()
    yield from tcp.opening(START)
    asked, answered = handshake(target, extension)
    yield from tcp.sent(START, "c2s", asked)
    yield from tcp.sent(START, "s2c", answered)
    for message in messages:
        yield from tcp.sent(message.ts, message.direction, framed(message))


class _Tcp:
    """Both ends of a connection; each acknowledges every second packet."""

    def __init__(self) -> None:
        self._next = {"c2s": 1_000_000_000, "s2c": 4_294_900_000}
        """The number of the next byte; that of the server begins anew soon."""
        self._unacknowledged = {"c2s": 0, "s2c": 0}

    def opening(self, ts: float) -> Iterator[bytes]:
        """The packets that open it."""
        yield self._packet(ts, "c2s", b"", 0x02)
        self._next["c2s"] += 1
        yield self._packet(ts, "s2c", b"", 0x12)
        self._next["s2c"] += 1
        yield self._packet(ts, "c2s", b"", 0x10)

    def sent(self, ts: float, direction: str, data: bytes) -> Iterator[bytes]:
        """The packets with `data`, and the other side's acknowledgement when it is due."""
        for start in range(0, len(data), _SEGMENT):
            part = data[start : start + _SEGMENT]
            yield self._packet(ts, direction, part, 0x18)
            self._next[direction] = (self._next[direction] + len(part)) & 0xFFFFFFFF
            self._unacknowledged[direction] += 1
            if self._unacknowledged[direction] == 2:
                self._unacknowledged[direction] = 0
                yield self._packet(ts, _other(direction), b"", 0x10)

    def _packet(self, ts: float, direction: str, data: bytes, flags: int) -> bytes:
        (source, source_port), (target, target_port) = (
            (_CLIENT, _SERVER) if direction == "c2s" else (_SERVER, _CLIENT)
        )
        ack = self._next[_other(direction)] if flags & 0x10 else 0
        tcp = struct.pack(
            ">HHIIBBHHH",
            source_port,
            target_port,
            self._next[direction],
            ack,
            5 << 4,
            flags,
            65_535,
            0,
            0,
        )
        size = 20 + len(tcp) + len(data)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, size, 0, 0x4000, 64, 6, 0, source, target)
        packet = bytes(12) + b"\x08\x00" + ip + tcp + data
        seconds, micros = divmod(round(ts * 1_000_000), 1_000_000)
        return struct.pack("<IIII", seconds, micros, len(packet), len(packet)) + packet


def _other(direction: str) -> str:
    return "s2c" if direction == "c2s" else "c2s"
