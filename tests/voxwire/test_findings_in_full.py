"""What a conversation is accused of, word for word: message, hint, place and whose mistake it is.

What is expected of each case stands in ``findings_in_full.txt`` beside this file.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voxwire.conversation import (
    ack,
    at,
    beat,
    begun,
    find,
    hello,
    identify,
    leave,
    ready,
    resume,
    resumed,
)
from tests.voxwire.native import START, binary, c2s, close, header, s2c
from voxmodels.v1 import CloseCode
from voxwire.checks import Finding
from voxwire.wire.compression import Compressor

ZSTD = "wss://host/gateway?v=1&encoding=json&compress=zstd"
HELLO = b'{"type":"hello","d":{"heartbeat_interval":45000}}'
DEEP = '{"type":"new","d":{"a":' + "[" * 200 + "]" * 200 + "}}"


def expected() -> dict[str, list[str]]:
    """The lines of each case."""
    text = Path(__file__).with_name("findings_in_full.txt").read_text("utf-8")
    cases = (part.splitlines() for part in text.split("# ")[1:])
    return {name: [line for line in lines if line] for name, *lines in cases}


def shown(finding: Finding) -> Iterator[str]:
    """All of a finding but the file; not the description of a close code, which the schema has."""
    message = finding.message
    if finding.rule == "CLOSE_MEANING":
        message = message.partition(": ")[0]
    place = [f"connection {finding.connection}"]
    if finding.frame is not None:
        place.append(f"frame {finding.frame}")
    if finding.pointer is not None:
        place.append(f'"{finding.pointer}"')
    if finding.elapsed is not None:
        place.append(f"after {finding.elapsed:.3f} s")
    yield f"{finding.rule}, {finding.severity}, {', '.join(place)}, by {finding.blame}:"
    yield f"    {message}"
    if finding.hint is not None:
        yield f"    hint: {finding.hint}"


def status(seconds: float) -> str:
    return c2s({"type": "presence_update", "d": {"status": "idle"}}, **at(seconds))


def error(seconds: float) -> str:
    payload = {"code": "INVALID_STATUS", "message": "no"}
    return s2c({"type": "error", "d": payload}, **at(seconds))


def typing(seconds: float, **target: int) -> str:
    return c2s({"type": "typing", "d": target}, **at(seconds))


def zstd(seconds: float = 1) -> str:
    return binary(Compressor().compress(HELLO), **at(seconds))


def with_url(query: str) -> str:
    return header(url=f"wss://host/gateway?{query}")


def known(seconds: float) -> float:
    """The argument for a line with this time itself, which is no time of day."""
    return seconds - START


CASES = {
    "a parameter with a value that does not exist": [with_url("v=9&encoding=json"), hello()],
    "a long value": [with_url("v=1&encoding=" + "x" * 50), hello()],
    "a parameter that is given twice": [with_url("v=1&v=&encoding=etf&encoding=json"), hello()],
    "compressed without being asked": [header(), zstd(), identify(), ready()],
    "not compressed though it was asked for": [header(url=ZSTD), hello(2)],
    "compression that is asked for in capitals": [
        with_url("v=1&encoding=json&compress=ZSTD"),
        zstd(),
    ],
    "an identify too many": [*begun(), identify(2)],
    "a resume too many": [*begun(), resume(1, 2)],
    "ready without identify": [header(), hello(), ready(2), beat(3)],
    "resumed without resume": [*begun(), resumed(1, 2)],
    "a number too early": [header(), hello(), identify(), leave(1, 2)],
    "neither identify nor resume": [header(), hello(), beat(2)],
    "neither of them, and hello comes later": [header(), beat(2), hello(3)],
    "a late heartbeat": [*begun(), beat(68.6), ack(68.7)],
    "a late close": [*begun(), close(1000, **at(70))],
    "a heartbeat without an answer": [*begun(), beat(2), beat(30), ack(30.1)],
    "three without an answer": [*begun(), beat(2), beat(47), beat(92), beat(137)],
    "an answer without a heartbeat": [*begun(), ack(2)],
    "more messages than allowed": [*begun(), *[status(2)] * 120],
    "typing again in a feed": [*begun(), typing(2, feed_id=5), typing(6.5, feed_id=5)],
    "typing again in a direct message": [*begun(), typing(2, dm_id=9), typing(3, dm_id=9)],
    "typing five seconds later": [*begun(), typing(2, feed_id=5), typing(7, feed_id=5)],
    "a resume after more than was received": [
        *begun(),
        leave(2, 2),
        close(1006, **at(3)),
        header(ts=START + 4),
        hello(5),
        resume(7, 6),
    ],
    "a resume after less than was received": [
        *begun(),
        leave(2, 2),
        leave(3, 2),
        close(1006, **at(3)),
        header(ts=START + 4),
        hello(5),
        resume(1, 6),
    ],
    "a close with a reason of its own": [*begun(), close(4000, "why", **at(2))],
    "a close that says when to come back": [*begun(), close(4008, "AUTH_RATE_LIMITED", **at(2))],
    "a close for ever": [header(), hello(), identify(), close(4004, "AUTH_FAILED", **at(2))],
    "a code that the protocol lacks": [*begun(), close(4999, **at(2))],
    "the first code of the gateway's": [*begun(), close(4000, **at(2))],
    "a code of somebody else's": [*begun(), close(3000, **at(2))],
    "the last code of somebody else's": [*begun(), close(3999, **at(2))],
    "a code that is not on the wire": [*begun(), close(1004, **at(2))],
    "a code that is reserved": [*begun(), close(1015, **at(2))],
    "a code just below the registered ones": [*begun(), close(2999, **at(2))],
    "a code beyond all": [*begun(), close(5000, **at(2))],
    "a code of websocket itself": [*begun(), close(1014, **at(2))],
    "a close without a code": [*begun(), close(1005, **at(2))],
    "a lost connection": [*begun(), close(1006, **at(2))],
    "an ordinary close": [*begun(), close(1001, **at(2))],
    "a reason that is another name": [*begun(), close(4007, "RATE_LIMITED", **at(2))],
    "4001 without an unknown type": [*begun(), close(4001, **at(2))],
    "4002 without bad JSON": [*begun(), close(4002, **at(2))],
    "4003 after identify": [*begun(), close(4003, **at(2))],
    "4004 after ready": [*begun(), close(4004, **at(2))],
    "4005 after one identify": [*begun(), close(4005, **at(2))],
    "4007 in time": [*begun(), close(4007, **at(2))],
    "4009 without resume": [*begun(), close(4009, **at(2))],
    "4010 without resume": [*begun(), close(4010, **at(2))],
    "4011 after ready": [*begun(), close(4011, **at(2))],
    "4012 after ready": [*begun(), close(4012, **at(2))],
    "4008 at an ordinary rate": [*begun(), close(4008, **at(2))],
    "after the close": [*begun(), close(1000, **at(2)), leave(2, 3)],
    "one side, what the client receives": [header(), hello(), ready(2)],
    "one side, what the client sends": [header(), identify(1), beat(2)],
    "one side, ten frames": [header(), *[error(n) for n in range(10)]],
    "one side, nine frames": [header(), *[error(n) for n in range(9)]],
    "one side, two answers to heartbeats": [header(), hello(), ack(2), ack(3)],
    "one side, one answer to a heartbeat": [header(), hello(), ack(2)],
    "the client alone and a close": [header(), identify(1), close(1006, **at(2))],
    "the client alone and no close": [header(), identify(1)],
    "a binary message of the client": [*begun(), binary(b"x", "c2s", **at(2))],
    "binary messages that are no zstd frames": [
        header(url=ZSTD),
        binary(b"xyz", **at(2)),
        binary(b"xyz", **at(3)),
    ],
    "a gap of one": [*begun(), leave(3, 2)],
    "a gap of two": [*begun(), leave(4, 2)],
    "a number twice in a row": [*begun(), leave(2, 2), leave(2, 3)],
    "a number that goes back": [*begun(), leave(2, 2), leave(3, 3), leave(2, 4)],
    "a session that starts later": [
        header(),
        hello(),
        identify(),
        ready().replace('\\"seq\\": 1', '\\"seq\\": 4'),
    ],
    "a replay that ends too soon": [header(), hello(), resume(5), leave(6, 2), resumed(8, 3)],
    "a server that goes on below the claim": [
        header(),
        hello(),
        resume(50),
        leave(6, 2),
        leave(7, 3),
    ],
    "no header": [leave(40, 2), leave(41, 3)],
    "times that run backwards": [*begun(), leave(2, 5), leave(3, 4.5), leave(4, 6)],
    "times that stand still": [header(), hello(0), identify(0), ready(0), leave(2, 0)],
    "three frames at one time": [header(), hello(0), identify(0), ready(0)],
    "times in milliseconds": [header(ts=START * 1000), hello(), identify(), ready()],
    "times that are missing": [
        header(ts=None),
        s2c({"type": "hello", "d": {"heartbeat_interval": 45000}}, ts=None),
    ],
    "times at the close that run backwards": [*begun(), leave(2, 5), close(1000, **at(4))],
    "no times of day": [
        header(ts=1),
        s2c({"type": "hello", "d": {"heartbeat_interval": 45000}}, ts=2),
        c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}, ts=3),
        c2s({"type": "typing", "d": {"feed_id": 5}}, ts=5),
        c2s({"type": "typing", "d": {"feed_id": 5}}, ts=6),
    ],
    "typing again while the times stand still": [
        header(),
        hello(0),
        typing(0, feed_id=5),
        typing(0, feed_id=5),
    ],
    "no times of day, and a heartbeat without an answer": [
        header(ts=1),
        hello(known(2)),
        identify(known(3)),
        ready(known(4)),
        beat(known(5)),
        beat(known(40)),
    ],
    "no times of day, and nothing that asks for them": [
        header(ts=1),
        hello(known(2)),
        identify(known(3)),
        ready(known(4)),
        leave(2, known(5)),
    ],
    "times that run back by a tenth of a second": [
        *begun(),
        leave(2, 5),
        leave(3, 4.9),
        leave(4, 4.95),
    ],
    "times that run back by more": [*begun(), leave(2, 5), leave(3, 4.85)],
    "4006 at an ordinary rate": [*begun(), close(4006, **at(2))],
    "4006 after too many messages": [*begun(), *[status(2)] * 120, close(4006, **at(3))],
    "4003 after another beginning": [header(), hello(), beat(2), identify(3), close(4003, **at(4))],
    "4007 after just an interval": [*begun(), close(4007, **at(46))],
    "4007 after more than an interval": [*begun(), close(4007, **at(46.1))],
    "4001 after an unknown type": [*begun(), c2s({"type": "party"}, **at(2)), close(4001, **at(3))],
    "4001 after a type of the server's": [
        *begun(),
        c2s({"type": "heartbeat_ack"}, **at(2)),
        close(4001, **at(3)),
    ],
    "4002 after a repeated key": [
        *begun(),
        c2s('{"type":"heartbeat","type":"heartbeat"}', **at(2)),
        close(4002, **at(3)),
    ],
    "4004 while the login is checked": [header(), hello(), identify(), close(4004, **at(3))],
    "4005 after a second identify": [*begun(), identify(2), close(4005, **at(3))],
    "4009 to a resume": [header(), hello(), resume(4), close(4009, **at(3))],
    "4010 to a resume": [header(), hello(), resume(4), close(4010, **at(3))],
    "4010 after the resume was answered": [
        header(),
        hello(),
        resume(4),
        resumed(4, 2),
        close(4010, **at(3)),
    ],
    "4011 to an identify": [header(), hello(), identify(), close(4011, **at(3))],
    "4012 before ready": [header(), hello(), identify(), close(4012, **at(3))],
    "4006 before ready": [header(), hello(), identify(), close(4006, **at(3))],
    "4001 in a capture from the middle": [leave(40, 2), beat(3), ack(3), close(4001, **at(4))],
    "a heartbeat just in time": [*begun(), beat(68.5), ack(68.6)],
    "a late close that only the server is heard before": [
        header(),
        hello(),
        ready(2),
        leave(2, 3),
        close(1000, **at(100)),
    ],
    "many messages without times that can be trusted": [
        *begun(),
        leave(2, 5),
        leave(3, 4),
        *[status(5)] * 130,
    ],
    "a close behind a frame that is not looked into": [
        header(),
        hello(),
        c2s(DEEP, **at(2)),
        identify(2),
        ready(3),
        close(4001, **at(4)),
    ],
    "times that are unknown and a late heartbeat": [
        header(ts=1),
        hello(known(2)),
        identify(known(3)),
        ready(known(4)),
        beat(known(90)),
        ack(known(91)),
    ],
    "a resume after a message with a field that is not known": [
        *begun(),
        s2c({"type": "member_leave", "d": {"user_id": 7, "new": 1}, "seq": 2}, **at(2)),
        close(1006, **at(3)),
        header(ts=START + 4),
        hello(5),
        resume(7, 6),
    ],
    "ready without its payload": [
        header(),
        hello(),
        identify(),
        s2c({"type": "ready", "seq": 1}, **at(2)),
        leave(2, 3),
    ],
    "a resume without its payload": [
        header(),
        hello(),
        c2s({"type": "resume"}, **at(2)),
        resumed(4, 3),
    ],
    "an answer to a heartbeat first, after an identify": [header(), identify(), ack(2)],
    "a late number first, after an identify": [header(), identify(), leave(40, 2)],
    "one side, a number after hello": [header(), hello(), leave(2, 2)],
}


def test_every_case_is_expected() -> None:
    assert list(expected()) == list(CASES)


@pytest.mark.parametrize(("name", "lines"), CASES.items(), ids=CASES)
def test_word_for_word(tmp_path: Path, name: str, lines: list[str]) -> None:
    found = find(tmp_path, *lines)
    assert [line for finding in found for line in shown(finding)] == expected()[name]
    assert {Path(finding.file).name for finding in found} <= {"capture.ndjson"}


def test_the_time_is_that_of_the_frame_or_of_the_end(tmp_path: Path) -> None:
    found = find(tmp_path, *begun(), beat(2), beat(30), close(1006, **at(40)))
    assert [(f.rule, f.time, f.direction, f.type) for f in found] == [
        ("HEARTBEAT_ACK_MISSING", START + 2, "c2s", "heartbeat"),
        ("CLOSE_MEANING", START + 40, None, None),
    ]
    meaning = CloseCode(1006).meaning("").description
    assert found[1].message == f"closed with 1006 CONNECTION_LOST: {meaning}"
