"""One TCP connection (RFC 9293): the bytes of both sides in order, out of its segments.

Segments come late, twice, and in pieces that overlap; numbers begin anew at 2^32; some are not in the
capture at all. A segment waits for what comes before it, and also for what its sender had received, as its
acknowledgement says: so both directions stay in the order in which the sides saw them. Where the SYN is not
there, what comes first may have followed on what comes later: that is said, and not put anywhere.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.streams.output import MOST_HELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.streams.conversation import Conversation
    from voxwire.capture.streams.output import StreamOutput

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

_ALL: Final = 0xFFFFFFFF
_NUMBERS: Final = 1 << 32
_HALF: Final = 1 << 31
_LARGEST_WINDOW: Final = 1 << 30
"""Bytes that can be on the way at most (RFC 7323, section 2.3): what is further ahead is of no use."""

_FAR: Final = 1 << 24
"""Bytes that hardly anybody has on the way: what is further from what was due begins another connection."""

MOST_WAITING: Final = 1000
"""Packets of a connection for which it waits for missing ones. Whoever writes packets out of order (several
cores, several interfaces, merged files) does so by fewer."""
MOST_BYTES_WAITING: Final = 4 << 20
"""Bytes of a connection that wait for missing ones."""


_AROUND: Final = 200
"""Bytes that a segment takes besides its content, however short it is."""


class _Waiting(NamedTuple):
    """A segment that waits."""

    side: int
    number: int
    """Of its first byte, as it was sent."""
    ack: int | None
    """Up to where its sender had received the other side."""
    data: bytes
    cut: int
    """Bytes behind `data` that were not recorded."""
    is_last: bool
    ts: float
    packet: int


class _Side:
    """What one side sent."""

    __slots__ = ("acked", "begun", "first", "held", "is_done", "next", "place", "waiting")

    def __init__(self) -> None:
        self.first: int | None = None
        """The number of its SYN."""
        self.begun = 0
        """The first number that was seen."""
        self.acked: int | None = None
        """The number up to which the other side had received it all when it sent what was given before anything
        was seen of it; None where nothing was, or nothing before that can come any more."""
        self.next: int | None = None
        """The number that is due; None before anything was seen."""
        self.place = 0
        """How many bytes came before."""
        self.waiting: list[tuple[int, int, _Waiting]] = []
        """Segments that wait for what comes before them: a heap by place, with the order in which they came."""
        self.held: list[tuple[int, int, _Waiting]] = []
        """Segments that wait for what their sender had received: the same by place of the other side."""
        self.is_done = False
        """Whether nothing comes after this."""

    def was_acked(self, ack: int | None) -> None:
        """What is given of the other side was sent when it had received this one up to `ack`."""
        if ack is not None and (self.acked is None or (ack - self.acked) & _ALL < _HALF):
            self.acked = ack


class TcpConnection:
    """Both sides, 0 and 1; bytes go to `stream` as soon as they are in order."""

    __slots__ = (
        "_latest",
        "_output",
        "_patience",
        "_serial",
        "_sides",
        "_waiting_bytes",
        "is_over",
        "is_waiting",
        "names",
        "stream",
    )

    def __init__(
        self, stream: Conversation, names: tuple[bytes, bytes], output: StreamOutput
    ) -> None:
        self.stream: Final = stream
        self._output: Final = output
        self.names: Final = names
        """What it is found by, in either direction."""
        self.is_over = False
        """Whether nothing more is read of it."""
        self.is_waiting = False
        """Whether something is missing."""
        self._sides: Final = (_Side(), _Side())
        self._waiting_bytes = 0
        self._patience = MOST_WAITING
        self._latest = 0.0
        """The time of what was given last: what was late has none before."""
        self._serial = 0

    def begins_anew(self, side: int, number: int) -> bool:
        """Whether a SYN with this number cannot be of this connection, so that its ports are used again."""
        of = self._sides[side]
        if of.first is not None:
            return number != of.first
        return of.next is not None and (of.begun - number - 1) & _ALL > MOST_BYTES_WAITING

    def begin(self, side: int, number: int) -> None:
        """A SYN. The first byte has the next number."""
        of = self._sides[side]
        of.first = number
        if of.next is None:
            self._begin(side, (number + 1) & _ALL)

    def is_of_another(self, side: int, number: int, size: int) -> bool:
        """Whether a segment can only be of another connection between the same ports, whose SYN is not in the
        capture. To be asked when this one is over."""
        of = self._sides[side]
        if of.next is None or (number - of.next + _FAR) & _ALL <= 2 * _FAR:
            of.next = (number + size) & _ALL
            return False
        return True

    def can_reset(self, side: int, number: int) -> bool:
        """Whether a RST with this number ends the connection; receivers ignore others."""
        due = self._sides[side].next
        return due is None or (number - due) & _ALL < _LARGEST_WINDOW

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
        if of.next is None:
            self._begin(side, number)
        if of.acked is not None and (data or cut):
            self._say_late(side, number, len(data) + cut, ts, packet)
        ahead = 0 if ack is None or other.next is None else (ack - other.next) & _ALL
        if number == of.next and not self.is_waiting and not 0 < ahead < _LARGEST_WINDOW:
            if other.next is None:
                other.was_acked(ack)
            if data or cut:
                self._give(side, data, cut, ts, packet)
            if is_last:
                self._finish(side)
            return
        if data or cut or is_last:
            segment = _Waiting(side, number, ack, data, cut, is_last, ts, packet)
            if 0 < ahead < _LARGEST_WINDOW:
                self._put(of.held, other.place + ahead, segment)
            else:
                self._sort(segment)
            self._go_on()
        if self.is_waiting and not self.is_over:
            self._wait()

    def _say_late(self, side: int, number: int, size: int, ts: float, packet: int) -> None:
        """Say of the first segments of a side that they stand behind what the other side sent when it had
        received them."""
        of = self._sides[side]
        known = ((of.acked or 0) - number) & _ALL
        if not 0 < known < _FAR:
            of.acked = None
        elif size > 1 or known > 1:  # otherwise it asks only whether the other side is there
            self.stream.late(side, min(known, size), ts, packet)

    def end(self, *, is_cut_off: bool = False) -> None:
        """Nothing more comes: what waits is given, with what is missing before it. `is_cut_off` when only the
        capture is over, and not the connection."""
        while self.is_waiting and not self.is_over:
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
        if ts > self._latest:
            self._latest = ts
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
        self._drop(of)  # nothing can come behind it
        if self._sides[1 - side].is_done:
            self._forget()
            self.stream.end(is_cut_off=False)

    def _forget(self) -> None:
        self.is_over = True
        self.is_waiting = False
        for of in self._sides:
            self._drop(of)

    def _drop(self, of: _Side) -> None:
        for heap in (of.waiting, of.held):
            self._count(-sum(_size(segment) for _, _, segment in heap))
            heap.clear()

    def _count(self, size: int) -> None:
        """So many bytes wait besides."""
        self._waiting_bytes += size
        self._output.held += size

    # --- What is not -------------------------------------------------------------------------------

    def _begin(self, side: int, number: int) -> None:
        """The first number that is known of a side: what waits of the other one may have been sent later."""
        of, other = self._sides[side], self._sides[1 - side]
        of.next = of.begun = number
        waiting, other.waiting = other.waiting, []
        for place, serial, segment in waiting:
            ahead = 0 if segment.ack is None else (segment.ack - number) & _ALL
            if 0 < ahead < _LARGEST_WINDOW:
                heappush(other.held, (of.place + ahead, serial, segment))
            else:
                heappush(other.waiting, (place, serial, segment))

    def _put(self, heap: list[tuple[int, int, _Waiting]], place: int, segment: _Waiting) -> None:
        self._serial += 1
        heappush(heap, (place, self._serial, segment))
        self._count(_size(segment))
        self.is_waiting = True

    def _sort(self, segment: _Waiting) -> None:
        """Put a segment where it belongs, unless all of it came before."""
        of = self._sides[segment.side]
        ahead = (segment.number - (of.next or 0)) & _ALL
        place = of.place + (ahead if ahead < _HALF else ahead - _NUMBERS)
        end = place + len(segment.data) + segment.cut + segment.is_last
        if -_FAR < place < 0 and (of.first is None or of.begun != (of.first + 1) & _ALL):
            size = min(end, 0) - place
            if size > 1 or place < -1:  # otherwise it asks only whether the other side is there
                self.stream.late(segment.side, size, segment.ts, segment.packet)
        if end > of.place and place - of.place < _LARGEST_WINDOW:
            self._put(of.waiting, place, segment)

    def _go_on(self) -> None:
        """Give whatever is in order now."""
        is_news = True
        while is_news and not self.is_over:
            is_news = self._give_due(0) or self._give_due(1) or self._release(0) or self._release(1)
        self.is_waiting = any(of.waiting or of.held for of in self._sides)

    def _give_due(self, side: int) -> bool:
        """Give what waits and is due of a side; whether something was."""
        of = self._sides[side]
        is_news = False
        while of.waiting and of.waiting[0][0] <= of.place:
            place, _, segment = heappop(of.waiting)
            self._count(-_size(segment))
            known = of.place - place
            data = segment.data[known:]
            cut = segment.cut - max(0, known - len(segment.data))
            if data or cut > 0:
                is_news = True
                if self._sides[1 - side].next is None:
                    self._sides[1 - side].was_acked(segment.ack)
                self._give(side, data, max(cut, 0), max(segment.ts, self._latest), segment.packet)
            if segment.is_last and not self.is_over:
                is_news = True
                self._finish(side)
            if self.is_over:
                return False
        return is_news

    def _release(self, side: int) -> bool:
        """Sort in what was held of a side, as far as its sender had seen no more than there is; whether
        something was held."""
        of, other = self._sides[side], self._sides[1 - side]
        is_news = False
        while of.held and of.held[0][0] <= other.place:
            _, _, segment = heappop(of.held)
            self._count(-_size(segment))
            self._sort(segment)
            is_news = True
        return is_news

    def _wait(self) -> None:
        """Another packet came, and something is still missing."""
        self._patience -= 1
        if self._patience < 0:
            self._patience = MOST_WAITING
            self._give_up_one()
        while self.is_waiting and (
            self._waiting_bytes > MOST_BYTES_WAITING or self._output.held > MOST_HELD
        ):
            self._give_up_one()

    def _give_up_one(self) -> None:
        """What is missing before the first packet that waits does not come any more."""
        holes = [hole for side in (0, 1) for hole in self._holes(side)]
        _, side, _, _ = min(holes)
        _, _, size, packet = min(
            (hole for hole in holes if hole[1] == side), key=lambda hole: hole[2:]
        )
        of = self._sides[side]
        of.place += size
        of.next = ((of.next or 0) + size) & _ALL
        self.stream.missing(side, size, self._latest, packet, _NOT_THERE)
        if self.stream.is_over:
            self._forget()
        else:
            self._go_on()

    def _holes(self, side: int) -> Iterator[tuple[int, int, int, int]]:
        """What is missing of a side: when that showed first, the side, how many bytes, and the packet that
        comes after them."""
        of, other = self._sides[side], self._sides[1 - side]
        for heap in (of.waiting, other.held):
            if heap:
                place, serial, segment = heap[0]
                yield serial, side, place - of.place, segment.packet


def _size(segment: _Waiting) -> int:
    return len(segment.data) + _AROUND


_CUT: Final = "packets were recorded in part only; record whole ones (tcpdump -s 0)"
_NOT_THERE: Final = (
    "a packet is not in the capture; record with a larger buffer, or nearer to one end"
)
