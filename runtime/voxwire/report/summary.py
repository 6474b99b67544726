"""The summary for people: which messages were read, how many, and what was found about them."""

from collections.abc import Iterator
from typing import Final

from voxwire.capture import Lacks
from voxwire.checks import Row, Statistics
from voxwire.checks.lacking import rules_off
from voxwire.report.style import Style, printable

_LACKING: Final = {
    Lacks.CLIENT: "what clients sent",
    Lacks.SERVER: "what servers sent",
    Lacks.START: "the beginning of connections",
    Lacks.CLOSE: "how connections end",
    Lacks.CONTROL: "pings and pongs",
    Lacks.TIME: "times",
    Lacks.ADDRESS: "addresses",
    Lacks.IDENTITY: "which connection a message is of",
}
_FEW: Final = 3
"""Rules that are off and are named; of more the number is said, and `voxwire formats NAME` names them."""
_HEADINGS = ("direction", "type", "frames", "bytes", "findings")


def summary_lines(statistics: Statistics, style: Style) -> Iterator[str]:
    """A table with a line for each direction and message type, then the totals."""
    rows = [_HEADINGS, *(_cells(row) for row in statistics.rows)]
    if len(rows) > 1:
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        for index, (direction, type_, frames, size, findings) in enumerate(rows):
            line = (
                f"{direction:{widths[0]}}  {type_:{widths[1]}}  "
                f"{frames:>{widths[2]}}  {size:>{widths[3]}}  {findings}"
            ).rstrip()
            yield style.paint(line, "dim") if index == 0 else line
    yield from left_out_lines(statistics)
    yield from _totals(statistics, style)


def found(errors: int, warnings: int, notes: int) -> str:
    """Counts in words, such as ``2 errors, 1 note``; empty when there are none."""
    counts = (("error", errors), ("warning", warnings), ("note", notes))
    return ", ".join(counted(count, word) for word, count in counts if count)


def counted(count: int, word: str) -> str:
    """``1 frame``, ``2,000 frames``."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    return (
        row.direction,
        "(unknown)" if row.type is None else printable(row.type),
        f"{row.frames:,}",
        f"{row.size:,}",
        found(row.errors, row.warnings, row.notes),
    )


def lacking(lacks: Lacks) -> str:
    """What was not recorded, in words."""
    return ", ".join(_LACKING[one] for one in lacks)


def _off(lacks: Lacks) -> str:
    """The rules that are off: their names where they are few."""
    off = rules_off(lacks)
    if not off:
        return ""
    if len(off) > _FEW:
        return f"; {len(off)} rules that need it are off"
    return f"; off: {', '.join(off)}"


def left_out_lines(statistics: Statistics) -> Iterator[str]:
    """What was not looked at because it is not there, or not the gateway's."""
    for format_, lacks in statistics.lacks.items():
        yield f"not recorded ({format_}): {lacking(lacks)}{_off(lacks)}"
    others = statistics.others.connections
    if others:
        yield f"{counted(others, 'other WebSocket connection')} left out; --all takes every one"


def _totals(statistics: Statistics, style: Style) -> Iterator[str]:
    read = ", ".join(
        (
            counted(statistics.files, "file"),
            counted(statistics.connections, "connection"),
            counted(statistics.frames, "frame"),
            counted(sum(row.size for row in statistics.rows), "byte"),
        )
    )
    if statistics.compressed_size:
        ratio = statistics.decompressed_size / statistics.compressed_size
        read += f", zstd {ratio:.2f}:1"
    severities = statistics.by_severity
    total = found(severities["error"], severities["warning"], severities["note"])
    worst = next((name for name in ("error", "warning", "note") if severities[name]), "good")
    yield f"{read}: {style.paint(total or 'nothing found', worst)}"
    if statistics.by_rule:
        by_rule = sorted(statistics.by_rule.items(), key=lambda item: (-item[1], item[0]))
        yield "  ".join(f"{rule} {count:,}" for rule, count in by_rule)
