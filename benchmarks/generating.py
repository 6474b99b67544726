"""Checking a schema and generating everything from it, for ours and for larger ones."""

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.big_schema import write_schema
from benchmarks.measure import Spread, interleaved
from benchmarks.process import Cost, cost_of
from benchmarks.table import Table

ROUNDS = 5
SIZES = (1, 5, 10)
VOXSPEC = str(Path(sys.executable).parent / "voxspec")


def generating() -> Table:
    """Seconds and peak memory of both commands for schemas of several sizes, nothing to write."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = {}
        for times in SIZES:
            schema, out = Path(folder, f"schema-{times}"), Path(folder, f"generated-{times}")
            write_schema(schema, times)
            check = [VOXSPEC, "check", "--schema", str(schema)]
            generate = [VOXSPEC, "generate", "--schema", str(schema), "--out", str(out)]
            cost_of(generate)  # so that there is nothing to write
            jobs[f"`voxspec check`, {_size(times)}"] = partial(cost_of, check)
            jobs[f"`voxspec generate`, {_size(times)}"] = partial(cost_of, generate)
        costs = interleaved(jobs, ROUNDS)
    return Table(
        ("command", "seconds", "processor seconds", "peak memory, MB"),
        [(name, *_figures(several)) for name, several in costs.items()],
    )


def _size(times: int) -> str:
    return "our schema" if times == 1 else f"{times} times as large"


def _figures(costs: list[Cost]) -> tuple[str, str, str]:
    return (
        Spread.of([cost.wall for cost in costs]).text(),
        Spread.of([cost.cpu for cost in costs]).text(),
        f"{max(cost.peak_megabytes for cost in costs):.0f}",
    )


if __name__ == "__main__":
    print(generating().markdown())
