"""How often something may happen (protocol sections 5 and 8)."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Hashable
from typing import Final

from voxmodels.v1 import limits
from voxwire.errors import LocalProtocolError

WINDOW: Final = 60.0
"""Seconds in which the rates of the protocol are counted: 120 messages, 10 failed logins."""

MAX_ADDRESSES: Final = 10_000
"""Addresses whose failed logins are remembered. Beyond that the one whose last failure is oldest is forgotten,
so that many addresses cannot fill the memory."""

MAX_TARGETS: Final = 1000
"""Feeds and DMs whose last typing is remembered for a client. Beyond that the one that was tried longest
ago is forgotten, so that a client that types everywhere cannot fill the memory."""


class TooManyMessagesError(LocalProtocolError):
    """One more message now would go over the rate that a server allows. Nothing was sent.

    `retry_at` is the time, on the caller's clock, from which it may be sent.
    """

    def __init__(self, retry_at: float) -> None:
        super().__init__("too many messages in a minute: the server would close the connection")
        self.retry_at = retry_at

    def __reduce__(self) -> tuple[type[TooManyMessagesError], tuple[float]]:
        return TooManyMessagesError, (self.retry_at,)


class SlidingWindow:
    """At most `limit` events in any `seconds`. Remembers no more than `limit` times."""

    def __init__(self, limit: int, seconds: float = WINDOW) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=limit)

    @property
    def limit(self) -> int:
        """How many events fit."""
        return self._times.maxlen or 0

    def free_at(self, now: float, reserved: int = 0) -> float:
        """From when on one more event fits, and `reserved` more after it: `now` if it does already."""
        spare = self.limit - reserved
        if len(self._times) < spare:
            return now
        return max(now, self._times[-spare] + self._seconds)

    def is_full(self, now: float) -> bool:
        """Whether one more event would be too many."""
        return self.free_at(now) > now

    def add(self, now: float) -> None:
        """An event happened."""
        self._times.append(now)


class TypingPace:
    """Which typing messages a server accepts: one in five seconds for each feed and each DM."""

    def __init__(self, max_targets: int = MAX_TARGETS) -> None:
        self._max_targets = max_targets
        self._accepted: dict[str, float] = {}

    def accepts(self, feed_id: object, dm_id: object, now: float) -> bool:
        """Whether typing there is accepted; if so, it counts. Ids may be any JSON, None if absent."""
        target = json.dumps(
            (feed_id, dm_id)
        )  # a server is not told ids alone, and a list has no hash
        last = self._accepted.pop(target, None)
        is_accepted = last is None or now - last >= limits.TYPING_INTERVAL
        self._accepted[target] = now if last is None or is_accepted else last
        if len(self._accepted) > self._max_targets:
            del self._accepted[next(iter(self._accepted))]
        return is_accepted


class FailedLogins:
    """Which addresses have failed to log in too often: refuse them with 4008 AUTH_RATE_LIMITED.

    One object serves all connections of a server.
    """

    def __init__(
        self, limit: int = limits.AUTH_FAILURES, max_addresses: int = MAX_ADDRESSES
    ) -> None:
        self._limit = limit
        self._max_addresses = max_addresses
        self._windows: dict[Hashable, SlidingWindow] = {}

    def blocks(self, address: Hashable, now: float) -> bool:
        """Whether `address` may not try now."""
        window = self._windows.get(address)
        return window is not None and window.is_full(now)

    def add(self, address: Hashable, now: float) -> None:
        """A login from `address` failed."""
        window = self._windows.pop(address, None) or SlidingWindow(self._limit)
        window.add(now)
        self._windows[address] = window  # moves it to the end
        if len(self._windows) > self._max_addresses:
            del self._windows[next(iter(self._windows))]
