"""Encoding: compact JSON in the usual order, and nothing that the protocol forbids."""

from typing import Any

import pytest

from voxmodels.v1 import StageResponseType, UnknownFrame, client, server
from voxwire import EncodeError, LocalProtocolError, encode
from voxwire.limits import MAX_FRAME_SIZE

LEAVE = server.MemberLeave(user_id=7)


def refused(message: Any, seq: int | None = None) -> tuple[str, list[tuple[str, str]]]:
    """The message of the error, and rule and pointer of every problem."""
    with pytest.raises(EncodeError) as caught:
        encode(message, seq)
    return str(caught.value), [(p.rule, p.pointer) for p in caught.value.problems]


def message_create(**fields: Any) -> server.MessageCreate:
    values = {"msg_id": 1, "author_id": None, "body": "é", "timestamp": 2, "feed_id": 3} | fields
    return server.MessageCreate(**values)


def test_key_order_and_layout() -> None:
    assert encode(LEAVE, 12) == b'{"type":"member_leave","d":{"user_id":7},"seq":12}'
    assert encode(client.Typing(dm_id=1)) == b'{"type":"typing","d":{"dm_id":1}}'
    assert encode(server.HeartbeatAckFrame()) == b'{"type":"heartbeat_ack"}'
    assert encode(client.HeartbeatFrame(d=None)) == b'{"type":"heartbeat","d":null}'
    assert encode(message_create(), 2) == (
        b'{"type":"message_create","d":{"msg_id":1,"author_id":null,"body":"\xc3\xa9",'
        b'"timestamp":2,"feed_id":3},"seq":2}'
    )


def test_a_frame_as_it_is() -> None:
    frame = server.MemberLeaveFrame(d=LEAVE, seq=12)
    assert encode(frame) == encode(LEAVE, 12)


def test_further_keys_are_written_in_their_place() -> None:
    payload = client.StageResponse(
        room_id=3,
        response_type=StageResponseType.INVITE_ACK,
        accepted=True,
        extra={"hand": [1, {"a": None}]},
    )
    assert encode(payload) == (
        b'{"type":"stage_response","d":{"room_id":3,"response_type":"invite_ack",'
        b'"accepted":true,"hand":[1,{"a":null}]}}'
    )


def test_an_unknown_frame() -> None:
    frame = UnknownFrame(type="new_thing", d=[1], seq=2, extra={"more": {}})
    assert encode(frame) == b'{"type":"new_thing","d":[1],"seq":2,"more":{}}'


def test_seq_belongs_to_sequenced_payloads_only() -> None:
    assert refused(LEAVE) == ("member_leave needs a seq", [])
    assert refused(client.Typing(feed_id=1), 1) == ("typing carries no seq", [])
    assert refused(server.Hello(heartbeat_interval=1), 1) == ("hello carries no seq", [])
    frame = server.MemberLeaveFrame(d=LEAVE, seq=12)
    assert refused(frame, 12) == ("seq numbers a payload; a frame has its own", [])
    assert refused(UnknownFrame(type="x"), 1) == ("seq numbers a payload; a frame has its own", [])


@pytest.mark.parametrize("message", [None, {"type": "typing"}, client.Typing, "typing", 7])
def test_what_is_no_message(message: object) -> None:
    assert refused(message)[0].endswith("is neither the payload of a message nor a frame")


def test_what_a_receiver_would_refuse_is_not_sent() -> None:
    payload = client.MlsRelay(mls_type="external", data="x" * 16385)  # type: ignore[arg-type]
    message, problems = refused(payload)
    assert problems == [("FIELD_ENUM", "/d/mls_type"), ("FIELD_LENGTH", "/d/data")]
    assert message.startswith('FIELD_ENUM: /d/mls_type: "mls_type" must be ')
    assert refused(LEAVE, 0)[1] == [("SEQ_INVALID", "/seq")]
    assert refused(server.MemberLeave(user_id=2**32), 1)[1] == [("FIELD_RANGE", "/d/user_id")]


def test_unchecked() -> None:
    assert encode(LEAVE, 0, validate=False) == b'{"type":"member_leave","d":{"user_id":7},"seq":0}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_does_not_have(number: float) -> None:
    """msgspec would write null."""
    for message, seq in (
        (message_create(embed=[{"a": number}]), 1),
        (UnknownFrame(type="x", d=number), None),
    ):
        assert refused(message, seq) == ("not representable as JSON: a number is not finite", [])


def test_text_that_unicode_does_not_have() -> None:
    assert refused(message_create(body="\ud800"), 1)[0].startswith("not representable as JSON")
    assert refused(UnknownFrame(type="\ud800"))[0].startswith("not representable as JSON")


def test_values_that_json_does_not_have() -> None:
    endless: list[object] = []
    endless.append(endless)
    for value in (object(), endless):
        message = message_create(embed=[value])
        assert refused(message, 1)[0].startswith("not representable as JSON")


def test_size_and_depth() -> None:
    assert refused(message_create(body="x" * MAX_FRAME_SIZE), 1)[1] == [("FRAME_TOO_LARGE", "")]
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    assert refused(message_create(embed=deep), 1)[1] == [("JSON_TOO_DEEP", "")]
    assert refused(UnknownFrame(type="x", d=deep)) == (
        "JSON_TOO_DEEP: the frame is nested too deeply",
        [("JSON_TOO_DEEP", "")],
    )


def test_the_error_is_a_local_one() -> None:
    assert issubclass(EncodeError, LocalProtocolError)
