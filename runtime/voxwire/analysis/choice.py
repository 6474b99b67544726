"""Which frames of a capture somebody wants to see."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.reading import Content
    from voxwire.capture.events import Connection, Frame
    from voxwire.direction import Direction


class Moment(NamedTuple):
    """A time: Unix time, or seconds since the start of the connection."""

    seconds: float
    is_elapsed: bool

    def at(self, connection: Connection) -> float:
        """Unix time, for a connection."""
        return connection.started + self.seconds if self.is_elapsed else self.seconds


class Field(NamedTuple):
    """A key with a value, at any depth of a frame; `key` may be a pattern with ``*`` and ``?``.

    `value` is the text of a string, or how JSON writes another scalar.
    """

    key: str
    value: str

    def is_in(self, value: object) -> bool:
        """Whether a parsed frame has it."""
        return any(
            _written(found) == self.value
            for key, found in _members(value)
            if fnmatchcase(key, self.key)
        )


class Choice(NamedTuple):
    """What frames must be; None leaves it open."""

    types: frozenset[str] | None = None
    direction: Direction | None = None
    connections: frozenset[int] | None = None
    since: Moment | None = None
    until: Moment | None = None
    first_seq: int | None = None
    last_seq: int | None = None
    fields: tuple[Field, ...] = ()

    @property
    def is_about_frames(self) -> bool:
        """Whether there is a choice among the frames of a connection, other than by time."""
        return bool(
            self.types is not None
            or self.direction
            or self.fields
            or self.first_seq is not None
            or self.last_seq is not None
        )

    def has_connection(self, connection: Connection) -> bool:
        """Whether frames of `connection` are wanted."""
        return self.connections is None or connection.number in self.connections

    def has_time(self, connection: Connection, ts: float) -> bool:
        """Whether what happened then is wanted."""
        since, until = self.since, self.until
        return (since is None or ts >= since.at(connection)) and (
            until is None or ts <= until.at(connection)
        )

    def has_frame(self, frame: Frame) -> bool:
        """Whether a frame is wanted as far as what is in it does not matter."""
        return (
            self.has_connection(frame.connection)
            and self.direction in (None, frame.direction)
            and self.has_time(frame.connection, frame.ts)
        )

    def has_content(self, content: Content) -> bool:
        """Whether it is for what is in it."""
        if self.types is not None and str(content.type) not in self.types:
            return False
        seq = content.seq
        if self.first_seq is not None and (seq is None or seq < self.first_seq):
            return False
        if self.last_seq is not None and (seq is None or seq > self.last_seq):
            return False
        if not self.fields:
            return True
        try:
            value = json.loads(content.data or b"")
        except (ValueError, RecursionError):
            return False
        return all(field.is_in(value) for field in self.fields)


def _members(value: object) -> Iterator[tuple[str, object]]:
    """All keys with their values, at any depth."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield from current.items()
            waiting += current.values()
        elif isinstance(current, list):
            waiting += current


def _written(value: object) -> str | None:
    """A scalar as people write it; None for what is none."""
    if isinstance(value, str):
        return value
    return None if isinstance(value, dict | list) else json.dumps(value)
