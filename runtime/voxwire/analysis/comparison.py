"""Two captures side by side: which types, fields and ways of a conversation only one of them has."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.analysis.observed import Observed
from voxwire.analysis.reading import ContentReader
from voxwire.capture.events import Closed, Connection, Frame, Lacks, Opened
from voxwire.checks.session.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol

_MOST_TYPES: Final = 1000
_OTHER: Final = "(other types)"
_LONGEST_PATH: Final = 100
"""Steps of a conversation that are kept: what goes in circles says no more."""


class Kind(NamedTuple):
    """A direction and type; None for frames that do not say theirs."""

    direction: Direction
    type: str | None

    def __str__(self) -> str:
        return f"{self.direction} {'(unknown)' if self.type is None else self.type}"


class Way(msgspec.Struct):
    """How one connection went."""

    path: list[str] = []
    """What led from one state to another, and its end."""
    frames: array[int] = msgspec.field(default_factory=lambda: array("H"))
    """The number of the kind of each frame."""
    is_closed: bool = False


class Field(msgspec.Struct, frozen=True):
    """How often a place in frames of one kind was there, and which JSON types it had."""

    count: int
    of: int
    types: tuple[str, ...]


class Side:
    """One of the two captures."""

    def __init__(self, protocol: AnyProtocol, numbers: dict[Kind, int]) -> None:
        """`numbers` of kinds are those of both."""
        self.frames = 0
        self.kinds: Final[Counter[Kind]] = Counter()
        self.ways: Final[list[Way]] = []
        self._numbers: Final = numbers
        self._reader: Final = ContentReader(protocol)
        conversation = Conversation(protocol)
        self._machine: Final = conversation.machine
        self._moving: Final = conversation.moving
        self._seen: Final[dict[Kind, Observed]] = {}

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Read the capture. Raises CaptureError where it cannot be read; what comes before counts."""
        del file
        ways: dict[Connection, Way] = {}
        for event in events:
            match event:
                case Opened(connection):
                    ways[connection] = Way([])
                    self.ways.append(ways[connection])
                case Frame(connection=connection):
                    self._frame(event, ways[connection])
                case Closed(connection=connection, code=code):
                    way = ways[connection]
                    if not way.is_closed:
                        way.is_closed = True
                        way.path.append(f"closed {code}")
        for connection, way in ways.items():
            if not way.is_closed and Lacks.CLOSE not in connection.lacks:
                way.path.append("lost")

    def _frame(self, frame: Frame, way: Way) -> None:
        self.frames += 1
        content = self._reader.content(frame)
        kind = Kind(frame.direction, None if content.type is None else str(content.type))
        if kind not in self._numbers and len(self._numbers) >= _MOST_TYPES:
            kind = Kind(frame.direction, _OTHER)
        number = self._numbers.setdefault(kind, len(self._numbers))
        self.kinds[kind] += 1
        way.frames.append(number)
        side = self._machine.frame_class(
            "server" if frame.direction == "s2c" else "client", content.type
        )
        if side in self._moving and len(way.path) < _LONGEST_PATH:
            way.path.append(str(content.type))
        if content.type is not None and content.data is not None:
            try:
                value = msgspec.json.decode(content.data)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                return
            self._seen.setdefault(kind, Observed()).add(value)

    def fields(self, kind: Kind) -> dict[str, Field]:
        """The places in frames of a kind, as JSON Pointers with ``*`` for any item and any key."""
        found: dict[str, Field] = {}
        observed = self._seen.get(kind)
        if observed is not None:
            _collect(observed, "", found)
        return found


def _collect(observed: Observed, at: str, found: dict[str, Field]) -> None:
    objects = observed.kinds["object"]
    if observed.items is not None:
        _place(observed.items, f"{at}/*", observed.items.count, found)
    if observed.values is not None:
        _place(observed.values, f"{at}/*", observed.values.count, found)
    for key, inner in (observed.keys or {}).items():
        _place(inner, f"{at}/{key.replace('~', '~0').replace('/', '~1')}", objects, found)


def _place(observed: Observed, at: str, of: int, found: dict[str, Field]) -> None:
    found[at] = Field(observed.count, of, tuple(sorted(observed.kinds)))
    _collect(observed, at, found)


class FieldDifference(NamedTuple):
    """A place that is not alike in frames of a kind that both have; None where it is not there."""

    kind: Kind
    pointer: str
    a: Field | None
    b: Field | None


class WayDifference(NamedTuple):
    """Two connections that did not go alike."""

    number: int
    alike: int
    """Frames at the start whose types are the same."""
    a: Kind | None
    """The next frame, or None where there is no more."""
    b: Kind | None
    path_a: tuple[str, ...]
    path_b: tuple[str, ...]


class Comparison:
    """Two captures of one protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._numbers: Final[dict[Kind, int]] = {}
        self.a: Final = Side(protocol, self._numbers)
        self.b: Final = Side(protocol, self._numbers)

    def types(self) -> Iterator[tuple[Kind, int, int]]:
        """Kinds of frames of which there are not equally many, servers' first, in the order of types."""
        kinds = sorted({*self.a.kinds, *self.b.kinds}, key=lambda k: (k[0] != "s2c", k[1] or ""))
        for kind in kinds:
            a, b = self.a.kinds[kind], self.b.kinds[kind]
            if a != b:
                yield kind, a, b

    def fields(self) -> Iterator[FieldDifference]:
        """Places in frames of kinds that both have: there in one only, with other types, or always in one."""
        for kind in sorted({*self.a.kinds} & {*self.b.kinds}, key=str):
            in_a, in_b = self.a.fields(kind), self.b.fields(kind)
            for pointer in dict.fromkeys((*in_a, *in_b)):
                a, b = in_a.get(pointer), in_b.get(pointer)
                if not _is_alike(a, b) and not self._is_said(pointer, in_a, in_b):
                    yield FieldDifference(kind, pointer, a, b)

    def _is_said(self, pointer: str, in_a: dict[str, Any], in_b: dict[str, Any]) -> bool:
        """Whether what holds it is there in one only, which says it all."""
        parent = pointer.rpartition("/")[0]
        return bool(parent) and (parent in in_a) is not (parent in in_b)

    def ways(self) -> Iterator[WayDifference]:
        """Connections, by their order, that went another way; those that only one has."""
        kinds = list(self._numbers)
        for index in range(max(len(self.a.ways), len(self.b.ways))):
            a = self.a.ways[index] if index < len(self.a.ways) else Way([])
            b = self.b.ways[index] if index < len(self.b.ways) else Way([])
            if a.frames == b.frames and a.path == b.path:
                continue
            alike = _alike(a.frames, b.frames)
            next_a, next_b = (
                kinds[way.frames[alike]] if alike < len(way.frames) else None for way in (a, b)
            )
            yield WayDifference(index + 1, alike, next_a, next_b, tuple(a.path), tuple(b.path))


def _is_alike(a: Field | None, b: Field | None) -> bool:
    if a is None or b is None:
        return False
    return a.types == b.types and (a.count == a.of) is (b.count == b.of)


def _alike(a: array[int], b: array[int]) -> int:
    """How many of the first are the same."""
    for index, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return index
    return min(len(a), len(b))
