"""What another client gave and the server passed on: kept by readers, noted by validation."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from tests.voxwire.native import capture, header, ready, s2c
from tests.voxwire.test_bulk import HELLO, IDENTIFY, check, check_both_ways
from voxmodels.v1 import Activity, PresenceStatus, server, validate
from voxmodels.v1.relayed import RELAYED
from voxwire import DecodeError, decode_client, decode_server, encode

GIVEN = "another client gave it, and the server passed it on as it came"
LEFT_OUT = "another client left it out, and the server passed on what there was"
"""What a note says about the side that is to blame."""

PRESENCE = {"user_id": 3, "status": "online"}
STAGE = {"user_id": 3}
ROLE = {"role_id": 1, "name": "r", "color": None, "permissions": 0, "position": 0}
OVERRIDE = {
    "space_type": "feed", "space_id": 1, "target_type": "role", "target_id": 1, "allow": 0, "deny": 0,
}  # fmt: skip
CODEC = {"media_type": "audio", "codec": "opus"}

# message, payload, and the places of the notes about it
ODD: list[tuple[str, dict[str, Any], list[str]]] = [
    ("presence_update", PRESENCE | {"custom_status": {"text": "hi", "emoji": None}}, ["/custom_status"]),
    ("presence_update", PRESENCE | {"custom_status": None}, ["/custom_status"]),
    ("presence_update", PRESENCE | {"custom_status": ["a"]}, ["/custom_status"]),
    ("presence_update", PRESENCE | {"activity": "Chess"}, ["/activity"]),
    ("presence_update", PRESENCE | {"activity": {"detail": None, "own": 1}}, ["/activity"]),
    ("presence_update", PRESENCE | {"activity": {"type": 1, "name": 2, "detail": 3}}, ["/activity"]),
    ("presence_update", PRESENCE | {"custom_status": 1, "activity": []}, ["/custom_status", "/activity"]),
    ("typing_start", {"user_id": 1, "feed_id": "general"}, ["/feed_id"]),
    ("typing_start", {"user_id": 1, "feed_id": -1, "dm_id": None}, ["/feed_id", "/dm_id"]),
    ("typing_start", {"user_id": 1, "dm_id": 1e300}, ["/dm_id"]),
    ("mls_welcome", {"data": {"a": [1]}}, ["/data"]),
    ("mls_commit", {"data": None}, ["/data"]),
    ("mls_proposal", {}, [""]),
    ("cpace_isi", {"pair_id": 1, "data": 2}, ["/pair_id", "/data"]),
    ("cpace_rsi", {"data": "x"}, [""]),
    ("cpace_confirm", {"pair_id": "p", "data": True}, ["/data"]),
    ("cpace_new_device_key", {"pair_id": "p", "data": "d"}, [""]),
    ("cpace_new_device_key", {"pair_id": "p", "data": "d", "nonce": 0}, ["/nonce"]),
    ("voice_codec_neg", {}, ["", ""]),
    ("voice_codec_neg", {"media_type": "audio"}, [""]),
    ("voice_codec_neg", CODEC | {"media_type": "smell", "spatial_layers": -1}, ["/media_type", "/spatial_layers"]),
    ("voice_codec_neg", CODEC | {"target_bitrates": "high", "dtx": 1}, ["/target_bitrates"]),
    ("voice_codec_neg", CODEC | {"target_bitrates": [1, "2"]}, ["/target_bitrates"]),
    ("voice_codec_neg", CODEC | {"dependency_templates": [5], "temporal_layers": {}},
     ["/temporal_layers", "/dependency_templates"]),
    ("stage_response", STAGE | {"response_type": 1}, ["/response_type"]),
    ("stage_response", STAGE | {"accepted": "yes", "why": None}, ["/accepted"]),
    ("role_create", ROLE | {"position": 2**40}, ["/position"]),
    ("role_create", ROLE | {"permissions": -1}, ["/permissions"]),
    ("role_update", {"role_id": 1, "position": -(2**63)}, ["/position"]),
    ("feed_update", {"feed_id": 1, "position": 2**63 - 1, "category_id": -7}, ["/category_id", "/position"]),
    ("room_update", {"room_id": 1, "position": 2**31}, ["/position"]),
    ("category_create", {"category_id": 1, "name": "c", "position": -(2**31) - 1}, ["/position"]),
    ("permission_override_update", OVERRIDE | {"target_id": -1, "deny": -1}, ["/target_id", "/deny"]),
    ("thread_create", {"thread_id": 1, "parent_feed_id": 1, "name": "t", "parent_msg_id": -1}, ["/parent_msg_id"]),
]  # fmt: skip

each_odd = pytest.mark.parametrize(("type_", "payload", "places"), ODD)


def frame_of(type_: str, payload: object, seq: int = 2) -> dict[str, Any]:
    return {"type": type_, "d": payload, "seq": seq}


def compact(frame: dict[str, Any]) -> str:
    return json.dumps(frame, separators=(",", ":"))


@each_odd
def test_readers_keep_the_frame_as_it_came(
    type_: str, payload: dict[str, Any], places: list[str]
) -> None:
    frame = frame_of(type_, payload)
    decoded = decode_server(compact(frame))
    assert (decoded.type, decoded.seq) == (type_, 2)
    assert json.loads(encode(decoded)) == frame
    assert decode_server(encode(decoded)) == decoded


@each_odd
def test_each_is_a_note_about_another_client(
    type_: str, payload: dict[str, Any], places: list[str]
) -> None:
    problems = validate.server_frame(frame_of(type_, payload))
    assert [(p.rule, p.severity, p.pointer) for p in problems] == [
        ("RELAYED_VALUE", "note", f"/d{place}") for place in places
    ]
    for problem in problems:
        assert problem.hint in (GIVEN, LEFT_OUT)


@each_odd
def test_runs_end_at_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    type_: str,
    payload: dict[str, Any],
    places: list[str],
) -> None:
    path = tmp_path / "capture.ndjson"
    odd = s2c(compact(frame_of(type_, payload)))
    path.write_bytes(capture(header(), HELLO, IDENTIFY, ready(), odd))
    assert check_both_ways(path, monkeypatch) == [("RELAYED_VALUE", 4) for _ in places]
    findings, _ = check(path)
    assert {finding.severity for finding in findings} == {"error"}, "checked as --strict does"


def test_what_is_said() -> None:
    payload = PRESENCE | {"custom_status": {"emoji": None}}
    (problem,) = validate.server_frame(frame_of("presence_update", payload))
    assert problem.message == (
        '"custom_status" has not its usual shape: "emoji" must be a string; got null'
    )
    assert problem.hint == GIVEN
    (problem,) = validate.server_frame(frame_of("mls_commit", {}))
    assert problem.message == '"d" lacks "data", which is usually there'
    assert problem.hint == LEFT_OUT


def test_values_are_typed_where_they_are_as_usual() -> None:
    activity = {"type": "playing", "name": "Go", "own": 1}
    frame = decode_server(
        compact(frame_of("presence_update", PRESENCE | {"activity": activity, "custom_status": 7}))
    )
    assert isinstance(frame, server.PresenceUpdateFrame)
    assert frame.d.custom_status == 7
    assert isinstance(frame.d.activity, Activity)
    assert frame.d.activity.extra == {"own": 1}


def test_a_missing_value_is_unset() -> None:
    frame = decode_server(compact(frame_of("voice_codec_neg", {"media_type": "audio", "dtx": 1})))
    assert isinstance(frame, server.VoiceCodecNegFrame)
    assert frame.d.codec is UNSET
    assert frame.d.extra == {"dtx": 1}


def test_servers_can_send_them() -> None:
    odd = server.PresenceUpdate(user_id=1, status=PresenceStatus.IDLE, activity="Chess")
    assert encode(odd, seq=3) == (
        b'{"type":"presence_update","d":{"user_id":1,"status":"idle","activity":"Chess"},"seq":3}'
    )
    assert encode(server.MlsCommit(data=UNSET), seq=3) == b'{"type":"mls_commit","d":{},"seq":3}'


@pytest.mark.parametrize(
    ("type_", "payload", "rule"),
    [
        ("presence_update", {"user_id": "3", "status": "online", "activity": 1}, "FIELD_TYPE"),
        ("presence_update", {"status": "online", "activity": 1}, "FIELD_MISSING"),
        ("typing_start", {"feed_id": "x"}, "FIELD_MISSING"),
        ("stage_response", {"response_type": 1}, "FIELD_MISSING"),
        ("role_create", ROLE | {"position": "first"}, "FIELD_TYPE"),
        ("role_create", ROLE | {"permissions": 2**63}, "FIELD_RANGE"),
    ],
)
def test_the_servers_own_mistakes_stay_errors(type_: str, payload: object, rule: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_server(compact(frame_of(type_, payload)))
    assert [p.rule for p in caught.value.problems if p.severity == "error"] == [rule]


@pytest.mark.parametrize(
    ("type_", "payload", "rule", "pointer"),
    [
        ("presence_update", {"status": "online", "custom_status": {"emoji": None}}, "FIELD_TYPE",
         "/d/custom_status/emoji"),
        ("presence_update", {"status": "online", "activity": "Chess"}, "FIELD_TYPE", "/d/activity"),
        ("typing", {"feed_id": "general"}, "FIELD_TYPE", "/d/feed_id"),
        ("mls_relay", {"mls_type": "commit"}, "FIELD_MISSING", "/d"),
        ("voice_codec_neg", {"media_type": "audio", "room_id": 1}, "FIELD_MISSING", "/d"),
        ("stage_response", {"room_id": 1, "response_type": "request_ack", "accepted": "yes"},
         "FIELD_TYPE", "/d/accepted"),
    ],
)  # fmt: skip
def test_a_client_that_gives_them_is_to_blame(
    type_: str, payload: object, rule: str, pointer: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_client(json.dumps({"type": type_, "d": payload}))
    assert [(p.rule, p.severity, p.pointer) for p in caught.value.problems] == [
        (rule, "error", pointer)
    ]


def test_secrets_in_them_stay_hidden() -> None:
    frame = frame_of("mls_commit", {"data": ["a", "secret", "key"]})
    assert "secret" not in str(validate.server_frame(frame))
    assert "secret" not in repr(decode_server(compact(frame)))


def test_text_that_is_no_json_is_still_refused() -> None:
    text = '{"type":"typing_start","d":{"user_id":1,"feed_id":NaN},"seq":2}'
    with pytest.raises(DecodeError) as caught:
        decode_server(text)
    assert "JSON_NOT_FINITE" in [p.rule for p in caught.value.problems]


def test_these_messages_hold_what_clients_gave() -> None:
    assert set(RELAYED["presence_update"]) == {"custom_status", "activity"}
    assert set(RELAYED["stage_response"]) == {"response_type", "accepted"}
    assert "user_id" not in {key for keys in RELAYED.values() for key in keys}
