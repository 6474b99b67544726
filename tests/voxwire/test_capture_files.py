"""Where captures come from, and what is said of files that cannot be opened."""

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.native import EXAMPLES, PLAIN, described
from voxwire import CaptureError
from voxwire.capture import read_capture, read_frames, size_on_disk
from voxwire.capture.input import joined
from voxwire.capture.writer import open_capture


def failure(source: Any) -> str:
    with pytest.raises(CaptureError) as caught:
        list(read_capture(source))
    return str(caught.value)


class _Path:
    """A path object that is none of pathlib's."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


def test_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "capture"
    path.write_bytes(PLAIN)
    expected = described(read_capture(str(path)))
    assert len(expected) == 5
    assert described(read_capture(path)) == expected
    assert described(read_capture(_Path(path))) == expected
    assert described(read_capture(io.BytesIO(PLAIN))) == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAIN)))
    assert described(read_capture("-")) == expected
    for buffering in (-1, 0):
        with path.open("rb", buffering) as file:
            assert described(read_capture(file)) == expected
            assert not file.closed


def test_paths_are_taken_by_all_that_take_a_name(tmp_path: Path) -> None:
    path = _Path(tmp_path / "capture")
    with open_capture(path) as capture:
        capture.opened("wss://host", 1.0)
    assert size_on_disk(path) == 33
    assert list(read_frames(path)) == []


def test_a_path_that_is_a_hyphen_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(PLAIN)
    monkeypatch.setattr(sys, "stdin", None)
    assert len(list(read_capture(Path("-")))) == 5
    assert size_on_disk(Path("-")) == len(PLAIN)
    assert size_on_disk("-") == 0
    assert failure("-") == "standard input is closed"


def test_an_open_file_is_read_from_where_it_is() -> None:
    file = io.BytesIO(b"something else" + PLAIN)
    file.seek(14)
    assert len(list(read_capture(file))) == 5


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            io.StringIO(PLAIN.decode()),
            "a capture is read from a binary file: open it with open(name, 'rb')",
        ),
        (7, "a capture is read from a file name, a path or an open binary file, not from int"),
        (
            None,
            "a capture is read from a file name, a path or an open binary file, not from NoneType",
        ),
        (
            PLAIN,
            "a capture is read from a file name, a path or an open binary file, not from bytes",
        ),
    ],
)
def test_what_is_no_source(source: Any, expected: str) -> None:
    with pytest.raises(TypeError) as caught:
        list(read_capture(source))
    assert str(caught.value) == expected
    assert size_on_disk(source) == 0


def test_a_file_that_gives_text() -> None:
    class Text:
        def read(self, size: int) -> str:
            return "x"

    source: Any = Text()
    with pytest.raises(TypeError, match=r"^the file gives text; open it in binary mode: open\("):
        list(read_capture(source))


def test_a_directory_suggests_the_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "captures"
    folder.mkdir()
    said = f"Is a directory; name its files, such as {folder}/*"
    assert failure(folder) == f"{said}.ndjson"
    (folder / "a.jsonl").touch()
    (folder / "b.ndjson.zst").touch()
    (folder / "b.txt").touch()
    assert failure(str(folder)) == f"{said}.ndjson.zst"
    (folder / "c.ndjson").touch()
    assert failure(f"{folder}/") == f"{said}.ndjson"
    spaced = tmp_path / "my captures"
    spaced.mkdir()
    assert failure(spaced).endswith(f"such as '{spaced}'/*.ndjson")


def test_a_missing_file_suggests_near_names(tmp_path: Path) -> None:
    (tmp_path / "main-bot.ndjson").touch()
    (tmp_path / "other.har").touch()
    missing = "No such file or directory"
    assert failure(tmp_path / "main-bott.ndjson") == (
        f"{missing}; did you mean {tmp_path / 'main-bot.ndjson'}?"
    )
    assert failure(tmp_path / "MAIN-bot.ndjson.zst") == (
        f"{missing}; did you mean {tmp_path / 'main-bot.ndjson'}?"
    )
    assert failure(tmp_path / "something") == missing
    assert failure(tmp_path / "*.txt") == f"{missing}: no file has a name of this pattern"
    assert failure(tmp_path / "none" / "x") == f"{missing}: there is no folder {tmp_path / 'none'}"
    assert failure(tmp_path / "other.har" / "x") == "Not a directory"
    (tmp_path / "link").symlink_to("nowhere")
    assert failure(tmp_path / "link") == f"{missing}: it is a link to a file that is not there"
    assert failure("") == "the name of the file is empty"
    assert failure("a\0b") == "no file can have this name: embedded null byte"


def test_names_are_shown_so_that_no_terminal_acts_on_them(tmp_path: Path) -> None:
    (tmp_path / "cap\x1b[2Jture").touch()
    assert failure(tmp_path / "cap\x1b[2Jturf") == (
        rf"No such file or directory; did you mean {tmp_path}/cap\x1b[2Jture?"
    )
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff.ndjson")).touch()
    assert failure(tmp_path / "x.ndjson").endswith(rf"did you mean {tmp_path}/\xff.ndjson?")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "capture"
    path.write_bytes(PLAIN)
    monkeypatch.setattr(Path, "open", refuse)
    assert failure(path) == (
        "Permission denied: this user may not read it "
        "(captures are made readable by their owner only)"
    )


def test_a_file_that_fails_while_it_is_read() -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            data = super().read1(size)
            if not data:
                raise OSError(5, "Input/output error")
            return data

    found = []
    with pytest.raises(CaptureError, match=r"^Input/output error$"):  # noqa: PT012
        for event in read_capture(Failing(PLAIN)):
            found.append(event)
    assert len(found) == 5


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert list(read_capture(tmp_path / "empty")) == []
    assert list(read_capture(io.BytesIO(b"\xef\xbb\xbf \r\n\n"))) == []
    assert EXAMPLES.is_dir()


def test_what_was_held_is_given_back_and_let_go() -> None:
    held = [b"a", b"b"]
    given = joined(held, iter([b"c", b"d"]))
    assert [next(given), next(given), next(given)] == [b"a", b"b", b"c"]
    assert held == []
    assert [*given] == [b"d"]
