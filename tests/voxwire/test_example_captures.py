"""examples/captures/README.md describes the captures as they are."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import EXAMPLES
from voxwire.capture import Closed, Frame, Opened, read_capture

README = (EXAMPLES / "README.md").read_text("utf-8")
NAMES = sorted(path.name for path in EXAMPLES.glob("*.ndjson"))


class Row(NamedTuple):
    """A row of the table."""

    connections: int
    frames: int
    text: str
    first: str
    close: str
    findings: Counter[str]


def rows() -> dict[str, Row]:
    """The table, by file name."""
    lines = [line for line in README.splitlines() if line.startswith("| `")]
    return dict(_row([cell.strip() for cell in line.strip("|").split("|")]) for line in lines)


def _row(cells: list[str]) -> tuple[str, Row]:
    name, connections, frames, text, first, close, findings = cells
    counted: Counter[str] = Counter()
    if findings != "none":
        for part in findings.split(", "):
            found = re.fullmatch(r"(?:(\d+) )?`([A-Z_]+)`", part)
            assert found is not None, part
            counted[found[2]] = int(found[1] or 1)
    row = Row(int(connections), int(frames), text, first.strip("`"), close, counted)
    return name.strip("`"), row


def actual(path: Path) -> Row:
    """What the row of this file should be."""
    events = list(read_capture(path))
    frames = [event for event in events if isinstance(event, Frame)]
    opened = [event for event in events if isinstance(event, Opened)]
    closed = [str(event.code) for event in events if isinstance(event, Closed)]
    compressed = {"compress=zstd" in str(event.connection.url) for event in opened}
    assert compressed == {any(isinstance(frame.data, bytes) for frame in frames)}
    first = next(frame.data for frame in frames if frame.direction == "c2s")
    return Row(
        connections=len(opened),
        frames=len(frames),
        text="zstd" if compressed == {True} else "plain",
        first=json.loads(first)["type"],
        close=", ".join(closed) or "lost",
        findings=Counter(finding.rule for finding in check_conversation(path)),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_table_is_true(name: str) -> None:
    assert rows()[name] == actual(EXAMPLES / name)


def test_every_file_is_described() -> None:
    assert sorted(rows()) == NAMES
    described = [
        name
        for line in README.splitlines()
        if line.startswith("- ")
        for name in re.findall(r"`([\w-]+\.ndjson)`", line.partition(":")[0])
    ]
    assert sorted(described) == NAMES


def test_codes_in_names_are_those_of_the_table() -> None:
    """Except where the description says that the name tells of another connection."""
    for name, row in rows().items():
        for code in re.findall(r"-(40\d\d)\b", name):
            elsewhere = re.search(rf"- `{re.escape(name)}`:.*on another connection", README)
            assert row.close == ("lost" if elsewhere else code)
