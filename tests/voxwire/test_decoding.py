"""Decoding: what is accepted, what is refused, and everything that the error then says."""

import json
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from voxmodels.v1 import UNSET, Activity, UnknownFrame, client, server
from voxmodels.v1.validate import Problem
from voxwire import DecodeError, ProtocolError, VoxwireError, decode_client, decode_server
from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE
from voxwire.protocol import JsonText
from voxwire.wire.explain import Explanation

LEAVE = '{"type":"member_leave","d":{"user_id":7},"seq":12}'
LEAVE_FRAME = server.MemberLeaveFrame(d=server.MemberLeave(user_id=7), seq=12)


def problems(data: JsonText, *, from_client: bool = False) -> list[tuple[str, str]]:
    """Rule and pointer of every problem of a frame that is refused."""
    with pytest.raises(DecodeError) as caught:
        (decode_client if from_client else decode_server)(data)
    return [(problem.rule, problem.pointer) for problem in caught.value.problems]


def close_code(data: bytes | str) -> int:
    with pytest.raises(DecodeError) as caught:
        decode_client(data)
    return caught.value.close_code


def with_extra(value: str) -> str:
    """LEAVE with a field that nobody knows."""
    return LEAVE.replace("7}", f'7,"x":{value}}}')


@pytest.mark.parametrize(
    "data",
    [
        LEAVE,
        LEAVE.encode(),
        ' { "seq" : 12 ,\r\n\t"d" : { "user_id" : 7 } , "type" : "member_leave" } ',
        r'{"\u0074ype":"member\u005fleave","d":{"user_id":7},"seq":12}',
        with_extra('{"y":[null]}'),
        with_extra('"é"').encode(),
    ],
)
def test_any_layout(data: bytes | str) -> None:
    assert decode_server(data) == LEAVE_FRAME


class _Text(str):
    """A str of one's own, as some libraries give."""


@pytest.mark.parametrize("size", [0, MAX_FRAME_SIZE // 2], ids=["short", "long"])
@pytest.mark.parametrize(
    "kind", [bytearray, memoryview, lambda data: memoryview(data + data)[: len(data)]]
)
def test_whatever_holds_bytes(kind: Callable[[bytes], bytearray | memoryview], size: int) -> None:
    good, bad = with_extra('"é"').encode(), with_extra('"é"').encode("latin-1")
    assert decode_server(kind(good + b" " * size)) == LEAVE_FRAME
    assert problems(kind(bad + b" " * size))[:1] == [("JSON_NOT_UTF8", "")]
    typing = b'{"type":"typing","d":{"feed_id":3}}'
    assert decode_client(kind(typing + b" " * size)) == client.TypingFrame(
        d=client.Typing(feed_id=3)
    )
    assert decode_server(_Text(with_extra('"é"') + " " * size)) == LEAVE_FRAME


@pytest.mark.parametrize("decode", [decode_client, decode_server])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (7, "not from int: pass what the WebSocket gave"),
        (None, "not from NoneType: None is no message; perhaps the connection was closed"),
        ({"type": "heartbeat"}, "not from dict: pass what the WebSocket gave, before json.loads"),
        ([], "not from list: pass what the WebSocket gave, before json.loads"),
        ([0] * MAX_FRAME_SIZE, "not from list: pass what the WebSocket gave, before json.loads"),
        (
            LEAVE_FRAME,
            "not from MemberLeaveFrame: this is decoded already, or a payload; "
            "encode() makes JSON of it",
        ),
    ],
    ids=["int", "None", "dict", "list", "long list", "frame"],
)
def test_what_is_neither_text_nor_bytes(decode: Any, data: object, expected: str) -> None:
    with pytest.raises(TypeError) as caught:
        decode(data)
    assert str(caught.value) == f"a frame is decoded from its JSON as text or bytes, {expected}"
    assert caught.value.__suppress_context__


def test_either_direction_has_its_own_classes() -> None:
    text = '{"type":"presence_update","d":{"status":"online"}}'
    assert decode_client(text) == client.PresenceUpdateFrame(
        d=client.PresenceUpdate(status=decode_client(text).d.status)  # type: ignore[union-attr]
    )
    assert problems(text)[0] == ("SEQ_MISSING", "")


def test_absent_null_and_empty_heartbeats() -> None:
    assert decode_client('{"type":"heartbeat"}') == client.HeartbeatFrame(d=UNSET)
    assert decode_client('{"type":"heartbeat","d":null}') == client.HeartbeatFrame(d=None)
    assert decode_client('{"type":"heartbeat","d":{}}') == client.HeartbeatFrame(
        d=client.Heartbeat()
    )


