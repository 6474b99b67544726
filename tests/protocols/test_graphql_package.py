"""The generated package of graphql-transport-ws: current, found by name, and its judges agree."""

from __future__ import annotations

import functools
import json
import tomllib
from importlib import metadata
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given

from graphql_transport_ws.v1 import frames, strategies, validate
from graphql_transport_ws.v1.protocol import PROTOCOL
from tests.properties.judges import Judges
from tests.properties.messages import examples
from tests.protocols.graphql_conversations import FOLDER
from voxspec.generate import plan
from voxspec.output.write import compare
from voxspec.pipeline import load_protocol
from voxwire.installed import GROUP, protocol_named

pytestmark = pytest.mark.hypothesis

MESSAGES = [
    pytest.param(info.direction, info.type, id=f"{info.direction}-{info.type}")
    for infos in (PROTOCOL.client, PROTOCOL.server)
    for info in infos.values()
]
each_message = pytest.mark.parametrize(("direction", "type_"), MESSAGES)


def judges(direction: str, type_: str) -> Judges:
    kinds = PROTOCOL.client_frame if direction == "client" else PROTOCOL.server_frame
    path = FOLDER / "generated" / "jsonschema" / "v1" / direction / f"{type_}.json"
    return Judges(
        decode=functools.partial(msgspec.json.decode, type=kinds),
        refusals=(msgspec.ValidationError,),
        validate=getattr(validate, f"{direction}_frame"),
        schema=json.loads(path.read_text("utf-8")),
    )


def test_it_is_what_the_schema_says() -> None:
    changes = compare(plan(load_protocol(FOLDER / "schema")), FOLDER / "generated")
    assert (changes.missing, changes.stale, changes.orphans) == ((), (), ())


def test_it_is_found_by_its_path() -> None:
    assert protocol_named("graphql_transport_ws.v1") is PROTOCOL


def test_what_it_is_installed_as() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, value),) = project["entry-points"][GROUP].items()
    entry = metadata.EntryPoint(name=name, value=value, group=GROUP)
    assert (entry.name, entry.load()) == (PROTOCOL.name, PROTOCOL)


@each_message
def test_valid_frames_are_accepted_and_survive(
    direction: Literal["client", "server"], type_: str
) -> None:
    three = judges(direction, type_)
    wire = strategies.client_wire if direction == "client" else strategies.server_wire

    @examples(0.3)
    @given(wire(type_))
    def accepted(frame: dict[str, Any]) -> None:
        assert three.errors(frame) == []
        assert three.schema_accepts(frame)
        decoded = three.decode(msgspec.json.encode(frame))
        data = msgspec.json.encode(frames.to_wire(decoded))  # type: ignore[arg-type]
        assert three.decode(data) == decoded

    accepted()


@each_message
def test_near_misses_are_refused_for_one_reason(
    direction: Literal["client", "server"], type_: str
) -> None:
    three = judges(direction, type_)
    for way in strategies.each_near_miss(direction, type_):

        @examples(0.03)
        @given(way)
        def refused(miss: Any) -> None:
            assert three.errors(miss.frame) == [(miss.rule, miss.pointer)]
            assert not three.decoder_accepts(msgspec.json.encode(miss.frame))
            assert three.schema_accepts(miss.frame) is not miss.json_schema

        refused()
