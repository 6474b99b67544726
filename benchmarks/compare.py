"""Compares this checkout with another one: what did the changes between the two cost?

    python -m benchmarks.compare OTHER [JOB …] [--rounds N]

For each job of benchmarks.compare_jobs, and for each import, the two take turns, many times a short
while, so that a slow moment of the machine hits both. Of a busy machine the lower ratio says more: the
best of many short samples comes near to what nobody disturbed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TextIO

from benchmarks.compare_jobs import JOBS
from benchmarks.frames import CAPTURES
from benchmarks.make_capture import write_capture
from benchmarks.measure import interleaved, repeats_for
from benchmarks.process import python_seconds
from benchmarks.table import Table

HERE = Path(__file__).parent.parent
ROUNDS = 100
SAMPLE = 0.002
"""Seconds of a sample, if one pass does not take longer."""
LINES = 200
"""Lines of the longest captures that are read: enough for everything, and a pass stays short."""
LONG = 1000
"""Frames of the long capture."""
IMPORTS = ("voxmodels.v1", "voxwire", "voxwire.session", "voxwire.checks", "voxwire.cli.main")
IMPORT_ROUNDS = 10


class Worker:
    """A process that makes the passes of one job in one checkout."""

    def __init__(self, checkout: Path, job: str, inputs: Path) -> None:
        script = Path(__file__).with_name("compare_jobs.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), job, str(inputs)],
            env=environment(checkout),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._line() != "ready":
            raise RuntimeError(f"{job} cannot be run in {checkout}; see above")

    def seconds(self, passes: int) -> float:
        """Seconds of one pass, from so many."""
        print(passes, file=self._pipe(self._process.stdin), flush=True)
        return float(self._line()) / passes

    def end(self) -> None:
        """No more passes."""
        self._pipe(self._process.stdin).close()
        self._process.wait()

    def _line(self) -> str:
        return self._pipe(self._process.stdout).readline().rstrip("\n")

    @staticmethod
    def _pipe(pipe: object) -> TextIO:
        assert pipe is not None, "both ends are pipes"
        return pipe  # type: ignore[return-value]


def environment(checkout: Path) -> dict[str, str]:
    """What makes Python import the packages of a checkout, with the libraries of this one."""
    folders = os.pathsep.join(str(checkout / name) for name in ("runtime", "generated"))
    return os.environ | {"PYTHONPATH": folders, "PYTHONHASHSEED": "0"}


def write_inputs(folder: Path) -> None:
    """What the jobs read: the beginnings of the example captures, and a long one."""
    (folder / "captures").mkdir()
    for path in CAPTURES.rglob("*.ndjson"):
        lines = path.read_bytes().splitlines(keepends=True)[:LINES]
        (folder / "captures" / path.name).write_bytes(b"".join(lines))
    write_capture(folder / "long.ndjson", LONG)


def job_ratios(other: Path, job: str, inputs: Path, rounds: int) -> tuple[str, str, str]:
    """The cells of one job."""
    workers = {"before": Worker(other, job, inputs), "now": Worker(HERE, job, inputs)}
    passes = repeats_for(min(workers["before"].seconds(1) for _ in range(3)), SAMPLE)
    jobs = {name: partial(worker.seconds, passes) for name, worker in workers.items()}
    found = cells(jobs, rounds)
    for worker in workers.values():
        worker.end()
    return found


def import_ratios(other: Path, module: str) -> tuple[str, str, str]:
    """The cells of one import."""
    jobs = {
        name: partial(python_seconds, f"import {module}", environment(checkout))
        for name, checkout in (("before", other), ("now", HERE))
    }
    for job in jobs.values():
        job()  # so that the compiled modules are on disk
    return cells(jobs, IMPORT_ROUNDS)


def cells(jobs: Mapping[str, Callable[[], float]], rounds: int) -> tuple[str, str, str]:
    """The best time before, the ratio of the best times, and the median of the ratios."""
    seconds = interleaved(jobs, rounds)
    before, now = seconds["before"], seconds["now"]
    median = statistics.median(a / b for a, b in zip(now, before, strict=True))
    return f"{min(before) * 1e6:,.1f}", f"{min(now) / min(before):.3f}", f"{median:.3f}"


def main() -> None:
    """Compare and print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description="Compare this checkout with another one.")
    parser.add_argument("other", type=Path, help="a checkout, such as a clone of the commit before")
    parser.add_argument("jobs", nargs="*", help=f"of {', '.join((*JOBS, *IMPORTS))}; default: all")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    arguments = parser.parse_intermixed_args()
    other = arguments.other.resolve()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder)
        write_inputs(inputs)
        for name in arguments.jobs or (*JOBS, *IMPORTS):
            found = (
                job_ratios(other, name, inputs, arguments.rounds)
                if name in JOBS
                else import_ratios(other, name)
            )
            rows.append((name, *found))
            print(*rows[-1], flush=True)
    print()
    head = ("job", "before, µs", "ratio of the best", "median ratio")
    print(Table(head, rows).markdown())


if __name__ == "__main__":
    main()
