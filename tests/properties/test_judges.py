"""Decoder, validator and JSON Schema give one verdict, on valid frames and on near misses."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.messages import (
    MESSAGES,
    Direction,
    Named,
    decode,
    each_message,
    examples,
    judges,
)
from voxmodels.v1 import UnknownFrame, strategies, validate
from voxwire import DecodeError

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight


@each_message
def test_valid_frames_are_accepted_by_all(message: Named) -> None:
    three = judges(message)
    wire = strategies.server_wire if message.direction == "server" else strategies.client_wire

    @examples(0.3)
    @given(wire(message.type))
    def accepted(frame: dict[str, object]) -> None:
        assert three.errors(frame) == []
        assert three.decoder_accepts(msgspec.json.encode(frame))
        assert three.schema_accepts(frame)
        assert not three.schema_accepts(frame | {"type": "other"})

    accepted()


@each_message
def test_near_misses_are_refused_by_all_for_one_reason(message: Named) -> None:
    three = judges(message)
    for way in strategies.each_near_miss(*message):

        @examples(0.04)
        @given(way)
        def refused(miss: strategies.NearMiss) -> None:
            assert three.errors(miss.frame) == [(miss.rule, miss.pointer)]
            assert not three.decoder_accepts(msgspec.json.encode(miss.frame))
            assert three.schema_accepts(miss.frame) is not miss.json_schema

        refused()


MISSABLE = [message for message in MESSAGES if strategies.each_near_miss(*message)]


def test_only_the_frame_without_any_rule_has_no_near_misses() -> None:
    # heartbeat_ack has neither payload nor number, and published pages show both: all is tolerated.
    assert set(MESSAGES) - set(MISSABLE) == {("server", "heartbeat_ack")}


@given(st.data(), st.sampled_from(MISSABLE))
def test_the_decoder_says_what_the_validator_says(data: st.DataObject, message: Named) -> None:
    miss = data.draw(strategies.near_misses(*message))
    with pytest.raises(DecodeError) as refused:
        decode(message.direction, json.dumps(miss.frame))
    errors = [problem for problem in refused.value.problems if problem.severity == "error"]
    assert [(problem.rule, problem.pointer) for problem in errors] == [(miss.rule, miss.pointer)]


@pytest.mark.parametrize("direction", ["client", "server"])
def test_frames_of_unknown_type_are_kept(direction: Direction) -> None:
    check = validate.server_frame if direction == "server" else validate.client_frame

    @given(strategies.unknown_wire())
    def kept(frame: dict[str, object]) -> None:
        assert [(p.rule, p.severity) for p in check(frame)] == [("UNKNOWN_TYPE", "note")]
        decoded = decode(direction, json.dumps(frame))
        assert type(decoded) is UnknownFrame
        assert decoded.to_wire() == frame

    kept()
