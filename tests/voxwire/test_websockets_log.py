"""The debug log of websockets, the Python library."""

import itertools
from pathlib import Path

import pytest

from tests.voxwire.native import described
from tests.voxwire.reading_formats import (
    FORMATS,
    connection_lacks,
    findings,
    messages,
    read,
    rules,
)
from voxwire import CaptureError
from voxwire.capture import BadLine, Frame, Gap, Lacks
from voxwire.limits import MAX_LINE_SIZE

LOGS = FORMATS / "websockets"
WHOLE, ELIDED = LOGS / "client-max-log-size.log", LOGS / "client-default.log"
URL = "ws://127.0.0.1:8765/gateway?v=1&encoding=json"
HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'

SWAPPED = str.maketrans("<>", "><")
"""What turns the log of one side into that of the other."""

HANDSHAKE = """\
= connection is CONNECTING
> GET /gateway?v=1&encoding=json HTTP/1.1
> Host: example.org
> Sec-WebSocket-Protocol: offered
< HTTP/1.1 101 Switching Protocols
< Sec-WebSocket-Protocol: chosen
= connection is OPEN
"""


def test_a_log_of_a_client() -> None:
    assert findings(WHOLE) == []
    events = read(WHOLE)
    found = described(events)
    assert found[0] == ("opened", 1, URL, True)
    assert found[-1] == ("closed", 1, 1000, "bye \N{WAVING HAND SIGN}")
    assert connection_lacks(events) == [Lacks.TIME]
    said = messages(events)
    assert [way for way, _, _ in said].count("c2s") == 3
    assert len(said) == 17
    assert said[0] == ("s2c", HELLO, "line 16")
    assert said[-2] == (
        "s2c",
        '{"type":"server_update","d":{"name":"Tea Party \N{TEAPOT}"},"seq":11}',
        "line 33",
    )


def test_what_is_elided_is_a_gap_with_advice() -> None:
    found = findings(ELIDED)
    assert rules(found) == [("CAPTURE_GAP", None, None, "capture")] * 3
    assert [finding.message for finding in found] == [
        f"line {number}: the log has not all of a message" for number in (17, 18, 34)
    ]
    assert {finding.hint for finding in found} == {
        "set WEBSOCKETS_MAX_LOG_SIZE=1000000 in the environment of the program"
    }
    assert len(messages(read(ELIDED))) == 14


@pytest.mark.parametrize(
    ("before", "ts"),
    [
        ("", None),
        ("2026-11-25 13:15:18,818 websockets.client DEBUG ", None),
        ("2026-11-25T13:15:18.818Z websockets.client: ", 1795612518.818),
        ("2026-11-25 13:15:18.818+01:00 | DEBUG | websockets.client:", 1795608918.818),
        ("[1795612518.818] [websockets.client] ", 1795612518.818),
        ("DEBUG:websockets.client:", None),
        ("\x1b[32m13:15:18\x1b[0m websockets.client DEBUG ", None),
        ("2026-11-25 13:15:18 UTC bot ", 1795612518.0),
    ],
    ids=itertools.count(),
)
def test_what_stands_in_front(before: str, ts: float | None) -> None:
    log = "".join(
        f"{before}{line}\n" for line in f"{HANDSHAKE}< TEXT '{HELLO}' [49 bytes]".split("\n")
    )
    events = read(log)
    assert described(events) == [
        ("opened", 1, "wss://example.org/gateway?v=1&encoding=json", True),
        (1, 1, "s2c", HELLO),
    ]
    frame = events[1]
    assert isinstance(frame, Frame)
    assert frame.connection.subprotocol == "chosen"
    assert frame.ts == (ts or 0.0)
    assert (Lacks.TIME in frame.connection.lacks) is (ts is None)


def test_a_server_receives_what_clients_send() -> None:
    log = HANDSHAKE.translate(SWAPPED)
    events = read(
        f"{log}> TEXT '{HELLO}' [49 bytes]\n< TEXT '{{}}' [2 bytes]\n< CLOSE '' [0 bytes]\n"
    )
    assert described(events) == [
        ("opened", 1, "wss://example.org/gateway?v=1&encoding=json", True),
        (1, 1, "s2c", HELLO),
        (1, 2, "c2s", "{}"),
        ("closed", 1, 1005, ""),
    ]
    named = "a websockets.server < TEXT '{}' [2 bytes]\n"
    assert messages(read(named)) == [("c2s", "{}", "line 1")]
    assert connection_lacks(read(named)) == [Lacks.TIME | Lacks.START | Lacks.ADDRESS]


