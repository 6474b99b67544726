"""Writing touches only what changed, deletes only what is marked, and --check sees it all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from voxspec.output.render import header
from voxspec.output.write import NotOursError, apply, compare

MARK = f"# {header('a.yaml')}\n"
FILES = {"a.py": f"{MARK}a = 1\n", "sub/b.py": f"{MARK}b = 2\n"}


def test_first_run_writes_everything(tmp_path: Path) -> None:
    changes = apply(FILES, tmp_path)
    assert (changes.missing, changes.stale, changes.orphans) == (("a.py", "sub/b.py"), (), ())
    assert (tmp_path / "sub/b.py").read_text("utf-8") == FILES["sub/b.py"]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.py", "b.py", "sub"]


def test_second_run_writes_nothing(tmp_path: Path) -> None:
    apply(FILES, tmp_path)
    before = (tmp_path / "a.py").stat()
    changes = apply(FILES, tmp_path)
    assert not changes
    assert changes.unchanged == 2
    after = (tmp_path / "a.py").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_stale_file_is_shown_as_diff_and_mended(tmp_path: Path) -> None:
    apply(FILES, tmp_path)
    (tmp_path / "a.py").write_text(f"{MARK}a = 0\n", "utf-8")
    changes = compare(FILES, tmp_path)
    assert changes.stale == ("a.py",)
    assert changes.diffs["a.py"].splitlines()[-2:] == ["-a = 0", "+a = 1"]
    apply(FILES, tmp_path)
    assert (tmp_path / "a.py").read_text("utf-8") == FILES["a.py"]


def test_orphans_are_deleted_with_their_empty_folders(tmp_path: Path) -> None:
    apply(FILES, tmp_path)
    assert compare({"a.py": FILES["a.py"]}, tmp_path).orphans == ("sub/b.py",)
    assert apply({"a.py": FILES["a.py"]}, tmp_path).orphans == ("sub/b.py",)
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_files_without_the_mark_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("mine = True\n", "utf-8")
    apply(FILES, tmp_path)
    assert (tmp_path / "mine.py").read_text("utf-8") == "mine = True\n"


def test_a_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("mine = True\n", "utf-8")
    with pytest.raises(NotOursError, match=r"a\.py was not made by voxspec"):
        apply(FILES, tmp_path)
    assert (tmp_path / "a.py").read_text("utf-8") == "mine = True\n"
    assert not (tmp_path / "sub").exists()


def _full_disk(path: Path, data: bytes) -> int:
    """Writes half of it, then there is no room any more."""
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {"a.py": f"{MARK}a = 0\n"}
    apply(old, tmp_path)
    monkeypatch.setattr(Path, "write_bytes", _full_disk)
    with pytest.raises(OSError, match="No space left on device"):
        apply({"a.py": FILES["a.py"]}, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]
    assert (tmp_path / "a.py").read_text("utf-8") == old["a.py"]


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_self: Path, _target: Path) -> Path:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    old = {"a.py": f"{MARK}a = 0\n"}
    apply(old, tmp_path)
    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        apply({"a.py": FILES["a.py"]}, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]
    assert (tmp_path / "a.py").read_text("utf-8") == old["a.py"]


def test_who_reads_a_file_meanwhile_reads_all_of_the_old_one(tmp_path: Path) -> None:
    apply({"a.py": MARK + "a = 0\n" * 5000}, tmp_path)
    with (tmp_path / "a.py").open("r", encoding="utf-8", newline="") as reader:
        assert reader.readline() == MARK
        apply({"a.py": FILES["a.py"]}, tmp_path)
        assert reader.read() == "a = 0\n" * 5000


def test_the_mark_counts_in_the_first_bytes_only(tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text(" " * 2048 + MARK, "utf-8")
    (tmp_path / "near.py").write_text(" " * (2048 - len(MARK.encode())) + MARK, "utf-8")
    assert compare({}, tmp_path).orphans == ("near.py",)


def test_compiled_files_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.py").write_text(MARK, "utf-8")
    assert compare({}, tmp_path).orphans == ()
