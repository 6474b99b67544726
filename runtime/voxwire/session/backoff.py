"""How long to wait before connecting again (protocol section 8, rule 7)."""

from collections.abc import Callable
from typing import Final

from voxmodels.v1 import limits

SPREAD: Final = 0.5
"""The part of a wait that is random. Half spreads the clients of a restarted server well, and the
other half still keeps each of them from coming back at once."""


class Backoff:
    """Waits that double, each shortened by a random part so that clients do not come all at once.

    >>> backoff = Backoff(random=lambda: 0.0)
    >>> [backoff.next_delay() for _ in range(8)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    """

    def __init__(
        self,
        random: Callable[[], float],
        *,
        initial: float = limits.BACKOFF_INITIAL,
        maximum: float = limits.BACKOFF_MAXIMUM,
    ) -> None:
        """`random` gives numbers from 0 up to 1, as `random.random` does. The waits are in seconds."""
        self._random = random
        self._initial = initial
        self._maximum = maximum
        self._ceiling = initial

    def next_delay(self, *, longest: bool = False) -> float:
        """Seconds to wait now: between half of the current wait and all of it. The next is doubled.

        `longest` goes straight to the longest wait, for a server that asked for patience.
        """
        ceiling = self._maximum if longest else self._ceiling
        self._ceiling = min(2 * ceiling, self._maximum)
        return ceiling * (1 - SPREAD * self._random())

    def reset(self) -> None:
        """A connection succeeded: the next wait is the first again."""
        self._ceiling = self._initial
