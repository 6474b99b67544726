"""Linting a schema folder: every chosen rule, whatever the others find, with the findings by place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from voxspec.findings import Finding
from voxspec.lint.checks import CHECKS, MENDS
from voxspec.lint.choose import Choice
from voxspec.lint.found import Found, Mend
from voxspec.lint.ignores import Ignores
from voxspec.lint.schema import Schema
from voxspec.load.source import Source
from voxspec.pipeline import load_as_far_as_possible


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding, with the file that it is in and what would put it right, where that is known."""

    finding: Finding
    found: Found | None = None

    @property
    def mend(self) -> Mend | None:
        """What would put it right without anybody having to think."""
        return None if self.found is None else self.found.mend


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, by place, and how much was ignored for a reason. ``loads``: the schema can be
    read."""

    problems: tuple[Problem, ...]
    ignored: int
    messages: int
    loads: bool

    @property
    def findings(self) -> list[Finding]:
        """The findings alone."""
        return [problem.finding for problem in self.problems]


def lint(folder: Path, choice: Choice, instead: Mapping[str, str] = MappingProxyType({})) -> Linted:
    """Everything in a schema folder that breaks a chosen rule, or one that reading asks for.

    ``instead``: what some files are taken to say, by their names."""
    loaded = load_as_far_as_possible(folder, instead)
    schema = Schema(loaded.files)
    ignores = Ignores(schema)

    def is_asked(rule: str, source: Source) -> bool:
        return choice.asks(rule, Path(source.name).relative_to(folder).as_posix())

    mends = {_key(_finding(rule, found)): found for rule, found in _mended(schema)}
    problems = {_key(f): Problem(f, mends.get(_key(f))) for f in loaded.findings}
    ignored = 0
    for rule, found in _found(schema, choice):
        if not is_asked(rule, found.source):
            continue
        if ignores.hold(rule, found):
            ignored += 1
            continue
        finding = _finding(rule, found)
        problems.setdefault(_key(finding), Problem(finding, found))
    about = [*(("LINT_IGNORE_KNOWN", found) for found in ignores.unknown())]
    about += (("LINT_IGNORE_USED", found) for found in ignores.unused(is_asked))
    for rule, found in about:
        if is_asked(rule, found.source):
            finding = _finding(rule, found)
            problems[_key(finding)] = Problem(finding, found)
    return Linted(
        tuple(problems[key] for key in sorted(problems)),
        ignored,
        len(schema.messages),
        loaded.protocol is not None,
    )


def _found(schema: Schema, choice: Choice) -> Iterator[tuple[str, Found]]:
    for rule, check in CHECKS.items():
        if rule in choice.rules:
            yield from ((rule, found) for found in check(schema))


def _mended(schema: Schema) -> Iterator[tuple[str, Found]]:
    """What can be put right of the rules that reading asks for."""
    for rule, check in MENDS.items():
        yield from ((rule, found) for found in check(schema))


def _finding(rule: str, found: Found) -> Finding:
    source, path = found.source, found.path
    place = source.key_place(*path) if found.is_key else source.place(*path)
    return Finding(rule, found.message, place, found.hint)


def _key(finding: Finding) -> tuple[str, int, int, str, str]:
    where = finding.where
    return where.file, where.line, where.column, finding.rule, finding.message
