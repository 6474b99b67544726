"""Finds runs of frames that are beyond doubt: the quick half of checking a capture.

What it says of some lines depends on nothing but these lines, so that it can be found out anywhere. A
frame is beyond doubt when its closed twin (see :class:`voxwire.protocol.Closed`) takes it and it is the
same JSON when it is written again. Most servers write compact JSON and get the very same bytes;
otherwise the two must have equally many strings: each key is one, so that none was dropped.

It goes by 64 frames at a time, with one call to read and one to write them: their texts are joined with
line feeds. When the result has the same bytes, each text is exactly one frame: compact JSON holds no
raw line feed, so both sides have as many line feeds as frames, and between them they are equal, piece
by piece. A frame takes 0.76 µs so, and 0.82 when each is read and written by itself.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import compress, groupby
from operator import attrgetter, ne
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.capture.formats.plain import messages_of
from voxwire.checks.followed import Following
from voxwire.checks.quick.runs import Frames, Texts, unbroken
from voxwire.checks.quick.unknown_keys import UnknownKeys
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.wire.bounds import exceeds_depth
from voxwire.wire.codec import TYPED_DECODER_ERRORS
from voxwire.wire.decompress_many import ManyDecompressor
from voxwire.wire.mistakes import reads_binary
from voxwire.wire.strict_json import string_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from voxwire.capture.formats.plain import AnyLine
    from voxwire.checks.quick.runs import Notes, Run
    from voxwire.protocol import AnyProtocol, MessageType, Problem

_AT_A_TIME: Final = 64
_LINE_FEED: Final = b"\n"
_encoder: Final = msgspec.json.Encoder()
_encode: Final = _encoder.encode
_encode_lines: Final = _encoder.encode_lines


class _Doubtful(msgspec.Struct, frozen=True):
    """Stands for a frame that takes a closer look."""


_DOUBTFUL: Final = _Doubtful()


class Certifier:
    """Finds the runs among lines of captures of one protocol. For one thread at a time."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._twins: Final = _twins(protocol)
        self._reads_binary: Final = reads_binary("server", protocol)
        self._decompressor: Final = ManyDecompressor()

    def runs(self, lines: Sequence[AnyLine], *, with_notes: bool = True) -> list[Run]:
        """The runs among some lines in a row. `with_notes`, frames are among them of which a note is all
        that is to be said."""
        found: list[Run] = []
        for start, messages in messages_of(lines):
            for texts in self._texts(start, messages):
                found += self._twins.runs(texts, lines, with_notes=with_notes)
        return found

    def is_beyond_doubt(self, data: bytes) -> bool:
        """Whether nothing can be said of a frame of the server, whatever its type."""
        return self._twins.is_beyond_doubt(data)

    def type_at(self, run: Run, skip: int) -> MessageType:
        """The type of the `skip`-th frame of a run."""
        return self._twins.types[run.kinds[skip]]

    def counted(self, run: Run, skip: int = 0) -> dict[MessageType, tuple[int, int]]:
        """Frames and bytes by type of message, from the `skip`-th frame of a run on; types in the order
        of their first frames."""
        kinds, sizes = run.kinds[skip:], run.sizes(skip)
        total = dict.fromkeys(kinds, 0)
        for kind, size in zip(kinds, sizes, strict=True):
            total[kind] += size
        types = self._twins.types
        return {types[kind]: (count, total[kind]) for kind, count in Counter(kinds).items()}

    def _texts(self, start: int, messages: list[Any]) -> Iterator[Texts]:
        """Those that are in messages of one kind, on lines from `start` on."""
        if type(messages[0]) is str:
            yield Texts(start, list(map(str.encode, messages)))
        elif self._reads_binary:
            yield Texts(start, messages, is_binary=True)
        else:
            first = 0
            for kind, group in groupby(self._decompressor.decompress(messages), type):
                data: list[Any] = list(group)
                if kind is bytes:
                    sizes = list(map(len, messages[first : first + len(data)]))
                    yield Texts(start + first, data, is_binary=True, compressed=sizes)
                first += len(data)


class _ChunkNotes(NamedTuple):
    """Takes what is to be said of some of the frames, those from `start` on; `lines` are those of all."""

    notes: Notes
    start: int
    lines: Sequence[Any]

    def can_be_of(self, index: int) -> bool:
        """Whether the line of a frame says no place in another file, which its findings would have to."""
        return getattr(self.lines[self.start + index], "at", None) is None

    def add(self, index: int, problems: tuple[Problem, ...]) -> None:
        """There is this to say of a frame."""
        self.notes[self.start + index] = problems


