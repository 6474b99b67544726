# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers see of the runtime; see test_models.py for how these tests work."""

from typing import assert_type

import pytest

import voxwire
from voxmodels.v1 import ClientFrame, Recovery, ServerFrame, UnknownFrame, client, server
from voxwire.protocol import Problem
from voxwire.session import (
    ClientConnection,
    ClientEvent,
    ClientSession,
    IdentifyReceived,
    ResumeReceived,
    ServerConnection,
    SessionStarted,
    Transmit,
)

HELLO = b'{"type":"hello","d":{"heartbeat_interval":45000}}'


def test_decoding_gives_any_frame_of_the_direction() -> None:
    assert_type(voxwire.decode_server(HELLO), ServerFrame | UnknownFrame)
    assert_type(voxwire.decode_client('{"type":"heartbeat"}'), ClientFrame | UnknownFrame)


def test_match_tells_known_from_unknown() -> None:
    frame = voxwire.decode_server(HELLO)
    match frame:
        case server.HelloFrame(d=payload):
            assert_type(payload, server.Hello)
            assert_type(payload.heartbeat_interval, int)
            assert payload.heartbeat_interval == 45000
        case UnknownFrame():
            pytest.fail("hello is known")
        case _:
            pytest.fail("the frame is a hello")


def test_encoding_takes_payloads_and_frames() -> None:
    assert_type(voxwire.encode(client.Typing(feed_id=3)), bytes)
    assert_type(voxwire.encode(server.Hello(heartbeat_interval=45000)), bytes)
    assert voxwire.encode(voxwire.decode_server(HELLO)) == HELLO


def test_encoding_takes_no_plain_data() -> None:
    with pytest.raises(voxwire.EncodeError):
        voxwire.encode({"type": "hello"})  # type: ignore[arg-type]


def test_subpackages_need_no_import_of_their_own() -> None:
    assert_type(voxwire.session.is_compressed("wss://host"), bool)
    assert_type(voxwire.live.GatewayClosedError(4004, "", "").code, int)
    assert_type(voxwire.live.Disconnected(1006, "", "", Recovery.RESUME, 1.0).delay, float)
    with pytest.raises(AttributeError):
        voxwire.lives  # type: ignore[attr-defined]  # noqa: B018


def test_errors_carry_all_findings() -> None:
    with pytest.raises(voxwire.DecodeError) as caught:
        voxwire.decode_server('{"type":"hello","d":{}}')
    assert_type(caught.value.problems, tuple[Problem, ...])
    assert_type(caught.value.close_code, int)
    assert [problem.pointer for problem in caught.value.problems] == ["/d"]


def test_sessions_are_of_vox_unless_told_otherwise() -> None:
    def begun(connection: ClientConnection) -> list[ClientEvent]:
        """Without parameters the classes mean Vox."""
        return connection.opened(0.0)

    session = ClientSession("t", random=lambda: 0.0)
    assert_type(session, ClientSession[ServerFrame | UnknownFrame, server.Ready])
    for event in begun(ClientConnection(session, "wss://host")):
        match event:
            case SessionStarted(ready=payload):
                assert_type(payload, server.Ready)
            case server.MemberLeaveFrame(d=leave):
                assert_type(leave, server.MemberLeave)
            case _:
                pass
    for told in ServerConnection("/").opened(0.0):
        match told:
            case IdentifyReceived(identify=identify):
                assert_type(identify, client.Identify)
            case ResumeReceived(resume=resume):
                assert_type(resume, client.Resume)
            case _:
                assert isinstance(told, Transmit)
