"""Ends of a WebSocket that come in time, whatever the other end does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode
from websockets.protocol import State

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection


class FirstClose(NamedTuple):
    """The close that came first, and whether the other end sent it."""

    close: Close
    was_theirs: bool


def first_close(end: ConnectionClosed) -> FirstClose | None:
    """The close that ended a connection, rather than answered one; None when there was none.

    What this side sent without being asked to is the library's refusal of what came, such as a broken
    frame (RFC 6455, section 7.1.7).
    """
    if end.rcvd is not None and (end.sent is None or end.rcvd_then_sent):
        return FirstClose(end.rcvd, True)
    return None if end.sent is None else FirstClose(end.sent, False)


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
