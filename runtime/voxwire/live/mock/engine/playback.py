"""Plays what a server sent in a capture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import UNSET, Struct
from msgspec.structs import replace

from voxwire.capture import Frame, Opened, read_capture
from voxwire.default import protocol_or_vox
from voxwire.errors import CaptureError, RemoteProtocolError
from voxwire.live.mock.engine.source import Planned
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.wire.codec import Codec
from voxwire.wire.compression import Decompressor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.protocol import AnyProtocol, Stream


class NoSuchConnectionError(CaptureError):
    """The capture has no connection with this number."""

    def __init__(self, wanted: int, there_are: int) -> None:
        count = f"{there_are} connection{'' if there_are == 1 else 's'}"
        range_ = "" if there_are < 2 else f", 1 to {there_are}"
        super().__init__(f"there is no connection {wanted}: the capture has {count}{range_}")


class CapturePlayback:
    """The messages of every connection in a capture that the server sent of its own accord, those with
    numbers where the protocol has some; a session gets those of one. Where clients open streams, they get
    the answers that the capture has for one after the other, under their own keys.

    The first session gets the first connection that has any, the next session the next one, and after
    the last it begins again with the first. `connection` picks one, which every session gets;
    connections count from 1, as in findings.

    Messages keep their relative times, divided by `speed`; None is as fast as clients can take them.
    The message that begins a session becomes the identity; greetings, answers to heartbeats and
    complaints are left out, because the gateway sends its own. The file is read anew for each session and
    stream, so that memory does not grow with its length. `protocol` is that of the frames, Vox's by
    default.
    """

    def __init__(
        self,
        file: str,
        speed: float | None = 1.0,
        *,
        connection: int | None = None,
        protocol: AnyProtocol | None = None,
    ) -> None:
        """Read `file` once. Raises CaptureError when it cannot be read or has nothing to play, and
        NoSuchConnectionError when there is no such connection."""
        self._file: Final = file
        protocol = protocol_or_vox(protocol)
        parts: dict[int, ConnectionPlayback] = {}
        for event in read_capture(file):
            if isinstance(event, Opened):
                number = event.connection.number
                parts[number] = ConnectionPlayback(file, number, speed, protocol)
            elif isinstance(event, Frame):
                parts[event.connection.number].prepare(event)
        if connection is not None and connection not in parts:
            raise NoSuchConnectionError(connection, len(parts))
        chosen = parts.values() if connection is None else [parts[connection]]
        self.connections: Final = tuple(part for part in chosen if part.messages or part.opened)
        """What is played, to one session after the other."""
        if not self.connections:
            where = "it" if connection is None else f"connection {connection}"
            is_numbered = Traffic.of(protocol).is_numbered
            what = "numbered message of a server" if is_numbered else "message to be played"
            raise CaptureError(f"{where} holds no {what}")

    @property
    def messages(self) -> int:
        """Messages that are played, of all connections together."""
        return sum(part.messages for part in self.connections)

    @property
    def description(self) -> str:
        """What is played."""
        messages = self.messages
        skipped = sum(part.skipped for part in self.connections)
        streams = sum((part.opened for part in self.connections), Counter[str]())
        count = f"{messages} message{'' if messages == 1 else 's'}"
        answers = "".join(f" and {n} of {name}" for name, n in sorted(streams.items()))
        turns = len(self.connections)
        in_turn = f", {turns} connections to one session after the other" if turns > 1 else ""
        left_out = f"; {skipped} that are not valid are left out" if skipped else ""
        return f"plays {count}{answers} of {self._file}{in_turn}{left_out}"

    def script(self, number: int) -> ConnectionPlayback:
        """The connection that is played to a session, counted from 0."""
        return self.connections[number % len(self.connections)]


class ConnectionPlayback:
    """What one connection in a capture has to play."""

    def __init__(
        self, file: str, number: int, speed: float | None, protocol: AnyProtocol | None = None
    ) -> None:
        self.number: Final = number
        """Which connection of the capture it is, from 1."""
        self.identity: Any = None
        """The payload that began its session, or the frame where that is no object; None when it resumed
        one."""
        self.messages = 0
        """Messages that are played."""
        self.skipped = 0
        """Messages that are not played, because they are not valid."""
        self.opened: Final = Counter[str]()
        """Streams that the client opened, by name."""
        self._protocol: Final = protocol_or_vox(protocol)
        self._file: Final = file
        self._speed: Final = speed
        self._began: float | None = None
        self._reader: Final = _Reader(self._protocol)

    def prepare(self, frame: Frame) -> None:
        """Look at a frame of the connection; in the end all of them have been."""
        decoded = self._reader.read(frame)
        if decoded is None:
            self.skipped += frame.direction == "s2c"
            return
        if frame.direction == "c2s":
            stream = self._reader.opens(decoded)
            if stream is not None:
                self.opened[stream.name] += 1
            return
        if self._reader.is_established(decoded):
            payload = self._protocol.envelope.payload_of(decoded)
            self.identity = payload if isinstance(payload, Struct) else decoded
        elif self._reader.is_event(decoded):
            self.messages += 1
        else:
            return
        if self._began is None:
            self._began = frame.ts

    def events(self) -> Iterator[Planned]:
        """The messages that nothing asked for, each without its number."""
        began = self._began or 0.0
        for frame, decoded in self._frames():
            if frame.direction == "s2c" and self._reader.is_event(decoded):
                yield self._planned(decoded, frame.ts - began)

    def answers(self, stream: str, number: int) -> Iterator[Planned] | None:
        """What answered one of the streams of this name, without the key; None where there were none."""
        count = self.opened[stream]
        return None if not count else self._answers(stream, number % count)

    def _answers(self, name: str, number: int) -> Iterator[Planned]:
        key: Any = UNSET
        began = 0.0
        for frame, decoded in self._frames():
            stream = self._reader.stream_of(decoded)
            if stream is None or stream.name != name:
                continue
            if key is UNSET:
                if type(decoded) is stream.opened_by and frame.direction == "c2s":
                    if not number:
                        key, began = getattr(decoded, stream.key), frame.ts
                    number -= 1
                continue
            if getattr(decoded, stream.key) != key:
                continue
            if frame.direction == "s2c":
                yield self._planned(decoded, frame.ts - began, stream.key)
            if type(decoded) in stream.ended_by:
                return

    def _frames(self) -> Iterator[tuple[Frame, Any]]:
        """The valid frames of the connection, as they are and decoded."""
        for event in read_capture(self._file):
            if isinstance(event, Frame) and event.connection.number == self.number:
                decoded = self._reader.read(event)
                if decoded is not None:
                    yield event, decoded

    def _planned(self, decoded: Any, after: float, left_out: str | None = None) -> Planned:
        at = None if self._speed is None else max(0.0, after) / self._speed
        envelope = self._protocol.envelope
        payload = envelope.payload_of(decoded)
        info = self._protocol.by_frame.get(type(decoded))
        if info is not None and payload is not decoded and isinstance(payload, Struct):
            return Planned(payload, at, _keys(decoded, info, left_out))
        attribute = envelope.sequence_attribute
        if info is None and attribute is not None:
            decoded = replace(decoded, **{attribute: UNSET})
        return Planned(decoded, at)


class _Reader:
    """Decodes the frames of one connection, and tells what they are."""

    def __init__(self, protocol: AnyProtocol) -> None:
        codec = Codec.of(protocol)
        roles = protocol.session.roles
        self._decode: Final = {"c2s": codec.decode_client, "s2c": codec.decode_server}
        self._has_streams: Final = bool(protocol.session.streams)
        self._envelope: Final = protocol.envelope
        self._traffic: Final = Traffic.of(protocol)
        self._unknown: Final = protocol.unknown_frame
        self._events: Final = {info.frame for info in self._traffic.events}
        self._established: Final = None if roles.established is None else roles.established.frame
        self._streams: Final[Mapping[type, Stream]] = {
            frame: stream
            for stream in protocol.session.streams
            for frame in (stream.opened_by, *stream.items, *stream.ended_by)
        }
        self._decompressor: Final = Decompressor()

    def read(self, frame: Frame) -> Any:
        """The frame, typed; None for one that is not valid, or of a client that opens no streams."""
        if frame.direction == "c2s" and not self._has_streams:
            return None
        data = frame.data
        try:
            if isinstance(data, bytes):
                data = self._decompressor.decompress(data)
            return self._decode[frame.direction](data)
        except RemoteProtocolError:
            return None

    def is_established(self, decoded: Any) -> bool:
        return type(decoded) is self._established

    def is_event(self, decoded: Any) -> bool:
        """Whether the server sent it of its own accord."""
        if type(decoded) is self._unknown:
            return not self._traffic.is_numbered or self._envelope.seq_of(decoded) is not None
        return type(decoded) in self._events

    def opens(self, decoded: Any) -> Stream | None:
        """The stream that a frame of the client opens."""
        stream = self.stream_of(decoded)
        return stream if stream is not None and type(decoded) is stream.opened_by else None

    def stream_of(self, decoded: Any) -> Stream | None:
        """The stream that a frame belongs to."""
        return self._streams.get(type(decoded))


def _keys(frame: Any, info: Any, left_out: str | None) -> Mapping[str, Any]:
    """The further keys of the envelope that a frame has."""
    names = (*info.required_keys, *info.optional_keys)
    given = {name: getattr(frame, name) for name in names if name != left_out}
    return cast(
        "Mapping[str, Any]", {name: value for name, value in given.items() if value is not UNSET}
    )
