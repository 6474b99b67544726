"""The frames of captures as JSON values, whatever protocol they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from voxwire.capture import BadLine, Closed, Gap, Opened, detected_capture
from voxwire.errors import CaptureError, CompressionError
from voxwire.wire.compression import ZSTD_MAGIC, Decompressor
from voxwire.wire.strict_json import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from voxwire.capture import Advance, CaptureEvent, Connection, Reading
    from voxwire.direction import Direction


class SeenFrame(NamedTuple):
    """One frame. `problem` says why it is nothing to learn from; then `value` is None."""

    file: str
    connection: Connection
    number: int
    direction: Direction
    value: object
    problem: str | None

    @property
    def where(self) -> str:
        """Its place, as findings print it."""
        return f"{self.file}#{self.connection.number}:{self.number}"


class SeenClose(NamedTuple):
    """How a connection was closed."""

    connection: Connection
    code: int


class SeenOpen(NamedTuple):
    """A connection began."""

    connection: Connection


Seen = SeenFrame | SeenOpen | SeenClose


class Traffic:
    """Captures that can be read several times. `failures` says which could not be read to their end."""

    def __init__(
        self,
        sources: Sequence[str],
        reading: Reading,
        *,
        advance: Advance | None = None,
        address: str | None = None,
        names: Callable[[str], str] = str,
    ) -> None:
        """`address`: only connections are taken in whose address this text is. `names` gives what a
        source is called in places."""
        self._sources = sources
        self._reading = reading
        self._advance = advance
        self._address = address
        self._names = names
        self.failures: dict[str, str] = {}

    def __iter__(self) -> Iterator[Seen]:
        return self.seen(_ignore)

    def seen(self, notice: Callable[[str, CaptureEvent], None]) -> Iterator[Seen]:
        """What is in them; `notice` is told the file and each event of it, but of no gap in a connection
        that is not taken."""
        for source in self._sources:
            name = self._names(source)
            try:
                yield from self._of(source, name, notice)
            except CaptureError as error:
                self.failures[name] = str(error)

    def _of(
        self, source: str, name: str, notice: Callable[[str, CaptureEvent], None]
    ) -> Iterator[Seen]:
        decompressor = Decompressor()
        for event in detected_capture(source, self._advance, reading=self._reading).events():
            connection = event.connection
            if not isinstance(event, Gap) or self._takes(event.connection):
                notice(name, event)
            if connection is None or isinstance(event, BadLine | Gap):
                continue
            if not self._takes(connection):
                continue
            if isinstance(event, Opened):
                yield SeenOpen(connection)
            elif isinstance(event, Closed):
                yield SeenClose(connection, event.code)
            else:
                value, problem = _read(event.data, decompressor)
                yield SeenFrame(name, connection, event.number, event.direction, value, problem)

    def _takes(self, connection: Connection) -> bool:
        return self._address is None or self._address in (connection.url or "")


def _ignore(name: str, event: CaptureEvent) -> None:
    del name, event


def _read(data: str | bytes, decompressor: Decompressor) -> tuple[object, str | None]:
    """The value of a frame, or what is wrong with it."""
    if isinstance(data, bytes) and data.startswith(ZSTD_MAGIC):
        try:
            data = decompressor.decompress(data)
        except CompressionError as error:
            return None, error.rule
    parsed = parse(data)
    if parsed.problems:
        return None, parsed.problems[0].rule.id
    return parsed.value, None