def test_a_log_that_does_not_say_whose_it_is() -> None:
    log = "< TEXT '{}' [2 bytes]\n"
    with pytest.raises(CaptureError, match=r"^the log does not say whether a client or a server"):
        read(log)
    assert messages(read(log, direction="c2s")) == [("c2s", "{}", "line 1")]


@pytest.mark.parametrize(
    ("lines", "data"),
    [
        (["TEXT '\\u2028\\n\\\\ \\' \\x1b' [9 bytes]"], "\u2028\n\\ ' \x1b"),
        (['TEXT "it\'s" [4 bytes]'], "it's"),
        (["TEXT '' [0 bytes]"], ""),
        (["TEXT 'a...b' [5 bytes]"], "a...b"),
        (["TEXT 7b ff [binary, 2 bytes]"], "{\udcff"),
        (["BINARY 28 b5 2f fd [4 bytes]"], b"\x28\xb5\x2f\xfd"),
        (["BINARY 'text' [text, 4 bytes]"], b"text"),
        (["BINARY 00 [1 byte]"], b"\0"),
        (["TEXT 'ab' [2 bytes, continued]", "CONT 'cd' [text, 2 bytes]"], "abcd"),
        (
            [
                "BINARY ff [1 byte, continued]",
                "CONT 'a' [text, 1 byte, continued]",
                "CONT '' [0 bytes]",
            ],
            b"\xffa",
        ),
        (["TEXT 'a' [1 byte, continued]", "PING '' [0 bytes]", "CONT '' [0 bytes]"], "a"),
    ],
    ids=itertools.count(),
)
def test_frames(lines: list[str], data: str | bytes) -> None:
    log = HANDSHAKE + "".join(f"< {line}\n" for line in lines)
    (message,) = messages(read(log))
    assert message.data == data


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["TEXT 'ab...yz' [99 bytes]"], "line 8: the log has not all of a message"),
        (["TEXT 'a\\x...yz' [99 bytes]"], "line 8: the log has not all of a message"),
        (["BINARY 28 b5 ... 01 [99 bytes]"], "line 8: the log has not all of a message"),
        (["TEXT 'ab"], "line 8: a frame cannot be read"),
        (["TEXT 'ab' [3 bytes]"], "line 8: a frame cannot be read"),
        (["BINARY zz [1 byte]"], "line 8: a frame cannot be read"),
        (
            ["TEXT 'a\ufffd' [3 bytes, continued]", "CONT '\ufffd' [text, 2 bytes]"],
            "line 9: a character that two fragments share is not in the log",
        ),
        (
            ["CONT 'a' [text, 1 byte]"],
            "line 8: a fragment has no beginning: it belongs to a message that is not there",
        ),
        (
            ["TEXT 'a' [1 byte, continued]", "TEXT 'b...' [99 bytes]"],
            "before line 9 a message has no end: its last fragment is missing",
        ),
    ],
    ids=itertools.count(),
)
def test_frames_that_are_not_whole(lines: list[str], said: str) -> None:
    log = HANDSHAKE + "".join(f"< {line}\n" for line in lines)
    events = read(log)
    assert messages(events) == []
    gap = events[1]
    assert isinstance(gap, Gap)
    assert (gap.rule, gap.message) == ("CAPTURE_GAP", said)


@pytest.mark.parametrize(
    ("written", "closed"),
    [
        ("1000 (OK) bye [5 bytes]", (1000, "bye")),
        ("1000 (OK) [2 bytes]", (1000, "")),
        ("4004 (private use) AUTH_FAILED [13 bytes]", (4004, "AUTH_FAILED")),
        ("1006 (abnormal closure [internal]) [2 bytes]", (1006, "")),
        ("4004 (private use) AUTH...ILED [99 bytes]", (4004, "")),
        ("'' [0 bytes]", (1005, "")),
    ],
)
def test_closes(written: str, closed: tuple[int, str]) -> None:
    found = described(read(f"{HANDSHAKE}< CLOSE {written}\n> CLOSE {written}\n"))
    assert found[1:] == [("closed", 1, *closed)]