def test_unknown_enum_values_and_further_keys_are_kept() -> None:
    text = (
        '{"type":"presence_update","seq":2,"d":{"user_id":1,"status":"brb",'
        '"activity":{"type":"dancing","bpm":120}}}'
    )
    frame = decode_server(text)
    assert isinstance(frame, server.PresenceUpdateFrame)
    assert frame.d.status == "brb"
    assert not frame.d.status.is_known
    assert isinstance(frame.d.activity, Activity)
    assert frame.d.activity.extra == {"bpm": 120}


def test_an_unknown_type_keeps_everything() -> None:
    text = '{"type":"new_thing","seq":3,"d":[1,{"a":null}],"more":{"é":1.5}}'
    assert decode_server(text) == UnknownFrame(
        type="new_thing", seq=3, d=[1, {"a": None}], extra={"more": {"é": 1.5}}
    )
    assert decode_client('{"type":""}') == UnknownFrame(type="")


def test_published_envelope_keys_are_put_up_with() -> None:
    text = '{"type":"hello","seq":0,"d":{"heartbeat_interval":45000}}'
    assert decode_server(text) == server.HelloFrame(d=server.Hello(heartbeat_interval=45000))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("not json", [("JSON_INVALID", "")]),
        ("[]", [("FRAME_NOT_OBJECT", "")]),
        ("{}", [("TYPE_MISSING", "")]),
        ('{"type":null}', [("TYPE_INVALID", "/type")]),
        ('{"type":"ready","d":{}}', [("WRONG_DIRECTION", "/type")]),
        ('{"type":"typing"}', [("PAYLOAD_MISSING", "")]),
        ('{"type":"typing","d":7}', [("PAYLOAD_INVALID", "/d")]),
        ('{"type":"typing","d":{}}', [("EXACTLY_ONE_OF", "/d")]),
        ('{"type":"typing","d":{"feed_id":1},"seq":1}', [("SEQ_FORBIDDEN", "/seq")]),
        ('{"type":"typing","d":{"feed_id":1.0}}', [("FIELD_TYPE", "/d/feed_id")]),
        ('{"type":"typing","d":{"feed_id":4294967296}}', [("FIELD_RANGE", "/d/feed_id")]),
        ('{"type":"typing","d":{"feed_id":NaN}}', [("JSON_NOT_FINITE", "/d/feed_id")]),
        ('{"type":"typing","d":{"feed_id":1e400}}', [("JSON_NUMBER_RANGE", "/d/feed_id")]),
    ],
)
def test_what_a_client_must_not_send(data: str, expected: list[tuple[str, str]]) -> None:
    assert problems(data, from_client=True) == expected


def test_all_problems_at_once() -> None:
    text = '{"type":"role_create","seq":"1","d":{"role_id":-1,"name":7,"color":null,"x":1}}'
    assert problems(text) == [
        ("SEQ_INVALID", "/seq"),
        ("FIELD_MISSING", "/d"),
        ("FIELD_MISSING", "/d"),
        ("FIELD_RANGE", "/d/role_id"),
        ("FIELD_TYPE", "/d/name"),
        ("UNKNOWN_FIELD", "/d/x"),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'"\xff"', ("JSON_NOT_UTF8", "")),
        (b'{"\xff":1}', ("JSON_NOT_UTF8", "")),
        (b"NaN", ("JSON_NOT_FINITE", "/d/x")),
        (b"[-Infinity]", ("JSON_NOT_FINITE", "/d/x/0")),
        (rb'"\ud800"', ("JSON_LONE_SURROGATE", "/d/x")),
        (rb'{"\udc00":1}', ("JSON_LONE_SURROGATE", "/d/x/\udc00")),
    ],
)
def test_json_is_strict_in_fields_that_are_ignored(value: bytes, expected: tuple[str, str]) -> None:
    short = with_extra("?").encode().replace(b"?", value)
    long = short.replace(b"}", b',"y":"' + b"y" * 1000 + b'"}', 1)
    assert expected in problems(short)
    assert expected in problems(long)


def test_lone_surrogates_in_text() -> None:
    assert ("JSON_LONE_SURROGATE", "/d/x") in problems(with_extra('"\ud800"'))


