"""Messages that belong together by a key of the envelope: what is open, as one end sees it.

Both ends may end a stream, and what the other sent meanwhile still arrives: it is passed over. A key is
free again as soon as its stream has ended.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from voxwire.errors import LocalProtocolError
from voxwire.limits import MAX_REASON_SIZE

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from voxwire.protocol import Close, FrameClass, Stream


class Streams:
    """The open streams of one connection."""

    def __init__(self, by_frame: Mapping[FrameClass, Stream]) -> None:
        """`by_frame` says to which stream the messages of a protocol belong."""
        self._by_frame = by_frame
        self._open: defaultdict[str, set[Hashable]] = defaultdict(set)

    def is_open(self, name: str, key: Hashable) -> bool:
        """Whether a stream of this name and key is open."""
        return key in self._open[name]

    def key_of(self, frame_class: FrameClass, message: Any, keys: Mapping[str, Any]) -> Any:
        """The key of a message to send: among `keys`, where `message` is a payload, or in its frame."""
        stream = self._by_frame.get(frame_class)
        if stream is None:
            return None
        return keys[stream.key] if stream.key in keys else getattr(message, stream.key, None)

    def check_sending(self, frame_class: FrameClass, key: Hashable) -> None:
        """Raise LocalProtocolError when the key is in use, or belongs to no stream that is open."""
        stream = self._by_frame.get(frame_class)
        if stream is None:
            return
        if frame_class is stream.opened_by:
            if self.is_open(stream.name, key):
                raise LocalProtocolError(f"the {stream.key} {key!r} is in use: give another")
        elif not self.is_open(stream.name, key):
            raise LocalProtocolError(f"no {stream.name} with the {stream.key} {key!r} is open")

    def duplicate(self, frame: Any) -> tuple[Close, str | None] | None:
        """What to close with, and the reason that names the key, when a frame that arrived opens a
        stream whose key is in use."""
        stream = self._by_frame.get(type(frame))
        if stream is None or type(frame) is not stream.opened_by:
            return None
        key = getattr(frame, stream.key)
        if not self.is_open(stream.name, key):
            return None
        return stream.duplicate, _reason_about(stream.duplicate.reason, key)

    def why_passed_over(self, frame: Any) -> str | None:
        """Why a frame that arrived is to be passed over: its stream has ended, or never was."""
        stream = self._by_frame.get(type(frame))
        if stream is None or type(frame) is stream.opened_by:
            return None
        if self.is_open(stream.name, getattr(frame, stream.key)):
            return None
        return f"no {stream.name} with this {stream.key} is open"

    def follow(self, frame_class: FrameClass, key: Hashable) -> None:
        """A frame was sent or taken: its stream begins, goes on or ends."""
        stream = self._by_frame.get(frame_class)
        if stream is None:
            return
        if frame_class is stream.opened_by:
            self._open[stream.name].add(key)
        elif frame_class in stream.ended_by:
            self._open[stream.name].discard(key)


NO_STREAMS: Final = Streams({})
"""Those of a protocol that has none: one for all its connections, as nothing is ever open."""


def _reason_about(reason: str | None, key: object) -> str | None:
    """A reason with the key in its place, cut where a close frame cannot hold it."""
    if reason is None:
        return None
    text = reason.replace("{key}", str(key)).encode("utf-8", "replace")
    return text[:MAX_REASON_SIZE].decode("utf-8", "ignore")
