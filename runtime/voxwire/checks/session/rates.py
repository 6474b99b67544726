"""How often a client may say something (protocol section 5)."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final

from voxmodels.v1 import limits
from voxwire.checks.findings import Finding
from voxwire.rules.rates import RATE_MESSAGES, RATE_TYPING

_WINDOW: Final = 60.0
"""Seconds in which the message rate is counted: the unit of the limit is messages in 60 s."""
_MAX_TARGETS: Final = 1000
"""Feeds and DMs that are remembered for the typing limit; nobody types in more within seconds."""

_TOO_MANY: Final = Finding.of(
    RATE_MESSAGES,
    f"the client sent more than {limits.MESSAGE_RATE} messages in {_WINDOW:g} s",
    "the protocol allows no more; the public server does not enforce it",
)


class Rates:
    """Follows how often the client of one connection speaks. Times are Unix seconds."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=limits.MESSAGE_RATE + 1)
        self.was_over = False
        """Whether the limit was ever exceeded."""
        self._typed: OrderedDict[tuple[str, int], float] = OrderedDict()

    def message(self, ts: float) -> Finding | None:
        """The client sent any message."""
        self._recent.append(ts)
        if len(self._recent) <= limits.MESSAGE_RATE or ts - self._recent[0] >= _WINDOW:
            return None
        self.was_over = True
        return _TOO_MANY

    def typing(self, ts: float, target: tuple[str, int]) -> Finding | None:
        """The client said that it types; `target` is the key and id of the feed or DM."""
        last = self._typed.get(target)
        if last is not None and ts - last < limits.TYPING_INTERVAL:
            return Finding.of(
                RATE_TYPING,
                f"the client types again in {target[0]} {target[1]} after {ts - last:.1f} s",
                f"the server ignores all but one in {limits.TYPING_INTERVAL} s",
            )
        self._typed[target] = ts
        self._typed.move_to_end(target)
        if len(self._typed) > _MAX_TARGETS:
            self._typed.popitem(last=False)
        return None
