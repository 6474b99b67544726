"""The same properties for protocols that have what the first one lacks: patterns, other keys, …

One is the second protocol of the toolkit's own tests; the other consists of nothing but corner cases.
"""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from tests.properties.judges import Judges
from tests.properties.messages import examples
from tests.voxspec import tide
from tests.voxspec.mini import all_frames
from voxspec.generate import plan
from voxspec.model import Protocol
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

PROTOCOLS = {
    protocol.name: protocol
    for protocol in map(load_protocol, (tide.SCHEMA, Path(__file__).parent / "corners"))
}
MESSAGES = [
    pytest.param(name, message.direction, message.type, id=f"{message.direction}-{message.type}")
    for name, protocol in PROTOCOLS.items()
    for message in protocol.messages()
]
each_message = pytest.mark.parametrize(("protocol", "direction", "type_"), MESSAGES)


class Generated:
    """The generated package of a protocol."""

    def __init__(self, protocol: Protocol, folder: Path) -> None:
        self.files = plan(protocol)
        self.module = protocol.module
        apply(self.files, folder)
        package = f"{protocol.package}.{protocol.module}"
        self.models = importlib.import_module(package)
        self.strategies = importlib.import_module(f"{package}.strategies")
        self.validate = importlib.import_module(f"{package}.validate")
        self.protocol = importlib.import_module(f"{package}.protocol").PROTOCOL

    def decode(self, direction: str, data: bytes) -> Any:
        """The typed frame, in a second reading when another client's value is not as usual."""
        try:
            return msgspec.json.decode(data, type=all_frames(self.protocol, direction))
        except msgspec.ValidationError:
            if direction == "client":
                raise
            return self.protocol.relayed_server_frame(msgspec.json.decode(data))

    def judges(self, direction: str, type_: str) -> Judges:
        return Judges(
            decode=functools.partial(self.decode, direction),
            refusals=(msgspec.ValidationError,),
            validate=getattr(self.validate, f"{direction}_frame"),
            schema=json.loads(self.files[f"jsonschema/{self.module}/{direction}/{type_}.json"]),
        )


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Generated]]:
    folder = tmp_path_factory.mktemp("protocols")
    sys.path.insert(0, str(folder))
    try:
        yield {name: Generated(protocol, folder) for name, protocol in PROTOCOLS.items()}
    finally:
        sys.path.remove(str(folder))
        names = {protocol.package for protocol in PROTOCOLS.values()}
        for name in [n for n in sys.modules if n.split(".")[0] in names]:
            del sys.modules[name]


@each_message
def test_valid_frames_are_accepted_and_survive(
    packages: dict[str, Generated], protocol: str, direction: str, type_: str
) -> None:
    package = packages[protocol]
    three = package.judges(direction, type_)
    to_wire = package.models.frames.to_wire

    @given(getattr(package.strategies, f"{direction}_wire")(type_))
    def accepted(frame: dict[str, Any]) -> None:
        assert three.errors(frame) == []
        assert three.schema_accepts(frame)
        decoded = three.decode(msgspec.json.encode(frame))
        data = msgspec.json.encode(to_wire(decoded))
        again = three.decode(data)
        assert again == decoded
        assert msgspec.json.encode(to_wire(again)) == data

    accepted()


@each_message
def test_near_misses_are_refused_for_one_reason(
    packages: dict[str, Generated], protocol: str, direction: str, type_: str
) -> None:
    three = packages[protocol].judges(direction, type_)
    for way in packages[protocol].strategies.each_near_miss(direction, type_):

        @examples(0.03)
        @given(way)
        def refused(miss: Any) -> None:
            assert three.errors(miss.frame) == [(miss.rule, miss.pointer)]
            assert not three.decoder_accepts(msgspec.json.encode(miss.frame))
            assert three.schema_accepts(miss.frame) is not miss.json_schema

        refused()


RULES = [
    ("tide-link", "client", "moor", {"FIELD_PATTERN", "JSON_LENGTH", "REQUIRED_WHEN"}),
    ("tide-link", "client", "bye", {"PAYLOAD_FORBIDDEN", "SEQ_FORBIDDEN"}),
    ("tide-link", "server", "sighted", {"FIELD_ITEMS", "VARIANT_UNKNOWN"}),
    ("tide-link", "server", "hailed", {"FIELD_TYPE", "FIELD_RANGE", "FIELD_MISSING"}),
    ("corners", "client", "optional_switch", {"REQUIRED_WHEN", "FORBIDDEN_WHEN"}),
    ("corners", "client", "open_switch", {"REQUIRED_WHEN", "FIELD_LENGTH"}),
    ("corners", "client", "fixed_switch", {"REQUIRED_WHEN", "FIELD_ENUM"}),
    ("corners", "client", "switch_and_group", {"EXACTLY_ONE_OF", "FORBIDDEN_WHEN", "FIELD_ITEMS"}),
    ("corners", "server", "strings", {"FIELD_LENGTH", "FIELD_PATTERN", "SEQ_INVALID"}),
    ("corners", "server", "choices", {"FIELD_RANGE", "FIELD_ITEMS", "VARIANT_UNKNOWN"}),
    ("corners", "server", "limited", {"JSON_LENGTH", "FIELD_RANGE"}),
]


@pytest.mark.parametrize(("protocol", "direction", "type_", "rules"), RULES)
def test_near_misses_break_these_rules(
    packages: dict[str, Generated], protocol: str, direction: str, type_: str, rules: set[str]
) -> None:
    messages = getattr(packages[protocol].strategies, direction).MESSAGES
    assert rules <= set(messages[type_].near_misses)


def test_what_may_always_be_there_breaks_no_rule(packages: dict[str, Generated]) -> None:
    corners, tides = packages["corners"].strategies, packages["tide-link"].strategies
    assert "FORBIDDEN_WHEN" not in corners.client.MESSAGES["open_switch"].near_misses
    assert "FORBIDDEN_WHEN" not in corners.client.MESSAGES["fixed_switch"].near_misses
    assert "SEQ_FORBIDDEN" not in tides.server.MESSAGES["tide"].near_misses


def test_near_misses_leave_what_is_relayed_alone(packages: dict[str, Generated]) -> None:
    for way in packages["tide-link"].strategies.each_near_miss("server", "hailed"):

        @examples(0.03)
        @given(way)
        def elsewhere(miss: Any) -> None:
            assert miss.pointer in {
                "",
                "/data",
                "/from",
                "/data/mast",
                "/data/lantern",
                "/data/log",
            }

        elsewhere()


def test_unknown_frames(packages: dict[str, Generated]) -> None:
    package = packages["tide-link"]

    @given(package.strategies.unknown_frames())
    def kept(frame: Any) -> None:
        wire = frame.to_wire()
        assert [p.rule for p in package.validate.server_frame(wire)] == ["UNKNOWN_TYPE"]

    kept()
