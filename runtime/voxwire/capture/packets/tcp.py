"""One TCP connection (RFC 9293): the bytes of both sides in order, out of its segments.

Segments come late, twice, and in pieces that overlap; numbers begin anew at 2^32; some are not in the
capture at all. A segment waits for what comes before it, and also for what its sender had received, as its
acknowledgement says: so both directions stay in the order in which the sides saw them.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from voxwire.capture.streams.conversation import Conversation

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

_ALL: Final = 0xFFFFFFFF
_NUMBERS: Final = 1 << 32
_HALF: Final = 1 << 31
_LARGEST_WINDOW: Final = 1 << 30
"""Bytes that can be on the way at most (RFC 7323, section 2.3): what is further ahead is of no use."""

MOST_WAITING: Final = 1000
"""Packets of a connection for which it waits for missing ones. Whoever writes packets out of order (several
cores, several interfaces, merged files) does so by fewer."""
MOST_BYTES_WAITING: Final = 4 << 20
"""Bytes of a connection that wait for missing ones."""


class _Waiting(NamedTuple):
    """A segment that waits."""

    side: int
    number: int
    """Of its first byte, as it was sent."""
    ack: int | None
    data: bytes
    cut: int
    """Bytes behind `data` that were not recorded."""
    is_last: bool
    ts: float
    packet: int


class _Side:
    """What one side sent."""

    __slots__ = ("first", "is_done", "next", "place", "waiting")

    def __init__(self) -> None:
        self.first: int | None = None
        """The number of its SYN."""
        self.next: int | None = None
        """The number that is due; None before anything was seen."""
        self.place = 0
        """How many bytes came before."""
        self.waiting: list[tuple[int, int, _Waiting]] = []
        """Segments that wait for missing ones, with their places and in order of them: a heap."""
        self.is_done = False
        """Whether nothing comes after this."""


class TcpConnection:
    """Both sides, 0 and 1; bytes go to `stream` as soon as they are in order."""

    __slots__ = (
        "_held",
        "_latest",
        "_patience",
        "_serial",
        "_sides",
        "_waiting_bytes",
        "is_over",
        "names",
        "stream",
    )

    def __init__(self, stream: Conversation, names: tuple[bytes, bytes]) -> None:
        self.stream: Final = stream
        self.names: Final = names
        """What it is found by, in either direction."""
        self.is_over = False
        """Whether nothing more is read of it."""
        self._sides: Final = (_Side(), _Side())
        self._held: Final[deque[_Waiting]] = deque()
        """Segments of senders who had received what is still missing."""
        self._waiting_bytes = 0
        self._patience = MOST_WAITING
        self._latest = 0.0
        """The time of what was given last: what was late has none before."""
        self._serial = 0

    @property
    def is_waiting(self) -> bool:
        """Whether something is missing."""
        return bool(self._held or self._sides[0].waiting or self._sides[1].waiting)

    def begins_anew(self, side: int, number: int) -> bool:
        """Whether a SYN with this number cannot be of this connection, so that its ports are used again."""
        first, due = self._sides[side].first, self._sides[side].next
        return number != first if first is not None else due is not None

    def begin(self, side: int, number: int) -> None:
        """A SYN. The first byte has the next number."""
        of = self._sides[side]
        if of.next is None:
            of.first = number
            of.next = (number + 1) & _ALL

    def segment(
        self,
        side: int,
        number: int,
        ack: int | None,
        data: bytes,
        cut: int,
        is_last: bool,
        ts: float,
        packet: int,
    ) -> None:
        """A segment of `side`, of which `cut` bytes behind `data` were not recorded; `is_last` when it has
        a FIN. `packet` is the number of its packet."""
        of, other = self._sides[side], self._sides[1 - side]
        due = of.next
        if due is None:
            due = of.next = number
        if self._held or (
            ack is not None and other.next is not None and 0 < (ack - other.next) & _ALL < _HALF
        ):
            if data or cut or is_last or of.waiting:
                self._hold(_Waiting(side, number, ack, data, cut, is_last, ts, packet))
            self._wait()
            return
        if number == due and not of.waiting:
            if data or cut:
                self._give(side, data, cut, ts, packet)
            if is_last:
                self._finish(side)
            return
        self._place(_Waiting(side, number, ack, data, cut, is_last, ts, packet))
        self._go_on()
        if of.waiting:
            self._wait()

    def end(self, *, is_cut_off: bool = False) -> None:
        """Nothing more comes: what waits is given, with what is missing before it. `is_cut_off` when only the
        capture is over, and not the connection."""
        while not self.is_over and self.is_waiting:
            self._give_up_one()
        if not self.is_over:
            self.is_over = True
            self.stream.end(is_cut_off=is_cut_off)

    # --- What is in order --------------------------------------------------------------------------

    def _give(self, side: int, data: bytes, cut: int, ts: float, packet: int) -> None:
        """The next bytes of a side."""
        of, stream = self._sides[side], self.stream
        size = len(data) + cut
        of.place += size
        of.next = ((of.next or 0) + size) & _ALL
        self._latest = max(ts, self._latest)
        self._patience = MOST_WAITING
        if data:
            stream.feed(side, data, ts, packet)
        if cut:
            stream.missing(side, cut, ts, packet, _CUT)
        if stream.is_over:
            self._forget()

    def _finish(self, side: int) -> None:
        """A FIN, which takes a number as well."""
        of = self._sides[side]
        if of.is_done:
            return
        of.is_done = True
        of.next = ((of.next or 0) + 1) & _ALL
        of.place += 1
        if self._sides[1 - side].is_done:
            self.end()

    def _forget(self) -> None:
        self.is_over = True
        self._held.clear()
        for of in self._sides:
            of.waiting.clear()

    # --- What is not -------------------------------------------------------------------------------

    def _place(self, segment: _Waiting) -> None:
        """Put a segment where it belongs, unless all of it came before."""
        of = self._sides[segment.side]
        ahead = (segment.number - (of.next or 0)) & _ALL
        place = of.place + (ahead if ahead < _HALF else ahead - _NUMBERS)
        end = place + len(segment.data) + segment.cut + segment.is_last
        if end > of.place and place - of.place < _LARGEST_WINDOW:
            self._serial += 1
            heappush(of.waiting, (place, self._serial, segment))
            self._waiting_bytes += len(segment.data)

    def _hold(self, segment: _Waiting) -> None:
        self._held.append(segment)
        self._waiting_bytes += len(segment.data)

    def _go_on(self) -> None:
        """Give whatever is in order now."""
        is_news = True
        while is_news and not self.is_over:
            is_news = self._give_due(0) or self._give_due(1) or self._release()

    def _give_due(self, side: int) -> bool:
        """Give what waits and is due of a side; whether something was."""
        of = self._sides[side]
        is_news = False
        while of.waiting and of.waiting[0][0] <= of.place:
            place, _, segment = heappop(of.waiting)
            self._waiting_bytes -= len(segment.data)
            known = of.place - place
            data, cut = segment.data[known:], segment.cut
            cut -= max(0, known - len(segment.data))
            if data or cut > 0:
                is_news = True
                ts = max(segment.ts, self._latest)
                self._give(side, data, max(cut, 0), ts, segment.packet)
            if segment.is_last and not self.is_over:
                is_news = True
                self._finish(side)
            if self.is_over:
                return False
        return is_news

    def _release(self) -> bool:
        """Put the first of what is held in its place, if its sender had seen no more than there is."""
        if not self._held:
            return False
        segment = self._held[0]
        due = self._sides[1 - segment.side].next
        if segment.ack is not None and due is not None and 0 < (segment.ack - due) & _ALL < _HALF:
            return False
        self._held.popleft()
        self._waiting_bytes -= len(segment.data)
        self._place(segment)
        return True

    def _wait(self) -> None:
        """Another packet came, and something is still missing."""
        self._patience -= 1
        if self._patience < 0 or self._waiting_bytes > MOST_BYTES_WAITING:
            self._patience = MOST_WAITING
            while not self.is_over:
                self._give_up_one()
                if self._waiting_bytes <= MOST_BYTES_WAITING:
                    break

    def _give_up_one(self) -> None:
        """What is missing before the next thing that waits does not come any more."""
        sides = self._sides
        side = 0
        wanted: int | None = None
        if self._held:
            segment = self._held[0]
            side = 1 - segment.side
            due = sides[side].next
            if segment.ack is not None and due is not None:
                wanted = (segment.ack - due) & _ALL
        elif not sides[0].waiting or (
            sides[1].waiting and sides[1].waiting[0][1] < sides[0].waiting[0][1]
        ):
            side = 1
        of = sides[side]
        packet = self._held[0].packet if self._held else 0
        if of.waiting:
            place, _, first = of.waiting[0]
            if wanted is None or place - of.place < wanted:
                wanted, packet = place - of.place, first.packet
        if wanted is not None and 0 < wanted < _HALF:
            of.place += wanted
            of.next = ((of.next or 0) + wanted) & _ALL
            self.stream.missing(side, wanted, self._latest, packet, _NOT_THERE)
            if self.stream.is_over:
                self._forget()
                return
        self._go_on()


_CUT: Final = "packets were recorded in part only; record whole ones (tcpdump -s 0)"
_NOT_THERE: Final = (
    "a packet is not in the capture; record with a larger buffer, or nearer to one end"
)
