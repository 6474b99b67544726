"""The trace of websocket-client, the Python library."""

import itertools

import pytest

from tests.voxwire.native import described
from tests.voxwire.reading_formats import FORMATS, connection_lacks, findings, messages, read
from voxwire.capture import Frame, Gap, Lacks

TRACE = FORMATS / "websocket-client" / "trace.log"

HANDSHAKE = """\
--- request header ---
GET /gateway?v=1&encoding=json HTTP/1.1
Host: host:8080
Sec-WebSocket-Protocol: offered

-----------------------
--- response header ---
HTTP/1.1 101 Switching Protocols
Sec-WebSocket-Protocol: chosen
-----------------------
Websocket connected
"""
URL = "ws://host:8080/gateway?v=1&encoding=json"


def test_a_trace() -> None:
    assert findings(TRACE) == []
    events = read(TRACE)
    found = described(events)
    assert found[0] == ("opened", 1, "ws://127.0.0.1:8765/gateway?v=1&encoding=json", True)
    assert found[-1] == ("closed", 1, 1000, "bye")
    assert connection_lacks(events) == [Lacks.TIME]
    said = messages(events)
    assert [way for way, _, _ in said].count("c2s") == 3
    assert len(said) == 17
    assert said[-2].data == '{"type":"server_update","d":{"name":"Tea Party \N{TEAPOT}"},"seq":11}'


@pytest.mark.parametrize(
    ("line", "direction", "data"),
    [
        ("++Rcv decoded: fin=1 opcode=1 data=b'{}'", "s2c", "{}"),
        ('++Sent decoded: fin=1 opcode=1 data=b"it\'s"', "c2s", "it's"),
        (r"++Rcv decoded: fin=1 opcode=1 data=b'\xe2\x80\xa8\\\n\''", "s2c", "\u2028\\\n'"),
        (r"++Rcv decoded: fin=1 opcode=2 data=b'(\xb5/\xfd'", "s2c", b"(\xb5/\xfd"),
        (r"++Rcv decoded: fin=1 opcode=1 data=bytearray(b'\x7b}')", "s2c", "{}"),
        ("++Sent decoded: fin=1 opcode=1 data={}", "c2s", "{}"),
        ("2026-11-25 DEBUG ++Rcv decoded: fin=1 opcode=1 data=b''", "s2c", ""),
    ],
    ids=itertools.count(),
)
def test_frames(line: str, direction: str, data: str | bytes) -> None:
    (message,) = messages(read(f"{HANDSHAKE}++Rcv raw: b'x'\n{line}\n"))
    assert message == (direction, data, "line 13")


def test_bytes_on_the_wire_say_nothing_of_the_connection() -> None:
    said = "Connection to remote host was lost, reconnect() - retrying in ++Rcv decoded: fin=1"
    frame = f"++Rcv raw: b'{said}'\n++Rcv decoded: fin=1 opcode=1 data=b'{said}'\n"
    events = read(f"{HANDSHAKE}{frame}{frame}")
    assert described(events) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", said),
        (1, 2, "s2c", said),
    ]


def test_fragments_pings_and_a_subprotocol() -> None:
    events = read(
        f"{HANDSHAKE}++Rcv decoded: fin=0 opcode=1 data=b'a'\n++Rcv decoded: fin=1 opcode=9 data=b''\n"
        "++Rcv decoded: fin=1 opcode=0 data=b'b'\n"
    )
    assert described(events) == [("opened", 1, URL, True), (1, 1, "s2c", "ab")]
    frame = events[1]
    assert isinstance(frame, Frame)
    assert frame.connection.subprotocol == "chosen"


def test_times_with_a_zone() -> None:
    events = read("2026-11-25T13:15:18.5Z ++Rcv decoded: fin=1 opcode=1 data=b'{}'\n")
    frame = events[1]
    assert isinstance(frame, Frame)
    assert frame.ts == 1795612518.5
    assert frame.connection.lacks == Lacks.START | Lacks.ADDRESS


@pytest.mark.parametrize("rest", ["fin=1 opcode=1 data=b'{", r"fin=1 opcode=1 data=b'\q'", "fin="])
def test_frames_that_cannot_be_read(rest: str) -> None:
    opened, gap, frame = read(
        f"{HANDSHAKE}++Rcv decoded: {rest}\n++Rcv decoded: fin=1 opcode=1 data=b'{{}}'\n"
    )
    assert isinstance(gap, Gap)
    assert gap.message == "line 12: a frame cannot be read"
    assert described([opened, frame]) == [("opened", 1, URL, True), (1, 1, "s2c", "{}")]


CLOSES = "++Sent decoded: fin=1 opcode=8 data=b'\\x0f\\xa4AUTH_FAILED'\n"
HELLO = "++Rcv decoded: fin=1 opcode=1 data=b'{}'\n"


@pytest.mark.parametrize(
    "between",
    [CLOSES, "[Errno 104] Connection reset by peer - goodbye\n", "x - reconnect\n"],
)
def test_one_connection_after_another(between: str) -> None:
    events = read((HANDSHAKE + HELLO + between) * 2)
    frames = [event for event in events if isinstance(event, Frame)]
    assert [frame.connection.number for frame in frames] == [1, 2]
    assert connection_lacks(events) == [Lacks.TIME, Lacks.TIME]
    closed = [one for one in described(events) if one[0] == "closed"]
    assert closed == (
        [("closed", n, 4004, "AUTH_FAILED") for n in (1, 2)] if between is CLOSES else []
    )


def test_connections_that_nothing_tells_apart() -> None:
    events = read((HANDSHAKE + HELLO) * 2)
    gap = events[2]
    assert isinstance(gap, Gap)
    assert gap.message == "line 13: another connection begins before this one has ended"
    assert [Lacks.IDENTITY in lacks for lacks in connection_lacks(events)] == [False, True]


def test_a_handshake_that_was_refused() -> None:
    refused = HANDSHAKE.replace("101 Switching Protocols", "403 Forbidden")
    events = read(refused + HANDSHAKE + HELLO)
    assert described(events) == [("opened", 1, URL, True), (1, 1, "s2c", "{}")]
