"""What the messages of a client with a session are answered with, whatever they hold: as by the real server.

A row is a text and what comes back for it: messages, an error code, nothing, or the code of the close.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.voxwire_live.mocked import mocked, run
from tests.voxwire_live.raw_client import FALSE, KINDS, canonical, message, raw_client
from voxmodels.v1 import registry

Answers = list[tuple[str, str]] | int

UNKNOWN, DECODE_ERROR, ALREADY = 4000, 4002, 4005

BEAT = '"type":"heartbeat"'

OFF_ROOM = {"mute": False, "deaf": False, "video": False, "streaming": False}


def error(code: str) -> Answers:
    return [("error", code)]


def came(type_: str, d: object) -> Answers:
    return [(type_, canonical(d))]


def presence(**fields: object) -> Answers:
    return came("presence_update", {"user_id": 1, "status": "online"} | fields)


def typing(**ids: object) -> Answers:
    return came("typing_start", {"user_id": 1} | ids)


def room(**changes: bool) -> Answers:
    member = {"user_id": 1} | OFF_ROOM | changes
    return came("voice_state_update", {"room_id": 1, "members": [member]})


def codec(**fields: object) -> Answers:
    return came("voice_codec_neg", fields)


def stage(**fields: object) -> Answers:
    return came("stage_response", {"user_id": 1} | fields)


def rows(type_: str, of: Mapping[str, Answers]) -> dict[str, tuple[str, Answers]]:
    """Rows from the JSON of d to what comes back."""
    return {f"{type_} {d[:60]}": (message(type_, d), answers) for d, answers in of.items()}


def each_kind(type_: str, d: str, answers: Any) -> dict[str, tuple[str, Answers]]:
    """Rows with a JSON text of every kind in place of VALUE; `answers` gives what comes for its value."""
    return {
        f"{type_} {d} with {kind}": (
            message(type_, d.replace("VALUE", text)),
            answers(json.loads(text)),
        )
        for kind, text in KINDS.items()
    }


def null_is_absent(name: str, value: object) -> dict[str, object]:
    return {} if value is None else {name: value}


ENVELOPES: dict[str, tuple[str | bytes, Answers]] = {
    "nothing": ("", DECODE_ERROR),
    "no JSON": ("hello there", DECODE_ERROR),
    "half of it": ('{"type":"typing"', DECODE_ERROR),
    "an array": ("[]", UNKNOWN),
    "null": ("null", UNKNOWN),
    "a number": ("7", UNKNOWN),
    "a text": ('"typing"', UNKNOWN),
    "a binary message": (b'{"type":"heartbeat"}', UNKNOWN),
    "endless nesting": ('{"type":"x","d":' + "[" * 5000 + "]" * 5000 + "}", UNKNOWN),
    "no type": ("{}", []),
    "1.5 MB of nothing": (message("party", f'"{"x" * 1_500_000}"'), []),
    "the last of two types counts": ('{"type":"party","type":"typing"}', typing()),
    "the last of two payloads counts": (
        '{"type":"typing","d":1,"d":{"feed_id":3}}',
        typing(feed_id=3),
    ),
    "other keys": ('{"a":NaN,"type":"typing","seq":"x","d":{"feed_id":3}}', typing(feed_id=3)),
    **{
        f"a type that is {k}": (f'{{"type":{text}}}', [])
        for k, text in KINDS.items()
        if k != "text"
    },
    **{f"an unknown type, d {k}": (message("party", text), []) for k, text in KINDS.items()},
    **{
        f"a type of servers, d {k}": (message("typing_start", text), [])
        for k, text in KINDS.items()
    },
    **{f"identify again, d {k}": (message("identify", text), ALREADY) for k, text in KINDS.items()},
    **{f"resume too late, d {k}": (message("resume", text), []) for k, text in KINDS.items()},
    **{
        f"seq {k}": (f'{{"seq":{text},"type":"typing","d":{{"feed_id":3}}}}', typing(feed_id=3))
        for k, text in KINDS.items()
    },
}

EMPTY: dict[str, Answers] = {
    "presence_update": presence(),
    "typing": typing(),
    "voice_state_update": room(),
    "voice_codec_neg": error("MISSING_ROOM_ID"),
    "stage_response": error("MISSING_ROOM_ID"),
    "mls_relay": [],
    "cpace_relay": [],
}
"""What comes for each message without a payload."""

PAYLOADS = {
    f"{type_} with {kind}": (
        f'{{"type":"{type_}"}}' if kind == "no d" else message(type_, text),
        answers if kind in {*FALSE, "no d"} else UNKNOWN,
    )
    for type_, answers in EMPTY.items()
    for kind, text in {**KINDS, "no d": ""}.items()
    if kind != "keys"
}
"""A payload that is false is none, and any other that is no object closes."""

# With spaces and escapes, {"name": "…"} has 12 characters without the name, and é six of them.
FITTING, TOO_LONG = "x" * 500, "x" * 501

PRESENCES = {
    **rows(
        "presence_update",
        {
            '{"status":"online"}': presence(),
            '{"status":"idle"}': presence(status="idle"),
            '{"status":"dnd"}': presence(status="dnd"),
            '{"status":"invisible"}': presence(status="invisible"),
            '{"status":"offline"}': error("INVALID_STATUS"),
            '{"status":"ONLINE"}': error("INVALID_STATUS"),
            '{"status":["online"]}': error("INVALID_STATUS"),
            '{"status":"x","activity":"LONG"}'.replace("LONG", TOO_LONG): error("INVALID_STATUS"),
            '{"custom_status":"short"}': presence(custom_status="short"),
            f'{{"custom_status":"{"é" * 128}"}}': presence(custom_status="é" * 128),
            f'{{"custom_status":"{"é" * 129}"}}': presence(custom_status="é" * 128),
            f'{{"custom_status":"{"😀" * 200}"}}': presence(custom_status="😀" * 128),
            f'{{"custom_status":{{"text":"{"x" * 200}"}}}}': presence(
                custom_status={"text": "x" * 200}
            ),
            '{"custom_status":{"emoji":null,"expiry":"soon","own":[1]}}': presence(
                custom_status={"emoji": None, "expiry": "soon", "own": [1]}
            ),
            '{"activity":{"detail":null,"own":{"a":1}}}': presence(
                activity={"detail": None, "own": {"a": 1}}
            ),
            '{"activity":"Chess"}': presence(activity="Chess"),
            f'{{"activity":{{"name":"{FITTING}"}}}}': presence(activity={"name": FITTING}),
            f'{{"activity":{{"name":"{TOO_LONG}"}}}}': error("PAYLOAD_TOO_LARGE"),
            f'{{"activity":{{"name":"{"é" * 83}"}}}}': presence(activity={"name": "é" * 83}),
            f'{{"activity":{{"name":"{"é" * 84}"}}}}': error("PAYLOAD_TOO_LARGE"),
            f'{{"activity":{{"name":"{"😀" * 42}"}}}}': error("PAYLOAD_TOO_LARGE"),
            f'{{"activity":"{"x" * 510}"}}': presence(activity="x" * 510),
            f'{{"activity":"{"x" * 511}"}}': error("PAYLOAD_TOO_LARGE"),
            f'{{"activity":[{",".join("1" * 170)}]}}': presence(activity=[1] * 170),
            f'{{"activity":[{",".join("1" * 171)}]}}': error("PAYLOAD_TOO_LARGE"),
            '{"mood":1,"status":"idle"}': presence(status="idle"),
            '{"user_id":9,"status":"idle"}': presence(status="idle"),
        },
    ),
    **each_kind("presence_update", '{"status":VALUE}', lambda _: error("INVALID_STATUS")),
    **each_kind(
        "presence_update",
        '{"custom_status":VALUE}',
        lambda value: presence(**null_is_absent("custom_status", value)),
    ),
    **each_kind(
        "presence_update",
        '{"custom_status":{"text":VALUE,"emoji":VALUE,"expiry":VALUE}}',
        lambda value: presence(custom_status=dict.fromkeys(("text", "emoji", "expiry"), value)),
    ),
    **each_kind(
        "presence_update",
        '{"activity":VALUE}',
        lambda value: presence(**null_is_absent("activity", value)),
    ),
    **each_kind(
        "presence_update",
        '{"activity":{"type":VALUE,"name":VALUE,"detail":VALUE,"own":VALUE}}',
        lambda value: presence(activity=dict.fromkeys(("type", "name", "detail", "own"), value)),
    ),
}

TYPINGS = {
    **rows(
        "typing",
        {
            '{"feed_id":3}': typing(feed_id=3),
            '{"dm_id":3}': typing(dm_id=3),
            '{"feed_id":3,"dm_id":4}': typing(feed_id=3, dm_id=4),
            '{"user_id":9,"feed_id":3,"own":1}': typing(feed_id=3),
        },
    ),
    **each_kind("typing", '{"feed_id":VALUE}', lambda v: typing(**null_is_absent("feed_id", v))),
    **each_kind("typing", '{"dm_id":VALUE}', lambda v: typing(**null_is_absent("dm_id", v))),
}

VOICES = {
    **rows(
        "voice_state_update",
        {
            '{"self_mute":true,"self_deaf":true}': room(mute=True, deaf=True),
            '{"video":true,"streaming":true}': room(video=True, streaming=True),
            '{"mute":true,"user_id":9}': room(),
        },
    ),
    **each_kind("voice_state_update", '{"self_mute":VALUE}', lambda v: room(mute=bool(v))),
    **each_kind("voice_state_update", '{"self_deaf":VALUE}', lambda v: room(deaf=bool(v))),
    **each_kind("voice_state_update", '{"video":VALUE}', lambda v: room(video=bool(v))),
    **each_kind("voice_state_update", '{"streaming":VALUE}', lambda v: room(streaming=bool(v))),
}

IN_ROOMS = {
    **each_kind(
        "voice_codec_neg",
        '{"room_id":VALUE,"codec":"opus"}',
        lambda v: error("MISSING_ROOM_ID") if v is None else codec(codec="opus"),
    ),
    **each_kind(
        "voice_codec_neg",
        '{"room_id":1,"media_type":VALUE,"codec":VALUE,"target_bitrates":VALUE,"own":VALUE}',
        lambda v: codec(**dict.fromkeys(("media_type", "codec", "target_bitrates", "own"), v)),
    ),
    **each_kind(
        "stage_response",
        '{"room_id":VALUE,"accepted":true}',
        lambda v: error("MISSING_ROOM_ID") if v is None else stage(accepted=True),
    ),
    **each_kind(
        "stage_response",
        '{"room_id":1,"response_type":VALUE,"accepted":VALUE,"own":VALUE}',
        lambda v: stage(**dict.fromkeys(("response_type", "accepted", "own"), v)),
    ),
    **rows("stage_response", {'{"room_id":1,"user_id":9}': stage()}),
}

LONGEST = "A" * 16384


def keys(**fields: object) -> dict[str, object]:
    return {"pair_id": "p", "data": "AA"} | fields


KEY_MESSAGES = {
    **rows(
        "mls_relay",
        {
            '{"mls_type":"welcome","data":"AA"}': came("mls_welcome", {"data": "AA"}),
            '{"mls_type":"commit","data":"AA","own":1}': came("mls_commit", {"data": "AA"}),
            '{"mls_type":"proposal"}': came("mls_proposal", {"data": ""}),
            '{"mls_type":"external","data":"AA"}': [],
            '{"data":"AA"}': [],
            f'{{"mls_type":"commit","data":"{LONGEST}"}}': came("mls_commit", {"data": LONGEST}),
            f'{{"mls_type":"commit","data":"{LONGEST}A"}}': error("PAYLOAD_TOO_LARGE"),
            f'{{"mls_type":"external","data":"{LONGEST}A"}}': [],
        },
    ),
    **each_kind("mls_relay", '{"mls_type":VALUE,"data":"AA"}', lambda _: []),
    **each_kind(
        "mls_relay",
        '{"mls_type":"welcome","data":VALUE}',
        lambda v: came("mls_welcome", {"data": v}),
    ),
    **rows(
        "cpace_relay",
        {
            '{"cpace_type":"isi","pair_id":"p","data":"AA"}': came("cpace_isi", keys()),
            '{"cpace_type":"rsi","pair_id":"p","data":"AA"}': came("cpace_rsi", keys()),
            '{"cpace_type":"confirm","pair_id":"p","data":"AA","nonce":"n"}': came(
                "cpace_confirm", keys()
            ),
            '{"cpace_type":"new_device_key","pair_id":"p","data":"AA","nonce":"n"}': came(
                "cpace_new_device_key", keys(nonce="n")
            ),
            '{"cpace_type":"new_device_key"}': came(
                "cpace_new_device_key", {"pair_id": "", "data": "", "nonce": ""}
            ),
            f'{{"cpace_type":"isi","pair_id":"p","data":"{LONGEST}A"}}': error("PAYLOAD_TOO_LARGE"),
        },
    ),
    **each_kind("cpace_relay", '{"cpace_type":VALUE,"data":"AA"}', lambda _: []),
    **each_kind(
        "cpace_relay",
        '{"cpace_type":"new_device_key","pair_id":VALUE,"data":VALUE,"nonce":VALUE}',
        lambda v: came("cpace_new_device_key", dict.fromkeys(("pair_id", "data", "nonce"), v)),
    ),
}


def answered(text: str | bytes, answers: Answers) -> None:
    """Whether a client with a session gets this for a message, and others go on after it."""

    async def test() -> None:
        async with mocked() as setup, raw_client(setup, "one") as client:
            assert await client.answers(text) == answers
            async with raw_client(setup, "two") as other:
                assert not isinstance(await other.answers(), int)
            assert setup.gateway.failures == []

    run(test())


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelopes(name: str) -> None:
    answered(*ENVELOPES[name])


@pytest.mark.parametrize("kind", KINDS)
def test_any_heartbeat_is_answered(kind: str) -> None:
    async def test() -> None:
        async with mocked() as setup, raw_client(setup, "one") as client:
            for text in (message("heartbeat", KINDS[kind]), f'{{"seq":{KINDS[kind]},{BEAT}}}'):
                assert await client.first_answer(text) == "heartbeat_ack"
            assert await client.answers() == []

    run(test())


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_that_are_no_objects(name: str) -> None:
    answered(*PAYLOADS[name])


@pytest.mark.parametrize("name", PRESENCES)
def test_presence_update(name: str) -> None:
    answered(*PRESENCES[name])


@pytest.mark.parametrize("name", TYPINGS)
def test_typing(name: str) -> None:
    answered(*TYPINGS[name])


@pytest.mark.parametrize("name", VOICES)
def test_voice_state_update(name: str) -> None:
    answered(*VOICES[name])


@pytest.mark.parametrize("name", IN_ROOMS)
def test_messages_to_a_room(name: str) -> None:
    answered(*IN_ROOMS[name])


@pytest.mark.parametrize("name", KEY_MESSAGES)
def test_key_messages(name: str) -> None:
    answered(*KEY_MESSAGES[name])


def test_every_message_of_a_client_has_rows() -> None:
    others = {"identify", "resume", "heartbeat"}
    assert set(EMPTY) | others == {info.type for info in registry.CLIENT.values()}
