"""What the ``websockets`` library logs: never what it quotes, however a program sets logging up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.voxwire_live.mocked import mocked, run
from tests.voxwire_live.recorded import echo, recorded_server
from voxwire.live.library_log import LibraryLog
from voxwire.live.opening import open_websocket

SECRET = "S3cretPass"
OURS = ("voxwire.live.mock", "voxwire.live.recorder", "voxwire.live.socket")

BROKEN = [
    f"GET /gateway?token={SECRET} HTTP/9",
    f"GET /gateway?token={SECRET}",
    f"GET /gateway HTTP/1.1\r\nAuthorization {SECRET}",
    f"GET /gateway HTTP/1.1\r\nAuthorization: {SECRET}\0",
    f"GET /gateway HTTP/1.1\r\nContent-Length: {SECRET}",
    "GET /gateway HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    f"Sec-WebSocket-Version: {SECRET}",
]
"""Requests that the library complains about, with what is in them."""


class Lines(logging.Handler):
    """Keeps all that is logged, as it would be printed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What a program sees that has set all of our loggers to DEBUG."""
    lines = Lines()
    loggers = [logging.getLogger(name) for name in OURS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(lines)
        logger.setLevel(logging.DEBUG)
    yield lines.lines
    for logger, level in zip(loggers, before, strict=True):
        logger.removeHandler(lines)
        logger.setLevel(level)


async def _asked(address: str, request: str) -> None:
    port = int(address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{request}\r\n\r\n".encode())
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def _all(address: str) -> None:
    """Send all broken requests, and one that is right."""
    for request in BROKEN:
        await _asked(address, request)
    async with connect(f"{address}/gateway?token={SECRET}") as socket:
        await socket.send(SECRET)
        await socket.recv()


def test_a_mock_shows_nothing_of_a_request(logged: list[str]) -> None:
    async def test() -> None:
        async with mocked() as setup:
            await _all(setup.gateway.address)

    run(test())
    assert logged[0].startswith("server listening on ")
    assert SECRET not in "\n".join(logged)


def test_a_recorder_shows_nothing_of_a_request(logged: list[str], tmp_path: Path) -> None:
    async def test() -> None:
        async with recorded_server(echo, tmp_path) as setup:
            await _all(setup.url)

    run(test())
    assert logged[0].startswith("server listening on ")
    assert SECRET not in "\n".join(logged)


def test_a_client_shows_nothing_of_what_it_sends(logged: list[str], tmp_path: Path) -> None:
    async def test() -> None:
        async with recorded_server(echo, tmp_path) as setup:
            socket = await open_websocket(f"{setup.url}/?token={SECRET}", max_size=1000)
            await socket.send(SECRET)
            assert await socket.recv() == SECRET
            await socket.close()

    run(test())
    assert SECRET not in "\n".join(logged)


def test_of_an_exception_only_its_class_and_its_place(logged: list[str]) -> None:
    log = LibraryLog(OURS[0])
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        log.error("it failed at %d%%", 50, exc_info=True)
        log.error("and again", exc_info=error)
    log.debug(SECRET)
    log.info("nothing wrong", exc_info=True)
    assert not log.isEnabledFor(logging.DEBUG)
    first, second, third = logged
    assert (first.splitlines()[0], first.splitlines()[-1]) == ("it failed at 50%", "ValueError")
    assert (second.splitlines()[0], second.splitlines()[-1]) == ("and again", "ValueError")
    assert third == "nothing wrong\nno exception"
    assert "test_library_log.py" in first
    assert SECRET not in first + second
