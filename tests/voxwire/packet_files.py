"""Writes packet captures of WebSocket connections: frames, TCP, IP, links and files, in few words."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tests.voxwire.native import START

FIN, SYN, RST, ACK = 1, 2, 4, 16

CLIENT, SERVER = 0, 1
HOST: Final = "gateway.test:8765"
ASK: Final = (
    f"GET /gateway?v=1&encoding=json HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
).encode()
URL: Final = f"ws://{HOST}/gateway?v=1&encoding=json"


def answer(*fields: str) -> bytes:
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: WebSocket",
        "Connection: upgrade",
        *fields,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


AGREE: Final = answer()
DEFLATE: Final = "Sec-WebSocket-Extensions: permessage-deflate"


def ws(
    data: str | bytes,
    *,
    opcode: int | None = None,
    fin: bool = True,
    rsv: int = 0,
    key: bytes = b"",
    wide: int = 0,
) -> bytes:
    """A frame, masked with `key`; `wide` is how many bytes its length takes at least."""
    payload = data.encode() if isinstance(data, str) else data
    if opcode is None:
        opcode = 1 if isinstance(data, str) else 2
    size = len(payload)
    mask = 0x80 if key else 0
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126 and wide < 2:
        head += bytes([mask | size])
    elif size < 1 << 16 and wide < 8:
        head += bytes([mask | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([mask | 127]) + size.to_bytes(8, "big")
    if key:
        payload = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
    return head + key + payload


KEY: Final = b"\x01\x80\xff\x37"


def c2s(data: str | bytes, **options: int | bool | None) -> bytes:
    """A frame of the client."""
    return ws(data, key=KEY, **options)  # type: ignore[arg-type]


def closing(code: int, reason: str = "", key: bytes = b"") -> bytes:
    return ws(code.to_bytes(2, "big") + reason.encode(), opcode=8, key=key)


class Deflater:
    """Compresses the messages of one side."""

    def __init__(self, *, forgets: bool = False, bits: int = 15) -> None:
        self._forgets, self._bits = forgets, bits
        self._begin()

    def _begin(self) -> None:
        self._compress = zlib.compressobj(wbits=-self._bits)

    def __call__(self, text: str | bytes) -> bytes:
        data = text.encode() if isinstance(text, str) else text
        packed = self._compress.compress(data) + self._compress.flush(zlib.Z_SYNC_FLUSH)
        if self._forgets:
            self._begin()
        return packed.removesuffix(b"\0\0\xff\xff")


# --- TCP ---------------------------------------------------------------------------------------


class Tcp(NamedTuple):
    """A segment of one side."""

    side: int
    seq: int
    data: bytes = b""
    flags: int = ACK
    ack: int = 0
    ports: tuple[int, int] = (50_000, 8765)

    @property
    def packed(self) -> bytes:
        source, target = self.ports if self.side == CLIENT else self.ports[::-1]
        options = b"\x01\x01\x08\x0a" + bytes(8)
        return (
            struct.pack(
                ">HHIIBBHHH",
                source,
                target,
                self.seq & 0xFFFFFFFF,
                self.ack & 0xFFFFFFFF,
                8 << 4,
                self.flags,
                500,
                0,
                0,
            )
            + options
            + self.data
        )


class Talk:
    """A TCP connection, written step by step: each segment acknowledges all that came before."""

    def __init__(
        self,
        first: tuple[int, int] = (1000, 9000),
        ports: tuple[int, int] = (50_000, 8765),
        *,
        shakes_hands: bool = True,
    ) -> None:
        self.segments: list[Tcp] = []
        self._next = list(first)
        self._ports = ports
        if shakes_hands:
            self._add(CLIENT, b"", SYN)
            self._next[CLIENT] += 1
            self._add(SERVER, b"", SYN | ACK)
            self._next[SERVER] += 1

    def _add(self, side: int, data: bytes, flags: int) -> None:
        ack = self._next[1 - side]
        self.segments.append(Tcp(side, self._next[side], data, flags, ack, self._ports))

    def client(self, *data: bytes) -> Talk:
        return self._say(CLIENT, data)

    def server(self, *data: bytes) -> Talk:
        return self._say(SERVER, data)

    def _say(self, side: int, pieces: Iterable[bytes]) -> Talk:
        for data in pieces:
            self._add(side, data, ACK)
            self._next[side] += len(data)
        return self

    def upgrade(self, *fields: str) -> Talk:
        return self.client(ASK).server(answer(*fields))

    def end(self, side: int = CLIENT) -> Talk:
        """Both sides say that nothing follows."""
        for one in (side, 1 - side):
            self._add(one, b"", FIN | ACK)
            self._next[one] += 1
        return self

    def reset(self, side: int = SERVER) -> Talk:
        self._add(side, b"", RST)
        return self


# --- IP and links ------------------------------------------------------------------------------

ADDRESSES_4: Final = (b"\x0a\0\0\1", b"\x0a\0\0\2")
ADDRESSES_6: Final = (b"\xfd" + bytes(14) + b"\1", b"\xfd" + bytes(14) + b"\2")


def ipv4(tcp: Tcp, *, offload: bool = False, options: bytes = b"") -> bytes:
    return _header_4(tcp.side, tcp.packed, options=options, offload=offload)


def _header_4(
    side: int,
    content: bytes,
    place: int = 0,
    *,
    name: int = 7,
    options: bytes = b"",
    offload: bool = False,
) -> bytes:
    header = 20 + len(options)
    length = header + len(content)
    if offload or length > 0xFFFF:
        length = 0
    source, target = ADDRESSES_4[side], ADDRESSES_4[1 - side]
    return (
        struct.pack(">BBHHHBBH", 0x40 | header // 4, 0, length, name, place, 64, 6, 0)
        + source
        + target
        + options
        + content
    )


def ipv4_fragments(tcp: Tcp, size: int) -> list[bytes]:
    """The same in pieces of `size` bytes, which is a multiple of 8."""
    content, name = tcp.packed, (tcp.seq + tcp.ack) & 0xFFFF
    return [
        _header_4(
            tcp.side, content[at : at + size], at // 8 | (at + size < len(content)) << 13, name=name
        )
        for at in range(0, len(content), size)
    ]


def ipv6(tcp: Tcp, *headers: tuple[int, bytes], offload: bool = False) -> bytes:
    """With extension headers, each its kind and its bytes behind the first, which names the next kind."""
    return _header_6(tcp.side, *_chain(headers, tcp.packed), offload=offload)


def _chain(headers: Sequence[tuple[int, bytes]], content: bytes) -> tuple[int, bytes]:
    kind = 6
    for other, rest in reversed(headers):
        content = bytes([kind]) + rest + content
        kind = other
    return kind, content


def _header_6(side: int, kind: int, content: bytes, *, offload: bool = False) -> bytes:
    length = 0 if offload else len(content)
    return (
        struct.pack(">IHBB", 0x60000000, length, kind, 64)
        + ADDRESSES_6[side]
        + ADDRESSES_6[1 - side]
        + content
    )


def ipv6_fragments(tcp: Tcp, size: int, *headers: tuple[int, bytes]) -> list[bytes]:
    """In pieces, with extension headers inside of what is cut."""
    kind, content = _chain(headers, tcp.packed)
    return [
        _header_6(
            tcp.side,
            44,
            struct.pack(">BBHI", kind, 0, at | (at + size < len(content)), 77)
            + content[at : at + size],
        )
        for at in range(0, len(content), size)
    ]


def ethernet(packet: bytes, *tags: int, padding: int = 0) -> bytes:
    """In a frame, with the tags of VLANs before it (0x8100 and the like)."""
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\0"
    tagged = b"".join(tag.to_bytes(2, "big") + b"\0\x05" for tag in tags)
    return bytes(12) + tagged + kind + packet + bytes(padding)


# --- Files -------------------------------------------------------------------------------------


class Recorded(NamedTuple):
    """What a file holds of a packet, and when it came, in nanoseconds since START."""

    data: bytes
    at: int
    size: int | None = None


def seconds(packets: Iterable[bytes]) -> list[Recorded]:
    """Packets of which one comes each second."""
    return [Recorded(data, number * 1_000_000_000) for number, data in enumerate(packets)]


def pcap(
    packets: Iterable[Recorded],
    link: int = 1,
    *,
    order: str = "<",
    magic: int = 0xA1B2C3D4,
    extra: int = 0,
) -> bytes:
    unit = 1 if magic == 0xA1B23C4D else 1000
    file = struct.pack(f"{order}IHHIIII", magic, 2, 4, 0, 0, 262_144, link)
    for data, at, size in packets:
        whole, rest = divmod(at, 1_000_000_000)
        stamp = int(START) + whole, rest // unit
        file += struct.pack(f"{order}IIII", *stamp, len(data), len(data) if size is None else size)
        file += bytes(extra) + data
    return file


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + length + body + length


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(
    link: int = 1, order: str = "<", *options: tuple[int, bytes], snaplen: int = 0
) -> bytes:
    body = struct.pack(f"{order}HHI", link, 0, snaplen)
    for kind, value in options:
        body += struct.pack(f"{order}HH", kind, len(value)) + value + bytes(-len(value) % 4)
    return block(1, body + (bytes(4) if options else b""), order)


def enhanced(
    packet: Recorded, order: str = "<", *, number: int = 0, ticks: int | None = None
) -> bytes:
    """With a time in `ticks`; microseconds where none are given."""
    data, at, size = packet
    if ticks is None:
        ticks = int(START) * 1_000_000 + at // 1000
    lengths = len(data), len(data) if size is None else size
    body = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, *lengths) + data
    return block(6, body, order)


def pcapng(packets: Iterable[Recorded], link: int = 1, order: str = "<") -> bytes:
    return (
        section(order) + interface(link, order) + b"".join(enhanced(one, order) for one in packets)
    )
