"""Files are checked in the order of time, as far as it is known."""

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.voxwire.native import START, capture, header, leave
from voxwire.checks.file_order import in_order_of_time


def write(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    data = capture(*lines)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(path)


@pytest.fixture
def three(tmp_path: Path) -> list[str]:
    """Files that begin one after the other."""
    return [
        write(tmp_path, "z.ndjson", header(ts=START)),
        write(tmp_path, "y.ndjson.gz", "no line", leave(5, ts=START + 5)),
        write(tmp_path, "x.ndjson", header(ts=(START + 10) * 1000)),
    ]


def test_what_began_first_comes_first(three: list[str]) -> None:
    first, second, third = three
    assert in_order_of_time([third, second, first]) == three
    assert in_order_of_time([second, third, first]) == three
    assert in_order_of_time(three) == three


def test_files_of_the_same_time_stay_in_the_order_given(tmp_path: Path) -> None:
    names = [write(tmp_path, name, header(ts=START)) for name in "bca"]
    assert in_order_of_time(names) == names


def test_files_of_which_the_time_is_not_known_keep_their_place(
    tmp_path: Path, three: list[str]
) -> None:
    first, second, third = three
    untimed = write(tmp_path, "untimed", json.dumps({"url": "wss://host"}))
    relative = write(tmp_path, "relative", header(ts=0))
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)  # who opened it would wait for ever
    others = ["-", untimed, relative, str(tmp_path), "no-such-file", pipe, "a\0b", ""]
    assert in_order_of_time([third, *others, second, first]) == [first, *others, second, third]


def test_one_file_is_not_read_before_its_time(tmp_path: Path) -> None:
    assert in_order_of_time(["no-such-file"]) == ["no-such-file"]
    assert in_order_of_time([]) == []