def test_nothing_that_is_ignored_decides() -> None:
    """Each of these is reported by `voxwire validate`, but does not reach the result."""
    deep = "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)
    for text in (with_extra("1e400"), with_extra('{"a":1,"a":2}'), with_extra(deep)):
        assert decode_server(text) == LEAVE_FRAME
    assert decode_server(LEAVE.replace('"seq"', '"seq":1,"seq"')) == LEAVE_FRAME
    assert decode_server('{"type":"new_thing","a":1,"a":2}') == UnknownFrame(
        type="new_thing", extra={"a": 2}
    )


def test_depth_is_limited_where_json_is_kept() -> None:
    def message(depth: int) -> str:
        embed = "[" * depth + "]" * depth
        return (
            '{"type":"message_create","seq":2,"d":{"msg_id":1,"author_id":1,"body":null,'
            f'"timestamp":1,"feed_id":1,"embed":{embed}}}}}'
        )

    decode_server(message(MAX_DEPTH - 2))
    assert problems(message(MAX_DEPTH - 1)) == [("JSON_TOO_DEEP", "")]
    assert problems(message(100_000)) == [("JSON_TOO_DEEP", "")]
    assert problems('{"type":"x","d":' + "[" * 100_000) == [("JSON_TOO_DEEP", "")]


def test_size_is_limited() -> None:
    empty = with_extra('""')
    longest = empty.replace('""', f'"{"x" * (MAX_FRAME_SIZE - len(empty))}"')
    assert decode_server(longest) == LEAVE_FRAME
    assert decode_server(longest.encode()) == LEAVE_FRAME
    assert problems(longest + " ") == [("FRAME_TOO_LARGE", "")]
    assert problems(longest.encode() + b" ") == [("FRAME_TOO_LARGE", "")]
    # One character fewer, but one byte more.
    assert problems(longest.replace("xxx", "éé", 1)) == [("FRAME_TOO_LARGE", "")]


def test_close_codes() -> None:
    """4002 for what is no JSON and 4000 for other frames, as servers do (protocol section 2)."""
    assert close_code("not json") == 4002
    assert close_code(b"\xff") == 4002
    assert close_code("[]") == 4000
    assert close_code('{"type":"typing","d":7}') == 4000
    assert close_code('{"type":"typing","d":{"feed_id":NaN}}') == 4002
    assert close_code(" " * (MAX_FRAME_SIZE + 1)) == 1009
    activity = json.dumps({"name": "x" * 600})
    text = f'{{"type":"presence_update","d":{{"status":"dnd","activity":{activity}}}}}'
    assert problems(text, from_client=True) == [("JSON_LENGTH", "/d/activity")]
    assert close_code(text) == 4000


def test_the_error_is_short_has_no_secret_and_can_be_pickled() -> None:
    text = '{"type":"resume","d":{"token":["vox_sess_abcdefgh"],"session_id":7,"last_seq":-1}}'
    with pytest.raises(DecodeError) as caught:
        decode_client(text)
    error = caught.value
    assert isinstance(error, ProtocolError)
    assert isinstance(error, VoxwireError)
    assert (
        str(error)
        == 'FIELD_TYPE: /d/token: "token" must be a string; got an array of 1 (and 2 more)'
    )
    again = pickle.loads(pickle.dumps(error))
    assert (again.problems, again.close_code, str(again)) == (error.problems, 4000, str(error))


def test_a_secret_in_the_wrong_place_is_masked() -> None:
    text = '{"type":"typing","d":{"feed_id":"vox_sess_abcdefgh"}}'
    with pytest.raises(DecodeError) as caught:
        decode_client(text)
    assert "vox_sess_***" in str(caught.value)
    assert "abcdefgh" not in str(caught.value)


def test_an_unknown_frame_shows_none_of_its_values() -> None:
    frame = decode_client('{"type":"idetify","d":{"token":"hunter2"},"more":"hunter2"}')
    assert repr(frame) == "UnknownFrame(type='idetify', keys=['type', 'd', 'more'])"