def test_a_close_that_cannot_be_read_and_a_connection_that_was_lost() -> None:
    assert len(read(f"{HANDSHAKE}< CLOSE 03 [binary, 1 byte]\n")) == 1
    assert len(read(f"{HANDSHAKE}< TEXT 'a' [1 byte]\n= connection is CLOSED\n")) == 2


def test_what_follows_a_close_until_the_other_side_has_answered_it() -> None:
    log = f"{HANDSHAKE}> CLOSE 1000 (OK) [2 bytes]\n< TEXT 'a' [1 byte]\n< CLOSE 1000 (OK) [2 bytes]\n"
    assert described(read(log))[1:] == [(1, 1, "s2c", "a"), ("closed", 1, 1000, "")]


def test_connections_one_after_another() -> None:
    once = f"{HANDSHAKE}< TEXT 'a' [1 byte]\n= connection is CLOSED\n"
    refused = HANDSHAKE.replace("101 Switching Protocols", "403 Forbidden")
    found = described(read(once + refused + once))
    assert [one[:2] for one in found] == [("opened", 1), (1, 1), ("opened", 2), (2, 1)]


def test_ids_tell_connections_apart() -> None:
    ids = [f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
    both = [f"{id_} {line}\n" for line in HANDSHAKE.splitlines() for id_ in ids]
    both += [f"{id_} < TEXT '{id_[-1]}' [1 byte]\n" for id_ in (*ids, *ids)]
    found = described(read("".join(both)))
    assert [one for one in found if one[0] != "opened"] == [
        (1, 1, "s2c", "1"),
        (2, 1, "s2c", "2"),
        (1, 2, "s2c", "1"),
        (2, 2, "s2c", "2"),
    ]


def test_connections_that_nothing_tells_apart() -> None:
    log = (
        f"{HANDSHAKE}< TEXT 'a' [1 byte]\n{HANDSHAKE}< TEXT 'b' [1 byte]\n"
        "= connection is CLOSED\n< TEXT 'c' [1 byte]\n= connection is CLOSED\n"
        f"{HANDSHAKE}< TEXT 'd' [1 byte]\n"
    )
    events = read(log)
    gap = events[2]
    assert isinstance(gap, Gap)
    assert gap.message == "line 9: another connection begins before this one has ended"
    assert gap.hint.startswith("write the id of the connection on each line")
    lacks = connection_lacks(events)
    assert [Lacks.IDENTITY in one for one in lacks] == [False, True, False]
    assert [message.data for message in messages(events)] == ["a", "b", "c", "d"]
    frames = [event.connection.number for event in events if isinstance(event, Frame)]
    assert frames == [1, 2, 2, 3]


def test_a_client_and_a_server_in_one_log() -> None:
    client = "".join(f"websockets.client {line}\n" for line in HANDSHAKE.splitlines())
    server = "".join(
        f"websockets.server {line}\n" for line in HANDSHAKE.translate(SWAPPED).splitlines()
    )
    log = f"{client}{server}websockets.server > TEXT 'a' [1 byte]\nwebsockets.client < TEXT 'a' [1 byte]\n"
    frames = [event for event in read(log) if isinstance(event, Frame)]
    assert [(frame.connection.number, frame.direction) for frame in frames] == [
        (1, "s2c"),
        (2, "s2c"),
    ]


def test_a_line_that_is_too_long() -> None:
    long = "a" * (MAX_LINE_SIZE + 1)
    events = read(
        f"{HANDSHAKE}< TEXT '{long}' [{len(long)} bytes]\n< TEXT 'a' [1 byte]\n", "websockets"
    )
    assert isinstance(events[0], BadLine)
    assert events[0].rule == "CAPTURE_LINE_TOO_LONG"
    assert [message.data for message in messages(events)] == ["a"]


def test_nobody_is_accused_of_what_another_connection_did(tmp_path: Path) -> None:
    leaves = "".join(
        f"< TEXT '{text}' [{len(text)} bytes]\n"
        for seq in (7, 3, 7, 9)
        for text in [f'{{"type":"member_leave","d":{{"user_id":7}},"seq":{seq}}}']
    )
    path = tmp_path / "two.log"
    path.write_text(HANDSHAKE * 2 + leaves)
    assert findings(path) == []
    path.write_text(HANDSHAKE + leaves)
    assert "SEQ_REGRESSION" in {finding.rule for finding in findings(path)}
