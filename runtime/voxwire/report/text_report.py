"""Findings for people: one line each, then a table of what was read.

::

    main.ndjson#c1:25 +0.387s c2s typing_start /type error[WRONG_DIRECTION] unknown client message …

That is: the file, the connection and the frame in it; the time since the connection began; direction,
message type and JSON Pointer; severity, rule and message, and a hint in parentheses. What a finding
does not have is left out: a line that could not be read has no frame.
"""

from collections.abc import Iterator
from typing import TextIO

from voxwire.checks import Finding, Statistics
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
        if left_out:
            self._out.write(f"… and {left_out} more\n")
        if self._has_summary:
            self._out.writelines(f"{line}\n" for line in summary_lines(statistics, self._style))

    def _parts(self, finding: Finding) -> Iterator[str]:
        paint = self._style.paint
        yield paint(printable(_place(finding)), "place")
        if finding.elapsed is not None:
            yield paint(f"{finding.elapsed:+.3f}s", "dim")
        for part in (finding.direction, finding.type, finding.pointer):
            if part:
                yield printable(part)
        yield f"{paint(finding.severity, finding.severity)}[{finding.rule}]"
        yield printable(finding.message)
        if finding.hint:
            yield f"({printable(finding.hint)})"


def _place(finding: Finding) -> str:
    if finding.connection is None:
        return finding.file
    place = f"{finding.file}#c{finding.connection}"
    return place if finding.frame is None else f"{place}:{finding.frame}"
