"""What a conversation is accused of, word for word: message, hint, place and whose mistake it is."""

from pathlib import Path
from typing import NamedTuple

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
from voxwire.compression import Compressor

ZSTD = "wss://host/gateway?v=1&encoding=json&compress=zstd"
HELLO = b'{"type":"hello","d":{"heartbeat_interval":45000}}'


class Said(NamedTuple):
    """A finding without what is the same in all of them."""

    connection: int | None
    rule: str
    severity: str
    frame: int | None
    pointer: str | None
    elapsed: float | None
    blame: str | None
    message: str
    hint: str | None


def said(finding: Finding) -> Said:
    elapsed = None if finding.elapsed is None else round(finding.elapsed, 3)
    message = finding.message
    if finding.rule == "CLOSE_MEANING":
        message = message.partition(": ")[0]  # the rest is the description that the schema has
    return Said(
        finding.connection,
        finding.rule,
        finding.severity,
        finding.frame,
        finding.pointer,
        elapsed,
        finding.blame,
        message,
        finding.hint,
    )


def typing(seconds: float, **target: int) -> str:
    return c2s({"type": "typing", "d": target}, **at(seconds))


def zstd(seconds: float = 1) -> str:
    return binary(Compressor().compress(HELLO), **at(seconds))


def with_url(query: str) -> str:
    return header(url=f"wss://host/gateway?{query}")


