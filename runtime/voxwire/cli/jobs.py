"""The processes of ``--jobs``: how many there are, and that none outlives the command."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture import size_on_disk
from voxwire.checks.quick.summary import PART_SIZE, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from voxwire.protocol import AnyProtocol

_WORTH_MORE_PROCESSES: Final = 16_000_000
"""Bytes of all files from which on several processes are the default: they take 0.05 s to start, and
check so much in 0.2."""


def default_jobs(names: Sequence[str]) -> int:
    """How many processes check these files if nobody says: all cores for much, one for little."""
    if sum(size_on_disk(name, only_regular=True) for name in names) < _WORTH_MORE_PROCESSES:
        return 1
    return _cores()


def _cores() -> int:
    """Those that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


class Workers(NamedTuple):
    """Where parts of files are looked at, how many at a time, and how large they are; `executor` is None
    for this process."""

    executor: Executor | None
    at_a_time: int
    part_size: int = PART_SIZE


@contextmanager
def processes(jobs: int, protocol: AnyProtocol) -> Iterator[Workers]:
    """So many processes for captures of a protocol; one is this one. They end with the context, whatever
    ends it."""
    if jobs < 2:
        yield Workers(None, 1)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    prepare(protocol)
    # A fork starts at once and shares what was imported. Elsewhere it is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin)
    try:
        executor.submit(int).result()  # forks before there are other threads, such as the bar's
        yield Workers(executor, jobs)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """In a new process: leave an interruption to the command, and end when it does."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
