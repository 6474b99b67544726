"""How long to wait before connecting again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.protocol import AnyProtocol


class Backoff:
    """Waits that grow, each shortened by a random part so that clients do not come all at once.

    >>> backoff = Backoff(random=lambda: 0.0)
    >>> [backoff.next_delay() for _ in range(8)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    """

    def __init__(
        self,
        random: Callable[[], float],
        *,
        initial: float | None = None,
        maximum: float | None = None,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """`random` gives numbers from 0 up to 1, as `random.random` does. The waits are in seconds;
        what is not given is as the protocol says."""
        rules = protocol_or_vox(protocol).session.backoff
        self._random = random
        self._initial = rules.initial if initial is None else initial
        self._maximum = rules.maximum if maximum is None else maximum
        self._rules = rules
        self._attempts = 0
        self._ceiling = self._initial

    @property
    def is_used_up(self) -> bool:
        """Whether as many attempts in a row have failed as the protocol allows."""
        return self._rules.attempts is not None and self._attempts >= self._rules.attempts

    def next_delay(self, *, longest: bool = False) -> float:
        """Seconds to wait now: a random part less than the current wait. The next wait is longer.

        `longest` goes straight to the longest wait, for a server that asked for patience.
        """
        self._attempts += 1
        ceiling = self._maximum if longest else self._ceiling
        self._ceiling = min(self._rules.factor * ceiling, self._maximum)
        return ceiling * (1 - self._rules.spread * self._random())

    def reset(self) -> None:
        """A connection succeeded: the next wait is the first again."""
        self._attempts = 0
        self._ceiling = self._initial
