"""The findings of a page, each with its frame: what is wrong is marked, and what is expected stands beside
what was observed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from voxwire.report.html.pretty import at, described, parsed, pretty
from voxwire.report.rule_examples import shown
from voxwire.report.said import SEVERITIES, page_of, worst
from voxwire.report.style import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.checks import Finding, Rule
    from voxwire.report.html.frames import KeptFrames, Key, SeenFrame
    from voxwire.report.html.pretty import Span

_MOST_OF_A_KIND: Final = 1000
"""Findings of one severity that are listed; the others are counted."""

_MOST_CHARACTERS: Final = 2_000_000
"""Of all frames on the page together."""

_EXPECTED: Final = re.compile(r"(.+); got .+", re.DOTALL)
"""How validators say what they expect, and what they got."""


class Details:
    """Collects findings, and makes the data of the page of them."""

    def __init__(self) -> None:
        self._found: list[tuple[Finding, Key | None]] = []
        self._counts = dict.fromkeys(SEVERITIES, 0)

    def add(self, finding: Finding, key: Key | None) -> bool:
        """Add a finding about the frame `key`; whether it is listed."""
        self._counts[finding.severity] += 1
        is_listed = self._counts[finding.severity] <= _MOST_OF_A_KIND
        if is_listed:
            self._found.append((finding, key))
        return is_listed

    def data(self, frames: KeptFrames) -> dict[str, Any]:
        """What the script of the page reads, worst findings first. Shorter keys keep it small."""
        found = sorted(self._found, key=lambda one: worst(one[0]))
        shown_frames = _Frames(frames)
        for finding, key in found:
            shown_frames.add(key, finding.pointer)
        rules: dict[Rule, None] = dict.fromkeys(finding.rule for finding, _ in found)
        entries = [_entry(finding, key, shown_frames) for finding, key in found]
        return {
            "rules": {rule.id: _rule(rule) for rule in rules},
            "frames": [_frame(key, frame, text) for key, frame, text in shown_frames.all()],
            "findings": entries,
            "more": {kind: max(0, n - _MOST_OF_A_KIND) for kind, n in self._counts.items()},
        }


class _Frames:
    """The frames that are shown, each once, with where in them pointers lead."""

    def __init__(self, frames: KeptFrames) -> None:
        self._frames: Final = frames
        self._pointers: dict[Key, set[str]] = {}
        self._made: dict[Key, tuple[str | None, dict[str, Span], Any]] = {}
        self._room = _MOST_CHARACTERS
        self.places: Final[dict[Key, int]] = {}

    def add(self, key: Key | None, pointer: str | None) -> None:
        """A frame is shown, with those around it."""
        if key is None:
            return
        for near in self._frames.around(key):
            self.places.setdefault(near, len(self.places))
        if pointer is not None:
            self._pointers.setdefault(key, set()).add(pointer)

    def around(self, key: Key) -> list[int]:
        """The places of a frame and those around it."""
        return [self.places[near] for near in self._frames.around(key)]

    def read(self, key: Key) -> tuple[str | None, dict[str, Span], Any]:
        """The text of a frame, where pointers lead in it, and its value."""
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._read(self._frames.kept[key], key)
        return made

    def all(self) -> Iterator[tuple[Key, SeenFrame, str | None]]:
        """All frames in the order of their places."""
        for key in self.places:
            text = self.read(key)[0]
            if text is not None and len(text) > self._room:
                text = None
            self._room -= len(text or "")
            yield key, self._frames.kept[key], text

    def _read(self, frame: SeenFrame, key: Key) -> tuple[str | None, dict[str, Span], Any]:
        if frame.text is None:
            return None, {}, _NO_VALUE
        try:
            value = parsed(frame.text)
            text, spans = pretty(value, self._pointers.get(key, ()))
        except (ValueError, RecursionError):
            return printable(frame.text[:1000]), {}, _NO_VALUE
        return text, spans, value


_NO_VALUE: Final = object()


def _entry(finding: Finding, key: Key | None, frames: _Frames) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "severity": finding.severity,
        "rule": finding.rule.id,
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.file,
        "connection": finding.connection,
        "frame": finding.frame,
        "location": finding.location,
        "elapsed": None if finding.elapsed is None else f"{finding.elapsed:+.3f}",
        "direction": finding.direction,
        "type": finding.type,
        "pointer": finding.pointer,
        "blame": finding.blame,
        "expected": _expected(finding),
    }
    if key is not None and key in frames.places:
        _, spans, value = frames.read(key)
        entry["at"] = frames.places[key]
        entry["around"] = frames.around(key)
        if finding.pointer is not None and value is not _NO_VALUE:
            entry["span"] = spans.get(finding.pointer)
            entry["observed"] = _observed(value, finding.pointer)
    return {name: value for name, value in entry.items() if value is not None}


def _expected(finding: Finding) -> str | None:
    """What should have been there, as far as the finding says it."""
    said = _EXPECTED.fullmatch(finding.message)
    if said:
        return said[1]
    return finding.hint


def _observed(value: Any, pointer: str) -> str:
    try:
        return described(at(value, pointer))
    except LookupError:
        return "nothing"


def _frame(key: Key, frame: SeenFrame, text: str | None) -> dict[str, Any]:
    entry = {
        "file": key.file,
        "connection": key.connection,
        "frame": frame.number,
        "elapsed": None if frame.elapsed is None else f"{frame.elapsed:+.3f}",
        "direction": frame.direction,
        "type": frame.type,
        "seq": frame.seq,
        "size": frame.size,
        "location": frame.location,
        "text": text,
    }
    return {name: value for name, value in entry.items() if value is not None}


def _rule(rule: Rule) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "headline": rule.headline,
        "meaning": _plain(rule.meaning),
        "why": _plain(rule.why),
        "fix": _plain(rule.fix),
        "page": page_of(rule),
    }
    if rule.bad is not None and rule.good is not None:
        entry["bad"] = [_plain(rule.bad.caption), *shown(rule, rule.bad)]
        entry["good"] = [_plain(rule.good.caption), *shown(rule, rule.good)]
    return entry


def _plain(text: str) -> str:
    return text.replace("`", "")
