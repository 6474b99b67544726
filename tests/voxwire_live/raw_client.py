"""A client of a mock gateway that sends any text, and reads what comes as plain JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.mocked import Setup

KINDS = {
    "null": "null",
    "true": "true",
    "false": "false",
    "zero": "0",
    "integer": "7",
    "negative": "-1",
    "fraction": "1.5",
    "huge": "1180591620717411303424",
    "infinite": "1e400",
    "NaN": "NaN",
    "empty": '""',
    "text": '"x"',
    "surrogate": '"\\ud800"',
    "no items": "[]",
    "items": '[1,"x",null]',
    "no keys": "{}",
    "keys": '{"a":{"b":[]}}',
}
"""A JSON text of every kind, those included that strict parsers refuse."""

FALSE = {"null", "false", "zero", "empty", "no items", "no keys"}
"""The kinds that a server takes for nothing, where it takes anything for nothing."""

HEARTBEAT = '{"type":"heartbeat"}'


def message(type_: str, d: str) -> str:
    """A message with `d`, a JSON text."""
    return f'{{"type":"{type_}","d":{d}}}'


def canonical(value: object) -> str:
    """The JSON of a value, so that NaN equals NaN."""
    return json.dumps(value, sort_keys=True)


class RawClient:
    """A client that has got hello."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.session_id = ""

    async def next(self) -> Any:
        """The next message."""
        return json.loads(await self.socket.recv())

    async def identify(self, token: str = "one") -> None:
        await self.socket.send(message("identify", f'{{"token":"{token}"}}'))
        self.session_id = (await self.next())["d"]["session_id"]

    async def first_answer(self, text: str | bytes) -> str | int:
        """What a message is answered with: the type of the answer, or the code of the close."""
        await self.socket.send(text)
        try:
            return str((await self.next())["type"])
        except ConnectionClosed as end:
            return 1006 if end.rcvd is None else end.rcvd.code

    async def answers(self, text: str | bytes = HEARTBEAT) -> list[tuple[str, str]] | int:
        """All that comes for a message, type and JSON of d; or the code that it is closed with.

        A heartbeat that is sent is answered, too, which is left out.
        """
        got: list[tuple[str, str]] = []
        try:
            await self.socket.send(text)
            if text != HEARTBEAT:
                await self.socket.send(HEARTBEAT)
            while (frame := await self.next())["type"] != "heartbeat_ack":
                d = frame.get("d")
                is_error = frame["type"] == "error"
                got.append((frame["type"], d["code"] if is_error else canonical(d)))
        except ConnectionClosed as end:
            return 1006 if end.rcvd is None else end.rcvd.code
        return got

    async def got(self, text: str | bytes = HEARTBEAT) -> list[tuple[str, str]]:
        """As :meth:`answers`, of a connection that stays open."""
        answers = await self.answers(text)
        assert not isinstance(answers, int)
        return answers


@asynccontextmanager
async def raw_client(setup: Setup, token: str | None = None) -> AsyncIterator[RawClient]:
    """A client that has got hello; with `token` it has a session."""
    async with connect(setup.gateway.url(), max_size=None, max_queue=None) as socket:
        client = RawClient(socket)
        assert (await client.next())["type"] == "hello"
        if token is not None:
            await client.identify(token)
        yield client
