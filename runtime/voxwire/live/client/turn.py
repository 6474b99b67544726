"""Lets one coroutine at a time do something, at next to no cost while there is only one."""

import asyncio


class Turn:
    """``asyncio.Lock`` for the case that nearly always there is nobody to wait for.

    Wait while it is taken, then set :attr:`is_taken`, with no ``await`` in between; :meth:`give` it
    back in a ``finally``. All who wait look again then, so that nobody is forgotten who was cancelled.
    """

    __slots__ = ("_waiters", "is_taken")

    def __init__(self) -> None:
        self.is_taken = False
        """Whether somebody has it."""
        self._waiters: set[asyncio.Future[None]] = set()

    async def wait(self) -> None:
        """Wait until it is given back. By then another may have taken it."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)

    def give(self) -> None:
        """Leave it to the next."""
        self.is_taken = False
        if self._waiters:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
