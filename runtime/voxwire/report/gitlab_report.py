"""Findings for the code quality widget of GitLab: a JSON array, an object each.

It wants a line for each; where the format of the capture has none it is the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

import msgspec

from voxwire.report.fingerprints import Fingerprints
from voxwire.report.places import line_of, place_in_file
from voxwire.report.said import about, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.checks import Finding, Severity, Statistics
    from voxwire.report.places import Root

_SEVERITIES: Final[Mapping[Severity, str]] = {
    "error": "major",
    "warning": "minor",
    "note": "info",
}


class GitlabReport:
    """One JSON array, written as findings come."""

    def __init__(self, out: TextIO, root: Root) -> None:
        self._out = out
        self._root = root
        self._fingerprints = Fingerprints()
        self._separator = "["

    def finding(self, finding: Finding) -> None:
        path = self._root.relative(finding.file)
        fingerprint = self._fingerprints.of(finding, path)
        where = [part for part in (place_in_file(finding), " ".join(about(finding))) if part]
        text = f"{', '.join(where)}: {sentence(finding)}" if where else sentence(finding)
        issue = {
            "description": text,
            "check_name": finding.rule.id,
            "fingerprint": f"{fingerprint.digest}{fingerprint.number:08x}",
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": path, "lines": {"begin": line_of(finding) or 1}},
        }
        self._out.write(f"{self._separator}\n  {msgspec.json.encode(issue).decode()}")
        self._separator = ","

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        self._out.write("\n]\n" if self._separator == "," else "[]\n")
