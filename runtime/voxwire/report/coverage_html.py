"""How much of a protocol was exercised, as one page of HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from voxwire.analysis.coverage import share
from voxwire.report.coverage_text import shares, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.coverage import Coverage, Share
    from voxwire.analysis.goals import Goal

_STYLE: Final = """\
:root { color-scheme: light dark; --line: light-dark(#d0d4da, #3b424c); --dim: light-dark(#57606a, #9aa4b0);
  --good: light-dark(#1a7f37, #4ac26b); --bad: light-dark(#b42318, #ff8a80); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
progress { width: 100%; min-width: 6rem; }
code { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.covered { color: var(--good); } .missing { color: var(--bad); } .dim { color: var(--dim); }
summary { cursor: pointer; padding: .25rem 0; }
"""


def coverage_html(coverage: Coverage) -> Iterator[str]:
    """The lines of the page."""
    goals = coverage.goals
    title = f"Coverage of {coverage.protocol.title} {coverage.protocol.version}"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>\n{_STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{escape(title)}</h1>"
    yield f"<p>{escape(summary(coverage))}.</p>"
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Groups">'
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
    yield "<h2>Messages</h2>"
    for message, found in _by_message(goals).items():
        yield from _details(message, found)
    for group in ("states", "transitions", "close codes"):
        found = [goal for goal in goals if goal.group == group]
        if found:
            yield f"<h2>{group.capitalize()}</h2>"
            yield from _table(found)
    yield "</main>"
    yield "</body>"
    yield "</html>"


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
    found = share(goals)
    kind = "covered" if found.covered == found.total else "missing"
    times = goals[0].count
    yield "<details>"
    yield (
        f'<summary><code>{escape(message)}</code> <span class="{kind}">{found.covered:,} of '
        f'{found.total:,}</span> <span class="dim">{times:,} times</span></summary>'
    )
    yield from _table(goals)
    yield "</details>"


def _table(goals: Sequence[Goal]) -> Iterator[str]:
    yield '<div class="scroll" tabindex="0" role="region" aria-label="What may occur">'
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
