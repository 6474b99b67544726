"""Compares the conversations of two captures: how they begin, go on, beat and end."""

from __future__ import annotations

from collections import Counter
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from voxwire.analysis.difference import Amount, Difference, is_notable
from voxwire.analysis.side import shows
from voxwire.capture.events import Lacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from voxwire.analysis.difference import Value
    from voxwire.analysis.side import Side
    from voxwire.analysis.statistics import Traffic
    from voxwire.direction import Direction

_WAYS: Final[tuple[tuple[Direction, Lacks], ...]] = (("s2c", Lacks.SERVER), ("c2s", Lacks.CLIENT))
_ONE_SIDED: Final = Lacks.CLIENT | Lacks.SERVER


def conversation_differences(a: Side, b: Side, lacks: Lacks, factor: float) -> Iterator[Difference]:
    """All of them; `lacks` is what one of them does not record."""
    if not lacks & (_ONE_SIDED | Lacks.START | Lacks.IDENTITY):
        yield from _only_one_has("first messages", a, b, _openings)
        for group, what in (("states", "state"), ("transitions", "transition")):
            yield from _only_one_has(what, a, b, partial(_passed, group=group))
    if not lacks & (Lacks.CLOSE | Lacks.IDENTITY):
        yield from _only_one_has("end", a, b, _ends)
    yield from _compression(a, b, lacks, factor)
    if not lacks & (Lacks.SERVER | Lacks.IDENTITY):
        yield from _sequence(a, b, factor)
    if not lacks & (Lacks.SERVER | Lacks.START):
        yield from _only_one_has("heartbeat interval announced", a, b, attrgetter("intervals"))
    if not lacks & (_ONE_SIDED | Lacks.TIME | Lacks.IDENTITY):
        yield from _heartbeats(a.traffic, b.traffic, factor)


def _said(what: str, a: Value, b: Value, message: str = "") -> Difference:
    return Difference("conversation", message, "", what, a, b)


def _only_one_has(
    what: str, a: Side, b: Side, counted: Callable[[Side], Mapping[str, int]]
) -> Iterator[Difference]:
    of_a, of_b = counted(a), counted(b)
    for name in sorted(of_a.keys() ^ of_b.keys()):
        if shows(a, b, only_a=name in of_a, only_b=name in of_b):
            yield _said(f"{what}: {name}", Amount(of_a.get(name, 0)), Amount(of_b.get(name, 0)))


def _openings(side: Side) -> dict[str, int]:
    return {", ".join(opening): count for opening, count in side.openings.items()}


def _passed(side: Side, group: str) -> dict[str, int]:
    return {
        " ".join(filter(None, (goal.message, goal.what))): goal.count
        for goal in side.journey.goals
        if goal.group == group and goal.count
    }


def _ends(side: Side) -> Counter[str]:
    """How connections end: the code of the close with its name, or that they were lost."""
    names = {int(code): code.name for code in side.protocol.close_codes}
    return Counter(
        one.ending if one.close is None else f"{one.close[0]} {names.get(one.close[0], '')}".strip()
        for one in side.traffic.connections
        if one.ending != "not recorded"
    )


def _compression(a: Side, b: Side, lacks: Lacks, factor: float) -> Iterator[Difference]:
    for way, lacking in _WAYS:
        if lacking in lacks:
            continue
        traffics = (a.traffic, b.traffic)
        sizes = [(one.compressed[way], one.decompressed[way]) for one in traffics]
        has_a, has_b = (bool(compressed) for compressed, _ in sizes)
        if has_a is not has_b:
            if shows(a, b, only_a=has_a, only_b=has_b):
                compressed_a, compressed_b = (Amount(compressed) for compressed, _ in sizes)
                yield _said(f"compressed bytes, {way}", compressed_a, compressed_b)
        elif has_a:
            ratio, ratio_b = (round(whole / compressed, 2) for compressed, whole in sizes)
            if is_notable(ratio, ratio_b, factor):
                yield _said(f"compression ratio, {way}", ratio, ratio_b)


def _sequence(a: Side, b: Side, factor: float) -> Iterator[Difference]:
    for what in ("gaps", "missing", "repeated"):
        if what != "repeated" and (a.is_partial or b.is_partial):
            continue  # where frames are missing in a capture, so are their numbers
        count_a, rate_a = _sum(a, what)
        count_b, rate_b = _sum(b, what)
        is_shown = shows(a, b, only_a=rate_a > rate_b, only_b=rate_b > rate_a)
        if is_shown and is_notable(rate_a, rate_b, factor):
            yield _said(f"sequence numbers: {what}", Amount(count_a), Amount(count_b))


def _sum(side: Side, what: str) -> tuple[int, float]:
    """How many of something in all numbers, and in those of a connection."""
    connections = side.traffic.connections
    count = sum(getattr(one.numbers, what) for one in connections)
    return count, count / max(len(connections), 1)


def _heartbeats(a: Traffic, b: Traffic, factor: float) -> Iterator[Difference]:
    for name in a.heartbeats:
        for what, one, other in (
            ("seconds between heartbeats, median", a.intervals[name], b.intervals[name]),
            ("seconds of a round trip, median", a.round_trips[name], b.round_trips[name]),
        ):
            spread, spread_b = one.spread(), other.spread()
            if spread is None or spread_b is None:
                continue  # how many there are, the messages say
            if is_notable(spread.median, spread_b.median, factor):
                yield _said(what, spread.median / 1e6, spread_b.median / 1e6, name)
