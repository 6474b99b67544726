"""The page about the JSON report names every key that is written, and no other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.native import c2s, capture, header, s2c
from voxwire.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "report.md"

HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}})


@pytest.fixture
def report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Of a capture in which one thing is wrong again and again."""
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), HELLO, IDENTIFY, IDENTIFY, IDENTIFY, IDENTIFY))
    assert main(["validate", "--format", "json", str(path)]) == 1
    return json.loads(capsys.readouterr().out)


def documented(heading: str) -> set[str]:
    """The keys of the table below a heading."""
    parts = re.split(r"^## (.+)\n", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    rows = re.findall(r"^\| (`.+?) \|", sections[heading], flags=re.MULTILINE)
    return {key for row in rows for key in re.findall("`(.+?)`", row)}


def test_every_key_is_documented(report: Any) -> None:
    assert set(report) == documented("The JSON report")
    (finding,) = report["findings"]
    assert set(finding) == documented("A finding")
    (repeated,) = report["repeated"]
    assert set(repeated) == documented("What is repeated")
    assert set(report["summary"]) == documented("The summary")


def test_the_version_is_the_documented_one(report: Any) -> None:
    assert report["version"] == 1
    assert "| `version` | 1. " in PAGE.read_text("utf-8")


def test_what_is_repeated_is_counted_exactly(report: Any) -> None:
    (finding,) = report["findings"]
    (repeated,) = report["repeated"]
    assert (finding["rule"], finding["frame"], finding["blame"]) == (
        "IDENTIFY_REPEATED",
        3,
        "client",
    )
    assert repeated == {
        "file": finding["file"],
        "connection": 1,
        "rule": "IDENTIFY_REPEATED",
        "severity": "error",
        "count": 2,
        "last_frame": 5,
    }
    assert report["summary"]["errors"] == 3
    assert report["summary"]["by_rule"] == {"IDENTIFY_REPEATED": 3}
