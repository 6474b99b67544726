"""What the live client and the recorder take from a protocol before any message: subprotocol, times."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from tests.voxwire_session.wire import changed
from voxwire import masking
from voxwire.capture.writer import open_capture
from voxwire.cli.listen_output import Limit, Recorder
from voxwire.live import GatewayUnreachableError, connect
from voxwire.live.client.address import gateway_url
from voxwire.live.proxy.recording import Recording
from voxwire.live.timeouts import STALL_TIMEOUT, RecorderTimeouts
from voxwire.session import ClientSession
from voxwire.vox import VOX
from voxwire.wire.codec import Codec

END: Final = 60
"""Seconds after which a test has failed."""


def test_a_server_has_to_choose_a_subprotocol() -> None:
    ends: list[int | None] = []

    async def silent(socket: ServerConnection) -> None:
        await socket.wait_closed()
        ends.append(socket.close_code)

    async def test() -> None:
        async with asyncio.timeout(END), serve(silent, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            with pytest.raises(GatewayUnreachableError) as caught:
                async with connect(f"ws://127.0.0.1:{port}", protocol=GRAPHQL):
                    pytest.fail("a session without a subprotocol")
        assert str(caught.value).endswith("it chose no subprotocol of graphql-transport-ws")

    asyncio.run(test())
    assert ends == [1002]


def test_a_recording_says_which_subprotocol_was_chosen(tmp_path: Path) -> None:
    file = tmp_path / "listened.ndjson"

    async def greets(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"type":"connection_ack"}')
        with suppress(ConnectionClosed):
            await socket.recv()

    async def test() -> None:
        chosen = [Subprotocol("graphql-transport-ws")]
        async with (
            asyncio.timeout(END),
            serve(greets, "127.0.0.1", 0, subprotocols=chosen) as server,
        ):
            url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            with open_capture(file) as writer:
                recording = Recording(
                    writer, notify=lambda _: None, on_failure=lambda error: pytest.fail(str(error))
                )
                recorder = Recorder(recording, Limit(None, lambda: None), None)
                async with connect(url, protocol=GRAPHQL, record=recorder.connection):
                    pass

    asyncio.run(test())
    header = json.loads(file.read_text("utf-8").splitlines()[0])
    assert header["subprotocol"] == "graphql-transport-ws"


@pytest.mark.parametrize("lifetime", [300.0, 45.0])
def test_a_recorder_waits_as_long_as_sessions_live(lifetime: float) -> None:
    assert VOX.session.resume is not None
    resume = replace(cast("Any", VOX.session.resume), lifetime=lifetime)
    assert RecorderTimeouts.of(changed(VOX, resume=resume)).stall == lifetime


def test_a_recorder_waits_for_protocols_without_resume() -> None:
    assert GRAPHQL.session.resume is None
    assert RecorderTimeouts.of(GRAPHQL) == RecorderTimeouts(stall=STALL_TIMEOUT)


def test_an_address_without_parameters_stays_without() -> None:
    assert gateway_url("ws://host/graphql", protocol=GRAPHQL) == "ws://host/graphql"
    with pytest.raises(ValueError, match=r"^the protocol graphql-transport-ws has no compression$"):
        gateway_url("ws://host", True, GRAPHQL)


def test_tokens_are_masked_though_another_package_is_gone() -> None:
    class Gone:
        @property
        def session(self) -> Any:
            raise ModuleNotFoundError("No module named 'gone'")

    known = masking._Known()
    known.add(Gone())  # type: ignore[arg-type]
    known.add(VOX)
    [tokens] = known.tokens()
    assert tokens.masked("vox_sess_46KiE4r-YgW9") == "vox_sess_***"


@pytest.mark.parametrize("login", [5, {"nick": 1}, {"protocol_version": "one"}])
def test_a_login_that_no_frame_can_hold_is_no_fault_of_the_server(login: object) -> None:
    async def test() -> None:
        with pytest.raises(ValueError, match=r"^(give the whole login|the login is not valid)"):
            async with connect("ws://127.0.0.1:1", login=login):
                pytest.fail("a session without a login")

    asyncio.run(test())


def test_the_token_takes_its_place_in_a_login_by_keys() -> None:
    session = ClientSession("tok", random=lambda: 0.0, login={"protocol_version": 1})
    message = session.first_message()
    assert message is not None
    assert json.loads(Codec.of(VOX).encode(message))["d"] == {"token": "tok", "protocol_version": 1}


def test_the_token_replaces_one_that_the_login_has() -> None:
    session = ClientSession("tok", random=lambda: 0.0, login={"token": "old"})
    message = session.first_message()
    assert message is not None
    assert json.loads(Codec.of(VOX).encode(message))["d"]["token"] == "tok"