def test_a_token_in_the_wrong_place_is_nowhere_in_the_error() -> None:
    token = "vox_sess_46KiE4r-YgW9abcdef"
    text = f'{{"type":"cpace_relay","d":{{"cpace_type":"{token}","pair_id":"a","data":"b"}}}}'
    with pytest.raises(DecodeError) as caught:
        decode_client(text)
    assert token not in repr(caught.value.problems)
    assert token not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"cpace_type": "x", "nonce": "n"}, [("FIELD_ENUM", "/d/cpace_type")]),
        ({"cpace_type": 7, "nonce": "n"}, [("FIELD_TYPE", "/d/cpace_type")]),
        ({"cpace_type": None, "nonce": "n"}, [("FIELD_TYPE", "/d/cpace_type")]),
        ({"nonce": "n"}, [("FIELD_MISSING", "/d")]),
        ({"cpace_type": "isi", "nonce": "n"}, [("FORBIDDEN_WHEN", "/d/nonce")]),
        (
            {"cpace_type": "isi", "nonce": 7},
            [("FIELD_TYPE", "/d/nonce"), ("FORBIDDEN_WHEN", "/d/nonce")],
        ),
        ({"cpace_type": "new_device_key"}, [("REQUIRED_WHEN", "/d")]),
    ],
)
def test_what_depends_on_a_wrong_field_is_no_mistake_of_its_own(
    payload: dict[str, object], found: list[tuple[str, str]]
) -> None:
    frame = {"type": "cpace_relay", "d": {"pair_id": "p", "data": "d"} | payload}
    assert problems(json.dumps(frame), from_client=True) == found


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (7, "a number"),
        (7.5, "a number"),
        (None, "null"),
        (True, "true or false"),
        (["vox_sess_abcdefgh", 7], "an array of 2"),
        ({"vox_sess_abcdefgh": 7}, "an object"),
    ],
)
def test_a_masked_value_tells_its_type(token: object, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_client(json.dumps({"type": "identify", "d": {"token": token}}))
    (problem,) = caught.value.problems
    assert (problem.rule, problem.got) == ("FIELD_TYPE", kind)
    assert problem.message == f'"token" must be a string; got {kind}'


# --- either side, short and long --------------------------------------------------------------

TYPING = '{"type":"typing","d":{"feed_id":7}}'
TYPING_FRAME = client.TypingFrame(d=client.Typing(feed_id=7))


def lengthened(frame: str, key: str) -> str:
    """The same frame with a field that nobody knows, longer than what cannot nest too deeply."""
    return frame.replace("7}", f'7,"{key}":"{"x" * 1000}"}}')


@pytest.mark.parametrize("key", ["x", "é"])
def test_both_sides_decode_text_and_bytes(key: str) -> None:
    for decode, frame, expected in (
        (decode_server, LEAVE, LEAVE_FRAME),
        (decode_client, TYPING, TYPING_FRAME),
    ):
        short = frame.replace("7}", f'7,"{key}":1}}')
        for text in (short, lengthened(frame, key)):
            assert decode(text) == expected
            assert decode(text.encode()) == expected


def test_bytes_that_are_not_utf_8_are_refused_on_both_sides() -> None:
    for frame, from_client in ((LEAVE, False), (TYPING, True)):
        for text in (frame.replace("7}", '7,"?":1}'), lengthened(frame, "?")):
            data = text.encode().replace(b"?", b"\xff")
            assert ("JSON_NOT_UTF8", "") in problems(data, from_client=from_client)


def test_a_message_of_the_other_side_is_said_to_be_one() -> None:
    for frame, from_client in ((LEAVE, True), (TYPING, False)):
        for text in (frame, lengthened(frame, "x")):
            assert problems(text, from_client=from_client) == [("WRONG_DIRECTION", "/type")]


def test_too_long_and_too_deep_on_both_sides() -> None:
    big = '{"type":"x","d":"' + "x" * MAX_FRAME_SIZE + '"}'
    for from_client in (False, True):
        assert problems(big, from_client=from_client) == [("FRAME_TOO_LARGE", "")]
    deep = '{"type":"voice_codec_neg","d":{"media_type":"audio","codec":"o","room_id":1,"x":%s}%s}'
    nest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert problems(deep % (nest, ""), from_client=True) == [("JSON_TOO_DEEP", "")]
    assert problems(deep % (nest, ',"seq":2')) == [("JSON_TOO_DEEP", "")]


RELAYED = Problem(rule="RELAYED_VALUE", severity="note", pointer="/d/feed_id", message="odd")


@pytest.mark.parametrize("notes", [(), (RELAYED,)], ids=["nothing", "what was passed on"])
def test_a_frame_that_only_the_models_refuse(
    notes: tuple[Problem, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be a mistake in the models, and must not pass as a frame."""
    value = {"type": "typing_start", "d": {"user_id": "me"}, "seq": 2}
    monkeypatch.setattr("voxwire.wire.explain.explain", lambda *_: Explanation(value, notes))
    with pytest.raises(DecodeError) as caught:
        decode_server('{"type":"typing","d":{}}')
    assert caught.value.problems == (
        *notes,
        Problem(
            rule="MODEL_MISMATCH",
            severity="error",
            pointer="",
            message="the typed models refuse this frame, though no rule is known that it breaks",
            hint="please report this",
        ),
    )
    assert caught.value.close_code == 4000
