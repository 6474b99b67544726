"""Drawn conversations, held against the checks of captures: of Vox and of three other protocols.

One numbers its messages, but has no greeting and no resume; another has streams, heartbeats of the
server and no numbers. The third is GraphQL over WebSocket, which closes for every mistake.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, given

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from tests.properties.existence import drawn, some
from tests.properties.messages import examples
from tests.voxspec import tide
from tests.voxspec.mini import generated, module_of, schema
from tests.voxwire import operations
from voxmodels.v1 import strategies
from voxmodels.v1.protocol import PROTOCOL
from voxspec.generate import plan
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.protocol import AnyProtocol
from voxwire.testing import capture_of

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

Found = tuple[str, int | None, int | None]

OF_ONE_FRAME = {
    "PUBLISHED_NAME",
    "RELAYED_VALUE",
    "UNKNOWN_ENUM_VALUE",
    "UNKNOWN_FIELD",
    "UNKNOWN_SHAPE",
}
"""Notes about what readers put up with in a valid frame."""

ASIDE = OF_ONE_FRAME | {"CLOSE_MEANING"}
"""What is found in valid conversations: nothing else than this. A close says what its code means."""

RULES = {
    "vox": (
        "BEFORE_READY CLOSE_CODE_INVALID CLOSE_CODE_UNEXPECTED CLOSE_CODE_UNKNOWN "
        "CLOSE_REASON_MISMATCH COMPRESSION_MISSING COMPRESSION_UNASKED ENDPOINT_QUERY "
        "FRAME_AFTER_CLOSE HEARTBEAT_ACK_MISSING HEARTBEAT_ACK_UNASKED HEARTBEAT_LATE "
        "HEARTBEAT_NOT_GIVEN_UP HELLO_NOT_FIRST HELLO_REPEATED IDENTIFY_REPEATED MESSAGE_LATE "
        "NOT_IDENTIFIED OUT_OF_PLACE RATE_MESSAGES RATE_TYPING READY_UNASKED RESUMED_UNASKED "
        "RESUME_LAST_SEQ RESUME_REPEATED SEQ_DUPLICATE SEQ_GAP SEQ_REGRESSION SEQ_START"
    ).split(),
    "tide": (
        "BEFORE_READY CLOSE_CODE_INVALID CLOSE_CODE_UNKNOWN CLOSE_REASON_MISMATCH "
        "FRAME_AFTER_CLOSE HEARTBEAT_ACK_MISSING HEARTBEAT_LATE IDENTIFY_REPEATED NOT_IDENTIFIED "
        "OUT_OF_PLACE RATE_IGNORED READY_UNASKED SEQ_DUPLICATE SEQ_GAP SEQ_REGRESSION"
    ).split(),
    "operations": (
        "CLOSE_CODE_INVALID CLOSE_CODE_UNEXPECTED CLOSE_CODE_UNKNOWN CLOSE_REASON_MISMATCH "
        "FRAME_AFTER_CLOSE IDENTIFY_REPEATED NOT_IDENTIFIED OUT_OF_PLACE RATE_EXCEEDED "
        "RATE_IGNORED READY_UNASKED SERVER_HEARTBEAT_LATE SERVER_HEARTBEAT_NOT_GIVEN_UP "
        "SERVER_HEARTBEAT_UNANSWERED SERVER_HEARTBEAT_UNASKED STREAM_KEY_IN_USE STREAM_OVER "
        "STREAM_UNKNOWN"
    ).split(),
    "graphql": (
        "CLOSE_CODE_INVALID CLOSE_CODE_UNEXPECTED CLOSE_CODE_UNKNOWN CLOSE_REASON_MISMATCH "
        "IDENTIFY_REPEATED READY_UNASKED STREAM_KEY_IN_USE STREAM_OVER STREAM_UNKNOWN"
    ).split(),
}
EACH_RULE = [
    pytest.param(name, rule, id=f"{name}-{rule}") for name in RULES for rule in RULES[name]
]


@pytest.fixture(scope="module")
def protocols(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, AnyProtocol]]:
    folder = tmp_path_factory.mktemp("conversations")
    apply(plan(load_protocol(tide.SCHEMA)), folder)
    sys.path.insert(0, str(folder))
    try:
        with generated(operations.schema(), folder / "operations") as mini:
            yield {
                "vox": PROTOCOL,
                "tide": importlib.import_module("tidemodels.v3.protocol").PROTOCOL,
                "operations": module_of(mini, "protocol").PROTOCOL,
                "graphql": GRAPHQL,
            }
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "tidemodels"]:
            del sys.modules[name]


def check(conversation: Any, protocol: AnyProtocol) -> list[Finding]:
    check = CaptureCheck("c.ndjson", Selection(), Statistics(), Sessions(), protocol=protocol)
    return list(check.findings_in(read_capture(io.BytesIO(capture_of(conversation)))))


def found(conversation: Any, protocol: AnyProtocol) -> list[Found]:
    """What is found but for what is always said aside."""
    return [
        (str(finding.rule), finding.connection, finding.frame)
        for finding in check(conversation, protocol)
        if finding.rule not in ASIDE
    ]


@pytest.mark.parametrize("name", RULES)
def test_valid_conversations_have_no_finding(protocols: dict[str, AnyProtocol], name: str) -> None:
    protocol = protocols[name]

    @examples(0.4)
    @given(protocol.strategies.conversations())
    def holds(conversation: strategies.Conversation) -> None:
        assert found(conversation, protocol) == []

    holds()


@pytest.mark.parametrize(("name", "rule"), EACH_RULE)
def test_near_misses_break_their_rule_alone(
    protocols: dict[str, AnyProtocol], name: str, rule: str
) -> None:
    protocol = protocols[name]

    @examples(0.03)
    @given(protocol.strategies.near_miss_conversations(rule))
    def holds(near_miss: strategies.ConversationNearMiss) -> None:
        all_found = found(near_miss.conversation, protocol)
        assert near_miss.rule == rule
        assert {broken for broken, _, _ in all_found} == {rule, *near_miss.also}
        assert (rule, near_miss.connection, near_miss.frame) in all_found

    holds()


@pytest.mark.parametrize("name", RULES)
def test_the_rules_follow_from_the_tables(protocols: dict[str, AnyProtocol], name: str) -> None:
    assert sorted(protocols[name].strategies.CONVERSATION_RULES) == RULES[name]


def test_a_rule_that_nobody_can_break_is_refused() -> None:
    with pytest.raises(ValueError, match="can break 'SEQ_GAPS'; did you mean 'SEQ_GAP'"):
        strategies.near_miss_conversations("SEQ_GAPS")


def test_near_misses_of_all_rules() -> None:
    seen = {near_miss.rule for near_miss in drawn(strategies.near_miss_conversations(), 300)}
    assert seen <= set(strategies.CONVERSATION_RULES)
    assert len(seen) > 10  # Hypothesis tries what it knows more often than it changes the rule


def said(conversation: strategies.Conversation) -> list[str]:
    return [str(each.frame["type"]) for each in conversation.frames]


def is_replayed(conversation: strategies.Conversation) -> bool:
    types = said(conversation)
    return "resumed" in types and types.index("resumed") - types.index("resume") > 2


def codes(conversation: strategies.Conversation) -> list[str]:
    steps = [step for each in conversation.connections for step in each.steps]
    return [str(step.code) for step in steps if isinstance(step, strategies.Closed)]


REFUSALS = {"4004", "4006", "4008", "4009", "4012"}
REACHED: dict[str, Callable[[strategies.Conversation], bool]] = {
    "a resume with a replay": is_replayed,
    "a new session after another": lambda c: said(c).count("ready") > 1,
    "a heartbeat with its answer": lambda c: "heartbeat_ack" in said(c),
    "compression": lambda c: any(each.is_compressed for each in c.connections),
    "a drop": lambda c: bool(c.frames) and all(each.is_lost for each in c.connections),
    "a refusal": lambda c: not REFUSALS.isdisjoint(codes(c)),
    "an ordinary end": lambda c: "1000" in codes(c),
    "a complaint": lambda c: "error" in said(c),
    "a plain message of the client": lambda c: "typing" in said(c),
}


def test_what_conversations_have() -> None:
    conversations = drawn(strategies.conversations(), 400)  # the rarest of them is in one of fifty
    assert [
        what for what, is_there in REACHED.items() if not any(map(is_there, conversations))
    ] == []


def test_conversations_become_small(protocols: dict[str, AnyProtocol]) -> None:
    conversation = find(
        protocols["operations"].strategies.conversations(), lambda c: "connection_ack" in said(c)
    )
    assert said(conversation) == ["connection_init", "connection_ack"]
    assert len(conversation.connections) == 1


def test_conversations_of_some_size() -> None:
    @examples(0.3)
    @given(strategies.conversations(max_size=7, max_connections=1, compression=True))
    def holds(conversation: strategies.Conversation) -> None:
        assert len(conversation.frames) <= 7
        assert [each.is_compressed for each in conversation.connections] == [True]
        assert "compress=zstd" in conversation.connections[0].url

    holds()


def test_conversations_may_be_long(protocols: dict[str, AnyProtocol]) -> None:
    protocol = protocols["operations"]
    conversations = protocol.strategies.conversations(max_size=400)

    @examples(0.1)
    @given(conversations)
    def holds(conversation: strategies.Conversation) -> None:
        assert len(conversation.frames) <= 400
        assert found(conversation, protocol) == []
        assert len(repr(conversation)) < 30_000  # Hypothesis warns of more

    holds()
    assert (
        len(some(conversations, lambda conversation: len(conversation.frames) > 100).frames) > 100
    )


def test_where_nothing_is_said_of_sessions_anything_goes(tmp_path: Path) -> None:
    with generated(schema(), tmp_path) as mini:
        protocol: AnyProtocol = module_of(mini, "protocol").PROTOCOL
        assert sorted(mini.strategies.CONVERSATION_RULES) == [
            "CLOSE_CODE_INVALID",
            "CLOSE_CODE_UNKNOWN",
            "FRAME_AFTER_CLOSE",
            "SEQ_DUPLICATE",
            "SEQ_GAP",
            "SEQ_REGRESSION",
        ]

        @examples(0.1)
        @given(mini.strategies.conversations())
        def holds(conversation: strategies.Conversation) -> None:
            rules = {rule for rule, _, _ in found(conversation, protocol)}
            assert rules <= {"CAPTURE_ONE_SIDED"}  # one side may say nothing

        holds()


def test_the_lines_of_a_capture_are_plain_data() -> None:
    said = strategies.Said(0.5, "server", {"type": "heartbeat_ack"})
    end = strategies.Closed(1.0, "client", 1000, "bye")
    connection = strategies.Connection(0.25, "wss://host/gateway?v=1", False, (said, end))
    conversation = strategies.Conversation((connection,))
    assert [*conversation.lines(start=100.0)] == [
        {"ts": 100.25, "url": "wss://host/gateway?v=1"},
        {"ts": 100.5, "dir": "s2c", "opcode": "text", "text": '{"type": "heartbeat_ack"}'},
        {"ts": 101.0, "close": {"code": 1000, "reason": "bye"}},
    ]
    compressed = strategies.Connection(0.25, "", True, (said,))
    (_, line) = strategies.Conversation((compressed,)).lines(compress=lambda data: data[:4])
    assert (line["opcode"], line["b64"]) == ("binary", "eyJ0eQ==")
    with pytest.raises(ValueError, match="the server's messages are compressed: give a function"):
        list(strategies.Conversation((compressed,)).lines())
    assert str(connection) == (
        "0.250 opened wss://host/gateway?v=1\n"
        '0.500 ← {"type": "heartbeat_ack"}\n'
        "1.000 → closed 1000 bye"
    )
    assert json.loads(capture_of(conversation).splitlines()[1])["dir"] == "s2c"
