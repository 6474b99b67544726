"""How much of a protocol was exercised, as one page of HTML that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from voxwire.report.coverage_tables import coverage_tables
from voxwire.report.coverage_text import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.coverage import Coverage

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
    yield from coverage_tables(coverage.goals, "h2")
    yield "</main>"
    yield "</body>"
    yield "</html>"
