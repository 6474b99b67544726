"""Breaks that were accepted: a file of fingerprints, each with a reason and the day until which it holds.

::

    accepted:
      - fingerprint: "3f2a90c41b7de865"
        rule: FIELD_NO_DELETE_REQUIRED
        subject: server/ready/motd
        reason: no client ever showed it
        until: 2026-12-31

``rule`` and ``subject`` are for people: what a fingerprint stands for is decided by it alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from voxspec.breaking.verdict import Change
from voxspec.findings import Finding, Findings, Place
from voxspec.load.source import Source, parse
from voxspec.model import JsonValue
from voxspec.near import did_you_mean

FILE: Final = "breaking.yaml"
"""What the file is called where nobody says otherwise."""

KEY: Final = "accepted"

_NEEDED: Final = ("fingerprint", "reason", "until")
_KEYS: Final = ("fingerprint", "rule", "subject", "reason", "until")
_FINGERPRINT: Final = re.compile("[0-9a-f]{16}")
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RULE: Final = "ACCEPTED_FILE"


class AcceptedFileError(Exception):
    """The file is wrong; ``findings`` say what is, and where."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(map(str, findings)))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One break that was accepted. It holds up to ``until``, that day included."""

    fingerprint: str
    reason: str
    until: date
    where: Place
    rule: str = ""
    subject: str = ""

    def holds(self, today: date) -> bool:
        return today <= self.until


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What of a file is about the changes at hand, by fingerprint, and what is about none of them."""

    holding: Mapping[str, Acceptance]
    expired: Mapping[str, Acceptance]
    unmatched: tuple[Acceptance, ...]


NONE: Final = Acceptances({}, {}, ())


def matched(accepted: Iterable[Acceptance], changes: Iterable[Change], today: date) -> Acceptances:
    """Which entries are about these changes on the day ``today``."""
    found = {change.fingerprint for change in changes}
    there = {entry.fingerprint: entry for entry in accepted}
    about = {name: entry for name, entry in there.items() if name in found}
    return Acceptances(
        {name: entry for name, entry in about.items() if entry.holds(today)},
        {name: entry for name, entry in about.items() if not entry.holds(today)},
        tuple(entry for name, entry in there.items() if name not in found),
    )


def read_accepted(path: Path, name: str | None = None) -> tuple[Acceptance, ...]:
    """The entries of the file. Raises AcceptedFileError; ``name`` is how it calls the file."""
    name = name or str(path)
    return accepted_in(text_of(path, name), name)


def text_of(path: Path, name: str) -> str:
    """The text of the file, its line ends as they are. Raises AcceptedFileError."""
    findings = Findings()
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        findings.error(_RULE, "the file is not UTF-8", Place(name), "save it as UTF-8")
    except OSError as error:
        findings.error(_RULE, f"cannot be read: {error.strerror}", Place(name))
    raise AcceptedFileError(findings.items)


def accepted_in(text: str, name: str) -> tuple[Acceptance, ...]:
    """The same for a text."""
    findings = Findings()
    source = parse(text, name, findings)
    entries = tuple(_entries(source, findings)) if source is not None else ()
    if findings:
        raise AcceptedFileError(
            [Finding(_RULE, found.message, found.where, found.hint) for found in findings.sorted()]
        )
    return entries


def day(text: str) -> date | None:
    """A day written as 2026-12-31; None for everything else."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _entries(source: Source, findings: Findings) -> Iterator[Acceptance]:
    for key in source.data:
        if key != KEY:
            hint = did_you_mean(key, [KEY]) or f"known here: {KEY}"
            findings.error(_RULE, f'the key "{key}" has no meaning', source.key_place(key), hint)
    listed = source.data.get(KEY)
    if listed is None:
        if KEY in source.data:
            return
        findings.error(_RULE, f'there is no key "{KEY}"', Place(source.name), "it holds a list")
        return
    if not isinstance(listed, list):
        hint = "each entry begins with a hyphen"
        findings.error(_RULE, f'"{KEY}" is no list', source.place(KEY), hint)
        return
    first: dict[str, int] = {}
    for index, item in enumerate(listed):
        entry = _entry(item, index, source, findings)
        if entry is None:
            continue
        before = first.setdefault(entry.fingerprint, entry.where.line)
        if before != entry.where.line:
            findings.error(
                _RULE,
                f'"{entry.fingerprint}" stands twice',
                entry.where,
                f"the first one is at line {before}",
            )
        yield entry


def _entry(item: JsonValue, index: int, source: Source, findings: Findings) -> Acceptance | None:
    place = source.place(KEY, index)
    if not isinstance(item, dict):
        hint = f"it has the keys {', '.join(_NEEDED)}"
        findings.error(_RULE, "an entry is no mapping", place, hint)
        return None
    count = len(findings.items)
    for key in item:
        if key not in _KEYS:
            hint = did_you_mean(key, list(_KEYS)) or f"known here: {', '.join(_KEYS)}"
            where = source.key_place(KEY, index, key)
            findings.error(_RULE, f'the key "{key}" has no meaning', where, hint)
    for key in _NEEDED:
        if key not in item:
            findings.error(_RULE, f'the entry lacks "{key}"', place, _WANTED[key])
    for key, value in item.items():
        where = source.place(KEY, index, key)
        if key in _KEYS and not _is_right(key, value):
            findings.error(_RULE, f'"{key}" is {_shown(value)}', where, _wanted(key, value))
    if len(findings.items) > count:
        return None
    until = day(str(item["until"]))
    assert until is not None
    return Acceptance(
        str(item["fingerprint"]),
        str(item["reason"]),
        until,
        place,
        str(item.get("rule", "")),
        str(item.get("subject", "")),
    )


_WANTED: Final = {
    "fingerprint": "16 hexadecimal digits in quotes, as voxspec breaking prints them",
    "reason": "why the break does no harm",
    "until": "the last day on which it is accepted, such as 2026-12-31",
    "rule": "a text, for people",
    "subject": "a text, for people",
}


def _is_right(key: str, value: JsonValue) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    if key == "fingerprint":
        return _FINGERPRINT.fullmatch(value) is not None
    return key != "until" or day(value) is not None


def _wanted(key: str, value: JsonValue) -> str:
    if key == "fingerprint" and isinstance(value, int | float):
        return "YAML takes it for a number: write it in quotes"
    return _WANTED[key]


def _shown(value: JsonValue) -> str:
    if isinstance(value, str):
        return f'"{value}"' if value.strip() else "empty"
    if isinstance(value, dict | list):
        return "no text"
    return json.dumps(value)
