"""What `voxwire validate` prints about the examples of rules."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.report.style import Style
from voxwire.report.text_report import TextReport
from voxwire.rules.example import Elsewhere, Example, Told

if TYPE_CHECKING:
    from voxwire.checks import Finding
    from voxwire.rules.rule import Rule

FILE: Final = "capture.ndjson"
"""The name of every example."""


def findings_of(example: Example) -> tuple[list[Finding], Statistics]:
    """What is found in an example, and all counts."""
    statistics = Statistics()
    check = CaptureCheck(FILE, Selection(), statistics, Sessions())
    return list(check.findings_in(read_capture(io.BytesIO(example.content())))), statistics


def printed(rule: Rule, example: Example | Elsewhere | Told) -> list[str]:
    """The lines that are printed about an example of `rule`."""
    if not isinstance(example, Example):
        return [f"{rule.severity}[{rule.id}] {example.says}"] if example.says else []
    findings, statistics = findings_of(example)
    out = io.StringIO()
    report = TextReport(out, Style(is_coloured=False), has_summary=False)
    for finding in findings:
        report.finding(finding)
    report.finish(statistics, left_out=0)
    return out.getvalue().splitlines()


def shown(rule: Rule, example: Example | Elsewhere | Told) -> list[str]:
    """The example itself: the lines of a capture where the rule is about them, or what happens."""
    if isinstance(example, Told):
        return []
    if isinstance(example, Elsewhere):
        return example.frame.splitlines()
    return list(example.lines() if rule.group == "capture" else example.story())
