"""Runs `voxwire validate` on captures, hostile ones among them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from tests.voxwire.native import c2s, capture, close, header, s2c
from voxwire.cli import main


class Ran(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Ran]
"""Runs the command; the first argument is the format."""

HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}})

HOSTILE = (
    "::error::x",
    "a%0Ab,c:d",
    "two\nlines\r\x1b[2J",
    "[link](javascript:1) ](2)",
    "@someone #12 !3 ~a <script>x()</script> & `c` ``` | d",
    "]]> \x00 \ufffe 𝕏 {0} {{",
    "https://example.org/vox_sess_hgfedcba",
)
"""Names that mean something to one format or another."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_(form: str, *arguments: object) -> Ran:
        try:
            status = main(["validate", "--format", form, *map(str, arguments)])
        except SystemExit as error:
            status = int(str(error.code))
        written = capsys.readouterr()
        return Ran(status, written.out, written.err)

    return run_


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


HOSTILE_FILE = "a b,c%d:e.ndjson"


def write_hostile(path: Path, names: Iterable[str] = HOSTILE) -> None:
    """Write a capture in which types and fields have such names."""
    lines = [header(), HELLO, IDENTIFY]
    lines += [c2s({"type": name, "d": {}}) for name in names]
    lines += [c2s({"type": "heartbeat", name: 1}) for name in names]
    path.write_bytes(capture(*lines, "no JSON", close(4002)))


@pytest.fixture
def hostile(folder: Path) -> str:
    """The name of a hostile capture."""
    write_hostile(folder / HOSTILE_FILE)
    return HOSTILE_FILE
