"""Findings for people: one line each, then a table of what was read.

::

    main.ndjson#c1:25 +0.387s c2s typing_start /type error[WRONG_DIRECTION] unknown client message …

That is: the file, the connection and the frame in it; the time since the connection began; direction,
message type and JSON Pointer; severity, rule and message, and a hint in parentheses. What a finding
does not have is left out: a line that could not be read has no frame. Who is to blame is said where it
is not the side that sent the frame. What was found again for the same reason is counted at the end::

    main.ndjson#c1 … and 123 more HEARTBEAT_ACK_UNASKED, the last in frame 253
"""

from collections.abc import Callable, Iterator
from typing import TextIO

from voxwire.checks import Finding, Repeated, Statistics
from voxwire.report.places import short_place
from voxwire.report.said import about, other_blamed, sentence
from voxwire.report.style import Style, printable
from voxwire.report.summary import summary_lines


class TextReport:
    """One line a finding, and a summary unless `has_summary` is False."""

    def __init__(self, out: TextIO, style: Style, *, has_summary: bool = True) -> None:
        self._out = out
        self._style = style
        self._has_summary = has_summary

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{finding_line(finding, self._style)}\n")

    def finish(self, statistics: Statistics, left_out: int) -> None:
        self.repeated(statistics)
        if left_out:
            self._out.write(f"… and {left_out} more\n")
        if self._has_summary:
            self._out.writelines(f"{line}\n" for line in summary_lines(statistics, self._style))

    def repeated(self, statistics: Statistics) -> None:
        """Write how often it came again what was listed once."""
        for repeated in statistics.repeated:
            self._out.write(f"{repeated_line(repeated, self._style)}\n")


def finding_line(finding: Finding, style: Style) -> str:
    """A finding in one line."""
    return " ".join(_parts(finding, style.paint))


def repeated_line(repeated: Repeated, style: Style) -> str:
    """How often something came again."""
    place = short_place(repeated.file, repeated.connection)
    last = "" if repeated.last_frame is None else f", the last in frame {repeated.last_frame}"
    count = f"{repeated.count:,} more {repeated.rule}{last}"
    return f"{style.paint(printable(place), 'place')} … and {count}"


def _parts(finding: Finding, paint: Callable[[str, str], str]) -> Iterator[str]:
    place = short_place(finding.file, finding.connection, finding.frame)
    yield paint(printable(place), "place")
    if finding.location is not None:
        yield paint(f"({printable(finding.location)})", "dim")
    if finding.elapsed is not None:
        yield paint(f"{finding.elapsed:+.3f}s", "dim")
    yield from map(printable, about(finding))
    yield f"{paint(finding.severity, finding.severity)}[{finding.rule}]"
    yield printable(sentence(finding))
    blamed = other_blamed(finding)
    if blamed is not None:
        yield f"[to blame: {blamed}]"
