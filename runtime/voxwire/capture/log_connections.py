"""The connections of a log that does not say which of them a line is about.

One at a time is no problem. When another begins before the one before it has ended, nobody can tell any
more whose the messages are: they are given as those of one connection of which that is said
(:attr:`~voxwire.capture.events.Lacks.IDENTITY`), until all have ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Connection, Gap, Lacks, Opened
from voxwire.capture.handshakes import Handshake
from voxwire.capture.messages import Messages
from voxwire.rules.capture_format import CAPTURE_GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent

_HOW_MANY: Final = "another connection begins before this one has ended"


class Numbers:
    """Counts the connections of a file."""

    def __init__(self) -> None:
        self._latest = 0

    def next(self) -> int:
        """The number of another connection."""
        self._latest += 1
        return self._latest


class LogConnections:
    """Follows what one program says of its connections. `lacks` is what its format leaves out, `advice`
    how its log could tell connections apart."""

    def __init__(self, numbers: Numbers, lacks: Lacks, advice: str) -> None:
        self._numbers: Final = numbers
        self._lacks: Final = lacks
        self._advice: Final = advice
        self._open = 0
        self._handshake: Handshake | None = None
        self._messages: Messages | None = None
        self.are_mixed = False
        """Whether nobody knows whose the messages are."""

    @property
    def handshake(self) -> Handshake:
        """That of the connection that began last."""
        if self._handshake is None:
            self._handshake = Handshake()
        return self._handshake

    @property
    def has_begun(self) -> bool:
        """Whether a connection has begun, of which no message was said yet."""
        return self._handshake is not None

    def begin(self, where: str) -> Iterator[CaptureEvent]:
        """Another connection begins at the place `where`."""
        if self._messages is not None and self._messages.is_closed:
            yield from self.end()
        self._open += 1
        self._handshake = Handshake()
        if self._open > 1 and not self.are_mixed:
            self.are_mixed = True
            if self._messages is not None:
                yield Gap(
                    self._messages.connection, CAPTURE_GAP, f"{where}: {_HOW_MANY}", self._advice
                )
                self._messages = None

    def messages(self, ts: float | None) -> Iterator[CaptureEvent]:
        """Have :attr:`current`, for a message at this time."""
        if self._messages is None:
            yield self._opened(ts)
        elif ts is None and Lacks.TIME not in self._messages.connection.lacks:
            connection = self._messages.connection
            connection.lacks |= Lacks.TIME
            connection.add_times("missing")

    @property
    def current(self) -> Messages:
        """Where messages go."""
        assert self._messages is not None, "a connection is opened before its first message"
        return self._messages

    def end(self) -> Iterator[CaptureEvent]:
        """A connection has ended: the one that there is, if it is one."""
        self._open = max(0, self._open - 1)
        if self._open == 0:
            yield from self.finish()

    def finish(self) -> Iterator[CaptureEvent]:
        """All have ended."""
        if self._messages is not None and not self.are_mixed:
            yield from self._messages.end()
        self._messages = self._handshake = None
        self._open, self.are_mixed = 0, False

    def _opened(self, ts: float | None) -> Opened:
        handshake = self._handshake or Handshake()
        self._open = max(1, self._open)
        lacks = self._lacks
        if ts is None:
            lacks |= Lacks.TIME
        url = None if self.are_mixed else handshake.url
        if self.are_mixed:
            lacks |= Lacks.IDENTITY | Lacks.START | Lacks.CLOSE
        elif url is None:
            lacks |= Lacks.START | Lacks.ADDRESS
        connection = Connection(self._numbers.next(), ts or 0.0, url, handshake.subprotocol, lacks)
        self._messages = Messages(connection)
        return Opened(connection, has_header=url is not None)
