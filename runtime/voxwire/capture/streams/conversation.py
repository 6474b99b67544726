"""A stream of bytes in both directions, of which it shows by and by whether it is a WebSocket connection."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Gap, Lacks, Opened, Place
from voxwire.capture.streams.deflate import UNKNOWN_DEFLATE, Deflate, agreed_deflate
from voxwire.capture.streams.frame_headers import FIRST_BYTES, begins_with_frames
from voxwire.capture.streams.http_head import (
    LONGEST_HEAD,
    Beginning,
    Head,
    beginning_of,
    end_of_head,
    head_of,
)
from voxwire.capture.streams.messages import LONGEST_MESSAGE
from voxwire.capture.streams.one_way import OneWay
from voxwire.capture.streams.output import MOST_AT_ONCE, MOST_HELD, counted_bytes
from voxwire.rules.capture_format import CAPTURE_GAP

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.capture.events import Connection
    from voxwire.capture.streams.output import StreamOutput

_MOST_HELD: Final = 1 << 20
"""Bytes of a client that are held until the server's answer says what they are."""

_AROUND: Final = 200
"""Bytes that a piece takes besides its content, however short it is."""

_TRIES: Final = 50
"""Packets of a stream without a beginning that are tried before it is given up as something else."""


class Conversation:
    """One stream, such as a TCP connection, with sides 0 and 1: see :meth:`feed`.

    `scheme` is ``ws`` or ``wss``. `client` is the side that connected, where that is known. `has_start` when
    the first bytes are the beginning of the stream. `peers` are names of both sides, for where no host is
    named.
    """

    def __init__(
        self,
        output: StreamOutput,
        scheme: str,
        *,
        client: int | None,
        has_start: bool,
        peers: tuple[str, str] = ("unknown", "unknown"),
    ) -> None:
        self.is_over = False
        """Whether nothing more of it is of interest."""
        self.is_websocket = False
        self._output: Final = output
        self._scheme: Final = scheme
        self._peers: Final = peers
        self._client = client
        self._has_start = [has_start, has_start]
        """Whether all bytes of a side have been seen so far, from the first on."""
        self._was_seen = [False, False]
        self._is_http = False
        self._held = [b"", b""]
        """Of each side, the beginning of what is not yet clear."""
        self._request: Head | None = None
        """What the client asks for, as long as it is not answered."""
        self._asked_at = 0.0
        self._after: deque[tuple[bytes, float, int]] = deque()
        """What the client sent after it asked for a WebSocket, before the answer came."""
        self._after_size = 0
        self._tries = 0
        self._ways: list[OneWay] | None = None
        """By side, when it is a WebSocket connection."""
        self._paused: deque[Callable[[], None]] = deque()
        """What is to be done when events have been taken out."""
        self._is_paused = False

    def feed(self, side: int, data: bytes, ts: float, number: int) -> None:
        """The next bytes of a side, with the time and number of the packet that they came with."""
        if self.is_over:
            return
        output = self._output
        if self._paused or output.size > MOST_AT_ONCE:
            self._pause(partial(self.feed, side, data, ts, number))
        elif self._ways is None:
            self._was_seen[side] = True
            self._before(side, data, ts, number)
        else:
            way = self._ways[side]
            way.feed(data, ts, number)
            if way.is_closed:
                self._forget()
            elif output.size > MOST_AT_ONCE:
                self._pause(partial(self.feed, side, b"", ts, number))

    def missing(self, side: int, count: int, ts: float, number: int, hint: str = "") -> None:
        """The next `count` bytes of a side are missing; packet `number` is the next that there is, or the
        one that they were cut from."""
        if self.is_over:
            return
        if self._paused:
            self._pause(partial(self.missing, side, count, ts, number, hint))
        elif self._ways is None:
            self._was_seen[side] = True
            self._has_start[side] = False
            self._cut_head(side, count, ts, number, hint)
        else:
            way = self._ways[side]
            way.missing(count, ts, number, hint)
            if way.is_closed:
                self._forget()

    def late(self, side: int, count: int, ts: float, number: int) -> None:
        """Packet `number` has `count` bytes of a side that came before what has been given."""
        if self.is_over:
            return
        if self._paused:
            self._pause(partial(self.late, side, count, ts, number))
        elif self._ways is None:
            self._has_start[side] = False
        else:
            self._ways[side].late(count, number)

    def lose(self) -> None:
        """Something is missing of one side or the other, and nobody knows how much."""
        if self._paused:
            self._pause(self.lose)
            return
        self._has_start = [False, False]
        self._held = [b"", b""]
        for way in self._ways or ():
            way.lose()

    def end(self, *, is_cut_off: bool) -> None:
        """Nothing more comes. `is_cut_off` when only the capture is over, and not the connection."""
        if self.is_over:
            return
        if self._ways is None and self._asks and self._after:
            data, _, number = self._after[0]
            if begins_with_frames(data, FIRST_BYTES, LONGEST_MESSAGE, is_masked=True):
                self._open_unanswered(number)
        if self._paused:
            self._pause(partial(self.end, is_cut_off=is_cut_off))
            return
        for way in self._ways or ():
            way.end(is_cut_off=is_cut_off)
        self._forget()

    def _forget(self) -> None:
        """Nothing more of it is of interest."""
        self.is_over = True
        for way in self._ways or ():
            way.forget()
        self._ways = None
        self._held = [b"", b""]
        self._drop_after()
        self._paused.clear()

    def _pause(self, action: Callable[[], None]) -> None:
        """Do this when what has been read so far was taken out, and behind what waits for that already."""
        self._paused.append(action)
        if not self._is_paused:
            self._is_paused = True
            self._output.pause(self._go_on)

    def _go_on(self) -> None:
        actions, self._paused, self._is_paused = self._paused, deque(), False
        while actions and not self._paused and self._output.size <= MOST_AT_ONCE:
            actions.popleft()()
        for action in actions if not self.is_over else ():
            self._pause(action)

    # --- Before it is a WebSocket connection -------------------------------------------------------

    @property
    def _asks(self) -> bool:
        """Whether the client has asked for a WebSocket, and was not answered."""
        return self._request is not None and self._request.is_upgrade

    def _before(self, side: int, data: bytes, ts: float, number: int) -> None:
        if side == self._client and self._asks:
            self._hold(data, ts, number)
            return
        data = self._held[side] + data
        self._held[side] = b""
        match beginning_of(data):
            case Beginning.REQUEST:
                self._asked(side, data, ts, number)
            case Beginning.RESPONSE:
                self._answered(side, data, ts, number)
            case Beginning.UNCLEAR:
                self._held[side] = data
            case Beginning.TLS:
                self._output.tls += 1
                self._forget()
            case Beginning.HTTP2:
                self._output.http2 += 1
                self._forget()
            case Beginning.OTHER:
                self._other(side, data, ts, number)

    def _asked(self, side: int, data: bytes, ts: float, number: int) -> None:
        end = end_of_head(data)
        if end < 0:
            self._held[side] = data if len(data) <= LONGEST_HEAD else b""
            return
        self._is_http = True
        self._client = side
        self._request = head_of(data[:end])
        self._asked_at = ts
        if self._request.is_upgrade and end < len(data):
            self._hold(data[end:], ts, number)

    def _hold(self, data: bytes, ts: float, number: int) -> None:
        self._after.append((data, ts, number))
        self._after_size += len(data) + _AROUND
        self._output.held += len(data) + _AROUND
        if self._after_size > _MOST_HELD or self._output.held > MOST_HELD:
            if begins_with_frames(data, FIRST_BYTES, LONGEST_MESSAGE, is_masked=True):
                self._open_unanswered(number)
            else:
                self._forget()

    def _answered(self, side: int, data: bytes, ts: float, number: int) -> None:
        while data.startswith(b"HTTP/1."):
            end = end_of_head(data)
            if end < 0:
                self._held[side] = data if len(data) <= LONGEST_HEAD else b""
                return
            self._is_http = True
            self._client = 1 - side
            head = head_of(data[:end])
            data = data[end:]
            if head.status == 101 and head.is_upgrade:
                self._open(head, ts)
                if data:
                    self.feed(side, data, ts, number)
                self._feed_held()
                return
            if not 100 <= head.status < 200:
                self._refused()
                return

    def _refused(self) -> None:
        """The answer is not that it is a WebSocket now."""
        if self._request is not None and self._request.method == "CONNECT":
            self._is_http = False  # whatever follows goes through a proxy
        self._request = None
        self._drop_after()

    def _drop_after(self) -> None:
        self._after.clear()
        self._output.held -= self._after_size
        self._after_size = 0

    def _cut_head(self, side: int, count: int, ts: float, number: int, hint: str) -> None:
        """Read as much of a head as there is before something is missing."""
        data, self._held[side] = self._held[side], b""
        kind = beginning_of(data)
        if kind is Beginning.REQUEST:
            self._client = side
            self._request = head_of(data, is_whole=False)
            self._asked_at = ts
        elif kind is Beginning.RESPONSE:
            self._client = 1 - side
            head = head_of(data, is_whole=False)
            if head.status != 101:
                self._refused()
                return
            connection = self._open(head, ts)
            where = Place(self._output.unit, number)
            what = f"{counted_bytes(count)} of the server's answer to the handshake are missing ({where})"
            self._output.events.append(Gap(connection, CAPTURE_GAP, what, hint))
            self._feed_held()

    def _other(self, side: int, data: bytes, ts: float, number: int) -> None:
        """What is neither HTTP nor TLS: a WebSocket connection whose beginning is missing, or nothing that
        could be read."""
        if self._is_http and not self._asks:
            return  # the body of a message
        if self._has_start[side]:
            self._forget()
            return
        for is_masked in (True, False):
            if self._client is not None and is_masked is not (side == self._client):
                continue
            if begins_with_frames(data, FIRST_BYTES, LONGEST_MESSAGE, is_masked=is_masked):
                self._client = side if is_masked else 1 - side
                if self._asks:
                    self._open_unanswered(number)
                else:
                    self._begin(ts, UNKNOWN_DEFLATE, Lacks.START, client_is_aligned=False)
                self.feed(side, data, ts, number)
                return
        self._tries += 1
        if self._tries > _TRIES:
            self._forget()

    # --- From then on ------------------------------------------------------------------------------

    def _open(self, answer: Head, ts: float) -> Connection:
        """The server agreed."""
        extensions = answer.fields.get("sec-websocket-extensions")
        deflate = None if extensions is None else agreed_deflate(extensions)
        if extensions is None and not answer.is_whole:
            deflate = UNKNOWN_DEFLATE
        lacks = Lacks.NOTHING if self._was_seen[self._client or 0] else Lacks.CLIENT
        subprotocol = answer.fields.get("sec-websocket-protocol")
        return self._begin(ts, deflate, lacks, subprotocol, server_is_aligned=answer.is_whole)

    def _open_unanswered(self, number: int) -> None:
        """The answer of the server is missing before packet `number`, or all that it sent."""
        first = self._after[0][1] if self._after else self._asked_at
        if self._was_seen[1 - (self._client or 0)]:
            connection = self._begin(first, UNKNOWN_DEFLATE, Lacks.NOTHING)
            where = Place(self._output.unit, number)
            what = f"the server's answer to the handshake is missing before {where}"
            self._output.events.append(Gap(connection, CAPTURE_GAP, what))
        else:
            self._begin(first, UNKNOWN_DEFLATE, Lacks.SERVER)
        self._feed_held()

    def _begin(
        self,
        ts: float,
        deflate: Deflate | None,
        lacks: Lacks,
        subprotocol: str | None = None,
        *,
        server_is_aligned: bool = False,
        client_is_aligned: bool = True,
    ) -> Connection:
        output, client = self._output, self._client or 0
        request = self._request
        url = None if request is None else request.address(self._scheme, self._peers[1 - client])
        if url is None:
            lacks |= Lacks.ADDRESS
        connection = output.connection(ts, url, subprotocol, lacks)
        output.events.append(Opened(connection, has_header=url is not None))
        c2s = OneWay(connection, "c2s", deflate, output, is_aligned=client_is_aligned)
        s2c = OneWay(connection, "s2c", deflate, output, is_aligned=server_is_aligned)
        self._ways = [s2c, c2s] if client else [c2s, s2c]
        self.is_websocket = True
        return connection

    def _feed_held(self) -> None:
        after = list(self._after)
        self._drop_after()
        for data, ts, number in after:
            self.feed(self._client or 0, data, ts, number)
