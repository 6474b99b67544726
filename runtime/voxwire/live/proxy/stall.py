"""Notices that one step takes too long, with one timer for all steps instead of one for each.

A timer for each message cost a recorder a quarter of its throughput.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


class StallWatch:
    """Calls `give_up` once, when something has lasted for `seconds`.

    Call :meth:`begins` and :meth:`ends` around each step that may last, and :meth:`close` in the end.
    """

    __slots__ = ("_give_up", "_loop", "_seconds", "_since", "_timer")

    def __init__(self, seconds: float, give_up: Callable[[], None]) -> None:
        self._seconds: Final = seconds
        self._give_up: Final = give_up
        self._loop: Final = asyncio.get_running_loop()
        self._since: float | None = None
        self._timer = self._loop.call_later(seconds, self._look)

    def begins(self) -> None:
        """A step begins."""
        self._since = self._loop.time()

    def ends(self) -> None:
        """The step is over."""
        self._since = None

    def close(self) -> None:
        """Watch no more."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        left = self._seconds if self._since is None else self._since + self._seconds - now
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._give_up()
