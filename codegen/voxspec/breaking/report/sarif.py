"""Changes as SARIF 2.1.0, the format in which code scanning takes results of tools.

A result names its file relative to ``SRCROOT``, what has changed as a logical location, and, where a
break was accepted, that it is suppressed and why.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from voxspec import __version__
from voxspec.breaking.report.json_report import change_object
from voxspec.breaking.report.places import Shown, shown
from voxspec.breaking.report.words import remarks, uncompared, verb
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Change
from voxspec.report.items import items_of
from voxspec.report.places import Root
from voxspec.report.rules import words_of
from voxspec.report.sarif import (
    BASE,
    FINGERPRINT,
    LINE_HASH,
    PROJECT,
    SCHEMA,
    artifact,
    plain,
    rule_object,
    sarif_text,
)


def lines(result: Result) -> Iterator[str]:
    """The log, with a line for each result."""
    if result.mistakes:
        mistakes = result.mistakes
        yield sarif_text(items_of(mistakes), words_of(mistakes), Root()).removesuffix("\n")
        return
    rules = {
        name: index for index, name in enumerate(dict.fromkeys(c.rule for c in result.changes))
    }
    results = [_result(result, change, rules[change.rule]) for change in result.changes]
    driver = {
        "name": "voxspec breaking",
        "version": __version__,
        "informationUri": PROJECT,
        "rules": [_rule(name, result) for name in rules],
    }
    unread = {} if result.hits is None else result.hits.unread
    notes = [_notification("error", f"cannot read {f}: {why}") for f, why in unread.items()]
    told = () if result.hits is None else result.hits.remarks
    notes += [
        _notification("note", remark) for remark in (*uncompared(result), *told, *remarks(result))
    ]
    is_whole = result.hits is None or result.hits.are_whole
    invocation = {"executionSuccessful": is_whole, "toolExecutionNotifications": notes}
    base = {BASE: {"description": {"text": "The folder that paths are relative to."}}}
    yield f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"results":['
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
        "message": {"text": plain("\n".join(sentences))},
        "locations": [_location(change, shown(result, change))],
        "partialFingerprints": {FINGERPRINT: change.fingerprint, LINE_HASH: change.fingerprint},
        "suppressions": suppression,
        "properties": change_object(result, change),
    }


def _location(change: Change, place: Shown | None) -> dict[str, Any]:
    name = change.subject.rpartition("/")[2] or change.subject
    location: dict[str, Any] = {
        "logicalLocations": [{"name": name, "fullyQualifiedName": change.subject}]
    }
    if place is not None:
        physical: dict[str, Any] = {"artifactLocation": artifact(place.path)}
        if place.line is not None:
            physical["region"] = {"startLine": place.line, "startColumn": place.column}
        location["physicalLocation"] = physical
    return location


def _rule(name: str, result: Result) -> dict[str, Any]:
    words = result.rules.get(name)
    return {"id": name} if words is None else rule_object(words)


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": plain(text)}}
