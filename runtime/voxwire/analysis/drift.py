"""What traffic shows that the schema does not say, by walking over both alongside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.analysis.drift_bounds import Bounds, Message
from voxwire.analysis.drift_difference import SchemaDifference
from voxwire.analysis.drift_parts import MOST_NEW, Record, Seen, Walk
from voxwire.analysis.evidence import Sight
from voxwire.analysis.reading import ContentReader
from voxwire.analysis.schema_place import SchemaPlace
from voxwire.capture.events import Frame, Opened
from voxwire.errors import DecodeError
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol


class Drift:
    """Compares the frames of captures with the shapes of a protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self.protocol: Final = protocol
        self.frames = 0
        self._connections = 0
        envelope = protocol.envelope
        self._reader: Final = ContentReader(protocol)
        self._head: Final = {envelope.type_key, envelope.sequence_key}
        self._payload_key: Final = envelope.payload_key
        self._keys: Final = envelope.keys
        codec = Codec.of(protocol)
        self._decode: Final = {"s2c": codec.decode_server, "c2s": codec.decode_client}
        self._walk: Final = Walk(protocol.shapes)
        self._bounds: Final = Bounds(protocol.shapes.types)
        self._frames: Final[dict[tuple[Direction, object], tuple[Record, Message]]] = {}
        for type_, shape in protocol.shapes.client.items():
            self._add_known("c2s", type_, shape)
        for type_, shape in protocol.shapes.server.items():
            self._add_known("s2c", type_, shape)
        self._unknown: Final[dict[tuple[Direction, str | int], _Unknown]] = {}

    def _add_known(self, way: Direction, type_: object, shape: Any) -> None:
        place = _message(way, type_)
        record = Record(self._walk, shape, place)
        self._frames[way, type_] = record, Message(shape, place)

    def add(self, file: str, events: Iterable[CaptureEvent]) -> None:
        """Compare a file. Raises CaptureError where it cannot be read."""
        before = self._connections
        for event in events:
            if isinstance(event, Opened):
                self._connections += 1
            elif isinstance(event, Frame):
                connection = event.connection.number
                where = f"{file}#c{connection}:{event.number}"
                self._frame(event, Sight(self.frames, before + connection, where))

    def _frame(self, frame: Frame, sight: Sight) -> None:
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
            record, message = known
            record.see(fields, sight)
            message.frames += 1
            try:
                self._decode[frame.direction](content.data)
            except DecodeError as error:
                self._bounds.see(message, fields, error.problems, sight)
        elif key in self._unknown or len(self._unknown) < MOST_NEW:
            unknown = self._unknown.setdefault(key, _Unknown())
            unknown.seen.add(fields, sight)
            unknown.numbered += content.seq is not None

    def differences(self, enough: int) -> Iterator[SchemaDifference]:
        """All of them; that a key is always or never there is said from so many records on."""
        for record, _ in self._frames.values():
            for found in record.differences(enough):
                yield self._of_frame(found)
        for part in self._walk.named.values():
            yield from part.differences(enough)
        for found in self._bounds.differences():
            yield self._of_frame(found)
        for (way, type_), unknown in self._unknown.items():
            evidence = unknown.seen.evidence
            others = self.protocol.server if way == "c2s" else self.protocol.client
            is_of_others = type_ in others
            yield SchemaDifference(
                "new message",
                _message(way, type_),
                evidence,
                evidence.count if is_of_others else self.frames,
                str(type_),
                observed=unknown.seen.observed,
                is_numbered=unknown.numbered > 0,
                contradicts=is_of_others,
            )

    def _of_frame(self, found: SchemaDifference) -> SchemaDifference:
        """What is new about the keys of a frame is about the envelope; its payload stands for itself."""
        place = found.place
        if place.section not in ("client", "server"):
            return found
        message, rest = place.path[:2], place.path[2:]
        payload = self._payload_key
        step: tuple[str, ...]
        if found.what == "new key" and not rest and found.name in self._keys:
            return msgspec.structs.replace(found, what="forbidden key", contradicts=True)
        if payload is None and (not rest or rest[1] not in self._keys):
            step = ("payload", *rest)
        elif not rest:
            if found.what == "new key":
                return msgspec.structs.replace(found, place=SchemaPlace("envelope", ("envelope",)))
            return found
        else:
            step = ("payload",) if rest[1] == payload else ("keys", rest[1])
            step = (*step, *rest[2:])
        moved = SchemaPlace(place.section, (*message, *step))
        return msgspec.structs.replace(found, place=moved)


class _Unknown(msgspec.Struct):
    """The frames of a type that is not known."""

    seen: Seen = msgspec.field(default_factory=Seen)
    numbered: int = 0


def _message(way: Direction, type_: object) -> SchemaPlace:
    return SchemaPlace("client" if way == "c2s" else "server", ("messages", str(type_)))
