"""The signals that end a command which runs an event loop."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def on_end_signals(end: Callable[[], None]) -> None:
    """Call `end` in the running event loop when Ctrl+C or a termination comes, each time."""
    import asyncio  # costs every command's start-up too much to stand above

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl+C then cancels what runs
            asyncio.get_running_loop().add_signal_handler(number, end)
