"""The parts of frames that are not decoded, by the keys of any protocol."""

from __future__ import annotations

import msgspec
import pytest

from tests.protocols.flat import FLAT
from voxwire.protocol import AnyProtocol
from voxwire.vox import VOX
from voxwire.wire.envelope import Parts, RawParts, parts, raw_parts, salvage


def test_the_keys_are_those_of_the_protocol(tide: AnyProtocol) -> None:
    frame = {"op": "moored", "data": {"berth": 1}, "from": 0, "type": "x", "d": 1, "seq": 2}
    assert parts(frame, tide) == Parts("moored", 0, {"berth": 1})
    assert parts(frame, VOX) == Parts("x", 2, 1)
    assert parts(frame, FLAT) == Parts(None, None, frame)


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_object_has_no_parts(value: object) -> None:
    assert parts(value, VOX) == parts(value, FLAT) == Parts(None, None, None)


def test_types_are_what_those_of_the_protocol_are(tide: AnyProtocol) -> None:
    assert parts({"op": 0}, FLAT).type == 0
    assert parts({"op": 0}, tide).type is None
    assert parts({"op": "0"}, FLAT).type is None
    assert parts({"op": False}, FLAT).type is None


def test_only_objects_have_fields() -> None:
    assert parts({"type": "x", "d": {"a": 1}}, VOX).fields == {"a": 1}
    assert parts({"type": "x", "d": [1]}, VOX).fields is None
    assert parts({"op": 0, "a": 1}, FLAT).fields == {"op": 0, "a": 1}


def test_salvaged_numbers_begin_with_the_first(tide: AnyProtocol) -> None:
    assert salvage('{"op":"bell","from":0}', tide).seq == 0
    assert salvage('{"op":"bell","from":-1}', tide).seq is None
    assert salvage('{"type":"x","seq":0}').seq is None


def test_raw_parts_are_as_they_are_written(tide: AnyProtocol) -> None:
    data = b'{"op":"bell","data":{"b":1.0},"from":3,"x":2}'
    assert raw_parts(data, tide) == RawParts("bell", b"3", b'{"b":1.0}', {})
    assert raw_parts(b'{"op":"bell"}', tide) == RawParts("bell", b"", b"", {})


def test_raw_parts_of_flat_frames() -> None:
    assert raw_parts(b'{"op":1,"a":1.0,"b":[]}', FLAT) == RawParts(1, b"", b'{"a":1.0,"b":[]}', {})
    assert raw_parts(b'{"op":1}', FLAT) == RawParts(1, b"", b"", {})


@pytest.mark.parametrize("data", [b"[]", b'{"op":"1"}', b"{}", b'{"op":null}'])
def test_no_raw_parts_without_a_type(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        raw_parts(data, FLAT)
