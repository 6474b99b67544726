"""Engines are compared by what they find, and by what they do when workers end."""

from pathlib import Path

from benchmarks import engines
from benchmarks.engine_executors import ONE
from benchmarks.make_capture import write_capture


def test_the_same_is_found_by_all(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    write_capture(path, 500, "findings")
    here = engines.run(ONE, path, "plain")
    others = engines.run("process pool", path, "plain")
    assert (here.frames, here.failure) == (501, None)
    assert (others.frames, others.result, others.failure) == (here.frames, here.result, None)
    write_capture(path, 500)
    assert engines.run(ONE, path, "plain").result != here.result


def test_what_is_lost_is_told(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    write_capture(path, 500)
    size = path.stat().st_size
    lost = engines.run("process pool", path, "deadly")
    assert lost.frames == 0
    assert lost.failure is not None
    assert lost.failure.startswith(f"the process that was to look at bytes 0 to {size} ended")


def test_what_an_installation_holds() -> None:
    """An engine is measured by what it adds to what is there already."""
    assert engines.megabytes("vox-protocol") == 0
    assert engines.megabytes("no-such-package") == 0
    assert engines.megabytes("pytest") > 0
