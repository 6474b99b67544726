"""The frames of a capture as a report shows them: without secrets, and no more of them than there is room
for."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.checks.checked_protocol import CheckedProtocol
from voxwire.checks.findings import shown_name
from voxwire.errors import CompressionError
from voxwire.report.style import printable
from voxwire.wire.compression import Decompressor
from voxwire.wire.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.capture import Frame
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol

_MOST_RECENT: Final = 4096
_MOST_RECENT_CHARACTERS: Final = 8_000_000
_CONTEXT: Final = 2
"""Frames before and after one that something was found about."""
_MOST_KEPT: Final = 12_000
_MOST_KEPT_CHARACTERS: Final = 12_000_000


class Key(NamedTuple):
    """Which frame it is."""

    file: str
    connection: int
    number: int


class SeenFrame(msgspec.Struct, frozen=True, gc=False):
    """A frame. `text` is its JSON, None where it has none, without secrets if `is_masked`; `size` is in bytes, after
    decompression; `elapsed` counts from the start of the connection, None where there are no times."""

    number: int
    elapsed: float | None
    direction: Direction
    type: str | None
    seq: int | None
    size: int
    text: str | None
    location: str | None
    is_masked: bool = False

    def without_text(self) -> SeenFrame:
        """The frame, where there is no room for more of it."""
        return msgspec.structs.replace(self, text=None)


class FrameReader:
    """Reads frames of a protocol."""

    def __init__(self, protocol: AnyProtocol) -> None:
        self._envelope: Final = protocol.envelope
        self._reads_binary: Final = CheckedProtocol.of(protocol).reads_binary
        self._decompressor: Final = Decompressor(protocol=protocol)
        self._redactor: Final = Redactor(protocol=protocol)
        keys = "|".join(map(re.escape, protocol.secrets.keys)) or "(?!)"
        self._secret_keys: Final = re.compile(keys, re.IGNORECASE)

    def read(self, frame: Frame) -> SeenFrame:
        """What a report shows of a frame."""
        text, size = self._text(frame)
        is_telling = text is not None and self._is_telling(text)
        type_, seq = (None, None) if text is None else self._type_and_seq(text)
        connection = frame.connection
        has_time = connection.times != "missing"
        return SeenFrame(
            frame.number,
            frame.ts - connection.started if has_time else None,
            frame.direction,
            None if type_ is None else shown_name(str(type_)),
            seq,
            size,
            self._redactor.json(text) if text is not None and is_telling else text,
            None if frame.place is None else str(frame.place),
            is_masked=is_telling,
        )

    def shown(self, frame: SeenFrame) -> SeenFrame:
        """The frame without its secrets."""
        if frame.text is None or frame.is_masked:
            return frame
        return msgspec.structs.replace(frame, text=self._redactor.json(frame.text), is_masked=True)

    def masked(self, text: str) -> str:
        """Another text, such as the reason of a close."""
        return printable(self._redactor.text(text))

    def address(self, url: str) -> str:
        """The address of a connection."""
        return printable(self._redactor.url(url))

    def _is_telling(self, text: str) -> bool:
        """Whether secrets of the frame may occur in others, so that they have to be known at once. Most
        frames have none, and are masked when they are shown: that takes longer than all else here."""
        return "\\u" in text or self._secret_keys.search(text) is not None

    def _text(self, frame: Frame) -> tuple[str | None, int]:
        data = frame.data
        if isinstance(data, str):
            return data, len(data.encode("utf-8", "surrogatepass"))
        if not self._reads_binary[frame.direction]:
            if frame.direction == "c2s":
                return None, len(data)
            try:
                data = self._decompressor.decompress(data)
            except CompressionError:
                return None, len(data)
        return str(data, "utf-8", "surrogateescape"), len(data)

    def _type_and_seq(self, text: str) -> tuple[object, int | None]:
        try:
            value: Any = msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None, None
        if not isinstance(value, dict):
            return None, None
        type_ = value.get(self._envelope.type_key)
        seq = value.get(self._envelope.sequence_key)
        is_seq = isinstance(seq, int) and not isinstance(seq, bool)
        return type_ if isinstance(type_, str | int) else None, seq if is_seq else None


class KeptFrames:
    """Keeps the frames that something was found about, with those before and after them.

    What is found may be about a frame that came a while ago: the latest ones are at hand. Of very many
    only the first are kept, and of those that come when there is no room for texts no texts. `shown`
    makes what is kept of a frame.
    """

    def __init__(self, shown: Callable[[SeenFrame], SeenFrame]) -> None:
        self._shown: Final = shown
        self.kept: Final[dict[Key, SeenFrame]] = {}
        self._recent: OrderedDict[Key, SeenFrame] = OrderedDict()
        self._recent_characters = 0
        self._kept_characters = 0
        self._wanted: set[Key] = set()

    def came(self, key: Key, frame: SeenFrame) -> None:
        """The next frame."""
        self._recent[key] = frame
        self._recent_characters += len(frame.text or "")
        while (
            len(self._recent) > _MOST_RECENT or self._recent_characters > _MOST_RECENT_CHARACTERS
        ) and len(self._recent) > 1 + _CONTEXT:
            _, oldest = self._recent.popitem(last=False)
            self._recent_characters -= len(oldest.text or "")
        if key in self._wanted:
            self._wanted.remove(key)
            self._keep(key, frame)

    def want(self, key: Key) -> None:
        """Something was found about this frame."""
        for number in range(max(1, key.number - _CONTEXT), key.number + _CONTEXT + 1):
            near = key._replace(number=number)
            if near in self.kept or len(self.kept) + len(self._wanted) >= _MOST_KEPT:
                continue
            frame = self._recent.get(near)
            if frame is not None:
                self._keep(near, frame)
            elif number > key.number:
                self._wanted.add(near)

    def around(self, key: Key) -> list[Key]:
        """The frames that are shown with one, itself among them, as far as they are there."""
        numbers = range(key.number - _CONTEXT, key.number + _CONTEXT + 1)
        return [near for number in numbers if (near := key._replace(number=number)) in self.kept]

    def _keep(self, key: Key, frame: SeenFrame) -> None:
        self._kept_characters += len(frame.text or "")
        has_room = self._kept_characters <= _MOST_KEPT_CHARACTERS
        self.kept[key] = self._shown(frame) if has_room else frame.without_text()
