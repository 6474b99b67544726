"""The same properties for a protocol that has what the first one lacks: patterns, other keys, …"""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given

from tests.properties.judges import Judges
from tests.properties.messages import examples
from tests.voxspec.tide import SCHEMA
from voxspec.generate import plan
from voxspec.pipeline import load_protocol
from voxspec.write import apply

MESSAGES = [
    *(("client", name) for name in ("ping", "bye", "moor")),
    *(("server", name) for name in ("ping", "bye", "sighted", "manifest", "tide")),
]


class Tide:
    """The generated package of the second protocol."""

    def __init__(self, files: dict[str, str]) -> None:
        self.models = importlib.import_module("tidemodels.v3")
        self.strategies = importlib.import_module("tidemodels.v3.strategies")
        self.validate = importlib.import_module("tidemodels.v3.validate")
        self.files = files

    def judges(self, direction: str, type_: str) -> Judges:
        frames = getattr(self.models, f"{direction.capitalize()}Frame")
        return Judges(
            decode=functools.partial(msgspec.json.decode, type=frames),
            refusals=(msgspec.ValidationError,),
            validate=getattr(self.validate, f"{direction}_frame"),
            schema=json.loads(self.files[f"jsonschema/v3/{direction}/{type_}.json"]),
        )


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tide]:
    folder = tmp_path_factory.mktemp("tide")
    files = plan(load_protocol(SCHEMA))
    apply(files, folder)
    sys.path.insert(0, str(folder))
    try:
        yield Tide(files)
    finally:
        sys.path.remove(str(folder))
        for name in [n for n in sys.modules if n.split(".")[0] == "tidemodels"]:
            del sys.modules[name]


@pytest.mark.parametrize(("direction", "type_"), MESSAGES)
def test_valid_frames_are_accepted_and_survive(tide: Tide, direction: str, type_: str) -> None:
    three = tide.judges(direction, type_)

    @given(getattr(tide.strategies, f"{direction}_wire")(type_))
    def accepted(frame: dict[str, Any]) -> None:
        assert three.errors(frame) == []
        assert three.schema_accepts(frame)
        decoded = three.decode(msgspec.json.encode(frame))
        data = msgspec.json.encode(tide.models.frames.to_wire(decoded))
        assert three.decode(data) == decoded
        assert msgspec.json.encode(tide.models.frames.to_wire(three.decode(data))) == data

    accepted()


@pytest.mark.parametrize(("direction", "type_"), MESSAGES)
def test_near_misses_are_refused_for_one_reason(tide: Tide, direction: str, type_: str) -> None:
    three = tide.judges(direction, type_)
    for way in tide.strategies.each_near_miss(direction, type_):

        @examples(0.1)
        @given(way)
        def refused(miss: Any) -> None:
            assert three.errors(miss.frame) == [(miss.rule, miss.pointer)]
            assert not three.decoder_accepts(msgspec.json.encode(miss.frame))
            assert three.schema_accepts(miss.frame) is not miss.json_schema

        refused()


def test_rules_that_only_this_protocol_has(tide: Tide) -> None:
    def rules(direction: str, type_: str) -> set[str]:
        return set(getattr(tide.strategies, direction).MESSAGES[type_].near_misses)

    assert "FIELD_PATTERN" in rules("client", "moor")
    assert "PAYLOAD_FORBIDDEN" in rules("client", "bye")
    assert {"FIELD_ITEMS", "VARIANT_UNKNOWN"} <= rules("server", "sighted")
    assert "SEQ_FORBIDDEN" not in rules("server", "tide")


def test_unknown_frames(tide: Tide) -> None:
    @given(tide.strategies.unknown_frames())
    def kept(frame: Any) -> None:
        wire = frame.to_wire()
        assert [p.rule for p in tide.validate.server_frame(wire)] == ["UNKNOWN_TYPE"]

    kept()
