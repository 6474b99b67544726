"""What the wire frames show a reader: every oddity that it must put up with does come up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis.strategies import SearchStrategy

from voxmodels.v1 import strategies

Payload = dict[str, Any]

STATUSES = ("online", "idle", "dnd", "offline", "invisible")

SHOWN: list[tuple[str, str, Callable[[Payload], bool]]] = [
    ("an absent key", "message_create", lambda d: "embed" not in d),
    ("a null", "message_create", lambda d: d["author_id"] is None),
    ("each of one group", "message_create", lambda d: "dm_id" in d),
    ("each of one group too", "message_create", lambda d: "feed_id" in d),
    ("an empty array", "message_bulk_delete", lambda d: d["msg_ids"] == []),
    ("an array of several", "message_bulk_delete", lambda d: len(d["msg_ids"]) == 3),
    ("all keys", "notification_create", lambda d: len(d) >= 7),
    ("the smallest integer", "member_ban", lambda d: d["user_id"] == 0),
    ("the largest entity id", "member_ban", lambda d: d["user_id"] == 2**32 - 1),
    ("the largest snowflake", "message_delete", lambda d: d["msg_id"] == 2**64 - 1),
    ("a negative colour", "role_create", lambda d: (d["color"] or 0) < -(2**24)),
    ("an empty string", "member_join", lambda d: d["username"] == ""),
    ("an astral character", "member_join", lambda d: max(d["username"], default="") > "\uffff"),
    ("a control character", "member_join", lambda d: "\x00" in d["username"]),
    ("another client's text", "mls_commit", lambda d: isinstance(d.get("data"), str)),
    ("another client's object", "mls_commit", lambda d: isinstance(d.get("data"), dict)),
    ("another client's null", "mls_commit", lambda d: d.get("data", 1) is None),
    ("what another client left out", "mls_commit", lambda d: "data" not in d),
    ("another client's status", "presence_update", lambda d: d.get("custom_status") == 1),
    (
        "another client's emoji",
        "presence_update",
        lambda d: _of(d, "custom_status").get("emoji", 1) is None,
    ),
    ("another client's integer", "role_create", lambda d: d["position"] > 2**31),
    ("another client's permissions", "role_create", lambda d: d["permissions"] < 0),
    ("an unknown status", "presence_update", lambda d: d["status"] not in STATUSES),
    ("a known status", "presence_update", lambda d: d["status"] == "invisible"),
    ("a text or a record", "presence_update", lambda d: isinstance(d.get("custom_status"), str)),
    ("a record or a text", "presence_update", lambda d: isinstance(d.get("custom_status"), dict)),
    ("a key that nobody knows", "member_ban", lambda d: "x_unknown" in d),
    ("a key that looks like Python", "activity", lambda d: "__class__" in d),
    ("a key that is kept", "stage_response", lambda d: "extra" in d),
    ("an embed of no known shape", "message_create", lambda d: d.get("embed", {}) == []),
    ("an embed with a list", "message_create", lambda d: bool(_of(d, "embed").get("fields"))),
    ("one variant", "interaction_create", lambda d: d["type"] == "button"),
    ("the other variant", "interaction_create", lambda d: d["type"] == "slash_command"),
    ("a free map", "interaction_create", lambda d: True in d.get("params", {}).values()),
]

SHRUNK = settings(max_examples=5000, derandomize=True, database=None)
FOUND = settings(SHRUNK, phases=[Phase.generate])


def _of(payload: Payload, key: str) -> Payload:
    value = payload.get(key)
    return value if isinstance(value, dict) else {}


@pytest.mark.parametrize(("what", "type_", "shows"), SHOWN, ids=[what for what, *_ in SHOWN])
def test_frames_show(what: str, type_: str, shows: Callable[[Payload], bool]) -> None:
    if type_ == "activity":
        wire: SearchStrategy[Any] = strategies.server_wire("presence_update")
        find(wire, lambda frame: shows(_of(frame["d"], "activity")), settings=FOUND)
    else:
        find(strategies.server_wire(type_), lambda frame: shows(frame["d"]), settings=FOUND)


def test_heartbeats_show_all_three_forms() -> None:
    wire = strategies.client_wire("heartbeat")
    find(wire, lambda frame: "d" not in frame, settings=FOUND)
    find(wire, lambda frame: "d" in frame and frame["d"] is None, settings=FOUND)
    find(wire, lambda frame: frame.get("d") == {}, settings=FOUND)


def test_texts_reach_their_limit() -> None:
    wire: SearchStrategy[Any] = strategies.client_wire("mls_relay")
    find(wire, lambda frame: len(frame["d"]["data"]) == 16384, settings=SHRUNK)


def test_keys_come_in_another_order() -> None:
    wire = strategies.server_wire("member_ban")
    find(wire, lambda frame: list(frame) == ["seq", "d", "type"], settings=FOUND)


def test_envelopes_show_unknown_keys_and_published_ones() -> None:
    wire = strategies.server_wire("hello")
    find(wire, lambda frame: "x_unknown" in frame, settings=FOUND)
    find(wire, lambda frame: frame.get("seq") == 0, settings=FOUND)


def test_the_simplest_frame_is_what_shrinking_ends_at() -> None:
    assert find(strategies.server_wire("message_create"), lambda _: True, settings=SHRUNK) == {
        "type": "message_create",
        "d": {"msg_id": 0, "author_id": None, "body": None, "timestamp": 0, "feed_id": 0},
        "seq": 1,
    }


def test_a_failure_shrinks_to_what_matters() -> None:
    wire: SearchStrategy[Any] = strategies.server_wire("message_create")
    found = find(wire, lambda frame: len(frame["d"].get("attachments", ())) > 1, settings=SHRUNK)
    file = {"file_id": "", "name": "", "size": 0, "mime": "", "url": ""}
    assert found["d"]["attachments"] == [file, file]
    assert set(found["d"]) == {"msg_id", "author_id", "body", "timestamp", "feed_id", "attachments"}
