"""One recorded connection: passes messages and the close between a client and its server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from voxwire.live.closing import abort, close, first_close, lose
from voxwire.live.proxy.stall import StallWatch
from voxwire.live.timeouts import RecorderTimeouts

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection

    from voxwire.capture import Direction
    from voxwire.capture.writer import ClosedBy
    from voxwire.live.proxy.recording import RecordedConnection

_DEFAULT: Final = RecorderTimeouts()

STOPPED: Final = "recorder stopped"
"""The close reason for both sides when the recorder ends."""


class Relay:
    """Forwards in both directions until one side ends the connection, then ends the other.

    A message is recorded as soon as it is complete and then sent on; the next one is read when there is
    room for it. So a receiver that is slow makes the sender wait, as it would without a recorder; one
    that takes nothing at all for too long ends both connections.
    """

    def __init__(
        self,
        client: Connection,
        server: Connection,
        record: RecordedConnection,
        timeouts: RecorderTimeouts = _DEFAULT,
    ) -> None:
        self._client: Final = client
        self._server: Final = server
        self._record: Final = record
        self._timeouts: Final = timeouts

    async def run(self) -> None:
        """Forward until both connections are closed."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._forward(self._client, self._server, "c2s", "client"))
            both.create_task(self._forward(self._server, self._client, "s2c", "server"))

    async def stop(self) -> None:
        """End the connection from here, telling both sides that this end goes away."""
        self._record.closed(CloseCode.GOING_AWAY, STOPPED, "recorder")
        async with asyncio.TaskGroup() as both:
            for side in (self._client, self._server):
                both.create_task(
                    close(side, CloseCode.GOING_AWAY, STOPPED, timeout=self._timeouts.close)
                )

    async def _forward(
        self, source: Connection, target: Connection, direction: Direction, side: ClosedBy
    ) -> None:
        def give_up() -> None:
            self._record.stalled("server" if side == "client" else "client")
            abort(target)
            abort(source)

        stall = StallWatch(self._timeouts.stall, give_up)
        # Once the target has closed, the other direction sees that, too, and ends the source.
        unless_closed = suppress(ConnectionClosed)
        try:
            while True:
                data = await source.recv()
                self._record.frame(direction, data)
                stall.begins()
                with unless_closed:
                    await target.send(data)
                stall.ends()
        except ConnectionClosed as end:
            await self._end(end, target, side)
        finally:
            stall.close()

    async def _end(self, end: ConnectionClosed, target: Connection, side: ClosedBy) -> None:
        """Record how `side` ended, and end the other side in the same way."""
        first = first_close(end)
        if first is None:
            self._record.lost(side)
            await lose(target, timeout=self._timeouts.close)
            return
        code, reason = first.close.code, first.close.reason
        self._record.closed(code, reason, side if first.was_theirs else "recorder")
        await close(target, code, reason, timeout=self._timeouts.close)
