"""Counts of what was read and found, for the summary."""

from collections import Counter
from typing import Final

import msgspec

from voxwire.capture import Direction, Lacks, Others
from voxwire.checks.findings import Finding
from voxwire.checks.repetitions import Repeated
from voxwire.rules.rule import Rule

_MAX_ROWS: Final = 1000
"""Directions and types that are counted apart. Vox has 99; a hostile peer may make up any
number, which are then counted together."""

_OTHER_TYPES: Final = "(other types)"


class Row(msgspec.Struct, gc=False):
    """The frames of one direction and message type; type None for frames that do not say theirs.

    `size` is the sum of their bytes, after decompression; the others count frames and findings.
    """

    direction: Direction
    type: str | None
    frames: int = 0
    size: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0

    def add(self, size: int) -> None:
        """Count a frame of `size` bytes."""
        self.frames += 1
        self.size += size


class FileRead(msgspec.Struct, gc=False):
    """What came of one file. `connections` is how many it holds; `failure` says why it could not be read
    to its end."""

    connections: int = 0
    failure: str | None = None


class Statistics:
    """What has been read and found so far. Without `counts_frames`, the frames need not all be counted,
    for who reads nothing but what was found; but where there are types that are known, some have rows."""

    def __init__(self, *, counts_frames: bool = True) -> None:
        self.counts_frames: Final = counts_frames
        self.files = 0
        self.connections = 0
        self.read: Final[dict[str, FileRead]] = {}
        """What came of each file, by its name as findings show it."""
        self.by_rule: Counter[Rule] = Counter()
        self.by_severity: Counter[str] = Counter()
        self.lacks: Final[dict[str, Lacks]] = {}
        """What was not recorded of connections, by the names of formats; not of native captures."""
        self.others: Final = Others()
        """Connections that are no business of the protocol."""
        self.compressed_size = 0
        """Bytes of all compressed messages, as sent."""
        self.decompressed_size = 0
        """Bytes of their JSON."""
        self.repeated: list[Repeated] = []
        """What was broken again for the same reason and is counted, but not listed."""
        self._rows: dict[tuple[Direction, str | None], Row] = {}

    @property
    def rows(self) -> list[Row]:
        """One row for each direction and type that occurred: servers' first, most frequent first."""
        return sorted(
            self._rows.values(),
            key=lambda row: (row.direction != "s2c", -row.frames, row.type or ""),
        )

    @property
    def frames(self) -> int:
        """Frames that count."""
        return sum(row.frames for row in self._rows.values())

    def lack(self, format_: str, lacks: Lacks) -> None:
        """Note what was not recorded of a connection."""
        if lacks:
            self.lacks[format_] = self.lacks.get(format_, Lacks.NOTHING) | lacks

    def row(self, direction: Direction, type_: str | None) -> Row:
        """The row of a direction and type, made when it is new."""
        row = self._rows.get((direction, type_))
        if row is None:
            if len(self._rows) >= _MAX_ROWS:
                type_ = _OTHER_TYPES
            row = self._rows.setdefault((direction, type_), Row(direction, type_))
        return row

    def add_finding(self, finding: Finding) -> None:
        """Count a finding, and all that it stands for."""
        times = finding.times
        self.by_rule[finding.rule] += times
        self.by_severity[finding.severity] += times
        if finding.frame is not None and finding.direction is not None:
            row = self.row(finding.direction, finding.type)
            match finding.severity:
                case "error":
                    row.errors += times
                case "warning":
                    row.warnings += times
                case "note":
                    row.notes += times
