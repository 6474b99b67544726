"""Conversations of another protocol than Vox: the checks know no message, only the tables."""

from collections.abc import Iterator

import pytest

from tests.voxspec.mini import generated, module_of
from tests.voxwire.operations import check, conversation, schema
from voxwire.checks import RULES
from voxwire.checks.session import Guide
from voxwire.checks.session.streams import Streams
from voxwire.protocol import AnyProtocol
from voxwire.rules.example import Told

Found = list[tuple[str, int | None, str | None]]
BEGUN = "head >connection_init <connection_ack"


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyProtocol]:
    with generated(schema(), tmp_path_factory.mktemp("operations")) as mini:
        yield module_of(mini, "protocol").PROTOCOL


IN_ORDER = {
    "an operation": f"{BEGUN} >subscribe:1 <next:1 <complete:1 !1000",
    "the client ends it": f"{BEGUN} >subscribe:1 >complete:1 <next:1 <complete:1",
    "both end it": f"{BEGUN} >subscribe:1 <complete:1 >complete:1",
    "a key is free after the end": f"{BEGUN} >subscribe:1 <complete:1 >subscribe:1 <next:1",
    "also after the client's own": f"{BEGUN} >subscribe:1 >complete:1 >subscribe:1 <next:1",
    "what comes then may be of either": (
        f"{BEGUN} >subscribe:1 >complete:1 >subscribe:1 <complete:1 <next:1 >subscribe:1"
    ),
    "the end of what never was": f"{BEGUN} >complete:5",
    "two at a time": f"{BEGUN} >subscribe:1 >subscribe:2 <next:2 <complete:1 <next:2",
    "heartbeats before the login": "head >ping <pong <ping >pong >connection_init <connection_ack",
    "answers that nobody asked for": f"{BEGUN} <pong <pong",
    "the client had not heard of the pause": f"{BEGUN} <pause >subscribe:1",
    "nor that it is over": f"{BEGUN} <pause <go_on >subscribe:1",
    "the middle of a connection": "<next:1 <complete:2 >subscribe:3 <complete:3",
    "the middle, and heartbeats": "head <next:1 >pong >pong <ping",
    "the middle behind a header": "head >subscribe:1 <next:1 <complete:1",
    "one side, what the client sends": f"{BEGUN} >subscribe:1 >subscribe:1".replace(
        "<connection_ack ", ""
    ),
    "one side, what the server sends": "head <ping +10 <ping",
    "slow answers": f"{BEGUN} <ping +4 >pong +6 <ping >pong",
    "other doors": f"{BEGUN} >knock:1 >knock:2 +5 >knock:1",
    "searches far apart": f"{BEGUN} >search >search +10 >search",
    "a login that takes its time": "head >connection_init +600 <connection_ack",
}


@pytest.mark.parametrize("told", IN_ORDER.values(), ids=IN_ORDER)
def test_in_order(protocol: AnyProtocol, told: str) -> None:
    notes = {"CAPTURE_NO_HEADER", "CAPTURE_ONE_SIDED"}
    assert [f for f in check(conversation(told), protocol) if f.rule not in notes] == []


