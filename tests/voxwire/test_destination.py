"""What answers a message goes where the message is, feed or DM."""

import json
from typing import Any

import pytest
from hypothesis import given

from voxmodels.v1 import DmDestination, FeedDestination, client, server, strategies
from voxwire import decode_client, decode_server, encode


@given(strategies.server.message_create())
def test_typing_goes_where_the_message_is(message: server.MessageCreate) -> None:
    typing = client.Typing.from_destination(message.destination)
    assert (typing.feed_id, typing.dm_id) == (message.feed_id, message.dm_id)
    assert decode_client(encode(typing)) == client.TypingFrame(d=typing)


@pytest.mark.parametrize(
    ("place", "destination"),
    [({"feed_id": 3}, FeedDestination(feed_id=3)), ({"dm_id": 5}, DmDestination(dm_id=5))],
)
@pytest.mark.parametrize("type_", ["message_create", "message_update", "message_delete"])
def test_every_message_about_messages_has_a_destination(
    type_: str, place: dict[str, int], destination: object
) -> None:
    payload: dict[str, Any] = {"msg_id": 1, **place}
    if type_ == "message_create":
        payload |= {"author_id": 2, "body": "hi", "timestamp": 4}
    frame = decode_server(json.dumps({"type": type_, "d": payload, "seq": 2}))
    match frame:
        case (
            server.MessageCreateFrame(d=message)
            | server.MessageUpdateFrame(d=message)
            | server.MessageDeleteFrame(d=message)
        ):
            assert message.destination == destination
        case _:
            pytest.fail("the frame is about a message")
