"""What is decoded and encoded again stays the same: bytes, values, and what is left out."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from msgspec import UNSET

from tests.properties.messages import Direction, Named, decode, each_message, examples
from voxmodels.v1 import Embed, UnknownFrame, strategies, validate
from voxwire import encode

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight


@each_message
def test_encoded_frames_survive_decoding_byte_for_byte(message: Named) -> None:
    frames = strategies.server_frames if message.direction == "server" else strategies.client_frames

    @examples(0.3)
    @given(frames(message.type))
    def survives(frame: Any) -> None:
        data = encode(frame)
        decoded = decode(message.direction, data)
        assert type(decoded) is type(frame)
        assert decoded == frame
        assert encode(decoded) == data

    survives()


@each_message
def test_decoding_drops_what_the_validator_notes_as_unknown_and_nothing_else(
    message: Named,
) -> None:
    wire = strategies.server_wire if message.direction == "server" else strategies.client_wire
    check = validate.server_frame if message.direction == "server" else validate.client_frame

    @examples(0.3)
    @given(wire(message.type))
    def drops(frame: dict[str, Any]) -> None:
        known = copy.deepcopy(frame)
        for problem in check(frame):
            if problem.rule == "UNKNOWN_FIELD" or _is_published_key(problem, message):
                _remove(known, problem.pointer)
        again = encode(decode(message.direction, json.dumps(frame)))
        assert _canonical(json.loads(again)) == _canonical(known)

    drops()


@pytest.mark.parametrize("direction", ["client", "server"])
def test_frames_of_unknown_type_survive(direction: Direction) -> None:
    @given(strategies.unknown_frames())
    def survives(frame: UnknownFrame) -> None:
        data = encode(frame)
        decoded = decode(direction, data)
        assert decoded == frame
        assert encode(decoded) == data

    survives()


@given(strategies.server_wire("message_create"))
def test_an_embed_is_noted_exactly_when_the_decoder_keeps_it_as_it_came(
    frame: dict[str, Any],
) -> None:
    embed = decode("server", json.dumps(frame)).d.embed
    noted = [p.pointer for p in validate.server_frame(frame) if p.rule == "UNKNOWN_SHAPE"]
    assert noted == ([] if embed is UNSET or isinstance(embed, Embed) else ["/d/embed"])


def _is_published_key(problem: validate.Problem, message: Named) -> bool:
    """Whether a key of the envelope is there that only published pages show."""
    return problem.rule == "PUBLISHED_NAME" and problem.pointer in ("/d", "/seq")


def _remove(value: Any, pointer: str) -> None:
    """Remove the key of an object that a JSON Pointer leads to."""
    *steps, last = [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    del value[last]


def _canonical(value: object) -> str:
    """A text that is equal for equal JSON values alone: Python thinks that 1, 1.0 and True are."""
    return json.dumps(value, sort_keys=True)