BROKEN: dict[str, tuple[str, Found]] = {
    "subscribe first": ("head >subscribe:1 !4401", [("NOT_IDENTIFIED", 1, "client")]),
    "subscribe first, and a heartbeat": (
        "head >ping <pong >subscribe:1 <ping",
        [("NOT_IDENTIFIED", 3, "client")],
    ),
    "subscribe too early": (
        "head >connection_init >subscribe:1 !4401",
        [("OUT_OF_PLACE", 2, "client")],
    ),
    "subscribe before the answer": (
        "head >connection_init >subscribe:1 <connection_ack",
        [("OUT_OF_PLACE", 2, "client")],
    ),
    "two logins": (
        "head >connection_init >connection_init !4429",
        [("IDENTIFY_REPEATED", 2, "client")],
    ),
    "and both are answered": (
        "head >connection_init >connection_init <connection_ack <connection_ack",
        [("IDENTIFY_REPEATED", 2, "client")],
    ),
    "two answers": (f"{BEGUN} <connection_ack", [("READY_UNASKED", 3, "server")]),
    "an item before the answer": (
        "head >connection_init <next:1 !4004",
        [("OUT_OF_PLACE", 2, "server")],
    ),
    "no pause to end": (f"{BEGUN} <go_on <go_on", [("OUT_OF_PLACE", 3, "server")]),
    "a key in use": (
        f"{BEGUN} >subscribe:1 <next:1 >subscribe:1 !4409",
        [("STREAM_KEY_IN_USE", 5, "client")],
    ),
    "an item after the end": (
        f"{BEGUN} >subscribe:1 <complete:1 <next:1",
        [("STREAM_OVER", 5, "server")],
    ),
    "two ends": (
        f"{BEGUN} >subscribe:1 <complete:1 <complete:1",
        [("STREAM_OVER", 5, "server")],
    ),
    "the end of the server, then of the client, then an item": (
        f"{BEGUN} >subscribe:1 <complete:1 >complete:1 <next:1",
        [("STREAM_OVER", 6, "server")],
    ),
    "a key that nobody gave": (f"{BEGUN} <next:9", [("STREAM_UNKNOWN", 3, "server")]),
    "silence": (f"{BEGUN} +21 <ping", [("SERVER_HEARTBEAT_LATE", 3, "server")]),
    "no answer": (
        f"{BEGUN} <ping +9.9 <ping >pong",
        [("SERVER_HEARTBEAT_UNANSWERED", 3, "client")],
    ),
    "no answers": (
        f"{BEGUN} <ping +10 <ping +10 <ping",
        [
            ("SERVER_HEARTBEAT_UNANSWERED", 3, "client"),
            ("SERVER_HEARTBEAT_UNANSWERED", 4, "client"),
            ("SERVER_HEARTBEAT_NOT_GIVEN_UP", 5, "server"),
        ],
    ),
    "an answer too many": (
        f"{BEGUN} <ping >pong >pong",
        [("SERVER_HEARTBEAT_UNASKED", 5, "client")],
    ),
    "searches": (f"{BEGUN} >search >search >search", [("RATE_EXCEEDED", 5, "client")]),
    "knocks that are ignored do not count": (
        f"{BEGUN} >knock:1 +3 >knock:1 +3 >knock:1 +3 >knock:1",
        [("RATE_IGNORED", 4, "client")],
    ),
    "knocks": (f"{BEGUN} >knock:1 +1 >knock:1", [("RATE_IGNORED", 4, "client")]),
}


@pytest.mark.parametrize(("told", "expected"), BROKEN.values(), ids=BROKEN)
def test_broken(protocol: AnyProtocol, told: str, expected: Found) -> None:
    found = check(conversation(told), protocol)
    shown = [(f.rule, f.frame, f.blame) for f in found if f.rule != "CLOSE_MEANING"]
    assert shown == expected


def test_what_is_told_of_a_rule_is_broken_here() -> None:
    told = {rule.id for rule in RULES.values() if isinstance(rule.bad, Told)}
    assert {str(rule) for _, found in BROKEN.values() for rule, _, _ in found} >= told


