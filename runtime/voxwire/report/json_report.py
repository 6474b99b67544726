"""Findings for programs.

``json`` is one object::

    {"version": 1, "findings": [{…}, …], "repeated": [{…}, …], "summary": {…}}

``jsonl`` is the same findings, one object a line, each with the ``version``, and nothing else.
``docs/report.md`` describes every key, and so do the JSON Schemas beside it. ``version`` changes when a
key goes away or changes its meaning; new keys may come at any time.
"""

from typing import Any, Final, TextIO

import msgspec

from voxwire.checks import Finding, Repeated, Statistics

VERSION: Final = 1
"""Of the format."""

_START: Final = f'{{"version": {VERSION}, "findings": ['
_LAST_WRITTEN: Final = "blame"
_WRITTEN: Final = Finding.__struct_fields__[: Finding.__struct_fields__.index(_LAST_WRITTEN) + 1]
"""What follows in a finding is of use to checks and people alone."""


class JsonReport:
    """One JSON object with the findings, written as they come, and then the summary."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._separator = _START

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{self._separator}\n  {_encoded(_fields(finding))}")
        self._separator = ","

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        end = "\n]" if self._separator == "," else f"{_START}]"
        repeated = _encoded([repeated_fields(repeated) for repeated in statistics.repeated])
        summary = _encoded(summary_fields(statistics))
        self._out.write(f'{end}, "repeated": {repeated}, "summary": {summary}}}\n')


class JsonLinesReport:
    """One JSON object a finding and line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{_encoded({'version': VERSION} | _fields(finding))}\n")

    def finish(self, statistics: Statistics, left_out: int) -> None:
        pass


def _fields(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in _WRITTEN} | {"rule": finding.rule.id}


def repeated_fields(repeated: Repeated) -> dict[str, Any]:
    """What was found again, as the report has it."""
    return msgspec.structs.asdict(repeated) | {"rule": repeated.rule.id}


def summary_fields(statistics: Statistics) -> dict[str, Any]:
    """The counts, as the report has them."""
    return {
        "files": statistics.files,
        "connections": statistics.connections,
        "frames": statistics.frames,
        "errors": statistics.by_severity["error"],
        "warnings": statistics.by_severity["warning"],
        "notes": statistics.by_severity["note"],
        "by_rule": {rule.id: count for rule, count in sorted(statistics.by_rule.items())},
    }


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()
