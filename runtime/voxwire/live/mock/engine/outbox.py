"""What waits to be sent to one client: bounded, so that a client that does not read costs little."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from voxwire.live.mock.engine.plan import Outgoing
from voxwire.session import Close

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ROOM: Final = 100
"""Messages that may wait before whoever makes them up, or asks for them, has to wait, too."""

MAX_MESSAGES: Final = 2000
"""Messages that may wait in all: those that others send cannot be held back. Two full replays fit."""

MAX_SIZE: Final = 64 * 1024 * 1024
"""What they may have in all, in bytes or characters: 64 frames of the greatest legal size."""


class Outbox:
    """A queue that :meth:`items` empties. It only says when it is too full; its owner decides."""

    def __init__(self) -> None:
        self._items: Final[deque[Outgoing | Close]] = deque()
        self._size = 0
        self._is_closed = False
        self._filled: Final = asyncio.Event()
        self._emptied: Final = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def overflows(self) -> bool:
        """Whether more waits than may."""
        return len(self._items) > MAX_MESSAGES or self._size > MAX_SIZE

    def put(self, item: Outgoing | Close) -> None:
        """Have it sent after everything that waits already. Nothing happens after :meth:`close`."""
        if not self._is_closed:
            self._items.append(item)
            self._size += _size(item)
            self._filled.set()

    async def room(self) -> None:
        """Wait until few messages wait, or it is closed."""
        while len(self._items) >= ROOM:
            self._emptied.clear()
            await self._emptied.wait()

    def close(self) -> None:
        """Forget what waits: nobody takes it any more."""
        self._is_closed = True
        self._items.clear()
        self._size = 0
        self._emptied.set()

    async def items(self) -> AsyncGenerator[Outgoing | Close, None]:
        """Everything in its order, without end."""
        while True:
            while self._items:
                item = self._items.popleft()
                self._size -= _size(item)
                if len(self._items) < ROOM // 2:
                    self._emptied.set()
                yield item
            self._filled.clear()
            await self._filled.wait()


def _size(item: Outgoing | Close) -> int:
    return 0 if isinstance(item, Close) else len(item.message)
