"""Checking a long capture: `voxwire validate` beside loops that do less, in fresh processes."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.make_capture import FRAMES, write_capture
from benchmarks.measure import Spread, interleaved
from benchmarks.process import Cost, cost_of
from benchmarks.table import Table

ROUNDS = 7
VOXWIRE = str(Path(sys.executable).parent / "voxwire")
LOOP = (sys.executable, "-m", "benchmarks.bulk_loops")


def bulk() -> tuple[Table, str]:
    """A table of frames a second and memory, and a line about the capture that was read."""
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "long.ndjson"
        write_capture(capture)
        size = capture.stat().st_size
        commands = {
            "`voxwire validate --quiet`": [VOXWIRE, "validate", "--quiet", str(capture)],
            "bare msgspec loop": [*LOOP, "msgspec", str(capture)],
            "jsonschema-rs after dispatch": [*LOOP, "jsonschema-rs", str(capture)],
        }
        jobs = {name: partial(cost_of, command) for name, command in commands.items()}
        costs = interleaved(jobs, ROUNDS)
    rows = [(name, *_cells(figures, costs["bare msgspec loop"])) for name, figures in costs.items()]
    head = ("reads the capture with", "frames/s", "ratio to the bare loop", "peak memory, MB")
    return Table(head, rows), f"{FRAMES:,} frames, {size / 1e6:.0f} MB"


def _cells(costs: list[Cost], base: list[Cost]) -> tuple[str, str, str]:
    speed = Spread.of([FRAMES / cost.wall for cost in costs])
    ratio = Spread.of([other.wall / cost.wall for cost, other in zip(costs, base, strict=True)])
    memory = max(cost.peak_megabytes for cost in costs)
    return speed.text(",.0f"), ratio.text(), f"{memory:.0f}"
