"""Codecs of other protocols: other keys, numbers from 0, flat frames, integer types."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.protocols import flat
from tests.protocols.flat import FLAT, HailFrame, SeenFrame
from tests.voxspec.tide import SCHEMA
from voxspec.model.frame_examples import example_frames
from voxspec.pipeline import load_protocol
from voxwire.errors import DecodeError, EncodeError
from voxwire.limits import MAX_DEPTH
from voxwire.protocol import AnyProtocol
from voxwire.wire.codec import Codec

TIDE = load_protocol(SCHEMA)


def _encoded_examples(direction: Any) -> list[bytes]:
    return [
        msgspec.json.encode(frame)
        for message in TIDE.messages(direction)
        for frame in example_frames(TIDE.envelope, message)
    ]


def test_every_example_of_tide_survives(tide: AnyProtocol) -> None:
    codec = Codec.of(tide)
    for direction, decode in (("client", codec.decode_client), ("server", codec.decode_server)):
        for data in _encoded_examples(direction):
            typed: Any = decode(data)
            frame = msgspec.json.decode(data)
            assert tide.by_frame[type(typed)].type == frame["op"]
            assert msgspec.json.decode(codec.encode(typed)) == frame
            payload = tide.envelope.payload_of(typed)
            if payload is not None:
                assert codec.encode(payload, tide.envelope.seq_of(typed)) == codec.encode(typed)


def test_what_is_wrong_with_a_frame_of_tide(tide: AnyProtocol) -> None:
    codec = Codec.of(tide)
    with pytest.raises(DecodeError) as caught:
        codec.decode_client('{"op":"moor","data":{"call_sign":"ABBA","phrase":"open"}}')
    assert [(p.rule, p.pointer) for p in caught.value.problems] == [
        ("FIELD_MISSING", "/data"),
        ("EXACTLY_ONE_OF", "/data"),
    ]
    assert type(caught.value.problems[0]) is tide.problem
    assert caught.value.close_code == 4101  # what its session says of invalid messages


def test_text_of_tide_that_is_no_json_has_the_code_of_websocket(tide: AnyProtocol) -> None:
    with pytest.raises(DecodeError) as caught:
        Codec.of(tide).decode_client("{")
    assert [p.rule for p in caught.value.problems] == ["JSON_INVALID"]
    assert type(caught.value.problems[0]) is tide.problem
    assert caught.value.close_code == 1007


def test_unknown_types_are_kept(tide: AnyProtocol) -> None:
    data = b'{"op":"storm","data":[1],"from":7,"x":null}'
    frame = Codec.of(tide).decode_server(data)
    assert type(frame) is tide.unknown_frame
    assert Codec.of(tide).encode(frame) == data


def test_a_protocol_has_one_codec(tide: AnyProtocol) -> None:
    assert Codec.of(tide) is Codec.of(tide)
    assert Codec.of(tide) is not Codec.of(FLAT)
    assert Codec.of(tide).protocol is tide


def test_numbers_go_with_what_is_numbered(tide: AnyProtocol) -> None:
    codec = Codec.of(tide)
    for frame in map(codec.decode_server, _encoded_examples("server")):
        info, payload = tide.by_frame[type(frame)], tide.envelope.payload_of(frame)
        if payload is not None and info.seq == "required":
            assert codec.encode(payload, 0) == codec.encode(payload, 7).replace(b":7}", b":0}")
            with pytest.raises(EncodeError, match=f"^{info.type} needs a seq$"):
                codec.encode(payload)
        elif payload is not None:
            with pytest.raises(EncodeError, match=f"^{info.type} carries no seq$"):
                codec.encode(payload, 7)


def test_flat_frames_are_their_own_payload() -> None:
    codec = Codec.of(FLAT)
    frame = codec.decode_client('{"op":0,"call_sign":"ABBA"}')
    assert frame == HailFrame(call_sign="ABBA")
    assert codec.encode(frame) == b'{"op":0,"call_sign":"ABBA"}'
    assert codec.decode_server(codec.encode(SeenFrame(call_sign="x"))) == SeenFrame(call_sign="x")
    with pytest.raises(EncodeError, match=r"^0 carries no seq$"):
        codec.encode(frame, 1)
    with pytest.raises(EncodeError, match=r"^0 carries no id$"):
        codec.encode(frame, id="1")
    with pytest.raises(EncodeError, match=r"^id go with a payload; a frame has its own$"):
        codec.encode(flat.UnknownFrame(type=9, keys={}), id="1")
    with pytest.raises(EncodeError, match="State is neither"):
        codec.encode(flat.State.OPEN)  # type: ignore[arg-type]


def test_flat_frames_that_nest_too_deeply() -> None:
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    with pytest.raises(DecodeError) as caught:
        Codec.of(FLAT).decode_client(f'{{"op":0,"call_sign":"ABBA","note":{deep}}}')
    assert [p.rule for p in caught.value.problems] == ["JSON_TOO_DEEP"]


@pytest.mark.parametrize(
    ("data", "rule", "code"),
    [
        ('{"op":"0","call_sign":"x"}', "TYPE_INVALID", 1002),
        ('{"op":0}', "FIELD_TYPE", 1002),
        ("[]", "FRAME_NOT_OBJECT", 1002),
        ("{", "JSON_INVALID", 1007),
        (f'"{"x" * 2_000_000}"', "FRAME_TOO_LARGE", 1009),
    ],
    ids=["type", "field", "array", "text", "long"],
)
def test_codes_of_websocket_where_a_protocol_has_none(data: str, rule: str, code: int) -> None:
    with pytest.raises(DecodeError) as caught:
        Codec.of(FLAT).decode_client(data)
    assert [p.rule for p in caught.value.problems] == [rule]
    assert caught.value.close_code == code


def test_integer_types_that_are_not_known() -> None:
    frame = Codec.of(FLAT).decode_server('{"op":9,"x":[true]}')
    assert frame == flat.UnknownFrame(9, {"x": [True]})
    assert Codec.of(FLAT).encode(frame) == b'{"op":9,"x":[true]}'
