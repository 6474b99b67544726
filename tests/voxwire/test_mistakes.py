"""What a mistake leads to: each side of each protocol has reactions of its own."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from voxwire import DecodeError
from voxwire.protocol import AnyProtocol, Side
from voxwire.vox import VOX
from voxwire.wire import mistakes
from voxwire.wire.codec import Codec

IGNORED = "ignored"


def problem(rule: str, protocol: AnyProtocol = VOX, severity: Any = "error") -> Any:
    return protocol.problem(rule=rule, severity=severity, pointer="", message="m")


def code_or_nothing(reaction: Any) -> Any:
    return reaction.value if isinstance(reaction, enum.Enum) else reaction.code


REACTIONS = [
    (VOX, "server", "JSON_INVALID", 4002),
    (VOX, "server", "PAYLOAD_INVALID", 4000),
    (VOX, "server", "FIELD_TYPE", IGNORED),
    (VOX, "server", "WRONG_DIRECTION", IGNORED),
    (GRAPHQL, "server", "JSON_NOT_UTF8", 4004),
    (GRAPHQL, "server", "FRAME_NOT_OBJECT", 4004),
    (GRAPHQL, "server", "FIELD_TYPE", 4004),
    (GRAPHQL, "server", "WRONG_DIRECTION", IGNORED),
    (GRAPHQL, "client", "JSON_NOT_UTF8", 4400),
    (GRAPHQL, "client", "FRAME_NOT_OBJECT", 4400),
    (GRAPHQL, "client", "FIELD_TYPE", 4400),
    (GRAPHQL, "client", "WRONG_DIRECTION", 4500),
]


@pytest.mark.parametrize(("protocol", "sender", "rule", "expected"), REACTIONS)
def test_a_reaction_is_that_to_its_sender(
    protocol: AnyProtocol, sender: Side, rule: str, expected: int | str
) -> None:
    reaction = mistakes.reaction_to(problem(rule, protocol), sender, protocol)
    assert code_or_nothing(reaction) == expected


@pytest.mark.parametrize(
    ("sender", "rule", "code"),
    [
        ("server", "FIELD_TYPE", 4004),
        ("client", "FIELD_TYPE", 4400),
        ("client", "WRONG_DIRECTION", 4500),
        (
            "server",
            "WRONG_DIRECTION",
            4004,
        ),  # it is passed over; this is for whoever asks all the same
        ("client", "FRAME_TOO_LARGE", 1009),
        ("server", "JSON_INVALID", 4004),
        ("client", "JSON_INVALID", 4400),
    ],
)
def test_the_code_of_an_error(sender: Side, rule: str, code: int) -> None:
    assert mistakes.close_code(problem(rule, GRAPHQL), sender, GRAPHQL) == code


def test_binary_messages() -> None:
    assert mistakes.code_of_binary("server", GRAPHQL) == 4004
    assert mistakes.code_of_binary("client", GRAPHQL) == 1002  # they are read, and have no code
    assert mistakes.code_of_binary("client", VOX) == 4000
    assert mistakes.reads_binary("client", GRAPHQL)
    assert not mistakes.reads_binary("server", GRAPHQL)
    assert not mistakes.reads_binary("client", VOX)


@pytest.mark.parametrize(
    ("rule", "severity", "expected"),
    [
        ("JSON_INVALID", "error", True),
        ("JSON_NOT_UTF8", "error", True),
        ("FRAME_NOT_OBJECT", "error", True),
        ("FRAME_NOT_OBJECT", "warning", False),
        ("FIELD_TYPE", "error", False),
    ],
)
def test_what_is_no_message_at_all(rule: str, severity: str, expected: bool) -> None:
    assert mistakes.is_no_message(DecodeError([problem(rule, VOX, severity)], 4000)) is expected


def test_the_code_of_a_wrong_text_goes_before_that_of_what_follows_from_it() -> None:
    """Here the frame is refused for its payload, and the text is wrong as well."""
    data = b'{"type":"hello","d":"\xff"}'
    with pytest.raises(DecodeError) as caught:
        Codec.of(VOX).decode_server(data)
    rules = [p.rule for p in caught.value.problems if p.severity == "error"]
    assert rules == ["JSON_NOT_UTF8", "PAYLOAD_INVALID"]
    refused = mistakes.refused(caught.value, "server", VOX)
    assert refused is not None
    assert refused.close_code == 4002


def test_a_frame_is_passed_over_where_its_sender_may_be_wrong() -> None:
    with pytest.raises(DecodeError) as caught:
        Codec.of(GRAPHQL).decode_client(b'{"type":"next","id":"1","payload":{}}')
    assert mistakes.is_misdirected(caught.value)
    of_client = mistakes.refused(caught.value, "client", GRAPHQL)
    assert of_client is not None
    assert of_client.close_code == 4500
    assert mistakes.refused(caught.value, "server", GRAPHQL) is None
