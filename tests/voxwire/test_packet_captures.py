"""Packet captures that tcpdump and dumpcap wrote: each holds what the capture of a recorder would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation
from voxwire import CaptureError
from voxwire.capture import (
    CaptureEvent,
    Closed,
    Frame,
    Gap,
    Lacks,
    Opened,
    detected_capture,
    read_capture,
)
from voxwire.wire.compression import Decompressor

FORMATS = Path(__file__).parents[1] / "formats"
PCAP = FORMATS / "pcap"

TYPES = [
    *["presence_update"] * 8,
    "server_update",
    *["category_create"] * 2,
    *["feed_create"] * 4,
    *["room_create"] * 3,
]
"""What the server sends of its own accord, in order."""

TSHARK = "-Y 'websocket or http.upgrade' -j 'frame ip ipv6 tcp' -J 'http websocket data' -T ek` decrypts it"


def text_of(frame: Frame) -> str:
    """The text of a message, which zstd may have compressed."""
    data = frame.data
    return data if isinstance(data, str) else Decompressor().decompress(data).decode()


def type_of(frame: Frame) -> str:
    return text_of(frame).split('"')[3]


def read(name: str) -> list[CaptureEvent]:
    return list(read_capture(PCAP / name))


def frames(events: list[CaptureEvent]) -> list[Frame]:
    return [event for event in events if isinstance(event, Frame)]


def known(name: str) -> str:
    return detected_capture(PCAP / name).format.name


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("plain-tcpdump.pcap", "ws://127.0.0.1:8765/gateway?v=1&encoding=json"),
        ("deflate-dumpcap.pcapng", "ws://127.0.0.1:8766/gateway?v=1&encoding=json"),
        ("ipv6-dumpcap.pcapng", "ws://[::1]:8768/gateway?v=1&encoding=json"),
        ("zstd-nano-tcpdump.pcap", "ws://127.0.0.1:8765/gateway?v=1&encoding=json&compress=zstd"),
    ],
)
def test_one_conversation(name: str, url: str) -> None:
    events = read(name)
    assert known(name) == "pcap"
    opened, closed = events[0], events[-1]
    assert isinstance(opened, Opened)
    assert (opened.connection.url, opened.has_header, opened.connection.lacks) == (
        url,
        True,
        Lacks.NOTHING,
    )
    assert isinstance(closed, Closed)
    assert (closed.code, closed.reason) == (1000, "bye \N{WAVING HAND SIGN}")
    messages = frames(events)
    assert len(messages) == len(events) - 2 == 25
    assert [type_of(one) for one in messages if one.direction == "c2s"] == [
        "identify",
        "heartbeat",
        "typing",
    ]
    answers = {"hello", "ready", "heartbeat_ack", "typing_start"}
    of_server = [type_of(one) for one in messages if one.direction == "s2c"]
    assert [one for one in of_server if one not in answers] == TYPES
    assert [one for one in of_server if one in answers] == [
        "hello",
        "ready",
        "heartbeat_ack",
        "typing_start",
    ]
    assert check_conversation(PCAP / name) == []


def test_places_and_times_are_those_of_packets() -> None:
    def first_of(name: str) -> list[tuple[str, float]]:
        return [(str(frame.place), round(frame.ts, 6)) for frame in frames(read(name))[:2]]

    assert first_of("plain-tcpdump.pcap") == [
        ("packet 8", 1795612304.958619),
        ("packet 10", 1795612304.958947),
    ]
    assert first_of("zstd-nano-tcpdump.pcap") == [
        ("packet 8", 1795612308.285532),
        ("packet 10", 1795612308.287424),
    ]


def test_a_capture_from_the_middle() -> None:
    events = read("midstream-editcap.pcap")
    opened = events[0]
    assert isinstance(opened, Opened)
    assert (opened.connection.url, opened.has_header, opened.connection.lacks) == (
        None,
        False,
        Lacks.START | Lacks.ADDRESS,
    )
    whole = frames(read("plain-tcpdump.pcap"))
    assert [one.data for one in frames(events)] == [one.data for one in whole[1:]]
    assert isinstance(events[-1], Closed)
    assert check_conversation(PCAP / "midstream-editcap.pcap") == []


def test_a_capture_of_the_start_of_each_packet() -> None:
    events = read("snaplen96-tcpdump.pcap")
    assert [type_of(one) for one in frames(events)] == [
        "hello",
        "heartbeat",
        "typing",
        "heartbeat_ack",
    ]
    gaps = [event for event in events if isinstance(event, Gap)]
    assert [(gap.rule, gap.message) for gap in gaps[:3]] == [
        (
            "CAPTURE_GAP",
            "112 bytes of the server's answer to the handshake are missing (packet 6)",
        ),
        (
            "CAPTURE_GAP",
            "the message of the client that ends in packet 10 is not all there: 66 bytes are missing",
        ),
        (
            "CAPTURE_GAP",
            "the message of the server that ends in packet 11 is not all there: 206 bytes are missing",
        ),
    ]
    assert {gap.hint for gap in gaps} == {
        "packets were recorded in part only; record whole ones (tcpdump -s 0)"
    }
    assert isinstance(events[-1], Closed)
    found = check_conversation(PCAP / "snaplen96-tcpdump.pcap")
    assert {finding.rule for finding in found} == {"CAPTURE_GAP"}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (
            "tls-deflate-dumpcap.pcapng",
            f"the connections in it are encrypted (TLS): `tshark -r FILE -o tls.keylog_file:KEYS {TSHARK} "
            "with the keys that a client writes where the environment variable SSLKEYLOGFILE says; validate "
            "what that prints",
        ),
        (
            "tls-deflate-with-secrets.pcapng",
            "the connections in it are encrypted (TLS): the keys are in the file, so that "
            f"`tshark -r FILE {TSHARK}",
        ),
    ],
)
def test_what_is_encrypted_is_said_to_be(name: str, what: str) -> None:
    with pytest.raises(CaptureError) as caught:
        read(name)
    assert str(caught.value) == what


def mutated(content: bytes, seed: int) -> Iterator[bytes]:
    """The file with some bytes changed, taken out or put in."""
    draw = random.Random(seed)
    for _ in range(60):
        data = bytearray(content)
        for _ in range(draw.choice((1, 1, 2, 8))):
            at, size = draw.randrange(len(data)), draw.choice((1, 2, 4, 64))
            match draw.randrange(4):
                case 0:
                    data[at : at + size] = draw.randbytes(size)
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = draw.randbytes(size)
                case _:
                    data[at] ^= 1 << draw.randrange(8)
        yield bytes(data[: draw.randrange(len(data)) if draw.random() < 0.2 else None])


@pytest.mark.parametrize("path", sorted(PCAP.glob("*.pcap*")), ids=lambda path: path.name)
def test_no_damage_is_too_much(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    read_to_the_end = 0
    for number, data in enumerate(mutated(content, len(content))):
        broken = tmp_path / str(number)
        broken.write_bytes(data)
        try:
            list(read_capture(broken))
        except CaptureError:
            continue
        read_to_the_end += 1
    assert read_to_the_end > 0 or "tls" in path.name
