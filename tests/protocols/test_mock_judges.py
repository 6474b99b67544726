"""What a mock says of a client is what it does itself: empty payloads, and what comes before an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.protocols.mocking import Wire
from tests.voxwire_live.mocked import mocked, run
from tests.voxwire_session.wire import changed
from voxwire.errors import RemoteProtocolError
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.session.lenient import Message, Reader
from voxwire.vox import VOX

EMPTY: list[object] = [None, 0, False, "", []]


@pytest.mark.parametrize("payload", EMPTY, ids=map(json.dumps, EMPTY))
def test_an_empty_payload_is_none_only_where_the_protocol_says_so(payload: object) -> None:
    message = Message("typing", payload)
    assert Reader.of(VOX).payload(message) == {}
    mistakes = replace(cast("Any", VOX.session.mistakes_of_client), empty_payload_is_none=False)
    strict = Reader.of(changed(VOX, mistakes_of_client=mistakes))
    assert strict.payload(Reader.of(VOX).read('{"type":"typing"}')) == {}
    with pytest.raises(RemoteProtocolError) as caught:
        strict.payload(message)
    assert caught.value.close_code == 4000


def test_what_a_server_takes_is_not_out_of_place() -> None:
    async def test() -> None:
        async with mocked() as setup, connect(setup.gateway.url()) as socket:
            wire = Wire(socket)
            assert (await wire.next())["type"] == "hello"
            await wire.send(
                {"type": "identify", "d": {"token": "x"}},
                {"type": "typing", "d": {"feed_id": 1}},
                {"type": "heartbeat"},
            )
            while (await wire.next())["type"] != "heartbeat_ack":
                pass
            setup.gateway.check.flush()
            assert setup.rules == []

    run(test())


def test_what_comes_at_once_behind_a_login_is_judged_after_its_answer() -> None:
    async def test() -> None:
        async with mocked() as setup, connect(setup.gateway.url()) as socket:
            wire = Wire(socket)
            assert (await wire.next())["type"] == "hello"
            for message in (
                {"type": "identify", "d": {"token": "x"}},
                {"type": "typing", "d": {"feed_id": 1}},
                {"type": "heartbeat"},
            ):
                socket.protocol.send_text(json.dumps(message).encode())
            socket.transport.write(b"".join(socket.protocol.data_to_send()))  # in one piece
            while (await wire.next())["type"] != "heartbeat_ack":
                pass
            setup.gateway.check.flush()
            assert setup.rules == []

    run(test())


def test_what_leads_on_is_noted_when_due_but_for_the_greeting_that_times_are_counted_from() -> None:
    assert Traffic.of(VOX).leads == {"ready", "resumed"}


def test_who_is_refused_at_the_door_stands_in_the_log() -> None:
    async def test() -> None:
        async with mocked() as setup:
            with pytest.raises(InvalidStatus) as caught:
                async with connect(setup.gateway.url().replace("/gateway", "/elsewhere")):
                    pytest.fail("let in at a wrong path")
            assert "403" in str(caught.value)
            assert setup.notebook.sentences == [
                "a connection was refused with HTTP 403: the gateway is at /gateway"
            ]

    run(test())
