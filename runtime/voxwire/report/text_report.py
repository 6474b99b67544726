"""Findings for people: one line each, then a table of what was read.

::

    main.ndjson#c1:25 +0.387s c2s typing_start /type error[WRONG_DIRECTION] unknown client message …

That is: the file, the connection and the frame in it; the time since the connection began; direction,
message type and JSON Pointer; severity, rule and message, and a hint in parentheses. What a finding
does not have is left out: a line that could not be read has no frame. Who is to blame is said where it
is not the side that sent the frame. What was found again for the same reason is counted at the end::

    main.ndjson#c1 … and 123 more HEARTBEAT_ACK_UNASKED, the last in frame 253
"""

from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from voxwire.capture import Direction
from voxwire.checks import Blame, Finding, Repeated, Statistics
from voxwire.report.style import Style, printable
from voxwire.report.summary import summary_lines


class TextReport:
    """One line a finding, and a summary unless `has_summary` is False."""

    def __init__(self, out: TextIO, style: Style, *, has_summary: bool = True) -> None:
        self._out = out
        self._style = style
        self._has_summary = has_summary

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{' '.join(self._parts(finding))}\n")

    def finish(self, statistics: Statistics, left_out: int) -> None:
        self.repeated(statistics)
        if left_out:
            self._out.write(f"… and {left_out} more\n")
        if self._has_summary:
            self._out.writelines(f"{line}\n" for line in summary_lines(statistics, self._style))

    def repeated(self, statistics: Statistics) -> None:
        """Write how often it came again what was listed once."""
        for repeated in statistics.repeated:
            self._out.write(f"{self._again(repeated)}\n")

    def _parts(self, finding: Finding) -> Iterator[str]:
        paint = self._style.paint
        yield paint(printable(_place(finding.file, finding.connection, finding.frame)), "place")
        if finding.location is not None:
            yield paint(f"({printable(finding.location)})", "dim")
        if finding.elapsed is not None:
            yield paint(f"{finding.elapsed:+.3f}s", "dim")
        for part in (finding.direction, finding.type, finding.pointer):
            if part:
                yield printable(part)
        yield f"{paint(finding.severity, finding.severity)}[{finding.rule}]"
        yield printable(finding.message)
        if finding.hint:
            yield f"({printable(finding.hint)})"
        blame = finding.blame
        if finding.direction is not None and blame not in (None, _SENDERS[finding.direction]):
            yield f"[to blame: {_BLAMED[blame]}]"

    def _again(self, repeated: Repeated) -> str:
        place = _place(repeated.file, repeated.connection)
        last = "" if repeated.last_frame is None else f", the last in frame {repeated.last_frame}"
        count = f"{repeated.count:,} more {repeated.rule}{last}"
        return f"{self._style.paint(printable(place), 'place')} … and {count}"


def _place(file: str, connection: int | None, frame: int | None = None) -> str:
    if connection is None:
        return file
    place = f"{file}#c{connection}"
    return place if frame is None else f"{place}:{frame}"


_SENDERS: Final[Mapping[Direction, Blame]] = {"c2s": "client", "s2c": "server"}
_BLAMED: Final[Mapping[Blame | None, str]] = {
    "client": "the client",
    "server": "the server",
    "other client": "another client",
    "capture": "the capture",
}