class _Twins:
    """What of a protocol it depends on which frames are beyond doubt, and no news to a session."""

    def __init__(self, protocol: AnyProtocol) -> None:
        closed = protocol.closed
        decoder = msgspec.json.Decoder(closed.server_frame)
        self._decode: Final = decoder.decode
        self._decode_lines: Final = decoder.decode_lines
        self._unknown_keys: Final = UnknownKeys(protocol)
        number = protocol.envelope.sequence_attribute
        self._number: Final = number
        self._number_of: Final = None if number is None else attrgetter(number)
        following = Following(protocol)
        special = following.guide.conversation.special_types | following.first
        self.types: Final[Mapping[type, MessageType]] = {
            twin: type_
            for twin, type_ in closed.types.items()
            if type_ not in special and (number is None or protocol.server[type_].seq == "required")
        }
        """The types of messages, by the twins of those that are no news."""
        self._free_json: Final = closed.free_json & self.types.keys()
        self._settled: Final = frozenset(self.types.keys() - self._free_json)

    def runs(self, texts: Texts, lines: Sequence[AnyLine], *, with_notes: bool) -> list[Run]:
        """The runs among the frames of texts, which are from lines among these."""
        own = texts.of(lines)
        frames = Frames([], [line.ts for line in own], [], {})
        for start in range(0, len(texts.data), _AT_A_TIME):
            stop = start + _AT_A_TIME
            notes = _ChunkNotes(frames.notes, start, own) if with_notes else None
            some = self._frames(texts.data[start:stop], notes)
            frames.kinds.extend(map(type, some))
            frames.numbers.extend(self._numbers(some))
        found: list[Run] = []
        start = 0
        for stop in (*self._doubtful(frames.kinds, texts.data), len(texts.data)):
            if start < stop:
                found += unbroken(texts, frames, start, stop)
            start = stop + 1
        return found

    def is_beyond_doubt(self, data: bytes) -> bool:
        """Whether a twin takes the frame, which may be news all the same."""
        return self._frame(data) is not _DOUBTFUL and not exceeds_depth(data)

    def _doubtful(self, kinds: Sequence[type], data: Sequence[bytes]) -> list[int]:
        """The frames that are not beyond doubt, or not certain to be shallow."""
        settled, free_json = self._settled, self._free_json
        return [
            place
            for place, kind in enumerate(kinds)
            if kind not in settled and (kind not in free_json or exceeds_depth(data[place]))
        ]

    def _frames(self, texts: list[bytes], notes: _ChunkNotes | None) -> list[Any]:
        """The twin of each frame; of those that are not beyond doubt a stand-in. What there is to say of
        some goes into `notes`, if there are any."""
        joined = _LINE_FEED.join((*texts, b""))
        try:
            frames = self._decoded(joined, texts)
            encoded = _encode_lines(frames)
        except TYPED_DECODER_ERRORS:
            return list(map(self._frame, texts))
        if len(frames) != len(texts) or len(joined) > MAX_FRAME_SIZE:
            return list(map(self._frame, texts))
        if encoded != joined:
            for index in compress(range(len(texts)), map(ne, encoded.split(_LINE_FEED), texts)):
                if frames[index] is not _DOUBTFUL:
                    frames[index] = self._frame(texts[index], notes, index)
        return frames

    def _decoded(self, joined: bytes, texts: list[bytes]) -> list[Any]:
        """What the texts are decoded to: a twin of each, or a stand-in for one that is refused."""
        try:
            return self._decode_lines(joined)
        except TYPED_DECODER_ERRORS:
            frames: list[Any] = []
            rest = iter(texts)
            while len(frames) < len(texts):
                try:
                    frames.extend(map(self._decode, rest))  # which keeps those before an exception
                except TYPED_DECODER_ERRORS:
                    frames.append(_DOUBTFUL)
            return frames

    def _frame(self, data: bytes, notes: _ChunkNotes | None = None, index: int = 0) -> Any:
        """The twin of one frame, or a stand-in. What there is to say of it goes into `notes`, if there
        are any."""
        if len(data) > MAX_FRAME_SIZE:
            return _DOUBTFUL
        try:
            frame = self._decode(data)
            encoded = _encode(frame)
        except TYPED_DECODER_ERRORS:
            return _DOUBTFUL
        if encoded == data or string_count(encoded) == string_count(data):
            return frame
        if notes is None or not notes.can_be_of(index):
            return _DOUBTFUL
        problems = self._unknown_keys.problems(frame, data, encoded)
        if not problems:
            return _DOUBTFUL
        notes.add(index, problems)
        return frame

    def _numbers(self, frames: list[Any]) -> Iterable[Any]:
        """The number of each frame, anything for those that are not beyond doubt; none where the protocol
        has none."""
        if self._number is None or self._number_of is None:
            return ()
        try:
            return list(map(self._number_of, frames))
        except AttributeError:
            return [getattr(frame, self._number, None) for frame in frames]


@cache
def _twins(protocol: AnyProtocol) -> _Twins:
    return _Twins(protocol)
