"""Long captures on engines for clusters: the same check with each, on this machine.

    python -m venv engines && . engines/bin/activate
    pip install -e . distributed ray pyspark fsspec psutil
    python -m benchmarks.make_capture long.ndjson --frames 2000000
    python -m benchmarks.engines long.ndjson

Spark needs Java, too. Nothing else of the project needs any of it, and `make bench` does not run this.
Each run is a process of its own with two workers, and is stopped, with all that it began, after five
minutes. What is found and counted has to be what one process finds. Nothing has to be reached but the
loopback; Ray listens on all addresses of a machine nevertheless, so that a namespace without a network
is the place for it: put `unshare --map-root-user --net sh -c 'ip link set lo up; …'` around the last line.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from benchmarks.engine_executors import ENGINES, ONE, WORKERS
from benchmarks.make_capture import write_capture
from benchmarks.measure import interleaved, ratios
from benchmarks.table import Table
from voxwire.capture.storage import SeekableFile
from voxwire.checks import Sessions, Statistics
from voxwire.checks.bulk import LOCAL, Storage, validate

ROUNDS = 3
LONGEST = 300
"""Seconds after which a run is stopped."""
QUIET = {
    "PYSPARK_PYTHON": sys.executable,
    "RAY_USAGE_STATS_ENABLED": "0",
    "SPARK_LOCAL_IP": "127.0.0.1",
}


# --- Where files are ------------------------------------------------------------------------


class Fsspec:
    """Files by their URLs."""

    def size(self, name: str) -> int:
        file_system, path = import_module("fsspec").url_to_fs(name)
        return int(file_system.size(path))

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        file_system, path = import_module("fsspec").url_to_fs(name)
        opened: AbstractContextManager[SeekableFile] = file_system.open(
            path, "rb", block_size=65_536
        )
        return opened


class Noting:
    """Files of this machine; every process that opens one is noted in a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def size(self, name: str) -> int:
        return LOCAL.size(name)

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        Path(self.folder, str(os.getpid())).touch()
        return LOCAL.open(name)

    def end_one(self) -> None:
        """End one of the processes that were noted, other than this one."""
        noted = [int(path.name) for path in Path(self.folder).iterdir()]
        os.kill(next(pid for pid in noted if pid != os.getpid()), signal.SIGKILL)


class Deadly:
    """Files that every process but this one ends at."""

    def __init__(self) -> None:
        self.home = os.getpid()

    def size(self, name: str) -> int:
        return LOCAL.size(name)

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        if os.getpid() != self.home:
            os.kill(os.getpid(), signal.SIGKILL)
        return LOCAL.open(name)


# --- One run --------------------------------------------------------------------------------


class Run(NamedTuple):
    """Seconds until the first result and of the check, and what was found and counted. `result` is the
    same where all of that is; `failure` says why not everything was checked."""

    start: float
    check: float
    frames: int
    result: str
    failure: str | None


def run(engine: str, path: Path, how: str) -> Run:
    """Check a capture; `how` is `plain`, `fsspec`, `ended`, if one of the workers is in the middle, or
    `deadly`, if all of them are by what they read."""
    begin, _ = ENGINES[engine]
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder, "short.ndjson")
        write_capture(short, 10)
        noting = Path(folder, "noted")
        noting.mkdir()
        storages: Mapping[str, Storage] = {
            "fsspec": Fsspec(),
            "ended": Noting(str(noting)),
            "deadly": Deadly(),
        }
        started = time.perf_counter()
        with begin() as executor:
            _found([str(short)], executor, LOCAL)
            ready = time.perf_counter()
            storage = storages.get(how, LOCAL)
            name = path.absolute().as_uri() if how == "fsspec" else str(path)
            advance = _in_the_middle(path, storage) if isinstance(storage, Noting) else None
            frames, result, failure = _found([name], executor, storage, advance)
            done = time.perf_counter()
        return Run(ready - started, done - ready, frames, result, failure)


def _found(
    names: list[str],
    executor: Executor | None,
    storage: Storage,
    advance: Callable[[int], None] | None = None,
) -> tuple[int, str, str | None]:
    statistics = Statistics()
    findings = list(
        validate(
            names,
            executor,
            workers=WORKERS,
            statistics=statistics,
            sessions=Sessions(),
            storage=storage,
            advance=advance,
        )
    )
    counted = [statistics.rows, statistics.by_rule, statistics.by_severity, statistics.repeated]
    placeless = [structs.replace(finding, file="") for finding in findings]
    unreadable = [finding.message for finding in findings if finding.rule == "CAPTURE_UNREADABLE"]
    result = hashlib.sha256(repr((placeless, counted)).encode()).hexdigest()
    return statistics.frames, result, unreadable[0] if unreadable else None


