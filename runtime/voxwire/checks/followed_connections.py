"""The connections of one file: when each is opened, lost sight of, closed and forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.events import Lacks
from voxwire.checks.findings import Finding
from voxwire.checks.followed import Followed
from voxwire.rules.capture_format import CAPTURE_NO_HEADER

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Iterator, Set

    from voxwire.capture import BadLine, Closed, Connection, Frame, Gap, Opened
    from voxwire.checks.followed import Following
    from voxwire.checks.placing import Placing
    from voxwire.checks.session import Sessions


class FollowedConnections:
    """Knows at most MAX_CONNECTIONS; the oldest is forgotten for a new one, a closed one first.

    `sessions` is None when the conversation is not checked. `forget` is told the number of each
    connection of which nothing is expected any more.
    """

    def __init__(
        self,
        following: Following,
        placing: Placing,
        sessions: Sessions | None,
        forget: Callable[[int], None],
    ) -> None:
        self._following: Final = following
        self._placing: Final = placing
        self._forget: Final = forget
        self._sessions: Final = sessions
        self._followed: dict[Connection, Followed] = {}
        self._closed: dict[Connection, None] = {}
        self._bad_lines = 0
        self._headers_lost = 0
        self._said_of_times: set[str] = set()

    def followed(self, connection: Connection, *, from_start: bool = False) -> Followed:
        """What is known of `connection`. `from_start` when this is its first line."""
        followed = self._followed.get(connection)
        if followed is None:
            followed = self._followed[connection] = Followed(
                connection,
                self._following,
                self._sessions,
                from_start=from_start,
                lost_lines=self._bad_lines,
            )
        elif followed.lost_lines != self._bad_lines:
            followed.lose_lines(self._bad_lines)
        return followed

    def states(self, connection: Connection | None) -> Set[enum.Enum]:
        """The states that the server of an open connection may be in; none where that is not known."""
        followed = None if connection is None else self._followed.get(connection)
        if followed is None or followed.session is None or followed.is_closed:
            return frozenset()
        return followed.session.states

    def frame(self, frame: Frame) -> tuple[Followed, list[Finding]]:
        """The connection of a frame, and what is wrong with its time."""
        connection = frame.connection
        followed = self.followed(connection)
        return followed, self._time(followed, connection, frame.ts, f"at frame {frame.number}")

    def bad_line(self, line: BadLine) -> list[Finding]:
        """A line could not be read. It may have been anything, of any connection."""
        self._bad_lines += 1
        self._headers_lost += 1
        if self._sessions is not None:
            self._sessions.forget_all()
        finding = Finding.of(line.rule, line.message, line.hint)
        return [self._placing.about_file(finding, line.connection)]

    def gap(self, gap: Gap) -> list[Finding]:
        """Something of one connection is missing."""
        connection = gap.connection
        self.followed(connection).lose()
        if self._sessions is not None:
            self._sessions.forget_all()
        finding = Finding.of(gap.rule, gap.message, gap.hint, continues=gap.is_again)
        return [self._placing.about_file(finding, connection)]

    def opened(self, opened: Opened) -> Iterator[Finding]:
        """A connection began."""
        connection = opened.connection
        if len(self._followed) >= MAX_CONNECTIONS:
            yield from self._end(next(iter(self._closed or self._followed)))
        has_start = opened.has_header and Lacks.START not in connection.lacks
        followed = self.followed(connection, from_start=has_start)
        if opened.has_header:
            if followed.session is not None:
                for finding in followed.session.opened():
                    placed = self._placing.about_connection(finding, connection, connection.started)
                    if not followed.wait(placed):
                        yield placed
        elif self._headers_lost:
            self._headers_lost -= 1  # a line that could not be read was its header
            followed.is_lossy = True
        elif not connection.lacks & (Lacks.START | Lacks.ADDRESS):
            yield self._placing.about_file(_no_header(), connection)
        yield from self._time(followed, connection, connection.started, "at its start")

    def closed(self, closed: Closed) -> Iterator[Finding]:
        """A connection was closed. What is said of it then waits for nothing any more."""
        connection, ts = closed.connection, closed.ts
        followed = self.followed(connection)
        yield from self._time(followed, connection, ts, "at its close")
        if followed.is_closed:
            return
        session = followed.session
        if session is not None:
            clock = followed.clock
            is_timed = clock.has_moved and not clock.is_off
            said = session.closed(clock.now, closed.code, closed.reason, is_timed=is_timed)
            for finding in said:
                placed = self._placing.about_connection(finding, connection, ts)
                if not followed.wait(placed):
                    yield placed
        yield from self._last(followed, connection)
        followed.close()
        self._closed[connection] = None

    def end(self) -> Iterator[Finding]:
        """The file is at its end."""
        for connection in list(self._followed):
            yield from self._end(connection)

    def released(self) -> Iterator[Finding]:
        """What waited and is certain, though the file could not be read to its end."""
        for followed in self._followed.values():
            yield from followed.released()

    def _end(self, connection: Connection) -> Iterator[Finding]:
        """Nothing of this connection is expected any more."""
        followed = self._followed.pop(connection)
        self._closed.pop(connection, None)
        if not followed.is_closed:
            yield from self._last(followed, connection)
        self._forget(connection.number)

    def _last(self, followed: Followed, connection: Connection) -> Iterator[Finding]:
        """What can be said of a connection when it is over."""
        yield from followed.released()
        if followed.is_lossy or followed.is_summed_up:
            return
        about = [self._times_at_end(followed, connection)]
        if followed.session is not None and not connection.lacks & (Lacks.CLIENT | Lacks.SERVER):
            about.append(followed.session.ended(connection.frames))
        for finding in about:
            if finding is not None:
                followed.is_summed_up = True
                yield self._placing.about_connection(finding, connection, followed.clock.latest)

    def _times_at_end(self, followed: Followed, connection: Connection) -> Finding | None:
        """What was wrong with the times, once a file when they are not the time of day."""
        finding = followed.clock.end(connection.frames, is_asked=followed.waits_for_time)
        return self._once(finding) if connection.times == "unknown" else finding

    def _once(self, finding: Finding | None) -> Finding | None:
        """What is wrong with times, if it was not said of this file before."""
        if finding is None or finding.message in self._said_of_times:
            return None
        self._said_of_times.add(finding.message)
        return finding

    def _time(
        self, followed: Followed, connection: Connection, ts: float, where: str
    ) -> list[Finding]:
        """A line with this time came; says what is wrong with the times, once a file if it can."""
        finding = followed.clock.follow(connection, ts, where)
        if connection.times != "seconds":
            finding = self._once(finding)
        if finding is None:
            return []
        return [self._placing.about_connection(finding, connection, ts)]


def _no_header() -> Finding:
    return Finding.of(
        CAPTURE_NO_HEADER,
        "the connection has no header line",
        "times count from its first frame",
    )
