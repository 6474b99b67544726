"""What the strategies package offers, and its errors."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from msgspec import UNSET

from tests.properties.existence import drawn
from tests.properties.messages import MESSAGES, Named, each_message, examples
from voxmodels.v1 import client, registry, server, strategies


@each_message
def test_a_function_a_message_draws_its_payload(message: Named) -> None:
    infos = registry.SERVER if message.direction == "server" else registry.CLIENT
    payloads = infos[message.type].payloads or (type(UNSET),)

    @examples(0.1)
    @given(getattr(getattr(strategies, message.direction), message.type)())
    def holds(payload: object) -> None:
        assert isinstance(payload, payloads)

    holds()


def test_frames_of_named_types_only() -> None:
    @given(strategies.server_frames("hello", "ready"))
    def holds(frame: object) -> None:
        assert isinstance(frame, server.HelloFrame | server.ReadyFrame)

    holds()


def test_strategies_without_types_draw_from_all() -> None:
    assert _types_seen(strategies.client_wire()) == set(strategies.client.MESSAGES)
    assert len(_types_seen(strategies.server_wire())) > 40


def _types_seen(wire: SearchStrategy[dict[str, Any]]) -> set[object]:
    return {frame["type"] for frame in drawn(wire, 500)}


def test_the_two_directions_of_a_name_stay_apart() -> None:
    @given(strategies.client.presence_update(), strategies.server.presence_update())
    def holds(sent: client.PresenceUpdate, received: server.PresenceUpdate) -> None:
        assert type(sent) is client.PresenceUpdate
        assert type(received) is server.PresenceUpdate

    holds()


def test_near_misses_of_one_rule() -> None:
    @given(strategies.near_misses("client", "typing", "EXACTLY_ONE_OF"))
    def holds(miss: strategies.NearMiss) -> None:
        assert (miss.rule, miss.pointer) == ("EXACTLY_ONE_OF", "/d")
        payload = miss.frame["d"]
        assert isinstance(payload, dict)
        assert len({"feed_id", "dm_id"} & payload.keys()) in (0, 2)

    holds()


def test_near_misses_break_every_rule_of_the_protocol() -> None:
    sides = {"client": strategies.client, "server": strategies.server}
    rules = {
        rule
        for message in MESSAGES
        for rule in sides[message.direction].MESSAGES[message.type].near_misses
    }
    assert rules == {
        *("PAYLOAD_MISSING", "PAYLOAD_INVALID", "SEQ_MISSING", "SEQ_INVALID", "SEQ_FORBIDDEN"),
        *("FIELD_MISSING", "FIELD_TYPE", "FIELD_RANGE", "FIELD_LENGTH", "FIELD_ITEMS"),
        *("FIELD_ENUM", "EXACTLY_ONE_OF", "REQUIRED_WHEN", "FORBIDDEN_WHEN", "VARIANT_UNKNOWN"),
        "JSON_LENGTH",
    }


def test_a_message_without_near_misses_draws_none() -> None:
    @given(strategies.near_misses("server", "heartbeat_ack"))
    def holds(miss: strategies.NearMiss) -> None:
        pytest.fail(f"{miss} was drawn")

    with pytest.raises(Unsatisfiable):
        holds()


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(ValueError, match=r"^unknown server message 'mesage_create'; did you mean"):
        strategies.server_wire("mesage_create")
    with pytest.raises(ValueError, match=r"^unknown client message 'hello'$"):
        strategies.near_misses("client", "hello")


def test_a_rule_that_no_near_miss_breaks_is_named() -> None:
    with pytest.raises(ValueError, match=r"^no near miss of 'typing' breaks 'FIELD_ENUM'; they"):
        strategies.near_misses("client", "typing", "FIELD_ENUM")


def test_strategies_are_built_once() -> None:
    assert strategies.server.message_create() is strategies.server.message_create()
    assert strategies.unknown_frames() is strategies.unknown_frames()


def test_strategies_are_shown_in_short() -> None:
    text = repr(strategies.server.MESSAGES["message_create"].wire)
    assert text == "_objects(type, d, seq)"
    assert repr(strategies.client_wire("typing", "resume")) == (
        "_either(_objects(type, d) | _objects(type, d))"
    )
    assert len(repr(strategies.server_frames())) < 100


def test_the_models_do_not_import_hypothesis() -> None:
    code = "import sys, voxmodels.v1; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
