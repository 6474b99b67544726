"""Checks the lines of a capture in one call."""

from pathlib import Path
from typing import NamedTuple

from tests.voxwire.native import capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics


class Checked(NamedTuple):
    """What came out."""

    findings: list[Finding]
    statistics: Statistics

    @property
    def rules(self) -> list[tuple[str, int | None, int | None]]:
        """Rule, connection and frame of every finding."""
        return [(f.rule, f.connection, f.frame) for f in self.findings]


def check_file(path: Path, selection: Selection | None = None) -> Checked:
    statistics = Statistics()
    check = CaptureCheck(str(path), selection or Selection(), statistics)
    return Checked(list(check.findings()), statistics)


def check_conversation(*paths: Path) -> list[Finding]:
    """All findings of the files, read in this order as one set, the conversation included."""
    sessions, statistics = Sessions(), Statistics()
    checks = [CaptureCheck(str(path), Selection(), statistics, sessions) for path in paths]
    return [finding for check in checks for finding in check.findings()]


def check_lines(folder: Path, *lines: str, selection: Selection | None = None) -> Checked:
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines))
    return check_file(path, selection)
