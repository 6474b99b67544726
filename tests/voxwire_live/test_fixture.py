"""The gateway that tests run, with synchronous and asynchronous clients."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.protocols.flat import FLAT, HailFrame, SeenFrame
from tests.protocols.flat import UnknownFrame as FlatUnknownFrame
from tests.voxwire_live.fixture_client import TIMEOUT, logged_in, receive
from tests.voxwire_live.mocked import MESSAGE, plain_client
from voxmodels.v1 import UnknownFrame, client, server
from voxwire import EncodeError, encode
from voxwire.installed import ProtocolNotFoundError
from voxwire.live.mock.engine.faults import FaultError
from voxwire.testing import VoxGateway, running_gateway
from voxwire.testing.log import ConversationLog
from voxwire.vox import VOX


def test_a_synchronous_client(vox_gateway: VoxGateway) -> None:
    assert vox_gateway.url.startswith("ws://127.0.0.1:")
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.send(MESSAGE) == (2,)
        assert receive(socket) == server.MemberLeaveFrame(d=MESSAGE, seq=2)
        socket.send(encode(client.Typing(feed_id=3)).decode())
        typing = vox_gateway.wait_for(client.TypingFrame)
        assert typing.d.feed_id == 3
        assert [frame.type for frame in vox_gateway.received] == ["identify", "typing"]
    vox_gateway.assert_no_findings()


def test_an_asynchronous_client(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        async with plain_client(vox_gateway.compressed_url) as plain:
            await plain.identify()
            vox_gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]
            waiting = asyncio.create_task(asyncio.to_thread(vox_gateway.wait_for, "party"))
            await plain.send('{"type":"party","d":{"size":3}}')
            assert await waiting == UnknownFrame(type="party", d={"size": 3})

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


def test_waiting_in_an_event_loop_is_refused(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        with pytest.raises(RuntimeError, match=r"await asyncio\.to_thread"):
            vox_gateway.wait_for("typing")
        with pytest.raises(RuntimeError, match=r"await asyncio\.to_thread"):
            vox_gateway.send(MESSAGE)

    asyncio.run(test())


def test_every_frame_is_given_once(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        for feed_id in (1, 2):
            socket.send(encode(client.Typing(feed_id=feed_id)).decode())
        socket.send(encode(client.HeartbeatFrame()).decode())
        assert vox_gateway.wait_for("heartbeat") == client.HeartbeatFrame()
        found = [vox_gateway.wait_for(client.TypingFrame).d.feed_id for _ in range(2)]
        assert found == [1, 2]
        with pytest.raises(TimeoutError) as error:
            vox_gateway.wait_for("typing", timeout=0.01)
        expected = "no typing came within 0.01 s; what came: identify, typing, typing, heartbeat"
        assert str(error.value) == expected


def test_waiting_in_vain_shows_the_findings(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        socket.send('{"type":"typing","d":{}}')
        socket.send('{"type":"heartbeat"}')
        vox_gateway.wait_for("heartbeat")
        with pytest.raises(TimeoutError, match=r"error\[EXACTLY_ONE_OF\]"):
            vox_gateway.wait_for("typing", timeout=0.01)


def test_what_is_no_message_of_a_client_cannot_be_waited_for(vox_gateway: VoxGateway) -> None:
    with pytest.raises(TypeError, match="ReadyFrame is no frame of a client"):
        vox_gateway.wait_for(server.ReadyFrame)


def test_findings_fail_the_test(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        socket.send('{"type":"presence_update","d":{"status":"idle","mood":1}}')
        vox_gateway.wait_for("presence_update")
        vox_gateway.assert_no_findings()
        with pytest.raises(AssertionError, match=r"note\[UNKNOWN_FIELD\]"):
            vox_gateway.assert_no_findings(notes=True)
        socket.send('{"type":"typing_start","d":{"feed_id":1}}')
        socket.send('{"type":"heartbeat"}')
        vox_gateway.wait_for("heartbeat")
        with pytest.raises(AssertionError) as error:
            vox_gateway.assert_no_findings()
        first, second, rest = str(error.value).split("\n")
        assert (first, rest) == ("clients sent something wrong:", "")
        assert "c2s typing_start /type error[WRONG_DIRECTION] unknown client message" in second
        assert [f.rule for f in vox_gateway.findings] == ["UNKNOWN_FIELD", "WRONG_DIRECTION"]


def test_connections_are_lost_and_closed(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.drop() == 1
        with pytest.raises(ConnectionClosed) as lost:
            receive(socket)
        assert lost.value.rcvd is None
    assert vox_gateway.drop() == 0
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.close(4000, "UNKNOWN_ERROR") == 1
        with pytest.raises(ConnectionClosed) as closed:
            receive(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4000
    with pytest.raises(TimeoutError) as nobody:
        vox_gateway.send(MESSAGE, timeout=0.01)
    assert str(nobody.value) == (
        "no client had a session after 0.01 s; "
        "2 are away, and what happens meanwhile never reaches them"
    )


@pytest.mark.vox_gateway(keep_while_away=True)
def test_what_happens_meanwhile_is_kept_if_that_is_wanted(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url):
        vox_gateway.drop()
    assert vox_gateway.send(MESSAGE) == (2,)


@pytest.mark.vox_gateway(
    take_over=True, enforce_rate=True, denied=["streaming"], connections_per_address=2
)
def test_it_is_stricter_if_that_is_wanted(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        async with plain_client(vox_gateway.url) as first, plain_client(vox_gateway.url) as second:
            with connect(vox_gateway.url) as third, pytest.raises(ConnectionClosed) as crowded:
                receive(third)
            assert crowded.value.rcvd is not None
            assert crowded.value.rcvd.code == 4006
            await first.identify()
            await second.resume(first.session_id, 1)
            assert (await first.end())[0] == 4009
            assert (await second.next()).type == "resumed"
            await second.send('{"type":"voice_state_update","d":{"streaming":true}}')
            assert (await second.next()).d.code == "MISSING_PERMISSIONS"
            for _ in range(120):
                await second.send('{"type":"party"}')
            assert (await second.end())[0] == 4006

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


def test_faults_come_and_go(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        vox_gateway.fault("skip:every=2")
        for _ in range(4):
            vox_gateway.send(MESSAGE)
        assert [receive(socket).seq for _ in range(2)] == [2, 4]
        vox_gateway.clear_faults()
        vox_gateway.send(MESSAGE)
        assert receive(socket).seq == 6
        with pytest.raises(FaultError, match="did you mean 'skip'"):
            vox_gateway.fault("skp:every=2")


def test_only_what_is_sequenced_is_sent(vox_gateway: VoxGateway) -> None:
    with pytest.raises(TimeoutError, match=r"no client had a session after 0\.01 s"):
        vox_gateway.send(MESSAGE, timeout=0.01)
    with logged_in(vox_gateway.url) as socket:
        with pytest.raises(EncodeError):
            vox_gateway.send(server.MemberLeave(user_id=-1))
        assert vox_gateway.send(UnknownFrame(type="party")) == (2,)
        assert receive(socket) == UnknownFrame(type="party", seq=2)


def test_without_pytest() -> None:
    with running_gateway(lifetime=0.0) as gateway:
        url = gateway.url
        with logged_in(url):
            assert gateway.send(MESSAGE) == (2,)
    gateway.stop()
    with pytest.raises(OSError, match="refused"), connect(url):
        pass
    with pytest.raises(FaultError), running_gateway(faults=["nonsense"]):
        pass


def test_a_protocol_is_given_without_pytest() -> None:
    with running_gateway(protocol="vox") as named, running_gateway(protocol=VOX) as given:
        assert named.protocol is given.protocol is VOX
    unknown = "unknown protocol 'submarine'"
    with pytest.raises(ProtocolNotFoundError, match=unknown), running_gateway(protocol="submarine"):
        pytest.fail("there is no such protocol")


def test_the_log_knows_the_types_of_its_protocol() -> None:
    log = ConversationLog(FLAT)
    for frame in (HailFrame(call_sign="a"), FlatUnknownFrame(type=7, keys={})):
        log.received(frame)
    assert log.next(7, TIMEOUT, str) == FlatUnknownFrame(type=7, keys={})
    assert log.next(HailFrame, TIMEOUT, str) == HailFrame(call_sign="a")
    with pytest.raises(TimeoutError, match=r"no 0 came within 0 s; what came: 0, 7$"):
        log.next(0, 0, str)
    with pytest.raises(TypeError, match="SeenFrame is no frame of a client"):
        log.next(SeenFrame, 0, str)
