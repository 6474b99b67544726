"""What traffic shows that the schema does not say, by walking over both alongside.

Types are followed by their names, so that what is new about one is said once, wherever it is used.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from voxwire.analysis.observed import Kind, Observed, kind_of
from voxwire.analysis.reading import ContentReader
from voxwire.analysis.shape_kinds import kinds_of
from voxwire.capture.events import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol
    from voxwire.protocol.shapes import Shapes

_MOST_NEW: Final = 200
"""New types, new keys of a record, and new values of an enum that are told apart."""

Section = Literal["client", "server", "types", "envelope"]
What = Literal[
    "new message",
    "new key",
    "new values",
    "new variant",
    "other type",
    "missing",
    "always there",
    "never there",
]


class Place(msgspec.Struct, frozen=True):
    """Where in a schema something is said: the file, and the keys that lead there."""

    section: Section
    path: tuple[str, ...]

    def __truediv__(self, step: str) -> Place:
        return Place(self.section, (*self.path, step))


class Difference(msgspec.Struct, frozen=True):
    """Something that the schema does not say. `of` is how many there were that may have shown it."""

    what: What
    place: Place
    count: int
    of: int
    first: str
    """The frame that showed it first, such as ``file#c1:12``; empty where none does."""
    name: str = ""
    """The key or type."""
    values: tuple[str | int | bool, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """The JSON types that are due, where another came."""
    observed: Observed | None = None
    is_numbered: bool = False
    """Whether frames of a new message have sequence numbers."""


class Drift:
    """Compares the frames of captures with the shapes of a protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.protocol: Final = protocol
        self.frames = 0
        envelope = protocol.envelope
        self._reader: Final = ContentReader(protocol)
        self._head: Final = {envelope.type_key, envelope.sequence_key}
        self._payload_key: Final = envelope.payload_key
        self._walk: Final = _Walk(protocol.shapes)
        self._frames: Final[dict[tuple[Direction, object], _Record]] = {}
        for type_, shape in protocol.shapes.client.items():
            self._frames["c2s", type_] = _Record(self._walk, shape, _message("c2s", type_))
        for type_, shape in protocol.shapes.server.items():
            self._frames["s2c", type_] = _Record(self._walk, shape, _message("s2c", type_))
        self._unknown: Final[dict[tuple[Direction, str | int], _Unknown]] = {}

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Compare a file. Raises CaptureError where it cannot be read."""
        for event in events:
            if isinstance(event, Frame):
                self._frame(event, f"{file}#c{event.connection.number}:{event.number}")

    def _frame(self, frame: Frame, where: str) -> None:
        self.frames += 1
        content = self._reader.content(frame)
        if content.data is None or content.type is None:
            return
        try:
            value = msgspec.json.decode(content.data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return
        fields = {key: inner for key, inner in value.items() if key not in self._head}
        key = frame.direction, content.type
        known = self._frames.get(key)
        if known is not None:
            known.see(fields, where)
        elif key in self._unknown or len(self._unknown) < _MOST_NEW:
            unknown = self._unknown.setdefault(key, _Unknown(where))
            unknown.observed.add(fields)
            unknown.numbered += content.seq is not None

    def differences(self, enough: int) -> Iterator[Difference]:
        """All of them; that a key is always or never there is said from so many records on."""
        for frame in self._frames.values():
            for found in frame.differences(enough):
                yield self._of_frame(found)
        for part in self._walk.named.values():
            yield from part.differences(enough)
        for (way, type_), unknown in self._unknown.items():
            yield Difference(
                "new message",
                _message(way, type_),
                unknown.observed.count,
                self.frames,
                unknown.first,
                str(type_),
                observed=unknown.observed,
                is_numbered=unknown.numbered > 0,
            )

    def _of_frame(self, found: Difference) -> Difference:
        """What is new about the keys of a frame is about the envelope; its payload stands for itself."""
        path = found.place.path
        payload = self._payload_key
        if payload is None or len(path) < 4 or path[2] != "properties":
            if payload is not None and len(path) == 2 and found.what == "new key":
                return msgspec.structs.replace(found, place=Place("envelope", ("envelope",)))
            return found
        rest = path[4:]
        step = ("payload", *rest) if path[3] == payload else ("keys", path[3], *rest)
        return msgspec.structs.replace(found, place=Place(found.place.section, (*path[:2], *step)))


class _Unknown(msgspec.Struct):
    """The frames of a type that is not known."""

    first: str
    observed: Observed = msgspec.field(default_factory=Observed)
    numbered: int = 0


def _message(way: Direction, type_: object) -> Place:
    return Place("client" if way == "c2s" else "server", ("messages", str(type_)))


class _Part:
    """A value at a place of the schema."""

    def see(self, value: Any, where: str) -> None:
        """One more."""

    def differences(self, enough: int) -> Iterator[Difference]:
        """What is new about it."""
        del enough
        yield from ()


class _Walk:
    """Makes parts of shapes; those of named types are shared."""

    def __init__(self, shapes: Shapes) -> None:
        self._types: Final = shapes.types
        self.named: Final[dict[str, _Part]] = {}

    def part(self, shape: Any, place: Place, *, lenient: bool = False) -> _Part:
        """The part of a shape; `lenient` where anything may come."""
        match type(shape).__name__:
            case "Named":
                return self._checked(shape, place, self._named(shape.name), lenient or shape.open)
            case "Record":
                return self._checked(shape, place, _Record(self, shape, place), lenient)
            case "Values":
                return self._checked(shape, place, _Values(shape, place), lenient)
            case "Items":
                inner = self.part(shape.item, place / "items")
                return self._checked(shape, place, _Items(inner), lenient)
            case "Entries":
                inner = self.part(shape.value, place / "additionalProperties")
                return self._checked(shape, place, _Entries(inner), lenient)
            case "Choice":
                arms = [
                    (self.kinds(arm), self.part(arm, place, lenient=True)) for arm in shape.arms
                ]
                return self._checked(shape, place, _Choice(arms), lenient)
            case "Tagged":
                return self._checked(shape, place, _Tagged(self, shape, place), lenient)
        return self._checked(shape, place, _Part(), lenient)

    def named_record(self, name: str) -> _Part:
        """The part of a named record."""
        return self._named(name)

    def _named(self, name: str) -> _Part:
        if name not in self.named:
            self.named[name] = _Later()
            later = self.named[name]
            assert isinstance(later, _Later)
            later.part = self.part(self._types[name], Place("types", ("types", name)), lenient=True)
        return self.named[name]

    def _checked(self, shape: Any, place: Place, part: _Part, lenient: bool) -> _Part:
        kinds = self.kinds(shape)
        is_named = type(shape).__name__ == "Named"
        if lenient or kinds is None:
            return _Elsewhere(part) if is_named else part
        if is_named:
            return _Typed(_Elsewhere(part), kinds, place, shape.name)
        return _Typed(part, kinds, place)

    def kinds(self, shape: Any) -> frozenset[Kind] | None:
        """The JSON types that a shape takes; None for all."""
        return kinds_of(shape, self._types)


class _Later(_Part):
    """A named type, which may hold itself."""

    part: _Part

    def see(self, value: Any, where: str) -> None:
        self.part.see(value, where)

    def differences(self, enough: int) -> Iterator[Difference]:
        yield from self.part.differences(enough)


class _Elsewhere(_Part):
    """A use of a named type: what is new about that is said there."""

    def __init__(self, part: _Part) -> None:
        self._part: Final = part

    def see(self, value: Any, where: str) -> None:
        self._part.see(value, where)


class _Typed(_Part):
    """Notices values of another JSON type."""

    def __init__(self, part: _Part, kinds: frozenset[Kind], place: Place, name: str = "") -> None:
        self._name: Final = name
        self._part: Final = part
        self._kinds: Final = kinds
        self._place: Final = place
        self._count = 0
        self._others: Final[dict[Kind, tuple[Observed, str]]] = {}

    def see(self, value: Any, where: str) -> None:
        self._count += 1
        kind = kind_of(value)
        if kind in self._kinds:
            self._part.see(value, where)
            return
        observed, _ = self._others.setdefault(kind, (Observed(), where))
        observed.add(value)

    def differences(self, enough: int) -> Iterator[Difference]:
        for observed, first in self._others.values():
            yield Difference(
                "other type",
                self._place,
                observed.count,
                self._count,
                first,
                self._name,
                kinds=tuple(sorted(self._kinds)),
                observed=observed,
            )
        yield from self._part.differences(enough)


class _Values(_Part):
    def __init__(self, shape: Any, place: Place) -> None:
        self._known: Final = {(type(value), value) for value in shape.values}
        self._place: Final = place
        self._count = 0
        self._new: Final[Counter[str | int | bool]] = Counter()
        self._first = ""

    def see(self, value: Any, where: str) -> None:
        self._count += 1
        if not isinstance(value, str | int) or (type(value), value) in self._known:
            return
        self._first = self._first or where
        if value in self._new or len(self._new) < _MOST_NEW:
            self._new[value] += 1

    def differences(self, enough: int) -> Iterator[Difference]:
        del enough
        if self._new:
            count = sum(self._new.values())
            yield Difference(
                "new values",
                self._place,
                count,
                self._count,
                self._first,
                values=tuple(sorted(self._new, key=str)),
            )


class _Items(_Part):
    def __init__(self, part: _Part) -> None:
        self._part: Final = part

    def see(self, value: Any, where: str) -> None:
        if isinstance(value, list):
            for item in value:
                self._part.see(item, where)

    def differences(self, enough: int) -> Iterator[Difference]:
        yield from self._part.differences(enough)


class _Entries(_Items):
    def see(self, value: Any, where: str) -> None:
        if isinstance(value, dict):
            super().see(list(value.values()), where)


class _Choice(_Part):
    def __init__(self, arms: list[tuple[frozenset[Kind] | None, _Part]]) -> None:
        self._arms: Final = arms

    def see(self, value: Any, where: str) -> None:
        kind = kind_of(value)
        for kinds, part in self._arms:
            if kinds is None or kind in kinds:
                part.see(value, where)
                return

    def differences(self, enough: int) -> Iterator[Difference]:
        for _, part in self._arms:
            yield from part.differences(enough)


class _Tagged(_Part):
    """One of several records. An unknown one shows by the value that tells it apart."""

    def __init__(self, walk: _Walk, shape: Any, place: Place) -> None:
        self._key: Final = shape.key
        self._arms: Final = {
            value: walk.named_record(name) for value, name in shape.records.items()
        }
        self._place: Final = place
        self._count = 0
        self._new: Final[dict[str | int, tuple[Observed, str]]] = {}

    def see(self, value: Any, where: str) -> None:
        self._count += 1
        tag = value.get(self._key) if isinstance(value, dict) else None
        if not isinstance(tag, str | int):
            return
        if tag in self._arms:
            self._arms[tag].see(value, where)
        elif tag in self._new or len(self._new) < _MOST_NEW:
            observed, _ = self._new.setdefault(tag, (Observed(), where))
            observed.add(value)

    def differences(self, enough: int) -> Iterator[Difference]:
        del enough
        for tag, (observed, first) in self._new.items():
            yield Difference(
                "new variant",
                self._place,
                observed.count,
                self._count,
                first,
                str(tag),
                values=(tag,),
                observed=observed,
            )


class _Record(_Part):
    def __init__(self, walk: _Walk, shape: Any, place: Place) -> None:
        self._place: Final = place
        self._takes_others: Final = shape.extra
        self._keys: Final = {
            key.name: (
                key,
                walk.part(key.shape, place / "properties" / key.name, lenient=key.relayed),
            )
            for key in shape.keys
        }
        self._count = 0
        self._present: Final[Counter[str]] = Counter()
        self._new: Final[dict[str, tuple[Observed, str]]] = {}
        self._lacking: Final[dict[str, str]] = {}

    def see(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            return
        self._count += 1
        for name, inner in value.items():
            known = self._keys.get(name)
            if known is not None:
                self._present[name] += 1
                known[1].see(inner, where)
            elif not self._takes_others and (name in self._new or len(self._new) < _MOST_NEW):
                observed, _ = self._new.setdefault(name, (Observed(), where))
                observed.add(inner)
        for name, (key, _) in self._keys.items():
            if key.required and name not in value:
                self._lacking.setdefault(name, where)

    def differences(self, enough: int) -> Iterator[Difference]:
        count = self._count
        for name, (observed, first) in self._new.items():
            yield Difference(
                "new key", self._place, observed.count, count, first, name, observed=observed
            )
        for name, (key, part) in self._keys.items():
            present = self._present[name]
            if name in self._lacking and not key.relayed:
                first = self._lacking[name]
                yield Difference("missing", self._place, count - present, count, first, name)
            elif not key.required and count >= enough and present == count:
                yield Difference("always there", self._place, present, count, "", name)
            elif not key.required and count >= enough and not present:
                yield Difference("never there", self._place, 0, count, "", name)
            yield from part.differences(enough)
