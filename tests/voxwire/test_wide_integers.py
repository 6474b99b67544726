"""Integers above 63 bits: read by other classes, into objects of the usual ones; never seen outside."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from voxmodels.v1 import server
from voxwire import DecodeError, decode_server, encode
from voxwire.vox import VOX
from voxwire.wire.codec import Codec
from voxwire.wire.typed_frames import TypedFrames

BEYOND = 2**63
LARGEST = 2**64 - 1


def reaction(msg_id: int, **further: Any) -> bytes:
    payload = {"msg_id": msg_id, "user_id": 7, "emoji": "x", **further}
    return json.dumps({"type": "message_reaction_add", "d": payload, "seq": 3}).encode()


def typed(msg_id: int) -> server.MessageReactionAddFrame:
    payload = server.MessageReactionAdd(msg_id=msg_id, user_id=7, emoji="x")
    return server.MessageReactionAddFrame(d=payload, seq=3)


@pytest.mark.parametrize("msg_id", [0, BEYOND - 1, BEYOND, LARGEST])
@pytest.mark.parametrize("kind", [bytes, bytes.decode, bytearray, memoryview])
def test_they_become_the_usual_classes(msg_id: int, kind: Any) -> None:
    frame = decode_server(kind(reaction(msg_id)))
    assert frame == typed(msg_id)
    assert type(frame) is server.MessageReactionAddFrame
    assert type(frame.d) is server.MessageReactionAdd
    assert hash(frame) == hash(typed(msg_id))
    assert encode(frame) == msgspec.json.encode(typed(msg_id))


@pytest.mark.parametrize("times", [1, 40])
def test_frames_that_must_often_be_read_twice_are_read_as_ever(times: int) -> None:
    decode = Codec(VOX).decode_server  # one that remembers nothing yet
    for _ in range(times):
        assert decode(reaction(BEYOND)) == typed(BEYOND)
    assert decode(reaction(1)) == typed(1)
    assert decode(b'{"type":"heartbeat_ack"}') == server.HeartbeatAckFrame()
    with pytest.raises(DecodeError) as caught:
        decode(reaction(LARGEST + 1))
    assert [(p.rule, p.pointer) for p in caught.value.problems] == [("FIELD_RANGE", "/d/msg_id")]
    with pytest.raises(DecodeError) as caught:
        decode(reaction(BEYOND, user_id="7"))
    assert [(p.rule, p.pointer) for p in caught.value.problems] == [("FIELD_TYPE", "/d/user_id")]


def test_what_is_skipped_is_looked_at_all_the_same() -> None:
    data = reaction(BEYOND, skipped="\u00e9").replace(b"\\u00e9", b"\xe9")
    with pytest.raises(DecodeError) as caught:
        decode_server(data)
    assert [p.rule for p in caught.value.problems] == ["JSON_NOT_UTF8", "UNKNOWN_FIELD"]


def test_a_record_inside() -> None:
    attachment = {"file_id": "f", "name": "n", "size": LARGEST, "mime": "m", "url": "u"}
    payload = {
        "msg_id": 1,
        "author_id": 2,
        "body": None,
        "timestamp": 3,
        "feed_id": 4,
        "attachments": [attachment],
    }
    frame = {"type": "message_create", "d": payload, "seq": 3}
    decoded = decode_server(json.dumps(frame))
    assert isinstance(decoded, server.MessageCreateFrame)
    assert type(decoded.d) is server.MessageCreate
    assert decoded.d.attachments
    found = decoded.d.attachments[0]
    assert type(found).__name__ == "Attachment"
    assert found.size == LARGEST
    attachment["size"] = LARGEST + 1
    with pytest.raises(DecodeError) as caught:
        decode_server(json.dumps(frame))
    assert [(p.rule, p.pointer) for p in caught.value.problems] == [
        ("FIELD_RANGE", "/d/attachments/0/size")
    ]


@pytest.mark.parametrize(
    ("first", "last"), [("true", "7"), ("-1", "7"), ("9" * 20, "7"), ("null", "7"), ("[]", "7")]
)
def test_of_a_repeated_key_the_last_value_counts_whatever_the_first_is(
    first: str, last: str
) -> None:
    data = reaction(5).replace(b'"user_id": 7', f'"user_id": {first}, "user_id": {last}'.encode())
    assert decode_server(data) == typed(5)
    with pytest.raises(DecodeError) as caught:
        decode_server(data.replace(f"{first}, ".encode(), b"1, ").replace(b'": 7', b'": "7"'))
    assert {(p.rule, p.pointer) for p in caught.value.problems} >= {("FIELD_TYPE", "/d/user_id")}


def test_a_repeated_type_is_the_last_one() -> None:
    data = b'{"type":"member_leave","type":"heartbeat_ack"}'
    assert decode_server(data) == server.HeartbeatAckFrame()


def test_a_decoder_begins_with_the_class_that_it_had_to_read_twice_eight_times() -> None:
    frames = TypedFrames(VOX, "server")
    assert frames.wide is not None
    with pytest.raises(msgspec.ValidationError):
        frames.usual(reaction(BEYOND))
    frame = frames.wide(reaction(BEYOND))
    begun = [frames.after(frame) for _ in range(9)]
    assert begun[:7] == [frames.usual] * 7
    assert begun[7] == begun[8]
    assert begun[7](reaction(BEYOND)) == typed(BEYOND)
    deletion = {"type": "message_delete", "d": {"msg_id": BEYOND, "feed_id": 1}, "seq": 3}
    with pytest.raises(msgspec.ValidationError):  # for other classes it begins as ever
        begun[7](json.dumps(deletion))
