# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers see of the models.

`make types` is the real test: mypy --strict and pyright read this file. `assert_type` fails there
when a type is not exactly this one, and an ignore comment fails there when its line is no mistake.
pytest runs the same lines, so that the types also tell the truth.
"""

import copy
import dataclasses
from typing import Literal, assert_never, assert_type

import pytest
from msgspec import UNSET, UnsetType

from voxmodels.v1 import (
    Activity,
    Attachment,
    CloseCode,
    Destination,
    DmDestination,
    FeedDestination,
    Permission,
    PresenceStatus,
    Recovery,
    ServerFrame,
    SettableStatus,
    UnknownFrame,
    client,
    registry,
    server,
    validate,
)


def _message() -> server.MessageCreate:
    return server.MessageCreate(
        msg_id=7530369515520000000, author_id=None, body="Good morning!", timestamp=1, feed_id=2
    )


def test_absent_and_null_are_different_types() -> None:
    message = _message()
    assert_type(message.author_id, int | None)
    assert_type(message.feed_id, int | UnsetType)
    assert_type(message.mentions, tuple[int, ...] | UnsetType)
    assert_type(message.attachments, tuple[Attachment, ...] | UnsetType)
    assert message.author_id is None
    assert message.dm_id is UNSET


def test_unset_narrows() -> None:
    message = _message()
    if isinstance(message.feed_id, UnsetType):
        pytest.fail("the feed is set")
    assert_type(message.feed_id, int)
    assert message.feed_id == 2


def test_a_frame_is_typed() -> None:
    frame = server.MessageCreateFrame(d=_message(), seq=5)
    assert_type(frame.d, server.MessageCreate)
    assert_type(frame.seq, int)
    kind: Literal["message_create"] = frame.type
    assert kind == "message_create"


def test_match_narrows_a_frame_of_the_server() -> None:
    frame: ServerFrame = _any_frame()
    match frame:
        case server.MessageCreateFrame(d=payload, seq=seq):
            assert_type(payload, server.MessageCreate)
            assert_type(seq, int)
        case _:
            pytest.fail("the frame is a message_create")


def test_match_narrows_a_payload() -> None:
    frame: ServerFrame = _any_frame()
    match frame.d:
        case server.MessageCreate(body=body):
            assert_type(body, str | None)
            assert body == "Good morning!"
        case _:
            pytest.fail("the payload is a message_create")


def test_one_name_in_two_directions_is_two_classes() -> None:
    ours = client.PresenceUpdate(status=SettableStatus.ONLINE)
    theirs = server.PresenceUpdate(user_id=1, status=PresenceStatus("elsewhere"))
    assert_type(ours.status, SettableStatus)
    assert_type(theirs.status, PresenceStatus)
    assert theirs.status == "elsewhere"


def test_standard_library_tools_keep_the_type() -> None:
    message = _message()
    assert_type(dataclasses.replace(message, body="Hello"), server.MessageCreate)
    assert_type(copy.copy(message), server.MessageCreate)
    assert dataclasses.replace(message, body="Hello").body == "Hello"
    assert dataclasses.asdict(message)["body"] == "Good morning!"


def test_close_codes_say_what_to_do() -> None:
    meaning = CloseCode(4008).meaning("AUTH_RATE_LIMITED")
    assert_type(meaning.recovery, Recovery)
    assert_type(meaning.delay, bool)
    assert (meaning.recovery, meaning.delay) == (Recovery.IDENTIFY, True)


def test_permissions_are_flags() -> None:
    allowed = Permission(1 << 62) | Permission.SPEAK
    assert_type(allowed, Permission)
    assert Permission.ADMINISTRATOR in allowed


def test_the_registry_knows_every_message() -> None:
    info = registry.SERVER["message_create"]
    assert_type(info, registry.MessageInfo)
    assert_type(info.direction, Literal["client", "server"])
    assert_type(info.seq, Literal["required", "never"])
    assert info.frame is server.MessageCreateFrame
    assert info.payload is server.MessageCreate


def test_validators_take_any_json_and_give_problems() -> None:
    problems = validate.server_frame({"type": "hello", "d": {}})
    for problem in problems:
        assert_type(problem, validate.Problem)
        assert_type(problem.severity, Literal["error", "warning", "note"])
    assert [problem.rule for problem in problems] == ["FIELD_MISSING"]


def test_unknown_frames_keep_everything() -> None:
    frame = UnknownFrame.from_wire({"type": "new", "d": {"a": 1}, "seq": 9, "more": True})
    assert_type(frame, UnknownFrame)
    assert (frame.type, frame.d, frame.seq, frame.extra) == ("new", {"a": 1}, 9, {"more": True})


def test_where_a_message_is_can_be_matched() -> None:
    message = _message()
    assert_type(message.destination, Destination)
    match message.destination:
        case FeedDestination(feed_id=feed_id):
            assert_type(feed_id, int)
            assert feed_id == 2
        case DmDestination(dm_id=dm_id):
            assert_type(dm_id, int)
            pytest.fail("the message is in a feed")
        case _ as never:
            assert_never(never)


def test_an_answer_goes_where_the_message_is() -> None:
    typing = client.Typing.from_destination(_message().destination)
    assert_type(typing, client.Typing)
    assert typing == client.Typing(feed_id=2)
    assert client.Typing.from_destination(DmDestination(dm_id=4)) == client.Typing(dm_id=4)
    moved = server.MessageDelete.from_destination(DmDestination(dm_id=4), msg_id=7)
    assert_type(moved, server.MessageDelete)
    assert moved == server.MessageDelete(msg_id=7, dm_id=4)


def test_a_destination_is_one_of_its_classes() -> None:
    # The constructor's type cannot say that exactly one is there; a destination says it.
    with pytest.raises(ValueError, match="exactly one of feed_id and dm_id"):
        client.Typing()
    with pytest.raises(ValueError, match="exactly one of feed_id and dm_id"):
        client.Typing.from_destination(3)  # type: ignore[arg-type]


def test_relayed_values_can_be_anything() -> None:
    update = server.PresenceUpdate(user_id=1, status=PresenceStatus.IDLE, activity="Chess")
    match update.activity:
        case Activity(name=name):
            assert_type(name, str | UnsetType)
            pytest.fail("the activity is a text")
        case str(text):
            assert text == "Chess"
        case _:
            pytest.fail("the activity is a text")
    typing = server.TypingStart(user_id=1, feed_id=["odd"])
    if isinstance(typing.feed_id, int):
        pytest.fail("the feed is a list")
    server.RoleUpdate(role_id=1, position="first")  # type: ignore[arg-type]


def test_a_required_field_cannot_be_left_out() -> None:
    with pytest.raises(TypeError, match="heartbeat_interval"):
        server.Hello()  # type: ignore[call-arg]


def test_a_field_cannot_be_misspelt() -> None:
    with pytest.raises(TypeError, match="intervall"):
        server.Hello(heartbeat_interval=1, intervall=1)  # type: ignore[call-arg]


def test_fields_are_named_never_counted() -> None:
    with pytest.raises(TypeError, match="positional"):
        server.Hello(45000)  # type: ignore[call-arg]


def test_a_payload_cannot_be_changed() -> None:
    hello = server.Hello(heartbeat_interval=45000)
    with pytest.raises(AttributeError, match="immutable"):
        hello.heartbeat_interval = 1  # type: ignore[misc]


def test_a_frame_takes_its_own_payload_only() -> None:
    hello = server.Hello(heartbeat_interval=45000)
    server.HelloFrame(d=hello)
    server.ReadyFrame(d=hello, seq=1)  # type: ignore[arg-type]


def _any_frame() -> ServerFrame:
    return server.MessageCreateFrame(d=_message(), seq=5)
