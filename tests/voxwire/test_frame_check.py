"""The quick check of a frame never vouches for one that the exact check has something to say about."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voxmodels.v1 import client, strategies, validate
from voxmodels.v1.frames import HAS_EXTRA, MAY_NOTE
from voxmodels.v1.registry import BY_FRAME
from voxwire import encode
from voxwire.capture import Direction
from voxwire.checks.frame_check import FrameCheck
from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE
from voxwire.vox import VOX
from voxwire.wire.open_fields import open_fields

LEAVE = '{"type":"member_leave","d":{"user_id":7},"seq":12}'
PRESENCE = '{"type":"presence_update","d":{"user_id":7,"status":"dnd"},"seq":12}'
MESSAGE = (
    '{"type":"message_create","d":{"msg_id":1,"author_id":1,"body":"?","timestamp":1,"feed_id":1},'
    '"seq":2}'
)

CHECK = FrameCheck(VOX)

LAYOUTS: tuple[dict[str, Any], ...] = (
    {"ensure_ascii": False, "separators": (",", ":")},
    {"ensure_ascii": True},
    {"ensure_ascii": False, "indent": 1},
)


def vouches(text: str, direction: Direction = "s2c") -> bool:
    """Whether the quick check is content. The exact one must then be, too."""
    data = text.encode("utf-8", "surrogatepass")
    is_sound = CHECK.sound_frame(data, direction) is not None
    if is_sound:
        assert CHECK.report(data, direction).problems == ()
    return is_sound


@pytest.mark.parametrize(
    "text",
    [
        LEAVE,
        json.dumps(json.loads(LEAVE), indent=2),
        PRESENCE,
        PRESENCE.replace("12}", "12\n}"),
        PRESENCE.replace('"dnd"', '"dnd","custom_status":"away"'),
        MESSAGE,
        MESSAGE.replace("?", r"\" \\ \\\" \\\\ \u0022 \u005c \/ \n \u00e9 \ud83e\uded6"),
        MESSAGE.replace("1},", '1,"embed":{"title":"a"}},'),
        '{"type":"hello","d":{"heartbeat_interval":45000}}',
        '{"type":"heartbeat_ack"}',
    ],
)
def test_the_quick_check_does_for_usual_frames(text: str) -> None:
    assert vouches(text)


@pytest.mark.parametrize(
    "text",
    [
        LEAVE.replace("7", "7,7"),
        LEAVE.replace("7", "-7"),
        LEAVE.replace("7}", '7,"x":1}'),
        LEAVE.replace("7}", '7},"x":[]'),
        LEAVE.replace("7}", '7,"user_id":7}'),
        LEAVE.replace('"seq"', '"seq":12,"seq"'),
        LEAVE.replace('"seq"', r'"s\u0065q":12,"seq"'),
        # A dropped key that escapes elsewhere seem to make up for.
        MESSAGE.replace("?", r"\u0022\u0022").replace('"seq"', '"x":1,"seq"'),
        MESSAGE.replace("?", r"\u005c\"").replace('"seq"', '"x":1,"seq"'),
        PRESENCE.replace("dnd", "brb"),
        PRESENCE.replace('"dnd"', '"dnd","activity":null'),
        PRESENCE.replace('"dnd"', '"dnd","activity":{"bpm":1},"x":1'),
        MESSAGE.replace("1},", '1,"embed":"text"},'),
        MESSAGE.replace("1},", '1,"embed":[]},'),
        MESSAGE.replace("1},", '1,"embed":{"title":1}},'),
        MESSAGE.replace("1},", '1,"embed":{"titel":"a"}},'),
        MESSAGE.replace("1},", f'1,"embed":{"[" * MAX_DEPTH}{"]" * MAX_DEPTH}}},'),
        MESSAGE.replace("?", "\ud800"),
        MESSAGE.replace("?", r"\ud800"),
        MESSAGE.replace("?", "?" * MAX_FRAME_SIZE),
        '{"type":"hello","seq":0,"d":{"heartbeat_interval":45000}}',
        '{"type":"typing","d":{"feed_id":1}}',
        "not json",
        "[]",
        "",
    ],
)
def test_the_quick_check_leaves_what_is_worth_a_word(text: str) -> None:
    assert not vouches(text)
    assert CHECK.report(text.encode("utf-8", "surrogatepass"), "s2c").problems


def test_bytes_that_are_not_utf8() -> None:
    for data in (
        LEAVE.encode().replace(b"7}", b'7,"x":"\xff"}'),
        MESSAGE.encode().replace(b"?", b"\xff"),
    ):
        assert CHECK.sound_frame(data, "s2c") is None
        assert ("JSON_NOT_UTF8", "error") in {
            (p.rule, p.severity) for p in CHECK.report(data, "s2c").problems
        }


@given(strategies.server_wire(), st.sampled_from(LAYOUTS))
def test_server_frames(frame: dict[str, Any], layout: dict[str, Any]) -> None:
    vouches(json.dumps(frame, **layout))


@given(strategies.client_wire(), st.sampled_from(LAYOUTS))
def test_client_frames(frame: dict[str, Any], layout: dict[str, Any]) -> None:
    vouches(json.dumps(frame, **layout), "c2s")


@given(strategies.server_wire(), st.sampled_from(LAYOUTS), st.integers(0), st.data())
def test_duplicate_keys_are_seen(
    frame: dict[str, Any], layout: dict[str, Any], at: int, data: st.DataObject
) -> None:
    text = json.dumps(frame, **layout)
    colons = [index for index, char in enumerate(text) if char == ":" and text[index - 1] == '"']
    key_end = colons[at % len(colons)]
    key_start = text.rfind('"', 0, key_end - 1)
    inserted = data.draw(st.sampled_from(["", '":1,"', '":1,"\\u0078":2,"x\\"']))
    vouches(text[: key_start + 1] + inserted + text[key_start + 1 :])


@given(st.data())
def test_near_misses_are_never_vouched_for(data: st.DataObject) -> None:
    info = data.draw(st.sampled_from(list(BY_FRAME.values())))
    miss = data.draw(strategies.near_misses(info.direction, info.type))
    direction: Direction = "s2c" if info.direction == "server" else "c2s"
    assert not vouches(json.dumps(miss.frame), direction)


@given(strategies.server_frames())
@example(client.TypingFrame(d=client.Typing(feed_id=1)))
def test_encoded_frames_without_open_fields_need_no_second_look(frame: Any) -> None:
    if type(frame) not in HAS_EXTRA | MAY_NOTE:
        direction: Direction = "s2c" if BY_FRAME[type(frame)].direction == "server" else "c2s"
        data = encode(frame).decode()
        relayed = "RELAYED_VALUE" in {p.rule for p in validate.server_frame(json.loads(data))}
        is_beyond = any(int(digits) >= 2**63 for digits in re.findall(r"\d+", data))
        if not is_beyond:  # left to the exact check, because the usual decoder refuses those
            assert vouches(data, direction) is not relayed


def test_frames_whose_payload_keeps_any_json_are_known_to_be_open() -> None:
    """The codec looks at the depth of these alone."""
    for frame, info in BY_FRAME.items():
        for payload in info.payloads:
            names = {field.name for field in open_fields(payload)}
            if names & {"extra", "embed", "dependency_templates", "activity"}:
                assert frame in HAS_EXTRA | MAY_NOTE


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"feed_id": None, "dm_id": 2}, [("FIELD_TYPE", "/d/feed_id")]),
        ({"feed_id": 1, "dm_id": None}, [("FIELD_TYPE", "/d/dm_id")]),
        (
            {"feed_id": None, "dm_id": None},
            [("FIELD_TYPE", "/d/feed_id"), ("FIELD_TYPE", "/d/dm_id")],
        ),
        ({"feed_id": None}, [("FIELD_TYPE", "/d/feed_id")]),
        ({"feed_id": 1, "dm_id": 2}, [("EXACTLY_ONE_OF", "/d")]),
        ({"feed_id": "1", "dm_id": 2}, [("FIELD_TYPE", "/d/feed_id"), ("EXACTLY_ONE_OF", "/d")]),
        ({}, [("EXACTLY_ONE_OF", "/d")]),
    ],
)
def test_null_for_what_should_be_absent_is_one_mistake(
    payload: dict[str, object], found: list[tuple[str, str]]
) -> None:
    problems = CHECK.report(json.dumps({"type": "typing", "d": payload}).encode(), "c2s").problems
    assert [(problem.rule, problem.pointer) for problem in problems] == found
