"""Findings as SARIF 2.1.0, the format in which code scanning takes results of tools."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from voxspec.report.items import Item, RuleWords, with_fingerprints
from voxspec.report.places import Root

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
BASE: Final = "SRCROOT"
PROJECT: Final = "https://github.com/vox-protocol/vox-protocol"
FINGERPRINT: Final = "voxspec/v1"
LINE_HASH: Final = "primaryLocationLineHash"
"""The one that GitHub looks at; without it, it takes the text of the line."""


def sarif_text(
    items: Iterable[Item],
    rules: Mapping[str, RuleWords],
    root: Root,
    properties: Mapping[str, object] | None = None,
) -> str:
    """One log with one run. ``rules`` has words about every rule that an item names; ``properties``
    is what is said of the run."""
    named: dict[str, int] = {}
    results = [_result(item, named, root) for item in with_fingerprints(items, root)]
    driver = {
        "name": "voxspec",
        "version": metadata.version("vox-protocol"),
        "informationUri": PROJECT,
        "rules": [rule_object(rules[name]) for name in named],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {
            BASE: {"description": {"text": "The folder that paths are relative to."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if properties:
        run["properties"] = dict(properties)
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return f"{json.dumps(log, indent=2, ensure_ascii=False)}\n"


def _result(item: Item, named: dict[str, int], root: Root) -> dict[str, Any]:
    region = {"startLine": item.where.line, "startColumn": item.where.column}
    physical = {"artifactLocation": artifact(root.relative(item.where.file)), "region": region}
    prints = {FINGERPRINT: item.fingerprint, LINE_HASH: item.fingerprint}
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": named.setdefault(item.rule, len(named)),
        "level": item.level,
        "message": {"text": plain(item.message)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": prints,
    }
    if item.properties:
        result["properties"] = dict(item.properties)
    return result


def artifact(path: str) -> dict[str, str]:
    """Where a file is: relative to the base, or, where it is not below, its address."""
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": BASE}


def rule_object(rule: RuleWords) -> dict[str, Any]:
    """A rule as the driver lists it."""
    said: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": plain(rule.sentence)},
        "fullDescription": {"text": plain(f"{rule.sentence} {rule.why}".strip())},
        "help": {
            "text": plain(f"{rule.why} What to do: {rule.fix}".strip()),
            "markdown": f"{rule.sentence}\n\n**Why it matters.** {rule.why}\n\n"
            f"**What to do.** {rule.fix}\n\n[More, with examples]({rule.page})",
        },
        "helpUri": rule.page,
        "defaultConfiguration": {"level": rule.level},
    }
    if rule.tags:
        said["properties"] = {"tags": [*rule.tags]}
    return said


def plain(text: str) -> str:
    """A text as a message has it, in which brackets before parentheses would make a link (section 3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text
