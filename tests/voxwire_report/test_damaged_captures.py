"""Whatever is in a file, each format writes a report of it that can be read, and a page changes nothing of
what is found."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.voxwire.native import EXAMPLES
from tests.voxwire_report.conftest import Run

PARTS = (
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"1e999",
    b"null",
    b"-",
    b"9" * 30,
    b"[[[[",
    b"</script>",
    b"\n",
    b"<!--",
)
SOURCES = sorted(EXAMPLES.glob("flow*.ndjson"))


def _read_lines(text: str) -> None:
    for line in text.splitlines():
        json.loads(line)


def _read_page(text: str) -> None:
    _, _, rest = text.partition('<script type="application/json" id="data">')
    found, _, rest = rest.partition("</script>")
    data = json.loads(found)
    assert rest.count("</script>") == 1
    for finding in data["findings"]:
        if "span" in finding and "text" in data["frames"][finding["at"]]:
            start, end = finding["span"]
            units = len(data["frames"][finding["at"]]["text"].encode("utf-16-le")) // 2
            assert 0 <= start < end <= units


READERS: dict[str, Callable[[str], object]] = {
    "text": str.isprintable,
    "json": json.loads,
    "jsonl": _read_lines,
    "sarif": json.loads,
    "github": str.splitlines,
    "gitlab": json.loads,
    "junit": lambda text: ET.fromstring(text.encode()),
    "markdown": str.splitlines,
}


def damaged(seed: int) -> bytes:
    """An example with some mistakes."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(SOURCES).read_bytes()[: chance.choice((3000, 20000))])
    for _ in range(chance.choice((1, 3, 20, 100))):
        place = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(40)]
            case 2:
                data[place:place] = chance.choice(PARTS)
            case _:
                start = chance.randrange(len(data))
                data[place:place] = data[start : start + chance.randrange(200)]
    return bytes(data)


@pytest.mark.parametrize("seed", range(30))
def test_every_format(run: Run, folder: Path, seed: int) -> None:
    (folder / "a.ndjson").write_bytes(damaged(seed))
    for form, read in READERS.items():
        status, out, _ = run(form, "a.ndjson")
        assert status in (0, 1, 3)
        read(out)
    assert run("text", "--html", "page.html", "a.ndjson") == run("text", "a.ndjson")
    _read_page((folder / "page.html").read_text("utf-8"))