def _in_the_middle(path: Path, storage: Noting) -> Callable[[int], None]:
    """Ends a worker when half of the file is checked."""
    left = path.stat().st_size // 2

    def advance(size: int) -> None:
        nonlocal left
        if left > 0 >= left - size:
            storage.end_one()
        left -= size

    return advance


def run_apart(engine: str, path: Path, how: str) -> Run | str:
    """The same in a process of its own; says what went wrong if it does not end well."""
    command = [sys.executable, "-m", "benchmarks.engines", str(path), "--run", engine, how]
    process = subprocess.Popen(
        command,
        env=os.environ | QUIET,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return f"did not end within {LONGEST} s"
    finally:
        _end(process.pid)
    lines = [line for line in out.splitlines() if line.startswith(_RESULT)]
    if not lines:
        return (err.strip().splitlines() or [f"status {process.returncode}"])[-1]
    return Run(*json.loads(lines[-1].removeprefix(_RESULT)))


def _end(pid: int) -> None:
    """End a run that goes on, and what it began; also what it left in its group."""
    psutil = import_module("psutil")
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


# --- All runs -------------------------------------------------------------------------------


def megabytes(package: str) -> float:
    """What a package and all that it needs add to an installation of this project."""
    paths = [
        Path(str(file.locate()))
        for name in _needed(package) - _needed("vox-protocol")
        for file in importlib.metadata.files(name) or []
    ]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def _needed(package: str) -> set[str]:
    """Packages that are installed for this one, itself included."""
    found: set[str] = set()
    todo = [package]
    while todo:
        name = re.sub("[-_.]+", "-", todo.pop()).lower()
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        if name not in found:
            found.add(name)
            todo += [re.split(r"[^\w.-]", need)[0] for need in needs if "extra ==" not in need]
    return found


def speeds(path: Path, rounds: int) -> Table:
    """What each engine costs and brings."""
    engines = list(ENGINES)[1:]
    ways = {f"{name} {how}": partial(_done, name, path, how) for name in engines for how in _HOW}
    base_way = f"{ONE} plain"
    results = interleaved({base_way: partial(_done, ONE, path, "plain"), **ways}, rounds)
    base = results[base_way]
    if len({run.result for runs in results.values() for run in runs}) != 1:
        raise SystemExit("not all found and counted the same")
    rows = []
    for name, (_, package) in ENGINES.items():
        runs = results[f"{name} plain"]
        through = results.get(f"{name} fsspec")
        rows.append(
            (
                name,
                f"{megabytes(package):.0f}" if package else "–",
                f"{min(run.start for run in runs):.1f}",
                f"{max(run.frames / run.check for run in runs):,.0f}",
                _ratio(base, runs),
                _ratio(base, through) if through else "–",
            )
        )
    head = ("engine", "MB installed", "start, s", "frames/s", "ratio to one process", "with fsspec")
    return Table(head, rows)


def endings(path: Path) -> Table:
    """What each engine does when workers end."""
    whole = _done(ONE, path, "plain").result
    rows = []
    for name in list(ENGINES)[1:]:
        one, all_ = (_said(run_apart(name, path, how), whole) for how in ("ended", "deadly"))
        rows.append((name, one, all_))
    return Table(("engine", "one worker is killed", "every worker that reads is killed"), rows)


def _ratio(base: list[Run], runs: list[Run]) -> str:
    return ratios([run.check for run in base], [run.check for run in runs]).text()


def _done(engine: str, path: Path, how: str) -> Run:
    found = run_apart(engine, path, how)
    if isinstance(found, str):
        raise SystemExit(f"{engine}, {how}: {found}")
    return found


def _said(found: Run | str, whole: str) -> str:
    if isinstance(found, str):
        return found
    said = "everything was checked" if found.result == whole else str(found.failure)
    return f"{said} ({found.check:.0f} s)"


_RESULT = "result: "
_HOW = ("plain", "fsspec")


def main() -> None:
    """Measure all engines, or do one run."""
    parser = argparse.ArgumentParser(description="Measure engines for clusters.")
    parser.add_argument("capture", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="0 only ends workers")
    parser.add_argument("--run", nargs=2, metavar=("ENGINE", "HOW"), help="only one run")
    arguments = parser.parse_args()
    if arguments.run:
        print(_RESULT + json.dumps(run(arguments.run[0], arguments.capture, arguments.run[1])))
        return
    capture = arguments.capture.resolve()
    if arguments.rounds:
        print(speeds(capture, arguments.rounds).markdown(), end="\n\n", flush=True)
    print(endings(capture).markdown())


if __name__ == "__main__":
    main()
