"""The heartbeats of a connection: those of the client and those of the server, as the protocol has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.checks.session.conversation import is_role
from voxwire.checks.session.fields import field_of
from voxwire.checks.session.heartbeats import Heartbeats
from voxwire.session.heartbeats import in_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.checks.findings import Finding
    from voxwire.checks.session.order import Order
    from voxwire.checks.session.pulse import Pulse
    from voxwire.protocol import FrameClass, Role, Side


class Beats:
    """Asks those of each side what a message means to them."""

    def __init__(self, pulses: Iterable[Pulse]) -> None:
        self._of: Final = [Heartbeats(pulse) for pulse in pulses]

    def greeted(self, ts: float | None, greeting: Role | None, payload: Any) -> None:
        """The server's greeting, which says the interval."""
        field = None if greeting is None else greeting.heartbeat_interval
        interval = field_of(payload, field)
        if field is None or type(interval) is not int or interval <= 0:
            return
        for beats in self._of:
            if beats.pulse.rules.from_greeting:
                beats.begin(ts, in_seconds(field, interval))

    def logged_in(self, ts: float | None) -> None:
        """The client said who it is; where the greeting does not say it, the interval is known."""
        for beats in self._of:
            if beats.pulse.interval is not None:
                beats.begin(ts, beats.pulse.interval)

    def follow(self, ts: float | None, order: Order) -> None:
        """A message was said, which may have led on."""
        states, is_in_session = order.states, order.is_in_session
        for beats in self._of:
            beats.follow(ts, states, is_in_session=is_in_session)
            if beats.is_waiting:
                arrivals = order.arrivals(beats.pulse.beater)
                if arrivals is not None and not beats.pulse.is_promised(arrivals):
                    beats.lose_answers()

    def said(
        self,
        side: Side,
        ts: float | None,
        number: int,
        frame_class: FrameClass,
        order: Order,
        *,
        is_excessive: bool = False,
    ) -> list[Finding]:
        """A message of one side in the frame `number`: is it a heartbeat, or the answer to one? None is
        owed to what is `is_excessive`, as it breaks a rate."""
        findings: list[Finding] = []
        for beats in self._of:
            if side == beats.pulse.beater and is_role(beats.pulse.beat, frame_class):
                is_heeded = not (is_excessive or (side == "client" and order.may_be_refused))
                is_promised = is_heeded and beats.pulse.is_promised(order.arrivals(side))
                findings += beats.beat(ts, number, is_promised=is_promised)
            elif side == beats.pulse.answerer and is_role(beats.pulse.answer, frame_class):
                unasked = beats.answer(ts)
                findings += [] if unasked is None else [unasked]
        return findings

    def lose(self, side: Side) -> None:
        """A message of one side could not be read: it may have been a heartbeat, or an answer."""
        for beats in self._of:
            if side == beats.pulse.beater:
                beats.lose_beat()
            else:
                beats.lose_answers()

    def lose_lines(self, count: int) -> None:
        """So many lines of the capture could not be read: any of them may have been anything."""
        for beats in self._of:
            beats.lose_lines(count)

    def late(self, ts: float | None) -> list[Finding]:
        """The connection came so far: was a heartbeat overdue?"""
        found = [beats.late(ts) for beats in self._of]
        return [finding for finding in found if finding is not None]

    def is_client_silent(self, ts: float | None) -> bool:
        """Whether the client may have been cut off for its silence."""
        of_client = [beats for beats in self._of if beats.pulse.beater == "client"]
        return all(beats.is_silent(ts) for beats in of_client)
