"""What a report lists: one finding of any command, and what is said of the rule that it names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from voxspec.findings import Finding, Place
from voxspec.report.places import Root

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""From the worst on."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was found. ``message`` is all that is said of it, in one line.

    ``fingerprint`` knows it again in the report of another day; without one, reports make it of the
    file, the rule and the message. ``properties`` is what programs want to know besides.
    """

    rule: str
    level: Level
    message: str
    where: Place
    fingerprint: str = ""
    properties: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What reports say of a rule: in a line, at length, and where there is more."""

    id: str
    sentence: str
    why: str
    fix: str
    page: str
    tags: tuple[str, ...] = ()
    level: Level = "error"


def items_of(findings: Iterable[Finding]) -> list[Item]:
    """Findings about schema files as items."""
    return [_item(finding) for finding in findings]


def _item(finding: Finding) -> Item:
    hint = f" ({finding.hint})" if finding.hint else ""
    properties = {"hint": finding.hint} if finding.hint else {}
    said = f"{finding.message}{hint}"
    return Item(finding.rule, finding.severity, said, finding.where, properties=properties)


def with_fingerprints(items: Iterable[Item], root: Root) -> Iterator[Item]:
    """The items, each with a fingerprint that no other of them has.

    Lines do not count, since they change with every line that is added above: what stays is the file
    as it is called below ``root``, the rule and what is said; those that agree in all of it are numbered.
    """
    seen: Counter[str] = Counter()
    for item in items:
        about = f"{root.relative(item.where.file)}\0{item.rule}\0{item.message}"
        digest = (
            item.fingerprint
            or hashlib.sha256(about.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        )
        seen[digest] += 1
        yield replace(item, fingerprint=f"{digest}:{seen[digest]}")
