"""Findings as workflow commands of GitHub Actions, which shows them beside the code of a change.

Of each severity it shows ten that one step writes, and no others: these are the first ten, errors first.
The summary for people follows in the log.

::

    ::error file=captures/main.ndjson,title=SEQ_GAP::connection 1, frame 25, s2c typing: …
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from voxwire.report.places import line_of, place_in_file
from voxwire.report.said import SEVERITIES, about, other_blamed, sentence
from voxwire.report.style import Style, printable
from voxwire.report.summary import summary_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.checks import Finding, Severity, Statistics
    from voxwire.report.places import Root

_MOST: Final = 10
"""Annotations of one kind that GitHub keeps of a step."""

_COMMANDS: Final[Mapping[Severity, str]] = {
    "error": "error",
    "warning": "warning",
    "note": "notice",
}


class GithubReport:
    """At most ten commands of each severity, and a summary unless `has_summary` is False."""

    def __init__(self, out: TextIO, root: Root, *, has_summary: bool = True) -> None:
        self._out = out
        self._root = root
        self._has_summary = has_summary
        self._first: dict[Severity, list[str]] = {severity: [] for severity in SEVERITIES}

    def finding(self, finding: Finding) -> None:
        commands = self._first[finding.severity]
        if len(commands) < _MOST:
            commands.append(self._command(finding))

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        shown = 0
        for commands in self._first.values():
            self._out.writelines(f"{command}\n" for command in commands)
            shown += len(commands)
        others = sum(statistics.by_severity.values()) - shown
        if others:
            self._out.write(f"… and {others:,} more\n")
        if self._has_summary:
            self._out.writelines(f"{line}\n" for line in summary_lines(statistics, Style(False)))

    def _command(self, finding: Finding) -> str:
        properties = {"file": self._root.relative(finding.file)}
        line = line_of(finding)
        if line is not None:
            properties["line"] = str(line)
        properties["title"] = f"{finding.rule.id}: {finding.rule.headline}"
        named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        return f"::{_COMMANDS[finding.severity]} {named}::{_data(' '.join(_words(finding)))}"


def _words(finding: Finding) -> Iterator[str]:
    where = [part for part in (place_in_file(finding), " ".join(about(finding))) if part]
    if where:
        yield f"{', '.join(where)}:"
    yield sentence(finding)
    blamed = other_blamed(finding)
    if blamed is not None:
        yield f"[to blame: {blamed}]"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
