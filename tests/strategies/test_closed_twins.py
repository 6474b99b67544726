"""Closed twins: what they take is beyond doubt, whatever the protocol.

Frames that readers have to put up with, and frames with one flaw, are judged by the validator: it may
say nothing about what a twin has taken and written again as it was.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from tests.properties.messages import examples
from tests.voxspec import tide
from voxmodels.v1.protocol import PROTOCOL as VOX
from voxspec.generate import plan
from voxspec.model import Protocol
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol
from voxwire.installed import protocol_named
from voxwire.protocol import AnyProtocol
from voxwire.wire.strict_json import string_count

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

ROOT = Path(__file__).parents[2]
SCHEMAS: dict[str, Protocol] = {
    protocol.package: protocol
    for protocol in map(
        load_protocol,
        (
            ROOT / "schema" / "v1",
            ROOT / "examples" / "protocols" / "graphql-transport-ws" / "schema",
            tide.SCHEMA,
            Path(__file__).parent / "corners",
        ),
    )
}
each_message = pytest.mark.parametrize(
    ("package", "type_"),
    [
        pytest.param(package, message.type, id=f"{package}-{message.type}")
        for package, protocol in SCHEMAS.items()
        for message in protocol.messages("server")
    ],
)


@pytest.fixture(scope="module")
def protocols(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, AnyProtocol]]:
    path = [*sys.path]
    found: dict[str, AnyProtocol] = {VOX.package.split(".")[0]: VOX}
    try:
        for package, protocol in SCHEMAS.items():
            if package not in found:
                folder = tmp_path_factory.mktemp(package)
                apply(plan(protocol), folder)
                sys.path.insert(0, str(folder))
                found[package] = protocol_named(f"{package}.{protocol.module}")
        yield found
    finally:
        sys.path[:] = path
        for name in [n for n in sys.modules if n.split(".")[0] in SCHEMAS.keys() - {"voxmodels"}]:
            del sys.modules[name]


_BEYOND_63_BITS = re.compile(r"\b(?:9[3-9]\d{17}|1\d{19})\b")


def is_beyond_doubt(protocol: AnyProtocol, data: bytes) -> bool:
    """Whether a twin takes the frame and writes it again as it was."""
    try:
        frame = msgspec.json.decode(data, type=protocol.closed.server_frame)
    except msgspec.MsgspecError:
        return False
    encoded = msgspec.json.encode(frame)
    return encoded == data or string_count(encoded) == string_count(data)


@each_message
def test_nothing_is_said_of_what_twins_take(
    protocols: dict[str, AnyProtocol], package: str, type_: Any
) -> None:
    protocol = protocols[package]

    @examples(0.5)
    @given(protocol.strategies.server_wire(type_))
    def taken_or_not(frame: dict[str, Any]) -> None:
        if is_beyond_doubt(protocol, msgspec.json.encode(frame)):
            assert protocol.validate_server(frame) == []

    taken_or_not()


@each_message
def test_twins_take_nothing_that_is_wrong(
    protocols: dict[str, AnyProtocol], package: str, type_: Any
) -> None:
    protocol = protocols[package]
    for way in protocol.strategies.each_near_miss("server", type_):

        @examples(0.03)
        @given(way)
        def refused(miss: Any) -> None:
            assert not is_beyond_doubt(protocol, msgspec.json.encode(miss.frame))

        refused()


@each_message
def test_twins_take_examples(protocols: dict[str, AnyProtocol], package: str, type_: Any) -> None:
    """Unless a validator notes something, or an integer is beyond 63 bits: those that show what is odd."""
    protocol, schema = protocols[package], SCHEMAS[package]
    (message,) = (m for m in schema.messages("server") if m.type == type_)
    envelope = schema.envelope
    for example in message.examples:
        frame: dict[str, Any] = {envelope.type.key: type_, **dict(example.keys)}
        if envelope.payload is None:
            frame |= example.payload if isinstance(example.payload, dict) else {}
        elif example.present:
            frame[envelope.payload.key] = example.payload
        if envelope.sequence is not None and message.seq == "required":
            frame[envelope.sequence.key] = 7
        data = json.dumps(frame)
        is_usual = protocol.validate_server(frame) == [] and not _BEYOND_63_BITS.search(data)
        assert is_beyond_doubt(protocol, data.encode()) == is_usual, example.summary


def test_what_nests_to_any_depth_is_known(protocols: dict[str, AnyProtocol]) -> None:
    """That is left to who asks."""
    for protocol in protocols.values():
        for twin, type_ in protocol.closed.types.items():
            if "AnyType" in repr(msgspec.inspect.type_info(twin)):
                assert twin in protocol.closed.free_json, type_
    corners = protocols["cornermodels"].closed
    assert 0 < len(corners.free_json) < len(corners.types)
