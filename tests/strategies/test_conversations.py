"""Drawn conversations, held against the checks of captures: of Vox and of two other protocols.

One numbers its messages, but has no greeting and no resume; the other has streams, heartbeats of the
server and no numbers.
"""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from tests.properties.messages import examples
from tests.voxspec import tide
from tests.voxspec.mini import generated, module_of
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
