"""Servers that speak as a script says, byte for byte: slow ones, silent ones, proxies."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[int]:
    """A server on a free port, each of whose connections runs `script`; gives the port.

    Scripts may wait for ever: they are ended with the context.
    """
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await script(reader, writer)
        finally:
            running.discard(task)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in list(running):
            task.cancel()
        if running:
            await asyncio.wait(running)


def says(*parts: bytes) -> Script:
    """Reads the head of a request, sends this, and is silent then."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
        await reader.read()

    return script


def answers(response: bytes) -> Script:
    """Reads the head of a request, sends this, and closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response)
        await writer.drain()

    return script


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts the connection, and nothing more."""
    await reader.read()


async def dribbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends one header after the other, without end."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\n")
    number = 0
    while True:
        number += 1
        writer.write(b"X" if number % 20 else b": a\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


def opens_and_says(*messages: str) -> Script:
    """Completes the opening handshake, sends text messages, and reads on until a close comes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.write(accepted(head))
        for message in messages:
            data = message.encode()
            assert len(data) < 126
            writer.write(bytes((0x81, len(data))) + data)
        await writer.drain()
        while (chunk := await reader.read(65_536)) and chunk[0] != 0x88:
            pass

    return script


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Completes the opening handshake, and reads nothing more."""
    writer.write(accepted((await reader.readuntil(b"\r\n\r\n")).decode()))
    await asyncio.Event().wait()


def accepted(head: str) -> bytes:
    """The 101 for the head of a request."""
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head.splitlines()[1:])
    }
    digest = hashlib.sha1((headers["sec-websocket-key"] + _KEY_SUFFIX).encode()).digest()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n"
    ).encode()


class Tunnel:
    """An HTTP proxy that knows one host: whatever is asked for leads to `port` of this machine."""

    def __init__(self, port: int, login: str | None = None) -> None:
        """`login` is the user:password that it wants."""
        self.requests: list[str] = []
        self._port = port
        self._login = login

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(head.splitlines()[0])
        if self._login is not None:
            basic = base64.b64encode(self._login.encode()).decode()
            if f"Proxy-Authorization: Basic {basic}\r\n" not in head:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        finally:
            there_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
