"""Drawings of what went on on a connection, as SVG, each with the table that says the same."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from voxwire.report.html.series import Point, Series
    from voxwire.report.html.story import Mark, Story

_WIDTH: Final = 800
_LEFT: Final = 60
_STATES: Final = 6
"""Shades that states are told apart by; their names are written beside them, too."""

_SIGNS: Final = {"error": "✖", "warning": "▲", "note": "●", "resume": "↻"}
_MOST_ROWS: Final = 100
"""Of a table that stands beside a drawing."""


def charts(story: Story, name: str) -> Iterator[str]:
    """All drawings of a connection; `name` is what it is called. There are none without frames."""
    if not story.frames:
        return
    yield from _timeline(story, name)
    if story.numbers.points:
        yield from _numbers(story, name)
    if story.round_trips.points:
        yield from _round_trips(story, name)


def length(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _timeline(story: Story, name: str) -> Iterator[str]:
    span = max(story.bins.width * (_last(story.bins.counts) + 1), 1e-9)
    highest = max(max(counts) for counts in story.bins.counts) or 1
    names = list(dict.fromkeys(stretch.state for stretch in story.stretches))
    parts = [
        _label(_LEFT - 6, 34, "server"),
        _label(_LEFT - 6, 66, "state"),
        _label(_LEFT - 6, 98, "client"),
        _bars(story.bins.counts[0], story.bins.width, span, 52, -44 / highest, "server"),
        _bars(story.bins.counts[1], story.bins.width, span, 80, 44 / highest, "client"),
    ]
    ends = [*(stretch.x for stretch in story.stretches[1:]), span]
    for stretch, end in zip(story.stretches, ends, strict=True):
        x, x_end = _x(stretch.x, span), _x(min(end, span), span)
        shade = names.index(stretch.state) % _STATES
        words = f"{stretch.state}: {_when(story, stretch.x)} to {_when(story, end)}"
        parts.append(
            f'<g><title>{escape(words)}</title><rect class="state s{shade}" x="{x:.1f}" y="54" '
            f'width="{max(x_end - x, 1):.1f}" height="24"/>'
        )
        if x_end - x > 8 * len(stretch.state):
            parts.append(f'<text class="in" x="{x + 5:.1f}" y="70">{escape(stretch.state)}</text>')
        parts.append("</g>")
    parts += [_sign(mark, _x(mark.x, span), 136) for mark in story.marks]
    parts += _axis(story, span, 148)
    summary = (
        f"Timeline of {name}: frames of the server above, of the client below, the state of the "
        "session between them, and what was found."
    )
    yield _drawing(summary, 168, parts)
    rows = [
        (_when(story, stretch.x), f"state: {stretch.state}", "")
        for stretch in story.stretches[:_MOST_ROWS]
    ]
    rows += [
        (
            _when(story, mark.x),
            mark.kind,
            f"frame {mark.frame}: {mark.text}" if mark.frame else mark.text,
        )
        for mark in story.marks[:_MOST_ROWS]
    ]
    yield _table("The same as a table", ("when", "what", "about"), rows)


def _numbers(story: Story, name: str) -> Iterator[str]:
    points = story.numbers.points
    yield "<h4>Sequence numbers</h4>"
    marks = [mark for mark in story.marks if mark.kind == "resume" or mark.text.startswith("SEQ_")]
    yield _curve(
        story,
        story.numbers,
        f"Sequence numbers of {name} over time, from {points[0].y:.0f} to {points[-1].y:.0f}, with "
        "gaps and resumes.",
        marks,
        lambda y: f"{y:.0f}",
    )
    rows = [(_when(story, x), f"{y:.0f}", "") for x, y in _some(points)]
    rows += [(_when(story, mark.x), "", mark.text) for mark in marks[:_MOST_ROWS]]
    yield _table("The same as a table", ("when", "number", "what"), rows)


def _round_trips(story: Story, name: str) -> Iterator[str]:
    points = story.round_trips.points
    yield "<h4>Heartbeats: until the answer came</h4>"
    slowest = max(point.y for point in points)
    summary = (
        f"Round trips of the heartbeats of {name} over time; the slowest took {length(slowest)}."
    )
    yield _curve(story, story.round_trips, summary, (), length, starts=0.0)
    rows = [(_when(story, x), length(y)) for x, y in _some(points)]
    yield _table("The same as a table", ("when", "round trip"), rows)


def _curve(
    story: Story,
    series: Series,
    summary: str,
    marks: Iterable[Mark],
    words: Callable[[float], str],
    starts: float | None = None,
) -> str:
    """`starts` is where the scale does; by default at the lowest point."""
    points = series.points
    span = max(story.length, points[-1].x, 1e-9)
    ys = [point.y for point in points]
    low, high = min(ys) if starts is None else starts, max(ys)
    scale = 90 / ((high - low) or 1)
    places = [(_x(x, span), 104 - (y - low) * scale) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline class="curve" points="{line}"/>']
    if len(places) <= 60:
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in places]
    parts += [_sign(mark, _x(mark.x, span), 122) for mark in marks]
    parts += [_label(_LEFT - 6, 18, words(high)), *_axis(story, span, 134)]
    if high != low:
        parts.append(_label(_LEFT - 6, 106, words(low)))
    return _drawing(summary, 154, parts)


def _bars(
    counts: list[int], width: float, span: float, base: float, scale: float, name: str
) -> str:
    path = []
    for index, count in enumerate(counts):
        if count:
            x, x_end = _x(index * width, span), _x((index + 1) * width, span)
            height = count * scale
            path.append(f"M{x:.1f} {base}v{height:.1f}h{max(x_end - x, 0.6):.1f}v{-height:.1f}z")
    return f'<path class="{name}" d="{"".join(path)}"/>'


def _axis(story: Story, span: float, y: float) -> list[str]:
    parts = [f'<line class="axis" x1="{_LEFT}" y1="{y}" x2="{_WIDTH}" y2="{y}"/>']
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = _LEFT + (_WIDTH - _LEFT) * share
        words = escape(_when(story, span * share))
        parts.append(f'<text x="{x:.0f}" y="{y + 15}" text-anchor="{anchor}">{words}</text>')
    return parts


def _sign(mark: Mark, x: float, y: float) -> str:
    words = escape(f"{mark.kind}: {mark.text}")
    return (
        f'<g class="{mark.kind}"><title>{words}</title>'
        f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{_SIGNS[mark.kind]}</text></g>'
    )


def _label(x: float, y: float, text: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="end">{escape(text)}</text>'


def _drawing(summary: str, height: int, parts: Iterable[str]) -> str:
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(summary)}">'
        f'<svg role="img" aria-label="{escape(summary)}" viewBox="0 0 {_WIDTH + 10} {height}">'
        f"{''.join(parts)}</svg></div>"
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f"<details><summary>{escape(caption)}</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></details>"
    )


def _x(x: float, span: float) -> float:
    return _LEFT + (_WIDTH - _LEFT) * min(max(x / span, 0.0), 1.0)


def _when(story: Story, x: float) -> str:
    return f"{x:+.3f} s" if story.has_times else f"frame {x:.0f}"


def _last(lanes: list[list[int]]) -> int:
    """The last stretch in which anything happened."""
    return max((i for counts in lanes for i, count in enumerate(counts) if count), default=0)


def _some(points: Sequence[Point]) -> Sequence[Point]:
    """At most so many as a table has room for, from all over."""
    return points[:: -(-len(points) // _MOST_ROWS)]
