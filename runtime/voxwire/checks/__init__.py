"""Checks captures against the protocol and says what is wrong, where, and what to do about it."""

from voxwire.checks.capture_check import CaptureCheck
from voxwire.checks.findings import Finding
from voxwire.checks.repetitions import Repeated
from voxwire.checks.selection import Selection
from voxwire.checks.session import Sessions
from voxwire.checks.statistics import Row, Statistics
from voxwire.rules.blame import Blame
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Rule, Severity

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
