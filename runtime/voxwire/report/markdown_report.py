"""Findings as Markdown, short enough for a comment on a change: a table of the rules that were broken,
and a few examples of each.

It stays below 60,000 characters, however much was found: GitHub takes 65,536 in a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TextIO

import msgspec

from voxwire.report.places import place_in_file
from voxwire.report.said import SEVERITIES, other_blamed, page_of, worst
from voxwire.report.style import printable
from voxwire.report.summary import counted, found, left_out_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.checks import Finding, Rule, Severity, Statistics
    from voxwire.report.places import Root

_MOST_CHARACTERS: Final = 60_000
_MOST_EXAMPLES: Final = 3
_MOST_FILES: Final = 10
"""Files that are named because they could not be read."""

_SPECIAL: Final = re.compile(r"(?P<mention>[@#!%~$&](?=[\w\"]))|[\\`*_\[\]<|~&$]|:(?=//)")
"""What Markdown, HTML in it and links are made of in the middle of a line; and what begins the name of
somebody or the number of something, however it is written."""

_NOTHING: Final = "&#8203;"
"""A space without width, after which nobody is mentioned."""


class _Broken(msgspec.Struct):
    """A rule that was broken."""

    severity: Severity
    examples: list[Finding] = []


class MarkdownReport:
    """One document, written at the end."""

    def __init__(self, out: TextIO, root: Root) -> None:
        self._out = out
        self._root = root
        self._broken: dict[Rule, _Broken] = {}

    def finding(self, finding: Finding) -> None:
        broken = self._broken.setdefault(finding.rule, _Broken(finding.severity))
        if worst(finding) < SEVERITIES.index(broken.severity):
            broken.severity = finding.severity
        if len(broken.examples) < _MOST_EXAMPLES:
            broken.examples.append(finding)

    def finish(self, statistics: Statistics, left_out: int) -> None:  # noqa: ARG002
        counts = statistics.by_rule
        worst_first = sorted(
            self._broken,
            key=lambda rule: (SEVERITIES.index(self._broken[rule].severity), -counts[rule], rule),
        )
        blocks = ["\n".join(self._head(statistics))]
        if worst_first:
            blocks.append("\n".join(self._table(worst_first, statistics)))
        size = sum(map(len, blocks))
        for index, rule in enumerate(worst_first):
            block = "\n".join(self._section(rule, counts[rule]))
            size += len(block) + 2
            if size > _MOST_CHARACTERS:
                blocks.append(f"No room for examples of {len(worst_first) - index} more rules.")
                break
            blocks.append(block)
        self._out.write("\n\n".join(blocks) + "\n")

    def _head(self, statistics: Statistics) -> Iterator[str]:
        severities = statistics.by_severity
        total = found(*(severities[severity] for severity in SEVERITIES))
        yield f"## voxwire validate: {total or 'nothing found'}\n"
        files = counted(statistics.files, "file")
        connections = counted(statistics.connections, "connection")
        yield f"{files}, {connections}, {counted(statistics.frames, 'frame')}."
        failed = {file: read.failure for file, read in statistics.read.items() if read.failure}
        for file in list(failed)[:_MOST_FILES]:
            yield f"\n**Cannot read** {self._file(file)}: {_escaped(failed[file])}"
        if len(failed) > _MOST_FILES:
            yield f"\nNor {counted(len(failed) - _MOST_FILES, 'other file')}."
        for line in left_out_lines(statistics):
            yield f"\n{_escaped(line)}"

    def _table(self, rules: list[Rule], statistics: Statistics) -> Iterator[str]:
        yield "| severity | rule | found | |"
        yield "|---|---|--:|---|"
        for rule in rules:
            severity, count = self._broken[rule].severity, statistics.by_rule[rule]
            yield f"| {severity} | {_link(rule)} | {count:,} | {_escaped(rule.headline)} |"

    def _section(self, rule: Rule, count: int) -> Iterator[str]:
        broken = self._broken[rule]
        yield f"### {broken.severity}: {_link(rule)}\n"
        yield f"{rule.meaning} {rule.fix}\n"
        yield from (self._example(finding) for finding in broken.examples)
        more = count - len(broken.examples)
        if more > 0:
            yield f"- … and {more:,} more"

    def _example(self, finding: Finding) -> str:
        place = place_in_file(finding)
        words = [f"- {self._file(finding.file)}"]
        if place:
            words.append(_escaped(place))
        code = " ".join(part for part in (finding.direction, finding.type) if part)
        words += [_code(part) for part in (code, finding.pointer) if part]
        text = f"{', '.join(words)}: {_escaped(finding.message)}"
        if finding.hint:
            text += f" _{_escaped(finding.hint)}_"
        blamed = other_blamed(finding)
        return f"{text} (to blame: {blamed})" if blamed else text

    def _file(self, file: str) -> str:
        return _code(self._root.relative(file))


def _link(rule: Rule) -> str:
    return f"[`{rule.id}`]({page_of(rule)})"


def _escaped(text: str) -> str:
    """`text` as it is to be read, whatever is in it."""
    return _SPECIAL.sub(_reference, printable(text))


def _reference(special: re.Match[str]) -> str:
    after = _NOTHING if special["mention"] else ""
    return f"&#{ord(special[0])};{after}"


def _code(text: str) -> str:
    """`text` in the letters of code. Character references have no meaning there, and a backtick needs
    longer ones around it."""
    text = printable(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    if not longest:
        return f"`{text}`"
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"
