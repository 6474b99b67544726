"""Which rules are asked for: by categories and ids, in pyproject.toml or on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from voxspec.lint.checks import CHECKS
from voxspec.near import did_you_mean, listed
from voxspec.rules import RULES, SELECTED, Category

DEFAULT = ("STANDARD",)


@dataclass(frozen=True, slots=True)
class PerFile:
    """Rules that are not asked of the files that a pattern fits, such as ``client/*.yaml``."""

    pattern: str
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """The rules that are looked at, and in which files some of them are not."""

    rules: frozenset[str]
    per_file: tuple[PerFile, ...] = ()

    def asks(self, rule: str, file: str) -> bool:
        """Whether a rule is asked of a file, which is named by its path in the schema folder."""
        return rule in self.rules and not any(
            rule in entry.rules and fnmatchcase(file, entry.pattern) for entry in self.per_file
        )


def chosen(
    select: Iterable[str], ignore: Iterable[str], per_file: Iterable[tuple[str, Iterable[str]]] = ()
) -> Choice:
    """The rules that are selected and not ignored, by names that are known."""
    taken = frozenset(rule for name in select for rule in rules_of(name))
    left = frozenset(rule for name in ignore for rule in rules_of(name))
    entries = (
        PerFile(pattern, frozenset(rule for name in names for rule in rules_of(name)))
        for pattern, names in per_file
    )
    return Choice(taken - left, tuple(entries))


def rules_of(name: str) -> Iterator[str]:
    """The rules that a category or an id stands for."""
    if name.upper() not in Category.__members__:
        yield name.upper()
        return
    for category in SELECTED[Category(name.upper())]:
        yield from (rule.id for rule in RULES.values() if rule.category is category)


def mistake_in(name: str, *, is_ignored: bool) -> str:
    """What is wrong with the name of a rule or category; empty where nothing is."""
    wanted = name.upper()
    if wanted in Category.__members__:
        return ""
    if wanted not in RULES:
        names = [*Category.__members__, *RULES]
        hint = did_you_mean(wanted, names) or listed([*Category.__members__, "and every rule"])
        return f'no category and no rule for schema files is called "{name}"; {hint}'
    if is_ignored and RULES[wanted].is_loaded and wanted not in CHECKS:
        return f'"{wanted}" cannot be ignored: a schema that breaks it is not read'
    return ""
