"""Tables of how much of a protocol was exercised, for pages of HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from voxwire.analysis.coverage import share
from voxwire.report.coverage_text import shares
from voxwire.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.coverage import Share
    from voxwire.analysis.goals import Goal


def coverage_tables(goals: Sequence[Goal], heading: str) -> Iterator[str]:
    """A table of the groups, then everything: by message, folded, and by what there is of the session.
    `heading` is the level of headings, such as ``h2``."""
    yield '<div class="scroll" tabindex="0" role="group" aria-label="Groups">'
    yield "<table>"
    yield (
        '<thead><tr><th scope="col">What</th><th scope="col" class="number">Covered</th>'
        '<th scope="col" class="number">Total</th><th scope="col" class="number">Percent</th>'
        '<th scope="col">Share</th></tr></thead>'
    )
    yield "<tbody>"
    yield from (_row(name, found) for name, found in shares(goals))
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    yield f"<{heading}>Messages</{heading}>"
    for message, found in _by_message(goals).items():
        yield from _details(message, found)
    for group in ("states", "transitions", "close codes"):
        found = [goal for goal in goals if goal.group == group]
        if found:
            yield f"<{heading}>{group.capitalize()}</{heading}>"
            yield from _table(found, group.capitalize())


def _by_message(goals: Sequence[Goal]) -> dict[str, list[Goal]]:
    found: dict[str, list[Goal]] = {}
    for goal in goals:
        if goal.message and goal.group != "transitions":
            found.setdefault(goal.message, []).append(goal)
    return found


def _row(name: str, found: Share) -> str:
    label = escape(f"{name}: {found.percent:.1f} percent")
    return (
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{found.covered:,}</td>'
        f'<td class="number">{found.total:,}</td><td class="number">{found.percent:.1f}</td>'
        f'<td><progress max="100" value="{found.percent:.1f}" aria-label="{label}"></progress></td></tr>'
    )


def _details(message: str, goals: Sequence[Goal]) -> Iterator[str]:
    found, times = share(goals), counted(goals[0].count, "time")
    kind = "covered" if found.covered == found.total else "missing"
    yield "<details>"
    yield (
        f'<summary><code>{escape(message)}</code> <span class="{kind}">{found.covered:,} of '
        f'{found.total:,}</span> <span class="dim">{times}</span></summary>'
    )
    yield from _table(goals, message)
    yield "</details>"


def _table(goals: Sequence[Goal], label: str) -> Iterator[str]:
    yield f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(label)}">'
    yield "<table>"
    yield (
        '<thead><tr><th scope="col">What</th><th scope="col">Where</th>'
        '<th scope="col" class="number">Times</th></tr></thead>'
    )
    yield "<tbody>"
    for goal in goals:
        kind = "covered" if goal.count else "missing"
        where = " ".join(filter(None, (goal.message, goal.place)))
        what = goal.what or "message"
        yield (
            f"<tr><td>{escape(what)}</td><td><code>{escape(where)}</code></td>"
            f'<td class="number {kind}">{goal.count:,}</td></tr>'
        )
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