WORDS = {
    "head >subscribe:1 !4401": (
        "the client's first message is not connection_init",
        "the server closes with 4401",
    ),
    "head >ping <pong >subscribe:1 <ping": (
        "the client sends subscribe before connection_init",
        "the server closes with 4401",
    ),
    "head >connection_init >subscribe:1 <connection_ack": (
        "subscribe is out of place: the server looks whom it lets in",
        "the server closes with 4401",
    ),
    "head >connection_init <next:1": (
        "next is out of place: the server looks whom it lets in",
        "the client closes with 4004",
    ),
    f"{BEGUN} >connection_init": (
        "the client sends connection_init again on this connection",
        "the server closes with 4429; open a new connection for a new session",
    ),
    f"{BEGUN} <connection_ack": (
        "connection_ack comes without a connection_init that it answers",
        None,
    ),
    f"{BEGUN} >subscribe:1 >subscribe:1 <next:1": (
        "subscribe has the id 1 of one that is not over",
        "the server closes with 4409; take another id",
    ),
    f"{BEGUN} >subscribe:1 <complete:1 <next:1": (
        "next comes after the end of the operation 1",
        "the client ignores it",
    ),
    f"{BEGUN} <next:9": (
        "next is for the operation 9, which the client never began",
        "the client ignores it",
    ),
    f"{BEGUN} +21 <ping": (
        "the server sent no ping for 21.0 s; the interval is 10 s",
        "the client closes with 4004 after 2 intervals without one, or somewhat later",
    ),
    f"{BEGUN} <ping +10 <ping >pong": (
        "no pong answered the ping of frame 3 in 10.0 s",
        "the client answers every ping with pong",
    ),
    f"{BEGUN} <ping >pong >pong": ("pong comes without a ping that it answers", None),
    f"{BEGUN} >search >search >search": (
        "the client sent more than 2 messages search in 10 s",
        "the server closes with 4430",
    ),
    f"{BEGUN} >knock:1 +1 >knock:1": (
        "the client sends knock again in door 1 after 1.0 s",
        "the server ignores all but one in 5 s",
    ),
}


@pytest.mark.parametrize(("told", "words"), WORDS.items(), ids=WORDS)
def test_in_the_words_of_the_protocol(
    protocol: AnyProtocol, told: str, words: tuple[str, str | None]
) -> None:
    (finding,) = [f for f in check(conversation(told), protocol) if f.rule != "CLOSE_MEANING"]
    assert (finding.message, finding.hint) == words


FITTING = [
    "head >connection_init <ping !4403",
    "head >{ <ping !4400",
    f"{BEGUN} >bye !4400",
    f"{BEGUN} >ping !4500",
    f"{BEGUN} >search >search >search !4430",
    f"{BEGUN} <ping !4408",
    "head >connection_init <{ !4004",
]
OTHERWISE = {
    f"{BEGUN} !4403": "the session was established already",
    f"{BEGUN} !4400": "the client's frames break no rule",
    f"{BEGUN} !4401": "the client's first message was connection_init",
    f"{BEGUN} !4402": "every message of the client was in its place",
    f"{BEGUN} >subscribe:1 !4409": "the client used each id once at a time",
    f"{BEGUN} !4429": "the client did not send connection_init a second time",
    f"{BEGUN} >search !4430": "the client kept to the message rate",
}


@pytest.mark.parametrize("told", FITTING)
def test_codes_that_fit(protocol: AnyProtocol, told: str) -> None:
    rules = {finding.rule for finding in check(conversation(told), protocol)}
    assert "CLOSE_CODE_UNEXPECTED" not in rules


@pytest.mark.parametrize(("told", "instead"), OTHERWISE.items())
def test_codes_that_do_not_fit(protocol: AnyProtocol, told: str, instead: str) -> None:
    (odd, meaning) = check(conversation(told), protocol)
    assert (odd.rule, meaning.rule) == ("CLOSE_CODE_UNEXPECTED", "CLOSE_MEANING")
    assert odd.message.endswith(f", but {instead}")


def test_what_a_server_closes_with_only_for_what_the_client_said(protocol: AnyProtocol) -> None:
    answering = Guide.of(protocol).causes.answering
    assert sorted(map(int, answering)) == [1003, 4400, 4401, 4402, 4409, 4429, 4430]


def test_streams_that_were_forgotten_are_not_accused(protocol: AnyProtocol) -> None:
    streams = Streams(Guide.of(protocol).conversation, from_start=True)
    subscribe, next_ = (
        protocol.client["subscribe"].frame,
        protocol.server["next"].frame,
    )
    stream = streams.stream_of(subscribe)
    assert stream is not None
    assert streams.stream_of(next_) is stream

    def opened(key: int) -> str | None:
        finding = streams.client_says(stream, subscribe, str(key), "subscribe")
        return None if finding is None else finding.rule

    assert [opened(key) for key in range(10_000)] == [None] * 10_000
    assert streams.server_says(stream, next_, "other", "next") is not None
    assert opened(10_000) is None
    assert streams.server_says(stream, next_, "other", "next") is None
    assert opened(0) is None
    assert opened(2) == "STREAM_KEY_IN_USE"
