"""Ends of a WebSocket that come in time, whatever the other end does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.protocol import State

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection


async def close(connection: Connection, code: int, reason: str, *, timeout: float) -> None:
    """Close a connection; abort it when the other end does not answer in `timeout` seconds, or does not
    read at all."""
    try:
        async with asyncio.timeout(timeout):
            if code != CloseCode.NO_STATUS_RCVD:
                await connection.close(code, reason)
            else:  # a close frame without a code, which close() cannot send
                with suppress(ConnectionClosed):
                    async with connection.send_context():
                        connection.protocol.send_close()
    except TimeoutError:
        abort(connection)


async def lose(connection: Connection, *, timeout: float) -> None:
    """End a connection without a close frame; what was sent before still goes out."""
    connection.transport.close()
    try:
        async with asyncio.timeout(timeout):
            await connection.wait_closed()
    except TimeoutError:
        abort(connection)


def abort(connection: Connection) -> None:
    """End a connection at once, unless it has ended.

    A transport of asyncio that was closed while it had something to send, and has sent it since, does
    not take ``abort()`` (Python 3.11: AttributeError).
    """
    if connection.state is not State.CLOSED:
        connection.transport.abort()
