"""Runs a command in a fresh process and says what it cost.

    python -m benchmarks.process STATUS,… COMMAND…

A process starts with the peak memory of the one that started it. So commands are started by a small
process of their own, this module, whose memory is below that of anything it measures.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What one process cost: wall-clock seconds, processor seconds, peak resident memory in MB."""

    wall: float
    cpu: float
    peak_megabytes: float


def cost_of(command: Sequence[str], statuses: Collection[int] = (0,)) -> Cost:
    """Run the command, its output thrown away; raises CalledProcessError when it ends with another
    status."""
    expected = ",".join(map(str, statuses))
    small_process = [sys.executable, "-S", "-m", "benchmarks.process", expected, *command]
    done = subprocess.run(small_process, check=True, stdout=subprocess.PIPE)
    return Cost(*json.loads(done.stdout))


def python_seconds(statement: str, environment: Mapping[str, str] | None = None) -> float:
    """Seconds that a statement takes in a fresh interpreter, the interpreter's own start excluded.
    `environment` is that of the process, if not the same as here."""
    program = (
        f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return float(done.stdout)


def main() -> None:
    """Run the command that the command line names and print its cost as JSON."""
    statuses, *command = sys.argv[1:]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if str(process.returncode) not in statuses.split(","):
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}")
    print(json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))


if __name__ == "__main__":
    main()