CASES: dict[str, tuple[list[str], list[Said]]] = {
    "a parameter with a value that does not exist": (
        [with_url("v=9&encoding=json"), hello()],
        [
            Said(
                1,
                "ENDPOINT_QUERY",
                "error",
                None,
                None,
                0.0,
                "client",
                "the address asks for v=9; the protocol has 1",
                None,
            ),
        ],
    ),
    "a long value": (
        [with_url("v=1&encoding=" + "x" * 50), hello()],
        [
            Said(
                1,
                "ENDPOINT_QUERY",
                "error",
                None,
                None,
                0.0,
                "client",
                "the address asks for encoding=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; the protocol has json",
                None,
            ),
        ],
    ),
    "a parameter that is given twice": (
        [with_url("v=1&v=&encoding=etf&encoding=json"), hello()],
        [
            Said(
                1,
                "ENDPOINT_QUERY",
                "error",
                None,
                None,
                0.0,
                "client",
                "the address asks for v=; the protocol has 1",
                "of a parameter that is given twice, the last value counts",
            ),
        ],
    ),
    "compressed without being asked": (
        [header(), zstd(), identify(), ready()],
        [
            Said(
                1,
                "COMPRESSION_UNASKED",
                "error",
                1,
                None,
                1.0,
                "server",
                "the server compresses although the address did not ask for it",
                "only compress=zstd turns it on",
            ),
        ],
    ),
    "not compressed though it was asked for": (
        [header(url=ZSTD), hello(2)],
        [
            Said(
                1,
                "COMPRESSION_MISSING",
                "error",
                1,
                None,
                2.0,
                "server",
                "the server sends plain text although the address asked for compression",
                "every server message is then a binary one",
            ),
        ],
    ),
    "compression that is asked for in capitals": (
        [with_url("v=1&encoding=json&compress=ZSTD"), zstd()],
        [
            Said(
                1,
                "ENDPOINT_QUERY",
                "error",
                None,
                None,
                0.0,
                "client",
                "the address asks for compress=ZSTD; the protocol has zstd",
                None,
            ),
            Said(
                1,
                "COMPRESSION_UNASKED",
                "error",
                1,
                None,
                1.0,
                "server",
                "the server compresses although the address did not ask for it",
                "only compress=zstd turns it on",
            ),
        ],
    ),
    "an identify too many": (
        [*begun(), identify(2)],
        [
            Said(
                1,
                "IDENTIFY_REPEATED",
                "error",
                4,
                None,
                2.0,
                "client",
                "the client identifies again on this connection",
                "the server closes with 4005; open a new connection for a new session",
            ),
        ],
    ),
    "a resume too many": (
        [*begun(), resume(1, 2)],
        [
            Said(
                1,
                "RESUME_REPEATED",
                "error",
                4,
                None,
                2.0,
                "client",
                "the client resumes on a connection that has a session already",
                "the server ignores it; resume is the first message of a new connection",
            ),
        ],
    ),
    "ready without identify": (
        [header(), hello(), ready(2), beat(3)],
        [
            Said(
                1,
                "READY_UNASKED",
                "error",
                2,
                None,
                2.0,
                "server",
                "ready comes without an identify that it answers",
                None,
            ),
        ],
    ),
    "resumed without resume": (
        [*begun(), resumed(1, 2)],
        [
            Said(
                1,
                "RESUMED_UNASKED",
                "error",
                4,
                None,
                2.0,
                "server",
                "resumed comes without a resume that it answers",
                None,
            ),
        ],
    ),
    "a number too early": (
        [header(), hello(), identify(), leave(1, 2)],
        [
            Said(
                1,
                "BEFORE_READY",
                "error",
                3,
                "/seq",
                2.0,
                "server",
                "a numbered message comes before the session is established",
                None,
            ),
        ],
    ),
    "neither identify nor resume": (
        [header(), hello(), beat(2)],
        [
            Said(
                1,
                "NOT_IDENTIFIED",
                "error",
                2,
                None,
                2.0,
                "client",
                "the client's first message is neither identify nor resume",
                "the server closes with 4003",
            ),
        ],
    ),
    "neither of them, and hello comes later": (
        [header(), beat(2), hello(3)],
        [
            Said(
                1,
                "NOT_IDENTIFIED",
                "error",
                1,
                None,
                2.0,
                "client",
                "the client's first message is neither identify nor resume",
                "the server closes with 4003",
            ),
        ],
    ),
    "a late heartbeat": (
        [*begun(), beat(68.6), ack(68.7)],
        [
            Said(
                1,
                "HEARTBEAT_LATE",
                "error",
                4,
                None,
                68.6,
                "client",
                "the client sent no heartbeat for 67.6 s; the interval is 45 s",
                "the server closes with 4007 after 1.5 intervals without one, or somewhat later",
            ),
        ],
    ),
    "a late close": (
        [*begun(), close(1000, **at(70))],
        [
            Said(
                1,
                "HEARTBEAT_LATE",
                "error",
                None,
                None,
                70.0,
                "client",
                "the client sent no heartbeat for 69.0 s; the interval is 45 s",
                "the server closes with 4007 after 1.5 intervals without one, or somewhat later",
            ),
        ],
    ),
    "a heartbeat without an answer": (
        [*begun(), beat(2), beat(30), ack(30.1)],
        [
            Said(
                1,
                "HEARTBEAT_ACK_MISSING",
                "error",
                4,
                None,
                2.0,
                "server",
                "no heartbeat_ack answered the heartbeat of frame 4 in 28.0 s",
                "the server answers every heartbeat with heartbeat_ack",
            ),
        ],
    ),
    "three without an answer": (
        [*begun(), beat(2), beat(47), beat(92), beat(137)],
        [
            Said(
                1,
                "HEARTBEAT_ACK_MISSING",
                "error",
                4,
                None,
                2.0,
                "server",
                "no heartbeat_ack answered the heartbeat of frame 4 in 45.0 s",
                "the server answers every heartbeat with heartbeat_ack",
            ),
            Said(
                1,
                "HEARTBEAT_ACK_MISSING",
                "error",
                5,
                None,
                47.0,
                "server",
                "no heartbeat_ack answered the heartbeat of frame 5 in 45.0 s",
                "the server answers every heartbeat with heartbeat_ack",
            ),
            Said(
                1,
                "HEARTBEAT_NOT_GIVEN_UP",
                "error",
                6,
                None,
                92.0,
                "client",
                "the client goes on after 2 unanswered heartbeats in a row",
                "close the connection and resume on a new one",
            ),
        ],
    ),
    "an answer without a heartbeat": (
        [*begun(), ack(2)],
        [
            Said(
                1,
                "HEARTBEAT_ACK_UNASKED",
                "error",
                4,
                None,
                2.0,
                "server",
                "heartbeat_ack comes without a heartbeat that it answers",
                None,
            ),
        ],
    ),
    "more messages than allowed": (
        [*begun(), *[c2s({"type": "presence_update", "d": {"status": "idle"}}, **at(2))] * 120],
        [
            Said(
                1,
                "RATE_MESSAGES",
                "warning",
                123,
                None,
                2.0,
                "client",
                "the client sent more than 120 messages in 60 s",
                "the protocol allows no more; the public server does not enforce it",
            ),
        ],
    ),
    "typing again in a feed": (
        [*begun(), typing(2, feed_id=5), typing(6.5, feed_id=5)],
        [
            Said(
                1,
                "RATE_TYPING",
                "note",
                5,
                None,
                6.5,
                "client",
                "the client types again in feed_id 5 after 4.5 s",
                "the server ignores all but one in 5 s",
            ),
        ],
    ),
    "typing again in a direct message": (
        [*begun(), typing(2, dm_id=9), typing(3, dm_id=9)],
        [
            Said(
                1,
                "RATE_TYPING",
                "note",
                5,
                None,
                3.0,
                "client",
                "the client types again in dm_id 9 after 1.0 s",
                "the server ignores all but one in 5 s",
            ),
        ],
    ),
    "typing five seconds later": (
        [*begun(), typing(2, feed_id=5), typing(7, feed_id=5)],
        [],
    ),
    "a resume after more than was received": (
        [*begun(), leave(2, 2), close(1006, **at(3)), header(ts=START + 4), hello(5), resume(7, 6)],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 1006 CONNECTION_LOST",
                "next: reconnect and resume the session",
            ),
            Said(
                2,
                "RESUME_LAST_SEQ",
                "error",
                2,
                "/d/last_seq",
                2.0,
                "client",
                "the client resumes after seq 7, but had received seq 2",
                "what it missed up to seq 7 is not replayed; or the captures lack a connection of the session",
            ),
        ],
    ),
    "a resume after less than was received": (
        [
            *begun(),
            leave(2, 2),
            leave(3, 2),
            close(1006, **at(3)),
            header(ts=START + 4),
            hello(5),
            resume(1, 6),
        ],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 1006 CONNECTION_LOST",
                "next: reconnect and resume the session",
            ),
            Said(
                2,
                "RESUME_LAST_SEQ",
                "note",
                2,
                "/d/last_seq",
                2.0,
                None,
                "the client resumes after seq 1, but had received seq 3",
                "this is allowed: messages 2 to 3 come a second time",
            ),
        ],
    ),
    "a close with a reason of its own": (
        [*begun(), close(4000, "why", **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4000 UNKNOWN_ERROR why",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "a close that says when to come back": (
        [*begun(), close(4008, "AUTH_RATE_LIMITED", **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4008 SERVER_RESTART AUTH_RATE_LIMITED",
                "next: reconnect with a new session, after a delay",
            ),
        ],
    ),
    "a close for ever": (
        [header(), hello(), identify(), close(4004, "AUTH_FAILED", **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4004 AUTH_FAILED",
                "next: do not reconnect",
            ),
        ],
    ),
    "a code that the protocol lacks": (
        [*begun(), close(4999, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNKNOWN",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4999, which the protocol does not have",
                None,
            ),
        ],
    ),
    "the first code of the gateway's": (
        [*begun(), close(4000, **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4000 UNKNOWN_ERROR",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "a code of somebody else's": (
        [*begun(), close(3000, **at(2))],
        [
            Said(1, "CLOSE_MEANING", "note", None, None, 2.0, None, "closed with 3000", None),
        ],
    ),
    "the last code of somebody else's": (
        [*begun(), close(3999, **at(2))],
        [
            Said(1, "CLOSE_MEANING", "note", None, None, 2.0, None, "closed with 3999", None),
        ],
    ),
    "a code that is not on the wire": (
        [*begun(), close(1004, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_INVALID",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 1004, which no close frame can carry",
                "it can carry 1000 to 1003, 1007 to 1014 and 3000 to 4999",
            ),
        ],
    ),
    "a code that is reserved": (
        [*begun(), close(1015, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_INVALID",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 1015, which no close frame can carry",
                "it can carry 1000 to 1003, 1007 to 1014 and 3000 to 4999",
            ),
        ],
    ),
    "a code just below the registered ones": (
        [*begun(), close(2999, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_INVALID",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 2999, which no close frame can carry",
                "it can carry 1000 to 1003, 1007 to 1014 and 3000 to 4999",
            ),
        ],
    ),
    "a code beyond all": (
        [*begun(), close(5000, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_INVALID",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 5000, which no close frame can carry",
                "it can carry 1000 to 1003, 1007 to 1014 and 3000 to 4999",
            ),
        ],
    ),
    "a code of websocket itself": (
        [*begun(), close(1014, **at(2))],
        [
            Said(1, "CLOSE_MEANING", "note", None, None, 2.0, None, "closed with 1014", None),
        ],
    ),
    "a close without a code": (
        [*begun(), close(1005, **at(2))],
        [
            Said(1, "CLOSE_MEANING", "note", None, None, 2.0, None, "closed with 1005", None),
        ],
    ),
    "a lost connection": (
        [*begun(), close(1006, **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 1006 CONNECTION_LOST",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "an ordinary close": (
        [*begun(), close(1001, **at(2))],
        [],
    ),
    "a reason that is another name": (
        [*begun(), close(4007, "RATE_LIMITED", **at(2))],
        [
            Said(
                1,
                "CLOSE_REASON_MISMATCH",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4007, but RATE_LIMITED is the name of 4006",
                None,
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4007 SESSION_TIMEOUT RATE_LIMITED",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "4001 without an unknown type": (
        [*begun(), close(4001, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4001 UNKNOWN_TYPE, but the client sent no unknown type",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4001 UNKNOWN_TYPE",
                "next: do not reconnect",
            ),
        ],
    ),
    "4002 without bad JSON": (
        [*begun(), close(4002, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4002 DECODE_ERROR, but every frame of the client is JSON",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4002 DECODE_ERROR",
                "next: do not reconnect",
            ),
        ],
    ),
    "4003 after identify": (
        [*begun(), close(4003, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4003 NOT_AUTHENTICATED, but the client's first message was identify or resume",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4003 NOT_AUTHENTICATED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4004 after ready": (
        [*begun(), close(4004, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4004 AUTH_FAILED, but no login was under way",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4004 AUTH_FAILED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4005 after one identify": (
        [*begun(), close(4005, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4005 ALREADY_AUTHENTICATED, but the client did not identify a second time",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4005 ALREADY_AUTHENTICATED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4007 in time": (
        [*begun(), close(4007, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4007 SESSION_TIMEOUT, but the client's heartbeats were in time",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4007 SESSION_TIMEOUT",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "4009 without resume": (
        [*begun(), close(4009, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4009 SESSION_EXPIRED, but the client did not ask to resume",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4009 SESSION_EXPIRED",
                "next: reconnect with a new session",
            ),
        ],
    ),
    "4010 without resume": (
        [*begun(), close(4010, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4010 REPLAY_EXHAUSTED, but the client did not ask to resume",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4010 REPLAY_EXHAUSTED",
                "next: reconnect with a new session",
            ),
        ],
    ),
    "4011 after ready": (
        [*begun(), close(4011, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4011 VERSION_MISMATCH, but no identify was waiting for its answer",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4011 VERSION_MISMATCH",
                "next: do not reconnect",
            ),
        ],
    ),
    "4012 after ready": (
        [*begun(), close(4012, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4012 SERVER_FULL, but the session was established already",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4012 SERVER_FULL",
                "next: reconnect with a new session, after a delay",
            ),
        ],
    ),
    "4008 at an ordinary rate": (
        [*begun(), close(4008, **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4008 SERVER_RESTART",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "after the close": (
        [*begun(), close(1000, **at(2)), leave(2, 3)],
        [
            Said(
                1,
                "FRAME_AFTER_CLOSE",
                "error",
                4,
                None,
                3.0,
                None,
                "a frame follows the close of its connection",
                "nothing is sent after a close; or the lines are out of order",
            ),
        ],
    ),
    "one side, what the client receives": (
        [header(), hello(), ready(2)],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                2.0,
                "capture",
                "the capture holds only what the server sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "one side, what the client sends": (
        [header(), identify(1), beat(2)],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                2.0,
                "capture",
                "the capture holds only what the client sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "one side, ten frames": (
        [
            header(),
            *[
                s2c({"type": "error", "d": {"code": "INVALID_STATUS", "message": "no"}}, **at(n))
                for n in range(10)
            ],
        ],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                9.0,
                "capture",
                "the capture holds only what the server sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "one side, nine frames": (
        [
            header(),
            *[
                s2c({"type": "error", "d": {"code": "INVALID_STATUS", "message": "no"}}, **at(n))
                for n in range(9)
            ],
        ],
        [],
    ),
    "one side, two answers to heartbeats": (
        [header(), hello(), ack(2), ack(3)],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                3.0,
                "capture",
                "the capture holds only what the server sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "one side, one answer to a heartbeat": (
        [header(), hello(), ack(2)],
        [],
    ),
    "the client alone and a close": (
        [header(), identify(1), close(1006, **at(2))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 1006 CONNECTION_LOST",
                "next: reconnect and resume the session",
            ),
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                2.0,
                "capture",
                "the capture holds only what the client sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "the client alone and no close": (
        [header(), identify(1)],
        [],
    ),
    "a binary message of the client": (
        [*begun(), binary(b"x", "c2s", **at(2))],
        [
            Said(
                1,
                "BINARY_FROM_CLIENT",
                "error",
                4,
                None,
                2.0,
                "client",
                "a client sent a binary message",
                "clients send uncompressed text; the server closes with 4000",
            ),
        ],
    ),
    "binary messages that are no zstd frames": (
        [header(url=ZSTD), binary(b"xyz", **at(2)), binary(b"xyz", **at(3))],
        [
            Said(
                1,
                "ZSTD_INVALID",
                "error",
                1,
                None,
                2.0,
                "server",
                "the message is no zstd frame",
                None,
            ),
        ],
    ),
    "a gap of one": (
        [*begun(), leave(3, 2)],
        [
            Said(
                1,
                "SEQ_GAP",
                "error",
                4,
                "/seq",
                2.0,
                None,
                "seq jumps from 1 to 3: 2 is missing",
                "the server skipped them, or the capture lost them",
            ),
        ],
    ),
    "a gap of two": (
        [*begun(), leave(4, 2)],
        [
            Said(
                1,
                "SEQ_GAP",
                "error",
                4,
                "/seq",
                2.0,
                None,
                "seq jumps from 1 to 4: 2 to 3 are missing",
                "the server skipped them, or the capture lost them",
            ),
        ],
    ),
    "a number twice in a row": (
        [*begun(), leave(2, 2), leave(2, 3)],
        [
            Said(
                1,
                "SEQ_DUPLICATE",
                "error",
                5,
                "/seq",
                3.0,
                "server",
                "seq 2 comes twice in a row",
                None,
            ),
        ],
    ),
    "a number that goes back": (
        [*begun(), leave(2, 2), leave(3, 3), leave(2, 4)],
        [
            Said(
                1,
                "SEQ_REGRESSION",
                "error",
                6,
                "/seq",
                4.0,
                "server",
                "seq goes back from 3 to 2",
                None,
            ),
        ],
    ),
    "a session that starts later": (
        [header(), hello(), identify(), ready().replace('\\"seq\\": 1', '\\"seq\\": 4')],
        [
            Said(
                1,
                "SEQ_START",
                "error",
                3,
                "/seq",
                1.0,
                "server",
                "the session starts at seq 4, not at 1",
                None,
            ),
        ],
    ),
    "a replay that ends too soon": (
        [header(), hello(), resume(5), leave(6, 2), resumed(8, 3)],
        [
            Said(
                1,
                "SEQ_GAP",
                "error",
                4,
                "/d/seq",
                3.0,
                None,
                "the replay ends before seq 8: 7 to 8 are missing",
                "the server skipped them, or the capture lost them",
            ),
        ],
    ),
    "a server that goes on below the claim": (
        [header(), hello(), resume(50), leave(6, 2), leave(7, 3)],
        [
            Said(
                1,
                "SEQ_REGRESSION",
                "error",
                3,
                "/seq",
                2.0,
                None,
                "the server goes on at seq 6, though the client resumed after seq 50",
                "the client said that it had more than the session holds, or the server forgot messages",
            ),
        ],
    ),
    "no header": (
        [leave(40, 2), leave(41, 3)],
        [
            Said(
                1,
                "CAPTURE_NO_HEADER",
                "note",
                None,
                None,
                None,
                "capture",
                "the connection has no header line",
                "times count from its first frame",
            ),
        ],
    ),
    "times that run backwards": (
        [*begun(), leave(2, 5), leave(3, 4.5), leave(4, 6)],
        [
            Said(
                1,
                "CAPTURE_TIME_BACKWARDS",
                "note",
                None,
                None,
                4.5,
                "capture",
                "at frame 5 the times run backwards by 0.500 s",
                "rules about time are off from here to the end of the connection",
            ),
        ],
    ),
    "times that stand still": (
        [header(), hello(0), identify(0), ready(0), leave(2, 0)],
        [
            Said(
                1,
                "CAPTURE_TIME_MISSING",
                "note",
                None,
                None,
                0.0,
                "capture",
                "every line of the connection has the same time",
                "rules about time are off for this connection",
            ),
        ],
    ),
    "three frames at one time": (
        [header(), hello(0), identify(0), ready(0)],
        [],
    ),
    "times in milliseconds": (
        [header(ts=START * 1000), hello(), identify(), ready()],
        [
            Said(
                1,
                "CAPTURE_TIME_UNIT",
                "note",
                None,
                None,
                0.0,
                "capture",
                'the times count milliseconds; "ts" is Unix time in seconds',
                "rules about time are off; divide by 1000 when writing",
            ),
        ],
    ),
    "times that are missing": (
        [header(ts=None), s2c({"type": "hello", "d": {"heartbeat_interval": 45000}}, ts=None)],
        [
            Said(
                1,
                "CAPTURE_TIME_MISSING",
                "note",
                None,
                None,
                None,
                "capture",
                'lines have no time: "ts" is absent or null',
                'rules about time are off; write "ts", the Unix time in seconds, on every line',
            ),
        ],
    ),
    "times at the close that run backwards": (
        [*begun(), leave(2, 5), close(1000, **at(4))],
        [
            Said(
                1,
                "CAPTURE_TIME_BACKWARDS",
                "note",
                None,
                None,
                4.0,
                "capture",
                "at its close the times run backwards by 1.000 s",
                "rules about time are off from here to the end of the connection",
            ),
        ],
    ),
    "no times of day": (
        [
            header(ts=1),
            s2c({"type": "hello", "d": {"heartbeat_interval": 45000}}, ts=2),
            c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}, ts=3),
            c2s({"type": "typing", "d": {"feed_id": 5}}, ts=5),
            c2s({"type": "typing", "d": {"feed_id": 5}}, ts=6),
        ],
        [
            Said(
                1,
                "CAPTURE_TIME_UNIT",
                "note",
                None,
                None,
                5.0,
                "capture",
                'the times are not the time of day, so that the unit of "ts" cannot be told',
                "rules about time are off for this connection; write the Unix time in seconds, such as 1795376354.14",
            ),
        ],
    ),
    "typing again while the times stand still": (
        [header(), hello(0), typing(0, feed_id=5), typing(0, feed_id=5)],
        [
            Said(
                1,
                "NOT_IDENTIFIED",
                "error",
                2,
                None,
                0.0,
                "client",
                "the client's first message is neither identify nor resume",
                "the server closes with 4003",
            ),
            Said(
                1,
                "CAPTURE_TIME_MISSING",
                "note",
                None,
                None,
                0.0,
                "capture",
                "every line of the connection has the same time",
                "rules about time are off for this connection",
            ),
        ],
    ),
    "no times of day, and a heartbeat without an answer": (
        [
            header(ts=1),
            hello(2 - START),
            identify(3 - START),
            ready(4 - START),
            beat(5 - START),
            beat(40 - START),
        ],
        [
            Said(
                1,
                "CAPTURE_TIME_UNIT",
                "note",
                None,
                None,
                39.0,
                "capture",
                'the times are not the time of day, so that the unit of "ts" cannot be told',
                "rules about time are off for this connection; write the Unix time in seconds, such as 1795376354.14",
            ),
        ],
    ),
    "no times of day, and nothing that asks for them": (
        [
            header(ts=1),
            hello(2 - START),
            identify(3 - START),
            ready(4 - START),
            leave(2, 5 - START),
        ],
        [],
    ),
    "times that run back by a tenth of a second": (
        [*begun(), leave(2, 5), leave(3, 4.9), leave(4, 4.95)],
        [],
    ),
    "times that run back by more": (
        [*begun(), leave(2, 5), leave(3, 4.85)],
        [
            Said(
                1,
                "CAPTURE_TIME_BACKWARDS",
                "note",
                None,
                None,
                4.85,
                "capture",
                "at frame 5 the times run backwards by 0.150 s",
                "rules about time are off from here to the end of the connection",
            ),
        ],
    ),
    "4006 at an ordinary rate": (
        [*begun(), close(4006, **at(2))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                2.0,
                None,
                "closed with 4006 RATE_LIMITED, but the client kept to the message rate",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4006 RATE_LIMITED",
                "next: reconnect and resume the session, after a delay",
            ),
        ],
    ),
    "4006 after too many messages": (
        [
            *begun(),
            *[c2s({"type": "presence_update", "d": {"status": "idle"}}, **at(2))] * 120,
            close(4006, **at(3)),
        ],
        [
            Said(
                1,
                "RATE_MESSAGES",
                "warning",
                123,
                None,
                2.0,
                "client",
                "the client sent more than 120 messages in 60 s",
                "the protocol allows no more; the public server does not enforce it",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4006 RATE_LIMITED",
                "next: reconnect and resume the session, after a delay",
            ),
        ],
    ),
    "4003 after another beginning": (
        [header(), hello(), beat(2), identify(3), close(4003, **at(4))],
        [
            Said(
                1,
                "NOT_IDENTIFIED",
                "error",
                2,
                None,
                2.0,
                "client",
                "the client's first message is neither identify nor resume",
                "the server closes with 4003",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                4.0,
                None,
                "closed with 4003 NOT_AUTHENTICATED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4007 after just an interval": (
        [*begun(), close(4007, **at(46))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                46.0,
                None,
                "closed with 4007 SESSION_TIMEOUT, but the client's heartbeats were in time",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                46.0,
                None,
                "closed with 4007 SESSION_TIMEOUT",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "4007 after more than an interval": (
        [*begun(), close(4007, **at(46.1))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                46.1,
                None,
                "closed with 4007 SESSION_TIMEOUT",
                "next: reconnect and resume the session",
            ),
        ],
    ),
    "4001 after an unknown type": (
        [*begun(), c2s({"type": "party"}, **at(2)), close(4001, **at(3))],
        [
            Said(
                1,
                "UNKNOWN_TYPE",
                "note",
                4,
                "/type",
                2.0,
                "client",
                'unknown client message "party"',
                None,
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4001 UNKNOWN_TYPE",
                "next: do not reconnect",
            ),
        ],
    ),
    "4001 after a type of the server's": (
        [*begun(), c2s({"type": "heartbeat_ack"}, **at(2)), close(4001, **at(3))],
        [
            Said(
                1,
                "WRONG_DIRECTION",
                "error",
                4,
                "/type",
                2.0,
                "client",
                'unknown client message "heartbeat_ack"; it is a server message',
                'did you mean "heartbeat"?',
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4001 UNKNOWN_TYPE",
                "next: do not reconnect",
            ),
        ],
    ),
    "4002 after a repeated key": (
        [*begun(), c2s('{"type":"heartbeat","type":"heartbeat"}', **at(2)), close(4002, **at(3))],
        [
            Said(
                1,
                "JSON_DUPLICATE_KEY",
                "error",
                4,
                "/type",
                2.0,
                "client",
                "the key occurs more than once",
                "readers disagree on which one counts",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4002 DECODE_ERROR",
                "next: do not reconnect",
            ),
        ],
    ),
    "4004 while the login is checked": (
        [header(), hello(), identify(), close(4004, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4004 AUTH_FAILED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4005 after a second identify": (
        [*begun(), identify(2), close(4005, **at(3))],
        [
            Said(
                1,
                "IDENTIFY_REPEATED",
                "error",
                4,
                None,
                2.0,
                "client",
                "the client identifies again on this connection",
                "the server closes with 4005; open a new connection for a new session",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4005 ALREADY_AUTHENTICATED",
                "next: do not reconnect",
            ),
        ],
    ),
    "4009 to a resume": (
        [header(), hello(), resume(4), close(4009, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4009 SESSION_EXPIRED",
                "next: reconnect with a new session",
            ),
        ],
    ),
    "4010 to a resume": (
        [header(), hello(), resume(4), close(4010, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4010 REPLAY_EXHAUSTED",
                "next: reconnect with a new session",
            ),
        ],
    ),
    "4010 after the resume was answered": (
        [header(), hello(), resume(4), resumed(4, 2), close(4010, **at(3))],
        [
            Said(
                1,
                "CLOSE_CODE_UNEXPECTED",
                "error",
                None,
                None,
                3.0,
                None,
                "closed with 4010 REPLAY_EXHAUSTED, but the client did not ask to resume",
                "the server gave a wrong code, or the capture lacks frames",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4010 REPLAY_EXHAUSTED",
                "next: reconnect with a new session",
            ),
        ],
    ),
    "4011 to an identify": (
        [header(), hello(), identify(), close(4011, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4011 VERSION_MISMATCH",
                "next: do not reconnect",
            ),
        ],
    ),
    "4012 before ready": (
        [header(), hello(), identify(), close(4012, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4012 SERVER_FULL",
                "next: reconnect with a new session, after a delay",
            ),
        ],
    ),
    "4006 before ready": (
        [header(), hello(), identify(), close(4006, **at(3))],
        [
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 4006 RATE_LIMITED",
                "next: reconnect and resume the session, after a delay",
            ),
        ],
    ),
    "4001 in a capture from the middle": (
        [leave(40, 2), beat(3), ack(3), close(4001, **at(4))],
        [
            Said(
                1,
                "CAPTURE_NO_HEADER",
                "note",
                None,
                None,
                None,
                "capture",
                "the connection has no header line",
                "times count from its first frame",
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                2.0,
                None,
                "closed with 4001 UNKNOWN_TYPE",
                "next: do not reconnect",
            ),
        ],
    ),
    "a heartbeat just in time": (
        [*begun(), beat(68.5), ack(68.6)],
        [],
    ),
    "a late close that only the server is heard before": (
        [header(), hello(), ready(2), leave(2, 3), close(1000, **at(100))],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                100.0,
                "capture",
                "the capture holds only what the server sent",
                "rules that need the other side are off",
            ),
        ],
    ),
    "many messages without times that can be trusted": (
        [
            *begun(),
            leave(2, 5),
            leave(3, 4),
            *[c2s({"type": "presence_update", "d": {"status": "idle"}}, **at(5))] * 130,
        ],
        [
            Said(
                1,
                "CAPTURE_TIME_BACKWARDS",
                "note",
                None,
                None,
                4.0,
                "capture",
                "at frame 5 the times run backwards by 1.000 s",
                "rules about time are off from here to the end of the connection",
            ),
        ],
    ),
    "a close behind a frame that is not looked into": (
        [
            header(),
            hello(),
            c2s('{"type":"new","d":{"a":' + "[" * 200 + "]" * 200 + "}}", **at(2)),
            identify(2),
            ready(3),
            close(4001, **at(4)),
        ],
        [
            Said(
                1,
                "JSON_TOO_DEEP",
                "error",
                2,
                None,
                2.0,
                "client",
                "the frame is nested too deeply",
                None,
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                4.0,
                None,
                "closed with 4001 UNKNOWN_TYPE",
                "next: do not reconnect",
            ),
        ],
    ),
    "times that are unknown and a late heartbeat": (
        [
            header(ts=1),
            hello(2 - START),
            identify(3 - START),
            ready(4 - START),
            beat(90 - START),
            ack(91 - START),
        ],
        [
            Said(
                1,
                "CAPTURE_TIME_UNIT",
                "note",
                None,
                None,
                90.0,
                "capture",
                'the times are not the time of day, so that the unit of "ts" cannot be told',
                "rules about time are off for this connection; write the Unix time in seconds, such as 1795376354.14",
            ),
        ],
    ),
    "a resume after a message with a field that is not known": (
        [
            *begun(),
            s2c({"type": "member_leave", "d": {"user_id": 7, "new": 1}, "seq": 2}, **at(2)),
            close(1006, **at(3)),
            header(ts=START + 4),
            hello(5),
            resume(7, 6),
        ],
        [
            Said(
                1, "UNKNOWN_FIELD", "note", 4, "/d/new", 2.0, "server", 'unknown field "new"', None
            ),
            Said(
                1,
                "CLOSE_MEANING",
                "note",
                None,
                None,
                3.0,
                None,
                "closed with 1006 CONNECTION_LOST",
                "next: reconnect and resume the session",
            ),
            Said(
                2,
                "RESUME_LAST_SEQ",
                "error",
                2,
                "/d/last_seq",
                2.0,
                "client",
                "the client resumes after seq 7, but had received seq 2",
                "what it missed up to seq 7 is not replayed; or the captures lack a connection of the session",
            ),
        ],
    ),
    "ready without its payload": (
        [header(), hello(), identify(), s2c({"type": "ready", "seq": 1}, **at(2)), leave(2, 3)],
        [
            Said(
                1,
                "PAYLOAD_MISSING",
                "error",
                3,
                "",
                2.0,
                "server",
                'the frame lacks its payload "d"',
                None,
            ),
        ],
    ),
    "a resume without its payload": (
        [header(), hello(), c2s({"type": "resume"}, **at(2)), resumed(4, 3)],
        [
            Said(
                1,
                "PAYLOAD_MISSING",
                "error",
                2,
                "",
                2.0,
                "client",
                'the frame lacks its payload "d"',
                None,
            ),
        ],
    ),
    "an answer to a heartbeat first, after an identify": (
        [header(), identify(), ack(2)],
        [],
    ),
    "a late number first, after an identify": (
        [header(), identify(), leave(40, 2)],
        [],
    ),
    "one side, a number after hello": (
        [header(), hello(), leave(2, 2)],
        [
            Said(
                1,
                "CAPTURE_ONE_SIDED",
                "note",
                None,
                None,
                2.0,
                "capture",
                "the capture holds only what the server sent",
                "rules that need the other side are off",
            ),
        ],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES.keys())
def test_word_for_word(tmp_path: Path, lines: list[str], expected: list[Said]) -> None:
    assert [said(finding) for finding in find(tmp_path, *lines)] == expected


def test_the_time_is_that_of_the_frame_or_of_the_end(tmp_path: Path) -> None:
    found = find(tmp_path, *begun(), beat(2), beat(30), close(1006, **at(40)))
    assert [(f.rule, f.time, f.direction, f.type) for f in found] == [
        ("HEARTBEAT_ACK_MISSING", START + 2, "c2s", "heartbeat"),
        ("CLOSE_MEANING", START + 40, None, None),
    ]
    meaning = CloseCode(1006).meaning("").description
    assert found[1].message == f"closed with 1006 CONNECTION_LOST: {meaning}"
