"""The comment for a review."""

import re
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from markdown_it import MarkdownIt

from tests.voxwire.native import EXAMPLES, START, c2s, capture, header
from tests.voxwire_report.conftest import (
    HELLO,
    HOSTILE,
    HOSTILE_FILE,
    IDENTIFY,
    Run,
    write_hostile,
)

ROOT = Path(__file__).parents[2]
PAGES = "https://github.com/vox-protocol/vox-protocol/blob/main/docs/rules"


def test_a_table_and_examples(run: Run) -> None:
    path = EXAMPLES / "flow-unknown-types-ignored.ndjson"
    status, out, _ = run("markdown", "--root", EXAMPLES, path)
    lines = out.splitlines()
    assert status == 1
    assert lines[:6] == [
        "## voxwire validate: 7 errors, 2 notes",
        "",
        "1 file, 1 connection, 49 frames.",
        "",
        "| severity | rule | found | |",
        "|---|---|--:|---|",
    ]
    assert (
        lines[6] == f"| error | [`TYPE_MISSING`]({PAGES}/TYPE_MISSING.md) | 2 | No message type |"
    )
    assert f"### error: [`WRONG_DIRECTION`]({PAGES}/WRONG_DIRECTION.md)" in lines
    assert (
        "- `flow-unknown-types-ignored.ndjson`, connection 1, frame 25, `c2s typing_start`, `/type`: "
        'unknown client message "typing&#95;start"; it is a server message _did you mean "typing"?_'
    ) in lines


def test_three_examples_of_each(run: Run, folder: Path) -> None:
    wrong = [c2s({"type": "heartbeat", "seq": number}) for number in range(1_234)]
    (folder / "a.ndjson").write_bytes(capture(header(), *wrong))
    _, out, _ = run("markdown", "--no-session", "a.ndjson")
    assert len(re.findall("^- `a.ndjson`", out, flags=re.MULTILINE)) == 3
    assert "- … and 1,231 more" in out.splitlines()


def test_it_fits_into_a_comment(run: Run, folder: Path) -> None:
    paths = sorted(EXAMPLES.glob("*.ndjson"))
    bad = [folder / f"{number}{'x' * 200}.txt" for number in range(15)]
    for path in bad:
        path.write_text("# A heading\n")
    _, out, _ = run("markdown", *paths, *bad)
    assert len(out) < 60_000
    assert "Nor 5 other files." in out


SHOWN = (
    "::error::x",
    "a%0Ab,c:d",
    r"two\nlines\r\u001b[2J",
    "[link](javascript:1) ](2)",
    "@someone #12 !3 ~a <script>x()</script> & `c` ``` | d",
    r"]]> \u0000 \ufffe \ud835\udd4f {0} {{",
    "https://example.org/vox_sess_***",
)
"""The hostile names as people read them."""


@pytest.mark.parametrize(("name", "shown"), list(zip(HOSTILE, SHOWN, strict=True)))
def test_what_is_hostile_is_only_text(run: Run, folder: Path, name: str, shown: str) -> None:
    write_hostile(folder / HOSTILE_FILE, [name])
    _, out, _ = run("markdown", HOSTILE_FILE)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(out)
    said = escape(f'unknown client message "{shown}"', {'"': "&quot;"})
    assert said in html.replace("\u200b", "")
    outside = re.sub("<code>.*?</code>", "", html)
    assert not re.search(r"[@#!~](?=\w)", re.sub(r"&\w+;|<[^>]*>", "", outside))
    assert "hgfedcba" not in out
    links = re.findall('href="([^"]*)"', html)
    assert links
    assert all(link.startswith(f"{PAGES}/") for link in links)
    assert "<script" not in html


def test_who_is_to_blame_where_it_is_not_the_sender(run: Run, folder: Path) -> None:
    beats = [c2s({"type": "heartbeat"}, ts=START + seconds) for seconds in (2, 60)]
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, IDENTIFY, *beats))
    _, out, _ = run("markdown", "a.ndjson")
    (line,) = [line for line in out.splitlines() if line.startswith("- `a.ndjson`")]
    assert line.endswith(" (to blame: the server)")


def test_nothing_found(run: Run) -> None:
    status, out, _ = run("markdown", EXAMPLES / "main-bot-plain.ndjson")
    assert (status, out) == (
        0,
        "## voxwire validate: nothing found\n\n1 file, 1 connection, 686 frames.\n",
    )
