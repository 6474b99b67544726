"""The same traffic gives the same findings, whether it was recorded as messages or as packets."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import EXAMPLES, START
from tests.voxwire.packet_files import (
    CLIENT,
    DEFLATE,
    SERVER,
    Deflater,
    Recorded,
    Talk,
    Tcp,
    answer,
    closing,
    ethernet,
    ipv4,
    pcap,
    ws,
)
from voxwire.capture import Closed, Connection, Frame, Opened, read_capture
from voxwire.rules.capture_format import (
    CAPTURE_GAP,
    CAPTURE_ONE_SIDED,
    CAPTURE_UNREADABLE,
)
from voxwire.rules.closing import FRAME_AFTER_CLOSE
from voxwire.rules.example import Example
from voxwire.rules.registry import RULES

NANOSECONDS = 0xA1B23C4D
KEY = b"\x12\x9a\x00\xff"
Timed = tuple[float, Tcp]


class _Packets:
    """The packets of one connection."""

    def __init__(self, connection: Connection, *, deflates: bool) -> None:
        self._talk = Talk(ports=(40_000 + connection.number, 80))
        self._deflates = deflates
        self._deflaters = Deflater(), Deflater()
        address = (connection.url or "").partition("://")[2]
        host, _, path = address.partition("/")
        self._ask = (
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        ).encode()

    def _new(self, ts: float) -> Iterator[Timed]:
        for segment in self._talk.segments:
            yield ts, segment
        self._talk.segments.clear()

    def opened(self, ts: float) -> Iterator[Timed]:
        fields = (DEFLATE,) if self._deflates else ()
        self._talk.client(self._ask).server(answer(*fields))
        return self._new(ts)

    def frame(self, frame: Frame) -> Iterator[Timed]:
        side = CLIENT if frame.direction == "c2s" else SERVER
        data, opcode = frame.data, 2
        if isinstance(data, str):
            data, opcode = data.encode("utf-8", "surrogatepass"), 1
        if self._deflates:
            data = self._deflaters[side](data)
        key = KEY if side == CLIENT else b""
        whole = ws(data, opcode=opcode, rsv=4 if self._deflates else 0, key=key)
        self._talk._say(side, [whole[at : at + 1400] for at in range(0, len(whole), 1400)])
        return self._new(frame.ts)

    def closed(self, closed: Closed) -> Iterator[Timed]:
        self._talk.server(closing(closed.code, closed.reason))
        return self._new(closed.ts)


def packets_of(path: Path, *, deflates: bool) -> list[Recorded]:
    """The packets that carry what a native capture holds."""
    talks: dict[Connection, _Packets] = {}
    timed: list[Timed] = []
    for event in read_capture(path):
        match event:
            case Opened(connection):
                talks[connection] = _Packets(connection, deflates=deflates)
                timed += talks[connection].opened(connection.started)
            case Frame(connection):
                timed += talks[connection].frame(event)
            case Closed(connection):
                timed += talks[connection].closed(event)
    return [Recorded(ethernet(ipv4(segment)), round((ts - START) * 1e9)) for ts, segment in timed]


CAPTURES = {path.stem: path.read_bytes() for path in sorted(EXAMPLES.glob("*.ndjson"))}
"""Whole captures, and what breaks one rule each, if it is not about the file: of packets, those behind a close
are no messages any more."""
CAPTURES |= {
    rule.id: rule.bad.content()
    for rule in RULES.values()
    if isinstance(rule.bad, Example) and rule.group != "capture" and rule is not FRAME_AFTER_CLOSE
}


@pytest.mark.parametrize("name", CAPTURES)
@pytest.mark.parametrize("deflates", [False, True])
def test_findings(name: str, deflates: bool, tmp_path: Path) -> None:
    native, packets = tmp_path / "native.ndjson", tmp_path / "packets.pcap"
    native.write_bytes(CAPTURES[name])
    packets.write_bytes(pcap(packets_of(native, deflates=deflates), magic=NANOSECONDS))

    def found(file: Path) -> list[tuple[object, ...]]:
        return [
            (one.rule, one.severity, one.connection, one.frame, one.pointer, one.message, one.blame)
            for one in check_conversation(file)
        ]

    def frames(file: Path) -> list[tuple[object, ...]]:
        return [
            (event.connection.number, event.number, event.direction, event.data)
            for event in read_capture(file)
            if isinstance(event, Frame)
        ]

    assert frames(packets) == frames(native)
    assert found(packets) == found(native)
    assert found(native) or name not in RULES


def disturbed(packets: list[Recorded], draw: random.Random) -> list[Recorded]:
    """What an imperfect recorder makes of packets: some are missing, late, there twice, or cut off."""
    packets = list(packets)
    for _ in range(draw.choice((1, 1, 2, 4))):
        if len(packets) < 30:
            break  # of less, hardly a connection is left
        at, far = draw.randrange(len(packets)), draw.randrange(1, 20)
        match draw.randrange(9):
            case 0:
                del packets[at]
            case 1:
                del packets[at : at + far]
            case 2:
                packets.insert(at + far, packets[at])
            case 3:
                packets.insert(at + far, packets.pop(at))
            case 4:
                packets[at] = _cut(packets[at], draw.randrange(54, 400))
            case 5:
                packets = [_cut(packet, 60 + 10 * far) for packet in packets]
            case 6:
                packets.insert(0, packets.pop(at))
            case 7:
                block = packets[at : at + 2]
                del packets[at : at + 2]
                packets[1:1] = block
            case _:
                packets = packets[far:]
    return packets


def _cut(packet: Recorded, size: int) -> Recorded:
    whole = len(packet.data) if packet.size is None else packet.size
    return Recorded(packet.data[:size], packet.at, whole)


@pytest.mark.parametrize("seed", range(60))
def test_nobody_is_blamed_for_what_the_recorder_lost(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    name = ("flow-resume-a1-lost", "flow-resume-a2", "flow-resume-a3-plain")[seed % 3]
    packets = packets_of(EXAMPLES / f"{name}.ndjson", deflates=seed % 2 == 0)
    file = tmp_path / "packets.pcap"
    file.write_bytes(pcap(disturbed(packets, draw), magic=NANOSECONDS))
    assert {finding.rule for finding in check_conversation(file)} <= {
        CAPTURE_GAP,
        CAPTURE_ONE_SIDED,
        CAPTURE_UNREADABLE,
    }
