"""``--fix``: what can be put right without anybody having to think, written into the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from voxspec.findings import Finding
from voxspec.lint.choose import Choice
from voxspec.lint.edits import mended
from voxspec.lint.found import Mend, written
from voxspec.lint.run import Linted, Problem, lint
from voxspec.load.source import Source
from voxspec.pipeline import load_as_far_as_possible
from voxspec.rules import RULES

Texts = dict[str, str]
"""What files are to say, by their names."""

_MOST_REFUSED = 50
"""After so many that cannot be put right, no others of a rule are tried: each is read as a whole."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was put right, by place, with what is written now; and what is left, as it is now."""

    done: tuple[Finding, ...]
    left: Linted


def fix(folder: Path, choice: Choice) -> Fixed:
    """Put right what can be, and write it; what would bring about new mistakes is not written."""
    state = _State(folder, choice)
    for rule in RULES.values():
        # What is mended may have hidden another mistake, at the same place and in the same words.
        while rule.mend and (problems := state.problems(rule.id)):
            if not state.take(problems):
                state.take_singly(rule.id)
                break
    for file, text in state.texts.items():
        Path(file).write_bytes(text.encode("utf-8"))
    return Fixed(tuple(sorted(state.done, key=lambda finding: finding.where)), state.linted)


class _State:
    """What files are to say so far, and what is wrong with that."""

    def __init__(self, folder: Path, choice: Choice) -> None:
        self._folder = folder
        self._choice = choice
        self._mistakes = self._mistakes_with({})
        self.texts: Texts = {}
        self.done: list[Finding] = []
        self.linted = lint(folder, choice)

    def problems(self, rule: str) -> list[Problem]:
        """What breaks a rule and can be put right."""
        return [p for p in self.linted.problems if p.finding.rule == rule and p.mend is not None]

    def take(self, problems: list[Problem]) -> bool:
        """Put all of them right. False where that would bring about mistakes, or cannot be written."""
        changed = dict(_mended(problems))
        if None in changed.values():
            return False
        texts = self.texts | {file: text for file, text in changed.items() if text is not None}
        if not self._mistakes_with(texts) <= self._mistakes:
            return False
        self.texts = texts
        self.done += map(_done, problems)
        self.linted = lint(self._folder, self._choice, texts)
        return True

    def take_singly(self, rule: str) -> None:
        """Put right what can be of one rule, one after the other."""
        refused = 0
        while len(waiting := self.problems(rule)) > refused and refused < _MOST_REFUSED:
            if not self.take(waiting[refused : refused + 1]):
                refused += 1

    def _mistakes_with(self, texts: Texts) -> set[tuple[str, str, str]]:
        """What reading finds, but for where: lines move."""
        found = load_as_far_as_possible(self._folder, texts).findings
        return {(finding.where.file, finding.rule, finding.message) for finding in found}


def _done(problem: Problem) -> Finding:
    """What was found, and what the file says of it now."""
    assert problem.mend is not None
    message = f"{problem.finding.message} → {written(problem.mend)}"
    return replace(problem.finding, message=message)


def _mended(problems: list[Problem]) -> Iterator[tuple[str, str | None]]:
    """The files that they are in, and what these are to say."""
    by_file: dict[str, tuple[Source, list[Mend]]] = {}
    for problem in problems:
        if problem.found is not None and problem.mend is not None:
            source = problem.found.source
            by_file.setdefault(source.name, (source, []))[1].append(problem.mend)
    for file, (source, mends) in by_file.items():
        yield file, mended(source, mends)
