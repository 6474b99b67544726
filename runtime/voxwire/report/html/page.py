"""The page itself: one file that needs no network, and no right to any."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec

from voxwire.report.coverage_tables import coverage_tables
from voxwire.report.coverage_text import summary
from voxwire.report.html.charts import charts, length
from voxwire.report.said import SEVERITIES, page_of
from voxwire.report.summary import counted, found, left_out_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.analysis.coverage import Coverage
    from voxwire.checks import Row, Statistics
    from voxwire.protocol import AnyProtocol
    from voxwire.report.html.story import Story

_MOST_DRAWN: Final = 20
"""Connections of which there are drawings: those about which most was found."""

_MOST_OF_COVERAGE: Final = 500_000
"""Characters of tables beyond which no further one is begun."""

_FILTERS: Final = {
    "severity": "severity",
    "rule": "rule",
    "blame": "to blame",
    "type": "message type",
    "connection": "connection",
}


def page(
    coverage: Coverage, statistics: Statistics, stories: list[Story], data: dict[str, Any]
) -> Iterator[str]:
    """The page, in parts."""
    style, script = _resource("page.css"), _resource("page.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>voxwire: {escape(_verdict(statistics))}</title>\n<style>{style}</style>\n</head>\n"
        '<body>\n<a class="skip" href="#findings">To the findings</a>\n'
    )
    yield from _head(coverage.protocol, statistics)
    yield "<main>\n"
    yield from _summary(statistics)
    yield from _findings(data)
    yield from _connections(stories, statistics)
    yield from _types(statistics)
    yield from _covered(coverage)
    yield "</main>\n"
    yield f'<script type="application/json" id="data">{_harmless(data)}</script>\n'
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _head(protocol: AnyProtocol, statistics: Statistics) -> Iterator[str]:
    yield (
        f"<header><h1>{escape(_verdict(statistics))}</h1>\n"
        f"<p>{escape(protocol.title)}, checked by voxwire validate. Secrets are masked.</p>\n"
        '<nav aria-label="Parts of the report"><a href="#summary">Summary</a> '
        '<a href="#findings">Findings</a> <a href="#connections">Connections</a> '
        '<a href="#types">Types</a> <a href="#coverage">Coverage</a></nav></header>\n'
    )


def _verdict(statistics: Statistics) -> str:
    counts = [statistics.by_severity[severity] for severity in SEVERITIES]
    return found(*counts) or "Nothing found"


def _summary(statistics: Statistics) -> Iterator[str]:
    read = ", ".join(
        (
            counted(statistics.files, "file"),
            counted(statistics.connections, "connection"),
            counted(statistics.frames, "frame"),
            counted(sum(row.size for row in statistics.rows), "byte"),
        )
    )
    yield f'<section id="summary"><h2>Summary</h2>\n<p>{read}.</p>\n'
    for file, one in statistics.read.items():
        if one.failure is not None:
            words = f"cannot read {file}: {one.failure}"
            yield f'<p class="error"><strong>{escape(words)}</strong></p>\n'
    for line in left_out_lines(statistics):
        yield f"<p>{escape(line)}</p>\n"
    if statistics.by_rule:
        yield _table(
            "Rules that were broken",
            ("rule", "found", "meaning"),
            (
                (
                    f'<a href="{page_of(rule)}">{rule.id}</a>',
                    f"{count:,}",
                    escape(rule.headline),
                )
                for rule, count in statistics.by_rule.most_common()
            ),
        )
    for again in statistics.repeated[:100]:
        where = "" if again.connection is None else f", connection {again.connection}"
        last = "" if again.last_frame is None else f", the last in frame {again.last_frame}"
        words = f"{again.file}{where}: {again.count:,} more {again.rule}{last}, for the same reason"
        yield f"<p>{escape(words)}</p>\n"
    yield "</section>\n"


def _findings(data: dict[str, Any]) -> Iterator[str]:
    yield '<section id="findings"><h2>Findings</h2>\n'
    if not data["findings"]:
        yield "<p>Nothing was found.</p></section>\n"
        return
    yield "<noscript><p>This part needs JavaScript.</p></noscript>\n"
    yield '<form id="filters" aria-label="Which findings">\n'
    for name, words in _FILTERS.items():
        yield (
            f'<label>{words}<select name="{name}"><option value="">all</option></select></label>\n'
        )
    yield '<label>text<input name="text" type="search" autocomplete="off"></label>\n'
    yield '<button type="reset">Show all</button>\n</form>\n'
    yield '<p id="count" role="status"></p>\n'
    for severity, more in data["more"].items():
        if more:
            yield f"<p>{counted(more, f'more {severity}')} not listed: the page is full.</p>\n"
    yield (
        '<div class="two"><div id="rows" class="scroll" tabindex="0" role="group" '
        'aria-label="Findings; arrow keys choose one">\n<table><thead><tr>'
        '<th scope="col">severity</th><th scope="col">rule</th><th scope="col">where</th>'
        '<th scope="col">message</th></tr></thead><tbody></tbody></table></div>\n'
        '<article id="detail" tabindex="-1" aria-label="The finding that was chosen">'
        "<p>Choose a finding to see its frame.</p></article></div>\n</section>\n"
    )


def _connections(stories: list[Story], statistics: Statistics) -> Iterator[str]:
    yield '<section id="connections"><h2>Connections</h2>\n'
    drawn = sorted(
        stories,
        key=lambda story: (-story.found["error"], -story.found["warning"], -story.found["note"]),
    )[:_MOST_DRAWN]
    more = statistics.connections - len(drawn)
    if more > 0:
        yield (
            f"<p>{counted(more, 'more connection')} without drawings: those about which "
            "most was found are shown.</p>\n"
        )
    for story in drawn:
        name = f"{story.file}, connection {story.number}"
        facts = [counted(story.frames, "frame")]
        if story.has_times:
            facts.append(length(story.length))
        if story.address is not None:
            facts.append(story.address)
        facts.append(f"closed with {story.closed}" if story.closed else "no close was recorded")
        facts.append(found(*story.found.values()) or "nothing found")
        yield f"<article><h3>{escape(name)}</h3>\n<p>{escape('; '.join(facts))}</p>\n"
        yield from charts(story, name)
        if story.more_marks:
            yield f"<p>{counted(story.more_marks, 'more sign')} not drawn.</p>\n"
        yield "</article>\n"
    yield "</section>\n"


def _types(statistics: Statistics) -> Iterator[str]:
    yield '<section id="types"><h2>Types</h2>\n'
    heads = ("direction", "type", "frames", "bytes", "findings")
    yield _table("Messages by type", heads, (_cells(row) for row in statistics.rows))
    yield "</section>\n"


def _covered(coverage: Coverage) -> Iterator[str]:
    yield '<section id="coverage"><h2>Coverage</h2>\n'
    yield (
        "<p>How much of the protocol the traffic exercised, whatever findings were asked for: "
        f"{escape(summary(coverage))}.</p>\n"
    )
    written = 0
    for line in coverage_tables(coverage.goals, "h3"):
        written += len(line)
        if written > _MOST_OF_COVERAGE and line.startswith(("<details", "<h3")):
            yield "<p>There is no room for the rest; <code>voxwire coverage</code> has all of it.</p>\n"
            break
        yield f"{line}\n"
    yield "</section>\n"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.direction,
        "(unknown)" if row.type is None else escape(row.type),
        f"{row.frames:,}",
        f"{row.size:,}",
        found(row.errors, row.warnings, row.notes),
    )


def _table(caption: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """A table of cells that are HTML already."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{caption}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def _resource(name: str) -> str:
    return files("voxwire.report.html").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """What lets a page have this style or script, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _harmless(data: dict[str, Any]) -> str:
    """The data as JSON that cannot end the element that it stands in."""
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")
