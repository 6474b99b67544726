"""Envelopes with further keys: an id of the operation that a message belongs to."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.voxspec.envelopes import operations
from tests.voxspec.mini import write
from voxspec.generate import plan
from voxspec.output.write import apply
from voxspec.pipeline import load_protocol
from voxwire.errors import EncodeError
from voxwire.wire.codec import Codec
from voxwire.wire.envelope import Parts, RawParts, parts, raw_parts


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("operations")
    protocol = load_protocol(write(operations(), folder / "schema"))
    apply(plan(protocol), folder)
    name = protocol.package
    sys.path.insert(0, str(folder))
    try:
        found = importlib.import_module(f"{name}.v{protocol.version}")
        importlib.import_module(f"{name}.v{protocol.version}.protocol")
        assert found.protocol.PROTOCOL.session
        yield found
    finally:
        sys.path.remove(str(folder))
        for module in [module for module in sys.modules if module.split(".")[0] == name]:
            del sys.modules[module]


def test_keys_go_with_a_payload(package: Any) -> None:
    codec = Codec.of(package.protocol.PROTOCOL)
    payload = package.client.Subscribe(query="{ a }")
    data = codec.encode(payload, id="7")
    assert codec.decode_client(data).id == "7"
    assert codec.encode(codec.decode_client(data)) == data
    with pytest.raises(EncodeError, match=r"^subscribe needs id$"):
        codec.encode(payload)
    with pytest.raises(EncodeError, match=r"^subscribe carries no key$"):
        codec.encode(payload, id="7", key=1)
    with pytest.raises(EncodeError, match=r"^subscribe carries no seq$"):
        codec.encode(payload, 1, id="7")
    with pytest.raises(EncodeError, match=r"^id go with a payload; a frame has its own$"):
        codec.encode(codec.decode_client(data), id="8")


def test_keys_that_a_message_does_not_have(package: Any) -> None:
    codec = Codec.of(package.protocol.PROTOCOL)
    assert codec.encode(package.client.Ping()) == b'{"type":"ping","payload":{}}'
    with pytest.raises(EncodeError, match=r"^ping carries no id$"):
        codec.encode(package.client.Ping(), id="7")


def test_further_keys_of_what_is_not_decoded(package: Any) -> None:
    protocol = package.protocol.PROTOCOL
    data = b'{"id":"7","type":"next","payload":[1],"more":2}'
    assert raw_parts(data, protocol) == RawParts("next", b"", b"[1]", {"id": b'"7"'})
    value = {"id": "7", "type": "next", "payload": [1]}
    assert parts(value, protocol) == Parts("next", None, [1])
