"""The traffic of captures in tables, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.report.addresses import shown_address
from voxwire.report.style import printable
from voxwire.report.summary import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.analysis.distribution import Spread
    from voxwire.analysis.statistics import ConnectionCount, Traffic
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol
    from voxwire.report.style import Style

_TYPES: Final = ("direction", "type", "frames", "bytes", "min", "median", "p95", "max")
_CONNECTIONS: Final = ("connection", "seconds", "s2c", "c2s", "peak/s", "seq", "missing", "end")
_LISTED: Final = 20
"""Connections that get a line; the JSON has all."""

_WAYS: Final[tuple[tuple[Direction, str], ...]] = (("s2c", "from servers"), ("c2s", "from clients"))


def traffic_lines(traffic: Traffic, protocol: AnyProtocol, style: Style) -> Iterator[str]:
    """All lines: types, connections, then the rest in sentences."""
    if traffic.types:
        rows = [_TYPES, *(_type_cells(one) for one in _spreads(traffic))]
        yield from _table(rows, style, left=2)
        yield ""
    if traffic.connections:
        shown = traffic.connections[:_LISTED]
        yield from _table([_CONNECTIONS, *map(_connection_cells, shown)], style, left=1)
        left_out = len(traffic.connections) - len(shown)
        if left_out:
            yield f"and {counted(left_out, 'more connection')}; --format json has all"
        yield from _addresses(shown, protocol, style)
        yield ""
    yield from _sentences(traffic)


def _spreads(traffic: Traffic) -> Iterator[tuple[str, str | None, Spread]]:
    for one in traffic.types:
        spread = one.sizes.spread()
        if spread is not None:
            yield one.direction, one.type, spread


def _type_cells(row: tuple[str, str | None, Spread]) -> tuple[str, ...]:
    direction, type_, spread = row
    name = "(unknown)" if type_ is None else printable(type_)
    numbers = (spread.count, spread.total, spread.least, spread.median, spread.p95, spread.most)
    return (direction, name, *(f"{number:,}" for number in numbers))


def _connection_cells(one: ConnectionCount) -> tuple[str, ...]:
    seconds = one.seconds
    numbers = one.numbers
    seq = "" if numbers.first is None else f"{numbers.first}-{numbers.last}"
    peak = max(one.peak.values())
    end = one.ending if one.close is None else f"{one.close[0]} {printable(one.close[1])}".rstrip()
    return (
        f"{printable(one.file)}#c{one.number}",
        "" if seconds is None else f"{seconds:,.1f}",
        f"{one.frames['s2c']:,}",
        f"{one.frames['c2s']:,}",
        f"{peak:,}" if peak else "",
        seq,
        f"{numbers.missing:,}" if numbers.missing else "",
        end,
    )


def _addresses(
    shown: Sequence[ConnectionCount], protocol: AnyProtocol, style: Style
) -> Iterator[str]:
    urls = dict.fromkeys(one.connection.url for one in shown if one.connection.url)
    for url in urls:
        yield style.paint(f"  {shown_address(url, protocol)}", "dim")


def _sentences(traffic: Traffic) -> Iterator[str]:
    files, connections = len({one.file for one in traffic.connections}), len(traffic.connections)
    frames = counted(traffic.frames, "frame")
    files = max(files, traffic.files)
    yield f"{counted(files, 'file')}, {counted(connections, 'connection')}, {frames}"
    for way, words in _WAYS:
        count = sum(one.frames[way] for one in traffic.connections)
        timed = [one for one in traffic.connections if one.is_timed]
        seconds = sum(one.seconds or 0.0 for one in timed)
        if count and seconds:
            rate = sum(one.frames[way] for one in timed) / seconds
            peak = max(one.peak[way] for one in timed)
            yield f"{words}: {rate:,.2f} frames a second on average, {peak:,} in the busiest one"
        if traffic.compressed[way]:
            ratio = traffic.decompressed[way] / traffic.compressed[way]
            yield (
                f"{words}: {traffic.compressed[way]:,} bytes compressed, "
                f"{traffic.decompressed[way]:,} decompressed, {ratio:.2f}:1"
            )
    if traffic.undecompressed:
        yield f"{counted(traffic.undecompressed, 'binary message')} could not be decompressed"
    for name, count in traffic.heartbeats.items():
        if count:
            spread = traffic.round_trips[name].spread()
            trips = "" if spread is None else f"; {_in_ms(spread)}"
            yield f"{printable(name)}: {counted(count, 'heartbeat')}{trips}"
    gaps = sum(one.gaps for one in traffic.connections)
    if gaps or traffic.broken:
        yield f"{counted(gaps + traffic.broken, 'place')} where something is missing or broken"


def _in_ms(spread: Spread) -> str:
    """Round trips, of which microseconds are counted."""
    least, median, p95, most = (
        f"{number / 1000:,.1f}" for number in (spread.least, spread.median, spread.p95, spread.most)
    )
    return (
        f"{counted(spread.count, 'round trip')}: min {least} ms, median {median} ms, "
        f"p95 {p95} ms, max {most} ms"
    )


def _table(rows: Sequence[tuple[str, ...]], style: Style, *, left: int) -> Iterator[str]:
    """Lines of columns, the first `left` and the last of words, the others of numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    for index, row in enumerate(rows):
        cells = (
            cell.ljust(width)
            if column < left or (column == last and left == 1)
            else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        line = "  ".join(cells).rstrip()
        yield style.paint(line, "dim") if index == 0 else line
