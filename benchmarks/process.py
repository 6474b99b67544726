"""Runs a command in a fresh process and says what it cost."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """What one process cost: wall-clock seconds, processor seconds, peak resident memory in MB."""

    wall: float
    cpu: float
    peak_megabytes: float


def cost_of(command: Sequence[str], *, expected_status: int = 0) -> Cost:
    """Run the command, its output thrown away; raises RuntimeError on any other exit status."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode != expected_status:
        raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
    kilobytes = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    return Cost(wall, usage.ru_utime + usage.ru_stime, kilobytes / 1024)


def python_seconds(statement: str) -> float:
    """Seconds that a statement takes inside a fresh interpreter, the interpreter's start excluded."""
    program = (
        f"import time; start = time.perf_counter()\n{statement}\nprint(time.perf_counter() - start)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return float(done.stdout)
