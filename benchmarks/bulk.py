"""Checking a long capture: `voxwire validate` beside loops that do less, in fresh processes."""

import os
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.make_capture import FRAMES, KINDS, write_capture
from benchmarks.measure import Spread, interleaved
from benchmarks.process import Cost, cost_of
from benchmarks.table import Table

ROUNDS = 7
MORE_FRAMES = 2_000_000
VOXWIRE = str(Path(sys.executable).parent / "voxwire")
LOOP = (sys.executable, "-m", "benchmarks.bulk_loops")
VALIDATE = (VOXWIRE, "validate", "--quiet", "--jobs")

OTHERS = {
    "zstd": "every message compressed",
    "one-sided": "nothing of the client",
    "findings": "a finding in each hundredth frame",
    "unknown": "an unknown field in each tenth frame",
}


def bulk() -> tuple[Table, Table, str]:
    """A table of frames a second and memory for the plain capture, one for others, and a line about
    the capture that was read. With BENCH_LONG=1 in the environment the first has two million frames,
    too."""
    with tempfile.TemporaryDirectory() as folder:
        captures = {kind: Path(folder) / f"{kind}.ndjson" for kind in KINDS}
        for kind, path in captures.items():
            write_capture(path, FRAMES, kind)
        plain = captures["plain"]
        size = plain.stat().st_size
        rows = _plain(plain, FRAMES)
        if os.environ.get("BENCH_LONG") == "1":
            write_capture(plain, MORE_FRAMES)
            rows += [
                (f"{MORE_FRAMES:,} frames: {name}", *cells)
                for name, *cells in _plain(plain, MORE_FRAMES)
            ]
            write_capture(plain, FRAMES)
        others = _others(captures)
    head = ("reads the capture with", "frames/s", "ratio to the bare loop", "peak memory, MB")
    other_head = ("`voxwire validate --quiet --jobs 1` of a capture with", *head[1:])
    return Table(head, rows), Table(other_head, others), f"{FRAMES:,} frames, {size / 1e6:.0f} MB"


def _plain(capture: Path, frames: int) -> list[tuple[str, ...]]:
    commands = {
        "`voxwire validate --quiet --jobs 1`": [*VALIDATE, "1", str(capture)],
        "`voxwire validate --quiet --jobs 2`": [*VALIDATE, "2", str(capture)],
        "bare msgspec loop": [*LOOP, "msgspec", str(capture)],
        "jsonschema-rs after dispatch": [*LOOP, "jsonschema-rs", str(capture)],
    }
    jobs = {name: partial(cost_of, command) for name, command in commands.items()}
    costs = interleaved(jobs, ROUNDS)
    base = costs["bare msgspec loop"]
    return [(name, *_cells(figures, base, frames)) for name, figures in costs.items()]


def _others(captures: Mapping[str, Path]) -> list[tuple[str, ...]]:
    """Those with findings end with status 1, which is what they should."""
    loop = [*LOOP, "msgspec", str(captures["plain"])]
    jobs = {
        kind: partial(cost_of, [*VALIDATE, "1", str(captures[kind])], {0, 1}) for kind in OTHERS
    }
    costs = interleaved({"": partial(cost_of, loop), **jobs}, ROUNDS)
    return [(OTHERS[kind], *_cells(costs[kind], costs[""], FRAMES)) for kind in OTHERS]


def _cells(costs: list[Cost], base: list[Cost], frames: int) -> tuple[str, str, str]:
    speed = Spread.of([frames / cost.wall for cost in costs])
    ratio = Spread.of([other.wall / cost.wall for cost, other in zip(costs, base, strict=True)])
    memory = max(cost.peak_megabytes for cost in costs)
    return speed.text(",.0f"), ratio.text(), f"{memory:.0f}"
