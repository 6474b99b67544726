"""Files that are not on this machine, and executors with failures of their own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.mapped import PACKED, Here, found_in
from tests.voxwire.native import capture
from tests.voxwire.test_bulk import BEGUN, member
from voxwire.checks.bulk import Part, summarize
from voxwire.checks.quick import mapping
from voxwire.vox import VOX

CAPTURE = capture(*BEGUN, *map(member, range(2, 2500)), member(2600))
EXECUTORS = [None, Here()]


class Bucket:
    """Files by names that mean nothing on this machine; counts what is read."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.read = 0

    def size(self, name: str) -> int:
        return len(self._content(name))

    def open(self, name: str) -> io.BytesIO:
        return _Counted(self, self._content(name))

    def _content(self, name: str) -> bytes:
        if name not in self.files:
            raise FileNotFoundError(2, "no such object", name)
        return self.files[name]


class _Counted(io.BytesIO):
    def __init__(self, bucket: Bucket, content: bytes) -> None:
        super().__init__(content)
        self.bucket = bucket

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.bucket.read += len(data)
        return data


@pytest.mark.parametrize("executor", EXECUTORS, ids=["here", "elsewhere"])
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_files_by_other_names(
    executor: Executor | None, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "capture"
    path.write_bytes(pack(CAPTURE))
    found, *counted = found_in([str(path)])
    bucket = Bucket(far=pack(CAPTURE))
    found_far, *counted_far = found_in(["far"], executor, storage=bucket, part_size=10_000)
    assert [(f.rule, f.frame, f.message) for f in found_far] == [
        (f.rule, f.frame, f.message) for f in found
    ]
    assert [f.rule for f in found_far] == ["SEQ_GAP"]
    assert counted_far == counted


@pytest.mark.parametrize("executor", EXECUTORS, ids=["here", "elsewhere"])
def test_a_file_that_is_nowhere(executor: Executor | None) -> None:
    found, *_ = found_in(["far", "near"], executor, storage=Bucket(near=CAPTURE), part_size=10_000)
    assert [(f.file, f.rule, f.message) for f in found] == [
        ("far", "CAPTURE_UNREADABLE", "no such object"),
        ("near", "SEQ_GAP", found[1].message),
    ]


class _Vanishing(Bucket):
    """Its file is gone after so many looks."""

    looks = 0

    def _content(self, name: str) -> bytes:
        self.looks -= 1
        if not self.looks:
            self.files.clear()
        return super()._content(name)


@pytest.mark.parametrize("executor", EXECUTORS, ids=["here", "elsewhere"])
def test_a_file_that_vanishes(executor: Executor | None) -> None:
    """Whenever it does, this is said and nothing else happens."""
    vanished = 0
    for looks in (1, 2, 3, 4, 5):
        bucket = _Vanishing(far=CAPTURE)
        bucket.looks = looks
        found, *_ = found_in(["far"], executor, storage=bucket, part_size=10_000)
        if bucket.looks <= 0:
            vanished += 1
            assert [(f.rule, f.message) for f in found] == [
                ("CAPTURE_UNREADABLE", "no such object")
            ]
    assert vanished == (1 if executor is None else 5)


def test_little_is_read_beyond_a_part() -> None:
    """Over a network, bytes that another part is about are paid twice."""
    bucket = Bucket(far=CAPTURE)
    summarize(Part("far", 10_000, 20_000), VOX, storage=bucket)
    assert 10_001 < bucket.read <= 10_001 + 65_536


class KilledError(Exception):
    """What an engine calls the end of a worker in its own way."""


class CommError(OSError):
    """What an engine calls the end of a connection to a worker: not that of a file."""


class _Engine(Here):
    """Loses the third part."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        future = super().submit(function, *given, **options)
        if self.parts != 3:
            return future
        lost: Future[Any] = Future()
        lost.set_exception(self.error)
        return lost


LOST = {
    "its own": (KilledError("4 workers died\nsee the log"), "KilledError: 4 workers died"),
    "of a connection": (CommError("closed"), "CommError: closed"),
    "without words": (KilledError(), "KilledError"),
}


@pytest.mark.usefixtures("no_file_as_a_whole")
@pytest.mark.parametrize(("error", "said"), LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize(
    ("pack", "where"), [("plain", "bytes 10000 to 15000"), ("gzip", r"lines \d+ to \d+")]
)
def test_failures_of_an_engine(
    error: Exception, said: str, pack: str, where: str, tmp_path: Path
) -> None:
    """The part is named, as if a process of this machine had died, and what stands before it is checked."""
    path = tmp_path / "capture"
    path.write_bytes(PACKED[pack](CAPTURE))
    found, rows, _ = found_in([str(path)], _Engine(error), part_size=5000)
    assert [f.rule for f in found] == ["CAPTURE_UNREADABLE"]
    assert re.fullmatch(f"nobody looked at {where}: {said}", found[0].message)
    assert sum(row.frames for row in rows) > 3


class _Gone(Here):
    """Cannot be reached any more."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        raise CommError("closed")


def test_an_engine_that_cannot_be_reached(tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(CAPTURE)
    found, *_ = found_in([str(path)], _Gone(), part_size=5000)
    assert [f.message for f in found] == ["nobody looked at bytes 0 to 5000: CommError: closed"]


def test_a_mistake_of_ours_is_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised, with the place where it was made."""
    path = tmp_path / "capture"
    path.write_bytes(CAPTURE)
    monkeypatch.setattr(mapping, "summarize", _broken)
    with pytest.raises(ZeroDivisionError) as raised:
        found_in([str(path)], Here(), part_size=5000)
    (note,) = raised.value.__notes__
    assert "in _broken" in note


def _broken(*_: object, **__: object) -> float:
    return 1 / 0


class Busy(Executor):
    """Never gets round to anything."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        self.futures.append(Future())
        return self.futures[-1]


def test_parts_of_a_file_that_is_done_with_are_not_looked_at(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("first.ndjson", "second.ndjson")]
    for name in names:
        Path(name).write_bytes(b'{"close":{"code":1}}\n' * 2)
    busy = Busy()
    mapper = mapping.Mapper(busy, names, VOX, workers=8, part_size=20)
    assert mapper.is_divided(0)
    assert [future.cancelled() for future in busy.futures] == [False] * 6
    assert mapper.is_divided(1)
    assert [future.cancelled() for future in busy.futures] == [True] * 3 + [False] * 3
