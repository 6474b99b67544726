"""One client's conversation with the mock gateway of a changed protocol, over a real connection."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, NamedTuple

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.session_as_data.edited import TOKEN, Edited
from tests.voxwire_live.mocked import TIMEOUT
from voxwire.live.mock.engine.application import Application
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.session import ServerSession
from voxwire.wire.compression import Decompressor

IDENTIFY = f'{{"type":"identify","d":{{"token":"{TOKEN}"}}}}'
RESUME = f'{{"type":"resume","d":{{"token":"{TOKEN}","session_id":"sess_1","last_seq":1}}}}'


class Said(NamedTuple):
    """What the gateway sent, by type, and what it closed with; None when it did not."""

    types: list[str]
    close: tuple[int, str] | None
    kept: tuple[ServerSession[Any], ...]
    """The sessions that can be resumed."""
    url: str
    """Where the client connected to."""


def told(made: Edited, *messages: str, compress: bool = False) -> Said:
    """What the mock gateway says to a client that sends these messages and a heartbeat."""
    return asyncio.run(_told(made, messages, compress=compress))


async def _told(made: Edited, messages: tuple[str, ...], *, compress: bool) -> Said:
    async with (
        asyncio.timeout(TIMEOUT),
        mock_gateway(MockOptions(protocol=made.protocol)) as gateway,
        connect(gateway.url(compress=compress), compression=None) as socket,
    ):
        assert type(gateway.application) is Application  # the one that serves any protocol
        with suppress(ConnectionClosed):
            for message in (*messages, '{"type":"heartbeat","d":{}}'):
                await socket.send(message)
        types: list[str] = []
        close = None
        try:
            while types[-1:] != ["heartbeat_ack"]:
                types.append(_type(await socket.recv()))
        except ConnectionClosed as end:
            close = None if end.rcvd is None else (end.rcvd.code, end.rcvd.reason)
        kept = tuple(session.session for session in gateway.sessions)
        return Said(types, close, kept, gateway.url(compress=compress))


def keeps_while_away(made: Edited) -> bool:
    """Whether the mock gateway keeps messages for a session whose client has gone."""
    return asyncio.run(_keeps_while_away(made))


async def _keeps_while_away(made: Edited) -> bool:
    async with (
        asyncio.timeout(TIMEOUT),
        mock_gateway(MockOptions(protocol=made.protocol)) as gateway,
    ):
        async with connect(gateway.url(), compression=None) as socket:
            await socket.send(IDENTIFY)
            assert [_type(await socket.recv()) for _ in range(2)] == ["hello", "ready"]
        (session,) = gateway.sessions
        while session.connections:
            await asyncio.sleep(0.001)
        return session.takes_messages


def _type(message: str | bytes) -> str:
    text: Any = message if isinstance(message, str) else Decompressor().decompress(message)
    type_: str = json.loads(text)["type"]
    return type_
