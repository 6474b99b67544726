"""Answers to the streams that one client has opened, each at its time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxwire.errors import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from voxwire.live.mock.engine.source import Planned
    from voxwire.protocol import AnyProtocol, Stream


class Answering:
    """All streams of a connection that are being answered."""

    def __init__(
        self,
        protocol: AnyProtocol,
        reply: Callable[..., None],
        room: Callable[[], Awaitable[None]],
        failed: Callable[[Exception], None],
    ) -> None:
        """`reply` sends a payload with the keys that are given by name. `room` waits until few messages
        wait to be sent. `failed` is told why answers cannot be had."""
        self._protocol: Final = protocol
        self._reply: Final = reply
        self._room: Final = room
        self._failed: Final = failed
        self._tasks: Final[set[asyncio.Task[None]]] = set()

    def begin(self, stream: Stream, key: object, answers: Iterator[Planned]) -> None:
        """Send the answers to a client's opening message, under its key, until one side ends it."""
        task = asyncio.create_task(self._answer(stream, key, answers))
        self._tasks.add(task)
        task.add_done_callback(self._answered)

    def end(self) -> None:
        """Answer no stream any more."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait until none is answered."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _answered(self, task: asyncio.Task[None]) -> None:
        """A stream has got all its answers, or they could not be had."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._failed(error)

    async def _answer(self, stream: Stream, key: object, answers: Iterator[Planned]) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for payload, at, keys, _ in answers:
            if at is not None:
                await asyncio.sleep(start + at - loop.time())
            await self._room()
            try:
                if type(payload) in self._protocol.by_frame:
                    self._reply(replace(payload, **{stream.key: key}))
                else:
                    self._reply(payload, **{**keys, stream.key: key})
            except LocalProtocolError:  # the client has ended the stream, or the connection
                return
