"""Changes as SARIF 2.1.0, the format in which code scanning takes results of tools.

A result names its file relative to ``SRCROOT``, what has changed as a logical location, and, where a
break was accepted, that it is suppressed and why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from voxspec import __version__
from voxspec.breaking.report.json_report import change_object
from voxspec.breaking.report.places import Shown, shown
from voxspec.breaking.report.words import remarks, verb
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Change

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_BASE: Final = "SRCROOT"
_PROJECT: Final = "https://github.com/vox-protocol/vox-protocol"
_FINGERPRINT: Final = "voxspec/v1"
_LINE_HASH: Final = "primaryLocationLineHash"
"""The one that GitHub looks at. Where it is missing, the content of the first line takes its place."""


def lines(result: Result) -> Iterator[str]:
    """The log, with a line for each result."""
    rules = {
        name: index for index, name in enumerate(dict.fromkeys(c.rule for c in result.changes))
    }
    results = [_result(result, change, rules[change.rule]) for change in result.changes]
    driver = {
        "name": "voxspec breaking",
        "version": __version__,
        "informationUri": _PROJECT,
        "rules": [_rule(name, result) for name in rules],
    }
    unread = {} if result.hits is None else result.hits.unread
    notes = [_notification("error", f"cannot read {f}: {why}") for f, why in unread.items()]
    notes += [_notification("note", remark) for remark in remarks(result)]
    invocation = {"executionSuccessful": not unread, "toolExecutionNotifications": notes}
    base = {_BASE: {"description": {"text": "The folder that paths are relative to."}}}
    yield f'{{"$schema":"{_SCHEMA}","version":"2.1.0","runs":[{{"results":['
    yield ",\n".join(json.dumps(one) for one in results)
    yield f'],"tool":{json.dumps({"driver": driver})},"invocations":[{json.dumps(invocation)}],'
    yield f'"originalUriBaseIds":{json.dumps(base)},"columnKind":"unicodeCodePoints"}}]}}'


def _result(result: Result, change: Change, index: int) -> dict[str, Any]:
    acceptance = result.acceptance(change)
    suppression = (
        []
        if acceptance is None
        else [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{acceptance.reason} (until {acceptance.until})",
            }
        ]
    )
    sentences = [change.message, *(f"{verb(effect)}: {effect.what}" for effect in change.effects)]
    return {
        "ruleId": change.rule,
        "ruleIndex": index,
        "level": result.level(change),
        "message": {"text": _plain("\n".join(sentences))},
        "locations": [_location(change, shown(result, change))],
        "partialFingerprints": {_FINGERPRINT: change.fingerprint, _LINE_HASH: change.fingerprint},
        "suppressions": suppression,
        "properties": change_object(result, change),
    }


def _location(change: Change, place: Shown | None) -> dict[str, Any]:
    name = change.subject.rpartition("/")[2] or change.subject
    location: dict[str, Any] = {
        "logicalLocations": [{"name": name, "fullyQualifiedName": change.subject}]
    }
    if place is not None:
        physical: dict[str, Any] = {"artifactLocation": _artifact(place.path)}
        if place.line is not None:
            physical["region"] = {"startLine": place.line, "startColumn": place.column}
        location["physicalLocation"] = physical
    return location


def _artifact(path: str) -> dict[str, str]:
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": _BASE}


def _rule(name: str, result: Result) -> dict[str, Any]:
    sentence = result.rules.get(name)
    return (
        {"id": name} if sentence is None else {"id": name, "shortDescription": {"text": sentence}}
    )


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _plain(text)}}


def _plain(text: str) -> str:
    """`text` as a message has it, in which brackets before parentheses would make a link (section 3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text
