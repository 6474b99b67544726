"""The mock gateway with protocols that have little in common with Vox: how it converses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.protocols.mocking import INIT, client, gateway, spoken, with_subprotocols
from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import run
from tests.voxwire_session.wire import changed
from voxwire.protocol import AnyProtocol


def beating(mini: Mini, **rules: Any) -> AnyProtocol:
    """The protocol with a server that sends many heartbeats, and other rules for them."""
    beats: Any = spoken(mini).session.server_heartbeat
    protocol: AnyProtocol = changed(
        spoken(mini), server_heartbeat=replace(beats, interval=0.01, **rules)
    )
    return protocol


def test_heartbeats_go_both_ways(operations: Mini) -> None:
    """Both sides ask, and both are answered; a client that is silent is given up."""
    protocol = beating(operations, missed_answers=None)

    async def test() -> None:
        async with gateway(protocol) as setup, client(setup) as wire:
            await wire.send(INIT, {"type": "ping"})
            kinds: set[str] = set()
            while kinds != {"connectionAck", "pong", "ping"}:
                kinds.add(message := (await wire.next())["type"])
                if message == "ping":
                    await wire.send({"type": "pong"})
            assert setup.rules == []

    run(test())


def test_a_client_that_answers_no_heartbeat_is_given_up(operations: Mini) -> None:
    protocol = beating(operations, missed_answers=1)

    async def test() -> None:
        async with gateway(protocol) as setup, client(setup) as wire:
            await wire.send(INIT)
            assert await wire.end() == (4499, "QUIET")

    run(test())


def test_another_protocol_greets_logs_in_and_resumes(talk: Mini) -> None:
    protocol = spoken(talk)

    async def test() -> None:
        async with gateway(protocol, heartbeat_interval=30_000) as setup:
            async with client(setup) as wire:
                hello = await wire.next()
                assert (hello["type"], hello["d"]["every"]) == ("hello", 30_000)
                await wire.send({"type": "login", "d": {"key": "k", "can": []}})
                welcome = await wire.next()
                assert (welcome["type"], welcome["seq"], welcome["d"]["user"]) == ("welcome", 1, 1)
                await wire.send({"type": "beat", "d": {}})
                assert await wire.next() == {"type": "heard"}
                news = talk.models.server.News(text="one")
                assert setup.gateway.send(news) == (2,)
                assert (await wire.next())["seq"] == 2
                assert setup.gateway.send(news) == (3,)
            async with client(setup) as wire:
                await wire.next()
                session = welcome["d"]["session"]
                await wire.send({"type": "back", "d": {"key": "k", "session": session, "last": 2}})
                assert [(await wire.next())["type"] for _ in range(2)] == ["news", "again"]
            async with client(setup) as wire:
                await wire.next()
                await wire.send({"type": "back", "d": {"key": "k", "session": "no", "last": 2}})
                assert await wire.end() == (4002, "WORSE")
            assert setup.rules == []

    run(test())


def test_compression_is_asked_for_as_the_endpoint_says(talk: Mini, operations: Mini) -> None:
    async def test() -> None:
        async with gateway(spoken(talk)) as setup:
            assert setup.gateway.url(compress=True) == f"{setup.gateway.address}/?pack=yes"
            async with connect(setup.gateway.url(compress=True)) as socket:
                assert isinstance(await socket.recv(), bytes)
            async with connect(f"{setup.gateway.address}/any/path") as socket:
                assert isinstance(await socket.recv(), str)
        async with gateway(spoken(operations)) as setup:
            with pytest.raises(ValueError, match=r"^Mini has no compression$"):
                setup.gateway.url(compress=True)

    run(test())


def test_the_best_subprotocol_is_chosen(operations: Mini) -> None:
    protocol = with_subprotocols(operations, "best", "good")

    async def test() -> None:
        async with gateway(protocol) as setup:
            for offered, chosen in ((["good"], "good"), (["good", "other", "best"], "best")):
                given = [Subprotocol(name) for name in offered]
                async with connect(setup.gateway.url(), subprotocols=given) as socket:
                    assert socket.subprotocol == chosen
            for none in (None, [Subprotocol("other")]):
                with pytest.raises(InvalidStatus) as refused:
                    async with connect(setup.gateway.url(), subprotocols=none):
                        pass
                response = refused.value.response
                assert (response.status_code, response.body) == (
                    400,
                    b"the client must offer the subprotocol best or good\n",
                )

    run(test())
