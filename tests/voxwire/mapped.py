"""Captures that are checked in parts: the same as in one go, whatever looks at the parts."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import pytest
import zstandard

from voxwire.checks import Finding, Selection, Sessions, Statistics
from voxwire.checks.bulk import LOCAL, PART_SIZE, Part, Storage, validate
from voxwire.checks.quick import division
from voxwire.protocol import AnyProtocol


class Here(Executor):
    """Looks at parts at once, as if in another process: nothing goes there or comes back but pickles."""

    def __init__(self) -> None:
        self.parts = 0

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        self.parts += 1
        future: Future[Any] = Future()
        try:
            sent, named = pickle.loads(pickle.dumps((given, options)))
            future.set_result(pickle.loads(pickle.dumps(function(*sent, **named))))
        except Exception as error:
            future.set_exception(error)
        return future


def found_in(
    names: Sequence[str],
    executor: Executor | None = None,
    *,
    part_size: int = PART_SIZE,
    protocol: AnyProtocol | None = None,
    storage: Storage = LOCAL,
) -> tuple[list[Finding], list[Any], tuple[Any, ...]]:
    """What is found in captures, and all that is counted."""
    statistics = Statistics()
    findings = list(
        validate(
            names,
            executor,
            workers=2,
            protocol=protocol,
            selection=Selection(strict=True),
            statistics=statistics,
            sessions=Sessions(),
            storage=storage,
            part_size=part_size,
        )
    )
    counted = (
        statistics.by_rule,
        statistics.by_severity,
        statistics.connections,
        statistics.compressed_size,
        statistics.decompressed_size,
        statistics.repeated,
    )
    return findings, statistics.rows, counted


def cut_at(monkeypatch: pytest.MonkeyPatch, places: Sequence[int]) -> None:
    """From now on files are divided at these bytes."""

    def parts(name: str, *, storage: Storage, size: int) -> Iterator[Part]:
        total = storage.size(name)
        ends = [place for place in places if place < total]
        for start, stop in zip((0, *ends), (*ends, total), strict=True):
            yield Part(name, start, stop)

    monkeypatch.setattr(division, "parts", parts)


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
"""Ways to keep a capture in a file."""
