"""Checking in parts finds the same as checking in one go: wherever files are cut, whoever looks at them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.mapped import PACKED, Here, cut_at, found_in
from tests.voxwire.native import EXAMPLES, START, capture, header, ready, s2c
from tests.voxwire.test_bulk import BEGUN, STOPS, member, with_time
from voxwire.capture.storage import SeekableFile
from voxwire.checks import Sessions, Statistics
from voxwire.checks.bulk import LOCAL, Part, parts, summarize, validate
from voxwire.checks.quick import summary
from voxwire.limits import MAX_LINE_SIZE
from voxwire.vox import VOX

SMALL = sorted(EXAMPLES.glob("flow-*.ndjson"))
ALL = sorted(EXAMPLES.glob("*.ndjson"))


def written(folder: Path, *lines: str, end: bytes = b"") -> str:
    path = folder / "capture.ndjson"
    path.write_bytes(capture(*lines) + end)
    return str(path)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_a_cut_at_every_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its start, one byte before, one byte after, and in its middle."""
    whole = found_in([str(path)])
    place = 0
    for line in path.read_bytes().splitlines(keepends=True):
        for cut in {place - 1, place, place + 1, place + len(line) // 2} - {-1, 0}:
            cut_at(monkeypatch, [cut])
            assert found_in([str(path)], Here()) == whole, f"cut at byte {cut}"
        place += len(line)


@pytest.mark.parametrize("path", SMALL[:3], ids=lambda path: path.stem)
def test_a_part_for_every_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found_in([str(path)])
    ends, place = [], 0
    for line in path.read_bytes().splitlines(keepends=True):
        place += len(line)
        ends.append(place)
    cut_at(monkeypatch, ends)
    assert found_in([str(path)], Here()) == whole
    cut_at(monkeypatch, [end - 1 for end in ends])
    assert found_in([str(path)], Here()) == whole


@pytest.mark.parametrize("size", [101, 1000, 4096, 65_536, 1_048_576])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_parts_of_any_size(path: Path, size: int) -> None:
    assert found_in([str(path)], Here(), part_size=size) == found_in([str(path)])


@pytest.mark.parametrize("size", [1, 300, 2000])
@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_lines_are_looked_at_in_any_number(
    path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = found_in([str(path)])
    monkeypatch.setattr(summary, "DIGEST_SIZE", size)
    assert found_in([str(path)], Here()) == whole


@pytest.mark.parametrize("lines", [lines for lines, _ in STOPS.values()], ids=STOPS.keys())
def test_whatever_ends_a_run(
    lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = written(tmp_path, *BEGUN, *lines, *map(member, range(4, 12)))
    whole = found_in([name])
    if Path(name).stat().st_size > 100_000:
        assert found_in([name], Here(), part_size=200_000) == whole
        return
    for size in (60, 200, 700, 100_000):
        assert found_in([name], Here(), part_size=size) == whole
        monkeypatch.setattr(summary, "DIGEST_SIZE", size)
        assert found_in([name], Here()) == whole


@pytest.mark.usefixtures("no_file_as_a_whole")
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_compressed_files(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(pack(b"".join(path.read_bytes() for path in ALL)))
    executor = Here()
    assert found_in([str(path)], executor, part_size=10_000) == found_in([str(path)])
    assert executor.parts > 3


def test_a_compressed_file_that_is_cut_off(tmp_path: Path) -> None:
    """What stands before the end is checked first."""
    path = tmp_path / "capture.gz"
    path.write_bytes(PACKED["gzip"](capture(*BEGUN, member(2), member(4)) * 400)[:-200])
    found, rows, counted = found_in([str(path)], Here(), part_size=1000)
    assert (found, rows, counted) == found_in([str(path)])
    assert found[-1].rule == "CAPTURE_UNREADABLE"
    assert sum(row.frames for row in rows) > 100


ENDS = {
    "no line end": member(9).encode(),
    "half a line": member(9).encode()[:-20],
    "zero bytes": bytes(70_000),
    "zero bytes after half a line": b'{"ts":' + bytes(70_000),
    "zero bytes in the middle": bytes(70_000) + b"\n" + member(9).encode() + b"\n",
    "a long line": s2c("x" * 70_000).encode() + b"\n" + member(9).encode() + b"\n",
    "a line that is too long": b"x" * (MAX_LINE_SIZE + 1) + b"\n" + member(9).encode() + b"\n",
    "only blank lines": b"\n\r\n\n",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("size", [500, 60_000, 1_048_576])
def test_ends_of_files(
    end: bytes, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = written(tmp_path, *BEGUN, *map(member, range(2, 9)), end=end)
    whole = found_in([name])
    monkeypatch.setattr(summary, "_AHEAD", size)
    if len(end) // size < 1000:
        assert found_in([name], Here(), part_size=size) == whole


def test_a_line_over_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "_AHEAD", 2000)
    for length in (100, 900, 1900, 2100, 5000):
        name = written(tmp_path, *BEGUN, member(2), s2c("x" * length), *map(member, range(3, 30)))
        assert found_in([name], Here(), part_size=300) == found_in([name])


def test_many_files(tmp_path: Path) -> None:
    """Parts of the next files are looked at already while one is checked."""
    names = []
    for place, path in enumerate(ALL * 2):
        name = tmp_path / f"{place}.ndjson"
        name.write_bytes(path.read_bytes() if place != 5 else b"")
        names.append(str(name))
    names[3] = str(tmp_path / "missing.ndjson")
    names[7] = names[8]
    executor = Here()
    whole = found_in(names)
    assert found_in(names, executor, part_size=20_000) == whole
    assert [f.rule.id for f in whole[0]].count("CAPTURE_EMPTY") == 1


class Counting(Here):
    """Notes how many parts were ever asked for and not yet used."""

    def __init__(self) -> None:
        super().__init__()
        self.under_way = self.most = 0

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        future = super().submit(function, *given, **options)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        given_result = future.result

        def result(timeout: float | None = None) -> Any:
            self.under_way -= 1
            return given_result(timeout)

        future.result = result  # type: ignore[method-assign]
        return future


@pytest.mark.usefixtures("no_file_as_a_whole")
@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED.keys())
def test_few_parts_are_held(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(pack(capture(*BEGUN, *map(member, range(2, 5000)))))
    executor = Counting()
    found_in([str(path), str(path)], executor, part_size=10_000)
    assert executor.parts > 6
    assert 3 < executor.most <= 6


def test_a_summary_of_plain_frames_is_small(tmp_path: Path) -> None:
    name = written(tmp_path, *map(member, range(2, 5000)))
    (part,) = parts(name)
    digests = summarize(part, VOX).digests
    assert sum(len(digest.others) for digest in digests) == 0
    assert [len(digest.stretches) for digest in digests] == [1] * len(digests)
    assert sum(digest.lines for digest in digests) == 4998


def test_threads(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        for path in ALL:
            assert found_in([str(path)], executor, part_size=3000) == found_in([str(path)])


def test_processes() -> None:
    names = list(map(str, ALL))
    with ProcessPoolExecutor(2) as executor:
        assert found_in(names, executor, part_size=20_000) == found_in(names)


class _NotHere:
    """Files that every process but this one ends at, or cannot read."""

    def __init__(self, *, ends: bool) -> None:
        self.home = os.getpid()
        self.ends = ends

    def size(self, name: str) -> int:
        return LOCAL.size(name)

    def open(self, name: str) -> AbstractContextManager[SeekableFile]:
        if os.getpid() != self.home:
            if self.ends:
                os._exit(9)
            raise OSError(5, "the disk is gone")
        return LOCAL.open(name)


def test_a_process_that_dies(tmp_path: Path) -> None:
    """It is said which part is lost; what was checked before stands."""
    name = written(tmp_path, *BEGUN, *map(member, range(2, 400)))
    with ProcessPoolExecutor(2) as executor:
        found, _, _ = found_in([name], executor, part_size=10_000, storage=_NotHere(ends=True))
    assert [finding.rule for finding in found] == ["CAPTURE_UNREADABLE"]
    assert found[0].message == (
        "the process that was to look at bytes 0 to 10000 ended before it was done; if memory is short, "
        "--jobs 1 takes the least"
    )


class _DiesLater(Here):
    """The third part is lost."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        future = super().submit(function, *given, **options)
        if self.parts == 3:
            future.result()
            lost: Future[Any] = Future()
            lost.cancel()
            return lost
        return future


@pytest.mark.usefixtures("no_file_as_a_whole")
@pytest.mark.parametrize(
    ("pack", "where"), [("plain", "bytes 10000 to 15000"), ("gzip", r"lines \d+ to \d+")]
)
def test_a_part_that_is_lost(pack: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "capture"
    path.write_bytes(PACKED[pack](capture(*BEGUN, *map(member, range(2, 2500)))))
    found, rows, _ = found_in([str(path), str(path)], _DiesLater(), part_size=5000)
    lost = [finding for finding in found if finding.rule == "CAPTURE_UNREADABLE"]
    assert len(lost) == 1
    assert re.search(f"the process that was to look at {where} ended", lost[0].message)
    frames = {row.type: row.frames for row in rows}["member_leave"]
    assert 2498 < frames < 2 * 2498, "the other time it is read to its end"


def test_a_file_that_others_cannot_read(tmp_path: Path) -> None:
    """It is read here instead."""
    name = written(tmp_path, *BEGUN, *map(member, range(2, 400)))
    storage = _NotHere(ends=False)
    with ProcessPoolExecutor(1) as executor:
        found = found_in([name], executor, part_size=10_000, storage=storage)
    assert found == found_in([name])


def test_numbers_that_are_missing_do_not_undo_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a gap, only some frames are looked at again, and not the whole part."""
    numbers = [*range(2, 200), *range(300, 500), *range(600, 900)]
    name = written(tmp_path, *BEGUN, *map(member, numbers))
    whole = found_in([name])
    monkeypatch.setattr("voxwire.checks.quick.native._read", None)
    assert found_in([name], Here()) == whole
    assert [f.rule for f in whole[0]] == ["SEQ_GAP", "SEQ_GAP"]


def test_a_file_that_is_shorter_than_it_was(tmp_path: Path) -> None:
    name = written(tmp_path, *BEGUN, *map(member, range(2, 100)))
    size = Path(name).stat().st_size

    class Grown:
        """Says that files are longer than they are."""

        size = staticmethod(lambda name: size + 50_000)
        open = staticmethod(LOCAL.open)

    part = Part(name, size + 10, size + 1000)
    assert summarize(part, VOX).start is None
    executor = ThreadPoolExecutor(1)
    with executor:
        assert found_in([name], executor, part_size=3000, storage=Grown()) == found_in([name])


def test_without_times(tmp_path: Path) -> None:
    lines = [json.dumps(json.loads(line) | {"ts": None}) for line in map(member, range(2, 60))]
    name = written(tmp_path, header(), ready(), *lines)
    late = written(
        tmp_path, *BEGUN, *(with_time(member(n), START * 1000 + n) for n in range(2, 60))
    )
    for path in (name, late):
        assert found_in([path], Here(), part_size=700) == found_in([path])


def test_progress_counts_each_byte_once() -> None:
    for executor in (None, Here()):
        for path in ALL[:6]:
            read: list[int] = []
            list(
                validate(
                    [str(path)],
                    executor,
                    statistics=Statistics(),
                    sessions=Sessions(),
                    part_size=3000,
                    advance=read.append,
                )
            )
            assert sum(read) == path.stat().st_size


class _ThenShort(Here):
    """The file is cut off when its parts have been looked at."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__()
        self.path, self.size = path, size

    def submit(self, function: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        future = super().submit(function, *given, **options)
        if self.parts == 1:
            os.truncate(self.path, self.size)
        return future


def test_a_file_that_is_cut_off_meanwhile(tmp_path: Path) -> None:
    """What has to be read again is not there any more."""
    name = written(tmp_path, *BEGUN, *(with_time(member(n), START - n) for n in range(2, 100)))
    found, _, _ = found_in([name], _ThenShort(Path(name), 2000))
    assert [finding.rule for finding in found][-1] == "CAPTURE_UNREADABLE"
    assert found[-1].message == "the file was cut off while it was read"
