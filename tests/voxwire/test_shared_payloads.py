"""Messages that share the class of their payload: a payload alone does not say which one it is."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.voxspec.conversation import changed
from tests.voxspec.mini import UINT, field, generated, module_of, record
from voxwire.errors import EncodeError
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.session import ServerSession
from voxwire.wire.codec import Codec
from voxwire.wire.payloads import message_of

WHY = "Spot is the payload of server/left and server/right: give a frame, LeftFrame or RightFrame"


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    files = changed()
    files["types.yaml"] = {
        "types": {
            "spot": record("x", x=field(UINT)),
            "room": record("session", session=field(), user=field(UINT)),
        }
    }
    messages = files["server/talk.yaml"]["messages"]
    for name in ("left", "right"):
        messages[name] = messages["news"] | {"payload": {"$ref": "spot"}}
        messages[name]["examples"] = [{"summary": "One", "payload": {"x": 1}}]
    messages["welcome"]["payload"] = {"$ref": "room"}
    messages["hall"] = messages["welcome"] | {"summary": "H"}
    with generated(files, tmp_path_factory.mktemp("shared")) as mini:
        mini.models.PROTOCOL = module_of(mini, "protocol").PROTOCOL
        mini.models.types = module_of(mini, "types")
        yield mini.models


def test_a_payload_alone_is_refused(spoken: Any) -> None:
    spot, encode = spoken.types.Spot(x=1), Codec.of(spoken.PROTOCOL).encode
    assert spoken.types.Spot not in spoken.PROTOCOL.by_payload
    for seq in (None, 5):
        with pytest.raises(EncodeError) as caught:
            encode(spot, seq)
        assert str(caught.value) == WHY
    left = b'{"type":"left","d":{"x":1},"seq":5}'
    assert encode(spoken.server.LeftFrame(d=spot, seq=5)) == left


def test_sessions_number_the_frame(spoken: Any) -> None:
    welcome = spoken.types.Room(session="s", user=7)
    session = ServerSession(welcome, protocol=spoken.PROTOCOL)
    assert session.first_message == b'{"type":"welcome","d":{"session":"s","user":7},"seq":1}'
    assert session.session_id == "s"
    spot = spoken.types.Spot(x=1)
    with pytest.raises(EncodeError, match="server/left and server/right"):
        session.publish(spot)
    frame = spoken.server.RightFrame(d=spot, seq=99)
    assert session.publish(frame) == b'{"type":"right","d":{"x":1},"seq":2}'


def test_the_mock_makes_up_the_frame(spoken: Any) -> None:
    maker = EventMaker(Random(0), spoken.PROTOCOL)
    made = maker.message(spoken.PROTOCOL.server["left"])
    assert type(made.payload) is spoken.server.LeftFrame


def test_the_message_of_a_payload_is_asked_for(spoken: Any) -> None:
    spot = spoken.types.Spot(x=1)
    with pytest.raises(EncodeError) as caught:
        message_of(spot, spoken.PROTOCOL)
    assert str(caught.value) == WHY
    left = message_of(spoken.server.LeftFrame(d=spot, seq=5), spoken.PROTOCOL)
    assert left is not None
    assert left.type == "left"
    assert message_of(object(), spoken.PROTOCOL) is None
