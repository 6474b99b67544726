"""How much of a protocol was exercised, for people and for programs: text, Markdown and JSON.

``version`` in the JSON changes when a key goes away or changes its meaning; new keys may come at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.analysis.coverage import GROUPS, share
from voxwire.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.coverage import Coverage, Share
    from voxwire.analysis.goals import Goal, Group
    from voxwire.report.style import Style

VERSION: Final = 1
"""Of the JSON."""

_ALL: Final = "all"
_NAMED: Final = 10
"""Things of a group that are named in the text; --missing names all."""


def shares(goals: Sequence[Goal]) -> list[tuple[str, Share]]:
    """How much of each group that has goals is covered, and of all."""
    by_group: dict[Group, list[Goal]] = {group: [] for group in GROUPS}
    for goal in goals:
        by_group[goal.group].append(goal)
    rows = [(str(group), share(found)) for group, found in by_group.items() if found]
    return [*rows, (_ALL, share(goals))]


def coverage_lines(coverage: Coverage, style: Style, *, all_missing: bool) -> Iterator[str]:
    """A table of the groups, then what is missing of each."""
    goals = coverage.goals
    rows = shares(goals)
    width = max(len(name) for name, _ in rows)
    yield style.paint(f"{'':{width}}  covered  total  percent", "dim")
    for name, found in rows:
        line = f"{name:{width}}  {found.covered:>7,}  {found.total:>5,}  {found.percent:>7.1f}"
        yield style.paint(line, "place") if name == _ALL else line
    for group in GROUPS:
        missing = [goal for goal in goals if goal.group == group and not goal.count]
        if not missing:
            continue
        yield ""
        yield style.paint(f"{group} that did not occur", "place")
        shown = missing if all_missing else missing[:_NAMED]
        yield from (f"  {goal}" for goal in shown)
        if len(shown) < len(missing):
            yield style.paint(
                f"  and {len(missing) - len(shown):,} more; --missing names all", "dim"
            )
    yield ""
    yield summary(coverage)


def summary(coverage: Coverage) -> str:
    """What was read, in a sentence."""
    read = f"{counted(coverage.frames, 'frame')} read"
    if coverage.invalid:
        read += f", {coverage.invalid:,} of them wrong or unknown, which cover nothing"
    return read


def coverage_markdown(coverage: Coverage) -> Iterator[str]:
    """The same for a review: a table, and what is missing behind a fold."""
    goals = coverage.goals
    protocol = coverage.protocol
    yield f"## Coverage of {_plain(protocol.title)} {protocol.version}"
    yield ""
    yield "| | covered | total | percent |"
    yield "|---|---:|---:|---:|"
    for name, found in shares(goals):
        bold = "**" if name == _ALL else ""
        yield (
            f"| {bold}{name}{bold} | {found.covered:,} | {found.total:,} | "
            f"{bold}{found.percent:.1f}{bold} |"
        )
    for group in GROUPS:
        missing = [goal for goal in goals if goal.group == group and not goal.count]
        if missing:
            yield ""
            yield f"<details><summary>{len(missing):,} {group} that did not occur</summary>"
            yield ""
            yield from (f"- `{_code(goal)}`" for goal in missing)
            yield ""
            yield "</details>"
    yield ""
    yield f"{summary(coverage)}."


def coverage_json(coverage: Coverage) -> str:
    """One line of JSON."""
    goals = coverage.goals
    value = {
        "version": VERSION,
        "protocol": {"name": coverage.protocol.name, "version": coverage.protocol.version},
        "frames": coverage.frames,
        "invalid": coverage.invalid,
        "percent": share(goals).percent,
        "groups": [
            {
                "group": name,
                "covered": found.covered,
                "total": found.total,
                "percent": found.percent,
            }
            for name, found in shares(goals)
            if name != _ALL
        ],
        "goals": goals,
    }
    return f"{msgspec.json.encode(value).decode()}\n"


def _plain(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return "".join(
        f"\\{character}" if character in r"\`*_{}[]<>#|" else character for character in text
    )


def _code(goal: Goal) -> str:
    return str(goal).replace("`", "'")
