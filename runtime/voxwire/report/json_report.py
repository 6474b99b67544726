"""Findings for programs.

``json`` is one object::

    {"findings": [{"rule", "severity", "message", "file", "connection", "frame", "time",
                   "direction", "type", "pointer", "hint"}, …],
     "summary": {"files", "connections", "frames", "errors", "warnings", "notes", "by_rule": {…}}}

- ``connection`` and ``frame`` count from 1, within the file and within the connection.
- ``time`` is the Unix time of the frame in seconds, as it is in the capture.
- ``pointer`` is a JSON Pointer (RFC 6901) into the frame, ``""`` for the whole frame.
- What does not apply is null: a finding about a line has no frame, one about a file no connection.
- The summary counts all findings, also those that ``--max-findings`` leaves out.

``jsonl`` is the same findings, one object a line, and nothing else.
"""

from typing import Any, Final, TextIO

import msgspec

from voxwire.checks import Finding, Statistics

_NOT_WRITTEN: Final = "elapsed"


class JsonReport:
    """One JSON object with the findings, written as they come, and then the summary."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._separator = '{"findings": ['

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{self._separator}\n  {_encoded(_fields(finding))}")
        self._separator = ","

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        end = "\n]" if self._separator == "," else '{"findings": []'
        self._out.write(f'{end}, "summary": {_encoded(_summary(statistics))}}}\n')


class JsonLinesReport:
    """One JSON object a finding and line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def finding(self, finding: Finding) -> None:
        self._out.write(f"{_encoded(_fields(finding))}\n")

    def finish(self, statistics: Statistics, left_out: int) -> None:
        pass


def _fields(finding: Finding) -> dict[str, Any]:
    fields = msgspec.structs.asdict(finding)
    del fields[_NOT_WRITTEN]
    return fields


def _summary(statistics: Statistics) -> dict[str, Any]:
    return {
        "files": statistics.files,
        "connections": statistics.connections,
        "frames": statistics.frames,
        "errors": statistics.by_severity["error"],
        "warnings": statistics.by_severity["warning"],
        "notes": statistics.by_severity["note"],
        "by_rule": dict(sorted(statistics.by_rule.items())),
    }


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()
