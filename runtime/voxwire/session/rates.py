"""How often something may happen.

Pure logic, which both ends and the checks of captures run: times come with the calls, numbers from the
tables of the protocol.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from voxwire.default import protocol_or_vox
from voxwire.errors import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from voxwire.protocol import AnyProtocol, Field, FrameClass, Rate, Session

MAX_ADDRESSES: Final = 10_000
"""Addresses whose failed logins are remembered. Beyond that the one whose last failure is oldest is
forgotten, so that many addresses cannot fill the memory."""

MAX_KEYS: Final = 1000
"""Places, such as feeds, in which the messages of a client are counted apart. Beyond that the one that
was tried longest ago is forgotten, so that a client that is everywhere cannot fill the memory."""


class TooManyMessagesError(LocalProtocolError):
    """One more message now would go over a rate for which the server closes. Nothing was sent.

    `retry_at` is the time, on the caller's clock, from which it may be sent.
    """

    def __init__(self, retry_at: float) -> None:
        super().__init__("too many messages: the server would close the connection")
        self.retry_at = retry_at

    def __reduce__(self) -> tuple[type[TooManyMessagesError], tuple[float]]:
        return TooManyMessagesError, (self.retry_at,)


class SlidingWindow:
    """At most `limit` events in any `seconds`. Remembers no more than `limit` times."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.seconds = seconds
        self._times: deque[float] = deque(maxlen=limit)

    @property
    def limit(self) -> int:
        """How many events fit."""
        return self._times.maxlen or 0

    @property
    def last(self) -> float | None:
        """When the latest event happened."""
        return self._times[-1] if self._times else None

    def free_at(self, now: float, reserved: int = 0) -> float:
        """From when on one more event fits, and `reserved` more after it: `now` if it does already."""
        spare = self.limit - reserved
        if len(self._times) < spare:
            return now
        return max(now, self._times[-spare] + self.seconds)

    def is_full(self, now: float) -> bool:
        """Whether one more event would be too many."""
        return self.free_at(now) > now

    def add(self, now: float) -> None:
        """An event happened."""
        self._times.append(now)

    def accepts(self, now: float) -> bool:
        """Whether one more event fits; if so, it counts."""
        if self.is_full(now):
            return False
        self.add(now)
        return True


class KeyedWindows:
    """A sliding window for each of many keys, the `max_keys` latest of them."""

    def __init__(self, limit: int, seconds: float, max_keys: int) -> None:
        self._limit = limit
        self._seconds = seconds
        self._max_keys = max_keys
        self._windows: dict[Hashable, SlidingWindow] = {}

    def last(self, key: Hashable) -> float | None:
        """When the latest event of a key happened that counts."""
        window = self._windows.get(key)
        return None if window is None else window.last

    def free_at(self, key: Hashable, now: float, reserved: int = 0) -> float:
        """From when on one more event of this key fits, and `reserved` more after it."""
        window = self._windows.get(key)
        return now if window is None else window.free_at(now, reserved)

    def is_full(self, key: Hashable, now: float) -> bool:
        """Whether one more event of this key would be too many."""
        return self.free_at(key, now) > now

    def add(self, key: Hashable, now: float) -> None:
        """An event of this key happened."""
        self._latest(key).add(now)

    def accepts(self, key: Hashable, now: float) -> bool:
        """Whether one more event of this key fits; if so, it counts."""
        return self._latest(key).accepts(now)

    def _latest(self, key: Hashable) -> SlidingWindow:
        """The window of a key, which becomes the last to be forgotten."""
        window = self._windows.pop(key, None) or SlidingWindow(self._limit, self._seconds)
        self._windows[key] = window
        if len(self._windows) > self._max_keys:
            del self._windows[next(iter(self._windows))]
        return window

    def __len__(self) -> int:
        return len(self._windows)


class RateLimit:
    """One rate of the tables, counted for one connection."""

    def __init__(self, rate: Rate, tables: Session, max_keys: int = MAX_KEYS) -> None:
        self.rate: Final = rate
        self.counts_all: Final = rate.counts is tables.any_client_message
        """Whether every message of the client counts."""
        self._only: Final = SlidingWindow(rate.count, rate.window)
        self._windows: Final = KeyedWindows(rate.count, rate.window, max_keys) if rate.by else None

    def concerns(self, frame_class: FrameClass) -> bool:
        """Whether such a frame counts."""
        return self.counts_all or frame_class is self.rate.counts

    def accepts(self, payload: object, now: float) -> bool:
        """Whether one more message with this payload fits; if so, it counts.

        `payload` is a typed one or a parsed object of any content."""
        if self._windows is None:
            return self._only.accepts(now)
        return self._windows.accepts(self.key(payload), now)

    def free_at(self, payload: object, now: float, reserved: int = 0) -> float:
        """From when on one more message with this payload fits, and `reserved` more after it."""
        if self._windows is None:
            return self._only.free_at(now, reserved)
        return self._windows.free_at(self.key(payload), now, reserved)

    def add(self, payload: object, now: float) -> None:
        """A message was sent that counts."""
        if self._windows is None:
            self._only.add(now)
        else:
            self._windows.add(self.key(payload), now)

    def key(self, payload: object) -> str:
        """What tells apart the messages that are counted apart."""
        # As JSON, since nothing says that the values are those that the schema has: a list has no hash.
        return json.dumps([_value(payload, field) for field in self.rate.by], default=repr)


class FailedLogins:
    """Which addresses have failed to log in too often: refuse them as the protocol says.

    One object serves all connections of a server.
    """

    def __init__(
        self,
        limit: int | None = None,
        max_addresses: int = MAX_ADDRESSES,
        *,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`limit` is how many failures an address has, if not as many as the protocol says. Where that
        counts none, no address is ever blocked."""
        quota = protocol_or_vox(protocol).session.refusals.failures
        self._is_off = quota is None or quota.window is None
        count = 0 if quota is None else quota.count
        seconds = 0.0 if quota is None or quota.window is None else quota.window
        self._windows = KeyedWindows(count if limit is None else limit, seconds, max_addresses)

    def blocks(self, address: Hashable, now: float) -> bool:
        """Whether `address` may not try now."""
        return self._windows.is_full(address, now)

    def add(self, address: Hashable, now: float) -> None:
        """A login from `address` failed."""
        if not self._is_off:
            self._windows.add(address, now)


def _value(payload: object, field: Field) -> Any:
    """A field of a payload; None where it is absent."""
    if isinstance(payload, dict):
        return payload.get(field.key)
    value = getattr(payload, field.attribute, None)
    return None if value is UNSET else value
