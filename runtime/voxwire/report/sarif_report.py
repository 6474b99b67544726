"""Findings as SARIF 2.1.0, the format in which code scanning takes results of tools.

A result names its file relative to ``SRCROOT``, the connection and frame as a logical location, and a
region where the format of the capture counts lines. Results are written as they come; the rules that
they name, and what was not recorded or not read, follow them.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO
from urllib.parse import quote

import msgspec

from voxwire.report.fingerprints import Fingerprints
from voxwire.report.json_report import repeated_fields, summary_fields
from voxwire.report.places import STDIN, line_of
from voxwire.report.said import page_of, sentence
from voxwire.report.summary import left_out_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.checks import Finding, Rule, Statistics
    from voxwire.report.places import Root

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_START: Final = f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[{{"results":['
_BASE: Final = "SRCROOT"
_PROJECT: Final = "https://github.com/vox-protocol/vox-protocol"
_FINGERPRINT: Final = "voxwire/v1"
_LINE_HASH: Final = "primaryLocationLineHash"
"""The one that GitHub looks at. Where it is missing, the content of the first line takes its place, by
which all findings about a capture would be the same."""


class SarifReport:
    """One run with all findings."""

    def __init__(self, out: TextIO, root: Root) -> None:
        self._out = out
        self._root = root
        self._fingerprints = Fingerprints()
        self._rules: dict[Rule, int] = {}
        self._separator = _START

    def finding(self, finding: Finding) -> None:
        index = self._rules.setdefault(finding.rule, len(self._rules))
        path = self._root.relative(finding.file)
        fingerprint = str(self._fingerprints.of(finding, path))
        result = {
            "ruleId": finding.rule.id,
            "ruleIndex": index,
            "level": finding.severity,
            "message": {"text": _plain(sentence(finding))},
            "locations": [_location(finding, path)],
            "partialFingerprints": {_FINGERPRINT: fingerprint, _LINE_HASH: fingerprint},
            "properties": {
                name: value for name, value in _properties(finding) if value is not None
            },
        }
        self._out.write(f"{self._separator}\n{_encoded(result)}")
        self._separator = ","

    def finish(self, statistics: Statistics, left_out: int) -> None:
        if self._separator == _START:
            self._out.write(_START)
        driver = {
            "name": "voxwire",
            "version": metadata.version("vox-protocol"),
            "informationUri": _PROJECT,
            "rules": [_rule(rule) for rule in self._rules],
        }
        invocation = {
            "executionSuccessful": not any(read.failure for read in statistics.read.values()),
            "toolExecutionNotifications": list(_notifications(statistics, left_out)),
        }
        properties = {
            "summary": summary_fields(statistics),
            "repeated": [repeated_fields(repeated) for repeated in statistics.repeated],
        }
        base = {_BASE: {"description": {"text": "The folder that paths are relative to."}}}
        self._out.write(
            f'\n],"tool":{_encoded({"driver": driver})},"invocations":[{_encoded(invocation)}],'
            f'"originalUriBaseIds":{_encoded(base)},"columnKind":"unicodeCodePoints",'
            f'"properties":{_encoded(properties)}}}]}}\n'
        )


def _location(finding: Finding, path: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    line = line_of(finding)
    if line is not None:
        physical["region"] = {"startLine": line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.connection is not None:
        location["logicalLocations"] = list(_logical(finding))
    return location


def _artifact(path: str) -> dict[str, str]:
    if "://" in path:
        return {"uri": quote(path, safe="/:?&=@%")}
    if path != STDIN and Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": _BASE}


def _logical(finding: Finding) -> Iterator[dict[str, str]]:
    """The frame, where it is about one, and the connection."""
    connection = f"connection {finding.connection}"
    if finding.frame is not None:
        yield {
            "name": str(finding.frame),
            "fullyQualifiedName": f"{connection}/frame {finding.frame}",
            "kind": "frame",
        }
    yield {
        "name": str(finding.connection),
        "fullyQualifiedName": connection,
        "kind": "connection",
    }


def _properties(finding: Finding) -> Iterator[tuple[str, object]]:
    for name in ("pointer", "blame", "time", "direction", "type", "location"):
        yield name, getattr(finding, name)


def _rule(rule: Rule) -> dict[str, Any]:
    text = f"{rule.meaning} {rule.why}"
    return {
        "id": rule.id,
        "shortDescription": {"text": _plain(rule.headline)},
        "fullDescription": {"text": _plain(rule.meaning)},
        "help": {
            "text": _plain(f"{text} What to do: {rule.fix}"),
            "markdown": f"{rule.meaning}\n\n**Why it matters.** {rule.why}\n\n"
            f"**What to do.** {rule.fix}\n\n[More, with examples]({page_of(rule)})",
        },
        "helpUri": page_of(rule),
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [rule.group]},
    }


def _notifications(statistics: Statistics, left_out: int) -> Iterator[dict[str, Any]]:
    for file, read in statistics.read.items():
        if read.failure is not None:
            yield _notification("error", f"cannot read {file}: {read.failure}")
    for line in left_out_lines(statistics):
        yield _notification("note", line)
    if left_out:
        yield _notification("note", f"{left_out} more findings are not listed")


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _plain(text)}}


def _plain(text: str) -> str:
    """`text` as a message has it, in which brackets before parentheses would make a link (section 3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()
