"""How often a client may say something (protocol section 5), counted as the server counts it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from voxwire.checks.findings import Finding
from voxwire.checks.session.fields import field_of
from voxwire.rules.rates import RATE_EXCEEDED, RATE_IGNORED, RATE_MESSAGES, RATE_TYPING
from voxwire.session.rates import MAX_KEYS, KeyedWindows, SlidingWindow

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import FrameClass, MessageType, Rate
    from voxwire.rules.rule import Rule

_CALLED: Final = {rule.id: rule for rule in (RATE_MESSAGES, RATE_TYPING)}
"""Rules that are about one rate, by the name that it has."""


class Rates:
    """Follows how often the client of one connection speaks. Times are Unix seconds."""

    def __init__(self, conversation: Conversation) -> None:
        any_message = conversation.tables.any_client_message
        self._limits: Final = [_Limit(rate, any_message) for rate in conversation.tables.rates]

    @property
    def was_over(self) -> bool:
        """Whether a limit was ever exceeded for which the server closes."""
        return any(limit.was_over for limit in self._limits)

    def message(self, ts: float, type_: MessageType | None, frame: FrameClass) -> Iterator[Finding]:
        """The client sent a message: are there too many, whatever is in them?"""
        for limit in self._limits:
            if limit.concerns(frame) and not limit.rate.by:
                yield from limit.message(ts, type_)

    def message_about(
        self, ts: float, type_: MessageType, frame: FrameClass, payload: Any
    ) -> Iterator[Finding]:
        """The same for messages that count for what they are about."""
        for limit in self._limits:
            if limit.concerns(frame) and limit.rate.by:
                yield from limit.message_about(ts, type_, payload)


class _Limit:
    """One rate of the protocol."""

    def __init__(self, rate: Rate, any_message: FrameClass) -> None:
        self.rate: Final = rate
        self._counts_all: Final = rate.counts is any_message
        self.was_over = False
        self._is_for_closing: Final = not isinstance(rate.then, enum.Enum)
        usual = RATE_EXCEEDED if self._is_for_closing else RATE_IGNORED
        self._rule: Final[Rule] = _CALLED.get(f"RATE_{rate.name.upper()}", usual)
        self._all: Final = SlidingWindow(rate.count, rate.window)
        self._windows: Final = KeyedWindows(rate.count, rate.window, MAX_KEYS)

    def concerns(self, frame: FrameClass) -> bool:
        """Whether such a message counts."""
        return self._counts_all or frame is self.rate.counts

    def message(self, ts: float, type_: MessageType | None) -> Iterator[Finding]:
        """A message came that counts, whatever it is about."""
        if self._is_too_many(ts):
            what = "messages" if self._counts_all else f"messages {type_}"
            rate = self.rate
            yield Finding.of(
                self._rule,
                f"the client sent more than {rate.count} {what} in {rate.window:g} s",
                self._hint,
            )

    def message_about(self, ts: float, type_: MessageType, payload: Any) -> Iterator[Finding]:
        """A message came that counts for what some fields say together, or that they say nothing."""
        about = {field.key: field_of(payload, field) for field in self.rate.by}
        if not all(value is None or type(value) in (int, str, bool) for value in about.values()):
            return  # that is broken, which is another finding
        key = tuple(about.values())
        last = self._windows.last(key)
        if self._is_too_many(ts, key):
            said = [f"{name} {value}" for name, value in about.items() if value is not None]
            where = f" in {' and '.join(said)}" if said else ""
            since = "" if last is None else f" after {ts - last:.1f} s"
            count, window = self.rate.count, self.rate.window
            what = f"the client sends {type_} again{where}{since}"
            if count > 1:
                what = f"the client sent more than {count} messages {type_}{where} in {window:g} s"
            yield Finding.of(self._rule, what, self._hint)

    def _is_too_many(self, ts: float, key: Hashable = None) -> bool:
        """Whether this is one too many, for `key` where messages are counted apart."""
        is_over = self._all.is_full(ts) if key is None else self._windows.is_full(key, ts)
        if self._is_for_closing or not is_over:  # what is ignored does not count
            if key is None:
                self._all.add(ts)
            else:
                self._windows.add(key, ts)
        self.was_over = self.was_over or (is_over and self._is_for_closing)
        return is_over

    @property
    def _hint(self) -> str:
        rate = self.rate
        if isinstance(rate.then, enum.Enum):
            most = "one" if rate.count == 1 else str(rate.count)
            return f"the server ignores all but {most} in {rate.window:g} s"
        if rate.enforced:
            return f"the server closes with {rate.then.code}"
        return "the protocol allows no more; the public server does not enforce it"
