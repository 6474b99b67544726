"""Findings as JUnit's XML, which every system for continuous integration shows: a suite for each file, a
test case for each connection.

A connection fails if there is an error or a warning about it, as the command does; notes are its output.
What is about no connection is a case of its own, and a file that could not be read is in error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO
from xml.sax.saxutils import escape, quoteattr

import msgspec

from voxwire.report.said import worst
from voxwire.report.style import Style, printable
from voxwire.report.summary import found
from voxwire.report.text_report import finding_line
from voxwire.rules.capture_format import CAPTURE_UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.checks import Finding, Repeated, Statistics
    from voxwire.checks.statistics import FileRead

_MOST: Final = 50
"""Findings of one case that are listed; more are counted."""

_WHOLE_FILE: Final = "the whole file"


class _Case(msgspec.Struct):
    """What was found about one connection, or about none of a file."""

    errors: int = 0
    warnings: int = 0
    notes: int = 0
    worst: Finding | None = None
    lines: list[str] = []
    notices: list[str] = []
    more: int = 0

    @property
    def has_failed(self) -> bool:
        return self.errors + self.warnings > 0

    def count(self, severity: str, times: int) -> None:
        """Count what was found."""
        match severity:
            case "error":
                self.errors += times
            case "warning":
                self.warnings += times
            case _:
                self.notes += times

    def add(self, finding: Finding) -> None:
        """List a finding, where there is room."""
        if self.worst is None or worst(finding) < worst(self.worst):
            self.worst = finding
        if len(self.lines) + len(self.notices) >= _MOST:
            self.more += 1
            return
        lines = self.notices if finding.severity == "note" else self.lines
        lines.append(finding_line(finding, _PLAIN))


class JunitReport:
    """An XML document, written at the end. Memory grows with the connections that something was found
    about."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._cases: dict[str, dict[int | None, _Case]] = {}

    def finding(self, finding: Finding) -> None:
        case = self._case(finding.file, finding.connection)
        case.count(finding.severity, 1)
        case.add(finding)

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        for repeated in statistics.repeated:
            case = self._case(repeated.file, repeated.connection)
            case.count(repeated.severity, repeated.count)
            lines = case.notices if repeated.severity == "note" else case.lines
            lines.append(_again(repeated))
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="voxwire">\n')
        for file, read in statistics.read.items():
            self._out.writelines(self._suite(file, read, self._cases.pop(file, {})))
        self._out.write("</testsuites>\n")

    def _case(self, file: str, connection: int | None) -> _Case:
        return self._cases.setdefault(file, {}).setdefault(connection, _Case())

    def _suite(self, file: str, read: FileRead, cases: dict[int | None, _Case]) -> Iterator[str]:
        whole = cases.pop(None, _Case())
        has_whole = read.failure is not None or whole != _Case()
        failures = sum(case.has_failed for case in cases.values())
        failures += whole.has_failed and read.failure is None
        yield (
            f'  <testsuite name={_quoted(file)} tests="{read.connections + has_whole}" '
            f'failures="{failures}" errors="{int(read.failure is not None)}">\n'
        )
        if has_whole:
            yield from _testcase(file, _WHOLE_FILE, whole, read.failure)
        for number in range(1, read.connections + 1):
            yield from _testcase(file, f"connection {number}", cases.get(number))
        yield "  </testsuite>\n"


_PLAIN: Final = Style(is_coloured=False)


def _testcase(
    file: str, name: str, case: _Case | None, failure: str | None = None
) -> Iterator[str]:
    opening = f"    <testcase classname={_quoted(file)} name={_quoted(name)}"
    if case is None:
        yield f"{opening}/>\n"
        return
    yield f"{opening}>\n"
    if failure is not None:
        message = _quoted(f"cannot be read: {failure}")
        yield f'      <error type="{CAPTURE_UNREADABLE}" message={message}>{_text(case.lines)}</error>\n'
    elif case.has_failed and case.worst is not None:
        counts = found(case.errors, case.warnings, 0)
        message = _quoted(f"{counts}; {case.worst.rule}: {case.worst.message}")
        more = [f"… and {case.more:,} more"] if case.more else []
        yield (
            f'      <failure type="{case.worst.rule}" message={message}>'
            f"{_text([*case.lines, *more])}</failure>\n"
        )
    if case.notices:
        yield f"      <system-out>{_text(case.notices)}</system-out>\n"
    yield "    </testcase>\n"


def _again(repeated: Repeated) -> str:
    last = "" if repeated.last_frame is None else f", the last in frame {repeated.last_frame}"
    return f"… and {repeated.count:,} more {repeated.rule}{last}"


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _text(lines: list[str]) -> str:
    return escape("\n".join(lines))
