"""One page with everything: it looks on while captures are checked, and writes the page at the end.

Memory does not grow with the captures: findings, frames and connections beyond what a page has room for
are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.analysis.coverage import Coverage
from voxwire.capture import Closed, Frame, Opened
from voxwire.report.html.details import Details
from voxwire.report.html.frames import FrameReader, KeptFrames, Key
from voxwire.report.html.page import page
from voxwire.report.html.story import Story

if TYPE_CHECKING:
    import enum
    from collections.abc import Set
    from typing import TextIO

    from voxwire.capture import CaptureEvent, Connection
    from voxwire.checks import Finding, Statistics
    from voxwire.protocol import AnyProtocol

_MOST_STORIES: Final = 200
"""Connections of which it is kept what went on."""


class HtmlReport:
    """Writes the page to `out`. It has to be shown the events, too (:class:`voxwire.checks.observing.Observer`)."""

    def __init__(self, out: TextIO, protocol: AnyProtocol) -> None:
        self._out = out
        self._protocol = protocol
        self._reader = FrameReader(protocol)
        self._frames = KeptFrames(self._reader.shown)
        self._stories: dict[tuple[str, int], Story] = {}
        self._details = Details()
        self._coverage = Coverage(protocol)
        self._file = ""

    def saw(self, file: str, event: CaptureEvent, states: Set[enum.Enum]) -> None:
        """An event was checked, after which the session is in one of these states."""
        self._begin(file)
        self._coverage.see(event)
        match event:
            case Opened(connection):
                self._open(file, connection)
            case Frame(connection):
                frame = self._reader.read(event)
                self._frames.came(Key(file, connection.number, event.number), frame)
                story = self._stories.get((file, connection.number))
                if story is not None:
                    story.frame(frame, states)
            case Closed(connection, ts, code, reason):
                story = self._stories.get((file, connection.number))
                if story is not None:
                    reason = self._reader.masked(reason)
                    story.close(ts, f"{code} {reason}".rstrip())
            case _:
                pass

    def cut(self, file: str) -> None:
        """A file, the last one so far, could not be read to its end, or not at all."""
        self._begin(file)
        self._coverage.cut()

    def _begin(self, file: str) -> None:
        """What comes is of this file: the one before it, if that was another, is over."""
        if file != self._file:
            self._coverage.end()
            self._file = file

    def finding(self, finding: Finding) -> None:
        if finding.connection is not None:
            story = self._stories.get((finding.file, finding.connection))
            if story is not None:
                story.add(finding)
        key = _key(finding)
        if self._details.add(finding, key) and key is not None:
            self._frames.want(key)

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        self._coverage.end()
        data = self._details.data(self._frames)
        stories = list(self._stories.values())
        self._out.writelines(page(self._coverage, statistics, stories, data))

    def _open(self, file: str, connection: Connection) -> None:
        key = (file, connection.number)
        if key in self._stories or len(self._stories) >= _MOST_STORIES:
            return
        story = self._stories[key] = Story(file, connection, self._protocol)
        if connection.url is not None:
            story.address = self._reader.address(connection.url)


def _key(finding: Finding) -> Key | None:
    if finding.connection is None or finding.frame is None:
        return None
    return Key(finding.file, finding.connection, finding.frame)
