"""Streams that come in whole and in order, by name, such as those of a browser's sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.streams.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Hashable

    from voxwire.capture.streams.output import StreamOutput

MOST_OTHERS: Final = 8192
"""Streams that are followed until it shows whether they are WebSockets, or no more after that; of more, the
oldest is forgotten."""


class Streams:
    """Gives what streams hold to `output`. Side 0 is the one that connected."""

    def __init__(self, output: StreamOutput) -> None:
        self._output: Final = output
        self._websockets: Final[dict[Hashable, Conversation]] = {}
        self._others: Final[dict[Hashable, Conversation]] = {}

    def feed(
        self, name: Hashable, scheme: str, side: int, data: bytes, ts: float, number: int
    ) -> None:
        """The next bytes of a side of the stream with this name."""
        stream = self._websockets.get(name) or self._others.get(name)
        if stream is None:
            stream = Conversation(self._output, scheme, client=0, has_start=False)
            self._put(self._others, name, stream, MOST_OTHERS)
        stream.feed(side, data, ts, number)
        if stream.is_over:
            if self._websockets.pop(name, None) is not None:
                self._put(self._others, name, stream, MOST_OTHERS)
        elif stream.is_websocket and name in self._others:
            self._put(self._websockets, name, self._others.pop(name), MAX_CONNECTIONS)

    def missing(self, name: Hashable, side: int, count: int, ts: float, number: int) -> None:
        """The next `count` bytes of a side are missing."""
        stream = self._websockets.get(name) or self._others.get(name)
        if stream is not None:
            stream.missing(side, count, ts, number)

    def lose(self) -> None:
        """Something is missing of any stream, nobody knows how much."""
        for stream in (*self._websockets.values(), *self._others.values()):
            stream.lose()

    def close(self, name: Hashable) -> None:
        """Nothing more comes of a stream."""
        stream = self._websockets.pop(name, None) or self._others.pop(name, None)
        if stream is not None:
            stream.end(is_cut_off=False)

    def end(self) -> None:
        """Nothing more comes of any stream."""
        for stream in (*self._websockets.values(), *self._others.values()):
            stream.end(is_cut_off=True)

    def _put(
        self, among: dict[Hashable, Conversation], name: Hashable, stream: Conversation, most: int
    ) -> None:
        among[name] = stream
        if len(among) > most:
            among.pop(next(iter(among))).end(is_cut_off=True)
