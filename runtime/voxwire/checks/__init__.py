"""Checks captures against the protocol and says what is wrong, where, and what to do about it."""

from voxwire.checks.blame import Blame
from voxwire.checks.capture_check import CaptureCheck
from voxwire.checks.findings import Finding, Severity
from voxwire.checks.repetitions import Repeated
from voxwire.checks.rules import RULES, Rule
from voxwire.checks.selection import Selection
from voxwire.checks.session import Sessions
from voxwire.checks.statistics import Row, Statistics

__all__ = [
    "RULES",
    "Blame",
    "CaptureCheck",
    "Finding",
    "Repeated",
    "Row",
    "Rule",
    "Selection",
    "Sessions",
    "Severity",
    "Statistics",
]
