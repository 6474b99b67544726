"""Counts the traffic of captures: types, sizes, rates, numbers, heartbeats, and how connections end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from voxwire.analysis.distribution import Distribution
from voxwire.analysis.reading import ContentReader
from voxwire.analysis.tears import Tears, Wholeness
from voxwire.capture.events import BadLine, Closed, Connection, Frame, Gap, Lacks, Opened
from voxwire.errors import CaptureError
from voxwire.masking import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.analysis.reading import Content
    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, MessageType
    from voxwire.protocol.roles import Role

_MOST_TYPES: Final = 1000
_OTHER_TYPES: Final = "(other types)"
"""Directions and types that are counted apart; a hostile peer may make up any number."""

_MOST_UNANSWERED: Final = 100
"""Heartbeats of a connection whose answers are waited for."""

_LONGEST_NAME: Final = 100

Ending = Literal["closed", "lost", "not recorded"]


class TypeCount:
    """The frames of one direction and type; None for those that do not say theirs."""

    def __init__(self, direction: Direction, type_: str | None) -> None:
        self.direction: Final = direction
        self.type: Final = type_
        self.sizes: Final = Distribution()
        """Bytes of their JSON."""


class Numbers(msgspec.Struct):
    """The sequence numbers of a connection."""

    first: int | None = None
    last: int | None = None
    gaps: int = 0
    """Places where numbers are missing."""
    missing: int = 0
    """Numbers that are missing there."""
    repeated: int = 0
    """Numbers that are not greater than one before."""

    def add(self, seq: int) -> None:
        """The number of the next frame."""
        if self.first is None or self.last is None:
            self.first = self.last = seq
        elif seq <= self.last:
            self.repeated += 1
        else:
            if seq > self.last + 1:
                self.gaps += 1
                self.missing += seq - self.last - 1
            self.last = seq


class ConnectionCount:
    """One connection of a file with these `tears`."""

    def __init__(self, file: str, connection: Connection, number: int, tears: Tears) -> None:
        self.file: Final = file
        self.number: Final = number
        self.connection: Final = connection
        self.frames: Final[dict[Direction, int]] = {"s2c": 0, "c2s": 0}
        self.numbers: Final = Numbers()
        self.peak: Final[dict[Direction, int]] = {"s2c": 0, "c2s": 0}
        """The most frames in one second of the clock."""
        self.close: tuple[int, str] | None = None
        self.gaps = 0
        """Places where something of it is missing in the capture."""
        self.latest = connection.started
        self._whole: Final = Wholeness(tears)
        self._second: Final[dict[Direction, tuple[int, int]]] = {"s2c": (0, 0), "c2s": (0, 0)}
        self.unanswered: Final[dict[str, list[float]]] = {}
        self.beaten: Final[dict[str, float]] = {}
        """When the latest heartbeat came."""

    @property
    def is_timed(self) -> bool:
        """Whether its times are Unix time."""
        return self.connection.times not in ("missing", "unknown")

    @property
    def seconds(self) -> float | None:
        """From its start to what was seen last; None where there are no times."""
        return max(0.0, self.latest - self.connection.started) if self.is_timed else None

    @property
    def ending(self) -> Ending:
        """How it ended, as far as the capture can say."""
        if self.close is not None:
            return "closed"
        is_known = Lacks.CLOSE not in self.connection.lacks and not self._whole.is_torn
        return "lost" if is_known else "not recorded"

    def tear(self) -> None:
        """Something of it is missing here."""
        self.gaps += 1
        self._whole.tear()

    def add(self, frame: Frame) -> None:
        """Count a frame."""
        if self._whole.is_torn:  # an answer, or the heartbeat before this one, may be missing
            self.unanswered.clear()
            self.beaten.clear()
            self._whole.go_on()
        way = frame.direction
        self.frames[way] += 1
        self.latest = max(self.latest, frame.ts)
        if not self.is_timed:
            return
        second, count = self._second[way]
        now = int(frame.ts)
        count = count + 1 if now == second else 1
        self._second[way] = now, count
        self.peak[way] = max(self.peak[way], count)


class Traffic:
    """All that is counted in some captures of one protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.files = 0
        self.connections: Final[list[ConnectionCount]] = []
        self.broken = 0
        """Lines and parts that could not be read."""
        self.compressed: Final[dict[Direction, int]] = {"s2c": 0, "c2s": 0}
        """Bytes of compressed messages, as sent."""
        self.decompressed: Final[dict[Direction, int]] = {"s2c": 0, "c2s": 0}
        """Bytes of their JSON."""
        self.undecompressed = 0
        """Binary messages that cannot be decompressed."""
        self.round_trips: Final[dict[str, Distribution]] = {}
        """Microseconds from heartbeats to their answers, by the type of the heartbeat."""
        self.intervals: Final[dict[str, Distribution]] = {}
        """Microseconds from heartbeats to the next of their connections."""
        self.heartbeats: Final[dict[str, int]] = {}
        self._tears = Tears()
        self._known: Final[dict[Connection, ConnectionCount]] = {}
        self._types: Final[dict[tuple[Direction, str | None], TypeCount]] = {}
        self._reader: Final = ContentReader(protocol)
        self._beats: Final = _Beats(protocol)
        for name in self._beats.names:
            self.round_trips[name] = Distribution()
            self.intervals[name] = Distribution()
            self.heartbeats[name] = 0

    @property
    def types(self) -> list[TypeCount]:
        """Servers' first, most frequent first."""
        return sorted(
            self._types.values(),
            key=lambda one: (one.direction != "s2c", -one.sizes.count, one.type or ""),
        )

    @property
    def frames(self) -> int:
        """All of them."""
        return sum(sum(one.frames.values()) for one in self.connections)

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Count a file. Raises CaptureError where it cannot be read; what comes before is counted."""
        self.files += 1
        self._tears = Tears()
        try:
            for event in events:
                self.see(file, event)
        except CaptureError:
            self.cut()
            raise

    def cut(self) -> None:
        """The file could not be read on: how connections ended is not known."""
        self._tears.count += 1

    def see(self, file: str, event: CaptureEvent) -> Content | None:
        """Count an event; gives what is in it where it is a frame."""
        known = self._known
        match event:
            case Opened(connection):
                count = ConnectionCount(file, connection, connection.number, self._tears)
                known[connection] = count
                self.connections.append(count)
            case Frame(connection=connection):
                return self._frame(known[connection], event)
            case Closed(connection=connection, code=code, reason=reason):
                count = known[connection]
                count.latest = max(count.latest, event.ts)
                if count.close is None:
                    count.close = code, mask_secrets(reason)
            case Gap(connection=connection):
                known[connection].tear()
            case BadLine():
                self.broken += 1
                self._tears.count += 1
        return None

    def _frame(self, count: ConnectionCount, frame: Frame) -> Content:
        count.add(frame)
        content = self._reader.content(frame)
        way = frame.direction
        if content.data is None:
            self.undecompressed += 1
            size = len(frame.data)
        else:
            size = len(content.data)
            if content.is_compressed:
                self.compressed[way] += len(frame.data)
                self.decompressed[way] += size
        self._type(way, content.type).sizes.add(size)
        if content.seq is not None and way == "s2c":
            count.numbers.add(content.seq)
        self._beat(count, frame, content)
        return content

    def _type(self, way: Direction, type_: MessageType | None) -> TypeCount:
        name = None if type_ is None else counted_type(type_)
        found = self._types.get((way, name))
        if found is None:
            if len(self._types) >= _MOST_TYPES:
                name = _OTHER_TYPES
            found = self._types.setdefault((way, name), TypeCount(way, name))
        return found

    def _beat(self, count: ConnectionCount, frame: Frame, content: Content) -> None:
        key = (frame.direction, content.type)
        name = self._beats.asked.get(key)
        if name is not None:
            self.heartbeats[name] += 1
            before = count.beaten.get(name)
            if before is not None and count.is_timed and frame.ts >= before:
                self.intervals[name].add(round((frame.ts - before) * 1e6))
            count.beaten[name] = frame.ts
            waiting = count.unanswered.setdefault(name, [])
            if len(waiting) < _MOST_UNANSWERED:
                waiting.append(frame.ts)
        name = self._beats.answered.get(key)
        if name is not None and count.unanswered.get(name):
            asked = count.unanswered[name].pop(0)
            if count.is_timed and frame.ts >= asked:
                self.round_trips[name].add(round((frame.ts - asked) * 1e6))


def counted_type(type_: MessageType) -> str:
    """The name under which messages of a type are counted."""
    return mask_secrets(str(type_))[:_LONGEST_NAME]


class _Beats:
    """Which messages are heartbeats and which their answers, each by direction and type."""

    def __init__(self, protocol: AnyProtocol) -> None:
        roles = protocol.session.roles
        pairs = (
            (roles.heartbeat, roles.heartbeat_answer),
            (roles.server_heartbeat, roles.server_heartbeat_answer),
        )
        self.asked: Final[dict[tuple[Direction, object], str]] = {}
        self.answered: Final[dict[tuple[Direction, object], str]] = {}
        for beat, answer in pairs:
            if beat is not None:
                self.asked[_key(beat)] = str(beat.type)
                if answer is not None:
                    self.answered[_key(answer)] = str(beat.type)

    @property
    def names(self) -> list[str]:
        """The types of heartbeats."""
        return list(self.asked.values())


def _key(role: Role) -> tuple[Direction, object]:
    return ("c2s" if role.side == "client" else "s2c"), role.type
