"""What clients may ask a mock gateway for, and clients that ask for nothing."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.server import serve

from tests.voxwire_live.mocked import Setup, mocked, run
from tests.voxwire_live.test_request_targets import SECRET, WRONG, asked
from voxwire.live.mock.engine import gateway

GATEWAY = [
    "/gateway",
    "/gateway?v=1&encoding=json",
    "/%67ateway?v=1",
    "http://127.0.0.1:8766/gateway?v=1",
    "HTTP://HOST.Test/gateway",
    "wss://[::1]:8766/gateway?v=1&encoding=json",
]


@pytest.mark.parametrize("requested", GATEWAY)
def test_the_gateway_in_every_form(requested: str) -> None:
    async def test() -> None:
        async with mocked() as setup:
            assert await asked(setup.gateway.address, requested) == (
                "HTTP/1.1 101 Switching Protocols",
                "",
            )
            await setup.gateway.until(lambda: _has_ended(setup))
        # What it is recorded as is one address, not one within another.
        assert all("http" not in finding.message for finding in setup.notebook.findings)

    run(test())


def _has_ended(setup: Setup) -> bool:
    return any(sentence.startswith("connection 1 ended") for sentence in setup.notebook.sentences)


@pytest.mark.parametrize("form", ["", "http://host:1"])
def test_the_query_decides_on_compression_in_every_form(form: str) -> None:
    async def test() -> None:
        async with mocked() as setup:
            reader, writer = await asyncio.open_connection(*_place(setup))
            writer.write(_request(f"{form}/gateway?v=1&encoding=json&compress=zstd"))
            await reader.readuntil(b"\r\n\r\n")
            kind, length = await reader.readexactly(2)
            assert kind == 0x82  # a binary message
            assert (await reader.readexactly(length))[:4] == b"\x28\xb5\x2f\xfd"
            writer.transport.abort()
            await setup.gateway.until(lambda: _has_ended(setup))
            assert setup.rules == []

    run(test())


OTHER = [
    "/",
    "//gateway",
    "/gateway/",
    "/Gateway",
    "/gateway%00",
    "/http://127.0.0.1/gateway",
    "http://host",
    "http://host?v=1",
    "http://host//gateway",
    "http://gateway",
]


@pytest.mark.parametrize("requested", OTHER)
def test_other_paths_are_forbidden(requested: str) -> None:
    async def test() -> None:
        async with mocked() as setup:
            assert await asked(setup.gateway.address, requested) == (
                "HTTP/1.1 403 Forbidden",
                "the gateway is at /gateway\n",
            )

    run(test())


@pytest.mark.parametrize(("requested", "problem"), WRONG)
def test_what_is_no_request_target(requested: str, problem: str) -> None:
    async def test() -> None:
        async with mocked() as setup:
            status, body = await asked(setup.gateway.address, requested)
            assert status == "HTTP/1.1 400 Bad Request"
            assert body.startswith(problem)
            assert SECRET not in body
        refused = f"a connection was refused with HTTP 400: {body.rstrip()}"
        assert setup.notebook.sentences == [refused]

    run(test())


@pytest.mark.parametrize("sent", [b"", b"GET /gate", bytes(100)])
def test_the_end_waits_for_no_client_that_has_asked_for_nothing(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such clients would be waited for until their time for a request is over."""

    def patient(*arguments: Any, **options: Any) -> object:
        return serve(*arguments, open_timeout=3600.0, **options)

    monkeypatch.setattr(gateway, "serve", patient)

    async def test() -> None:
        async with mocked() as setup:
            reader, writer = await asyncio.open_connection(*_place(setup))
            writer.write(sent)
            await writer.drain()
            while not setup.gateway._arrivals:
                await asyncio.sleep(0)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.transport.abort()

    run(test())


# asyncio itself leaves transports behind that it makes while a server closes (Python 3.11).
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("turns", range(8))
def test_the_end_waits_for_no_client_that_comes_just_then(
    turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far its arrival has got when the server closes."""

    def patient(*arguments: Any, **options: Any) -> object:
        return serve(*arguments, open_timeout=3600.0, **options)

    monkeypatch.setattr(gateway, "serve", patient)

    async def test() -> None:
        sockets = [socket.socket() for _ in range(20)]
        async with mocked() as setup:
            for client in sockets:
                client.connect(_place(setup))
            for _ in range(turns):
                await asyncio.sleep(0)
        for client in sockets:
            client.close()

    run(test())
    gc.collect()


def _place(setup: Setup) -> tuple[str, int]:
    return "127.0.0.1", int(setup.gateway.address.rpartition(":")[2])


def _request(target: str) -> bytes:
    return (
        f"GET {target} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()
