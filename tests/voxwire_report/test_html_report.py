"""What is on the page, and how large it becomes."""

import gzip
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import zstandard

from tests.voxwire.native import (
    EXAMPLES,
    START,
    binary,
    c2s,
    capture,
    close,
    header,
    ready,
    resumed,
    s2c,
)
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run
from voxwire.analysis.coverage import Coverage
from voxwire.analysis.goals import Goal
from voxwire.capture import read_capture
from voxwire.report.coverage_tables import coverage_tables
from voxwire.report.html.frames import FrameReader
from voxwire.report.html.html_report import HtmlReport
from voxwire.report.html.page import _covered
from voxwire.vox import VOX

TOKEN = "vox_sess_abcdefgh"


def page_of(run: Run, *arguments: object) -> str:
    run("text", "--html", "page.html", *arguments)
    return Path("page.html").read_text("utf-8")


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def write(folder: Path, *lines: str) -> str:
    (folder / "a.ndjson").write_bytes(capture(*lines))
    return "a.ndjson"


def test_the_text_is_the_same_with_a_page(run: Run, folder: Path) -> None:
    for path in sorted(EXAMPLES.glob("*.ndjson")):
        assert run("text", "--html", "page.html", path) == run("text", path)


def test_all_files_together(run: Run, folder: Path) -> None:
    paths = sorted(EXAMPLES.glob("*.ndjson"))
    found = data_of(page_of(run, *paths))["findings"]
    lines = [json.loads(line) for line in run("jsonl", *paths).out.splitlines()]
    assert sorted((one["rule"], one["file"], one.get("frame")) for one in lines) == sorted(
        (one["rule"], one["file"], one.get("frame")) for one in found
    )
    order = ["error", "warning", "note"]
    severities = [order.index(one["severity"]) for one in found]
    assert severities == sorted(severities)


def test_a_finding_with_its_frame(run: Run, folder: Path) -> None:
    wrong = c2s({"type": "heartbeat", "seq": 3}, ts=START + 2)
    data = data_of(page_of(run, write(folder, header(), HELLO, IDENTIFY, wrong)))
    (finding,) = data["findings"]
    assert finding == {
        "severity": "error",
        "rule": "SEQ_FORBIDDEN",
        "message": 'this message carries no "seq"',
        "hint": "leave the key out",
        "file": "a.ndjson",
        "connection": 1,
        "frame": 3,
        "elapsed": "+2.000",
        "direction": "c2s",
        "type": "heartbeat",
        "pointer": "/seq",
        "blame": "client",
        "expected": "leave the key out",
        "observed": "the number 3",
        "at": 2,
        "around": [0, 1, 2],
        "span": [27, 35],
    }
    frame = data["frames"][2]
    assert frame == {
        "file": "a.ndjson",
        "connection": 1,
        "frame": 3,
        "elapsed": "+2.000",
        "direction": "c2s",
        "type": "heartbeat",
        "seq": 3,
        "size": 31,
        "text": '{\n  "type": "heartbeat",\n  "seq": 3\n}',
    }
    assert frame["text"][27:35] == '"seq": 3'
    assert set(data["rules"]["SEQ_FORBIDDEN"]) == {
        "headline",
        "meaning",
        "why",
        "fix",
        "page",
        "good",
        "bad",
    }


def test_secrets_are_masked(run: Run, folder: Path) -> None:
    elsewhere = c2s({"type": f"odd {TOKEN}", TOKEN: TOKEN})
    escaped = c2s('{"type": "unheard", "d": {"x": "\\u0076ox_sess_abcdefgh"}}')
    page = page_of(
        run,
        write(
            folder,
            header(url=f"wss://user:{TOKEN}@host/gateway?v=1&encoding=json&token={TOKEN}"),
            HELLO,
            IDENTIFY,
            IDENTIFY,
            elsewhere,
            escaped,
            close(4005, f"no {TOKEN}"),
        ),
    )
    assert "abcdefgh" not in page
    data = data_of(page)
    texts = [frame["text"] for frame in data["frames"]]
    assert sum("masked-" in text for text in texts) >= 3


def test_secrets_that_were_seen_are_masked_where_they_do_not_belong(run: Run, folder: Path) -> None:
    secret = "abcdefgh ijklmnop qrst"
    lines = [header(), HELLO, c2s({"type": "resume", "d": {"session_id": secret}})]
    lines += [c2s({"type": "heartbeat"})] * 3
    name = write(folder, *lines, c2s({"type": "heartbeat", "extra": secret}))
    page = page_of(run, "--select", "UNKNOWN_FIELD", name)
    frame, *_, last = data_of(page)["frames"]
    assert (frame["frame"], last["frame"]) == (4, 6)
    assert "masked-" in last["text"]
    assert "ijklmnop" not in page


def test_names_are_only_text(run: Run, hostile: str, folder: Path) -> None:
    page = page_of(run, hostile)
    assert page.count("<script") == 2
    (folder / "<b>.txt").write_text("# A heading\n")
    assert "<b>" not in page_of(run, "<b>.txt")


def test_the_frames_around_it(run: Run, folder: Path) -> None:
    beats = [c2s({"type": "heartbeat", **more}) for more in ({}, {}, {}, {"seq": 1}, {}, {}, {})]
    data = data_of(page_of(run, "--no-session", write(folder, header(), *beats)))
    (finding,) = data["findings"]
    assert [data["frames"][near]["frame"] for near in finding["around"]] == [2, 3, 4, 5, 6]
    assert data["frames"][finding["at"]]["frame"] == 4


def test_it_needs_no_network_and_runs_nothing_else(run: Run, folder: Path) -> None:
    page = page_of(run, EXAMPLES / "main-alice-phone-plain.ndjson")
    policy = re.search('Content-Security-Policy" content="(.*?)"', page)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'", policy[1]
    )
    assert not re.search(r"<(link|img|iframe|object)\b|\bsrc=|@import|url\(", page)
    assert len(page) < 200_000


def test_much_that_is_wrong_has_room(run: Run, folder: Path) -> None:
    long = {f"key{number}": "x" * 110 for number in range(20)}
    wrong = [c2s({"type": "heartbeat", "seq": n, "d": long}) for n in range(3000)]
    page = page_of(run, "--no-session", write(folder, header(), *wrong))
    assert 2_000_000 < len(page) < 5_000_000
    data = data_of(page)
    assert len(data["findings"]) == 1000 + len(
        [one for one in data["findings"] if one["severity"] != "error"]
    )
    assert data["more"]["error"] > 0
    assert any("text" not in frame for frame in data["frames"])
    assert "text" in data["frames"][0]


def test_memory_does_not_grow_with_the_frames() -> None:
    report = HtmlReport(io.StringIO(), VOX)
    beats = [c2s({"type": "heartbeat"})] * 9000
    data = capture(header(), HELLO, IDENTIFY, ready(), *beats)
    for event in read_capture(io.BytesIO(data)):
        report.saw("a.ndjson", event, frozenset())
    (story,) = report._stories.values()
    assert story.frames == 9003
    assert len(report._frames._recent) == 4096
    assert len(report._frames.kept) == 0


def test_what_was_covered_is_on_the_page(run: Run, folder: Path) -> None:
    page = page_of(run, "--only", "hello", write(folder, header(), HELLO, IDENTIFY, ready()))
    section = page.partition('<section id="coverage">')[2].partition("</section>")[0]
    assert "3 frames read." in section
    assert '<tr><th scope="row">messages</th><td class="number">3</td>' in section
    assert section.count("<details>") == len(VOX.client) + len(VOX.server)
    assert lost(section) == "1"


def lost(section: str) -> str:
    """How many connections are counted as lost."""
    found = re.search(r"<td>1006 \w+</td><td><code></code></td><td .*?>(\d+)</td>", section)
    assert found is not None
    return found[1]


def test_a_file_that_is_cut_off_loses_no_connection(run: Run, folder: Path) -> None:
    whole = capture(header(), HELLO, IDENTIFY, ready(), *[c2s({"type": "heartbeat"})] * 500)
    for name, size in (("a.gz", -12), ("b.gz", None)):
        (folder / name).write_bytes(gzip.compress(whole)[:size])
    assert [lost(page_of(run, *names)) for names in (["a.gz"], ["b.gz"], ["a.gz", "b.gz"])] == [
        "0",
        "1",
        "1",
    ]


def test_a_file_that_is_none_at_all_leaves_the_one_before_it_as_it_is(
    run: Run, folder: Path
) -> None:
    first = write(folder, header(), HELLO, IDENTIFY, ready())
    (folder / "b.ndjson").write_text("none\n", "utf-8")
    assert lost(page_of(run, first, "b.ndjson")) == "1"


def test_names_of_goals_are_only_text() -> None:
    goals = [Goal("enum values", '<x-m">', "/<x-p>", "<x-w>")]
    text = "".join(coverage_tables(goals, "h2"))
    assert "<x-" not in text
    assert [text.count(f"&lt;x-{name}") for name in ("m&quot;&gt;", "p&gt;", "w&gt;")] == [3, 1, 1]


def test_the_page_of_a_huge_protocol_is_bounded() -> None:
    found = Coverage(VOX)
    goals = [Goal("enum values", f"s2c m{n}", "/d/x", "y" * 200) for n in range(50_000)]
    huge = SimpleNamespace(protocol=VOX, frames=1, invalid=0, goals=[*found.goals, *goals])
    text = "".join(_covered(cast("Coverage", huge)))
    assert 500_000 < len(text) < 600_000
    assert text.endswith("has all of it.</p>\n</section>\n")
    assert text.count("<details>") == text.count("</details>") > 700


def test_frames_that_came_long_ago_are_said_to_be_gone(run: Run, folder: Path) -> None:
    odd = c2s({"type": "heartbeat"}, ts=START + 2)
    many = [s2c({"type": "typing_stop"}, ts=START + 3)] * 5000
    late = c2s({"type": "heartbeat"}, ts=START + 60)
    page = page_of(
        run,
        "--select",
        "HEARTBEAT_ACK_MISSING",
        write(folder, header(), HELLO, IDENTIFY, odd, *many, late),
    )
    (finding,) = data_of(page)["findings"]
    assert finding["frame"] == 3
    assert "at" not in finding


def test_drawings_of_a_connection(run: Run, folder: Path) -> None:
    lines = [
        header(),
        s2c({"type": "hello", "d": {"heartbeat_interval": 45000}}, ts=START + 0.5),
        c2s({"type": "identify", "d": {"token": TOKEN}}, ts=START + 1),
        ready().replace(str(START + 1), str(START + 2)),
        c2s({"type": "heartbeat"}, ts=START + 10),
        c2s({"type": "heartbeat_ack"}, ts=START + 10.125),
        s2c({"type": "heartbeat_ack"}, ts=START + 10.25),
        s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": 5}, ts=START + 20),
        close(1000, ts=START + 30),
    ]
    page = page_of(run, write(folder, *lines))
    rows = [
        re.findall("<td>(.*?)</td>", row)
        for row in re.findall("<tr>(<td>.*?)</tr>", page, re.DOTALL)
    ]
    assert ["+0.500 s", "state: greeted", ""] in rows
    assert ["+1.000 s", "state: greeted or identifying", ""] in rows
    assert ["+2.000 s", "state: ready", ""] in rows
    assert ["+10.250 s", "250 ms"] in rows
    assert ["+2.000 s", "1", ""] in rows
    assert ["+20.000 s", "5", ""] in rows
    assert any(row[0] == "+20.000 s" and "SEQ_GAP" in row[-1] for row in rows)
    assert "closed with 1000" in page
    assert "30.0 s" in page


def test_a_resume_is_drawn(run: Run, folder: Path) -> None:
    paths = [EXAMPLES / f"flow-resume-a{name}.ndjson" for name in ("1-lost", "2", "3-plain")]
    page = page_of(run, *paths)
    assert page.count("<title>resume: the session was resumed</title>") == 4
    assert resumed(3)


def test_what_has_no_times_is_drawn_by_its_frames(run: Run, folder: Path) -> None:
    lines = [json.loads(line) for line in (header(), HELLO, IDENTIFY, ready())]
    for line in lines:
        del line["ts"]
    page = page_of(run, write(folder, *map(json.dumps, lines)))
    assert "<td>frame 3</td><td>1</td>" in page
    assert "+0.000 s" not in page


def test_what_was_not_recorded_or_read_is_said(run: Run, folder: Path) -> None:
    (folder / "a.txt").write_text("# A heading\n")
    page = page_of(run, "a.txt")
    assert "<strong>cannot read a.txt: this is no capture" in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--html", "-"], "argument --html: the page is a file of its own"),
        (["--html", "x.html", "-o", "x.html"], "argument --html: the page is a file of its own"),
        (
            ["--html", "x.html", "--jobs", "2"],
            "argument --html: every frame is looked at here; leave --jobs and --engine out",
        ),
    ],
)
def test_options_that_contradict(run: Run, folder: Path, options: list[str], said: str) -> None:
    status, out, err = run("text", *options, EXAMPLES / "main-bot-plain.ndjson")
    assert (status, out) == (2, "")
    assert said in err
    assert not (folder / "x.html").exists()


def test_the_page_never_overwrites_the_capture(run: Run, folder: Path) -> None:
    name = write(folder, header(), HELLO)
    before = (folder / name).read_bytes()
    status, _, err = run("text", "--html", name, name)
    assert (status, (folder / name).read_bytes()) == (2, before)
    assert err == f"voxwire: the report would overwrite {name}, which is to be checked\n"


def test_halves_of_characters_are_written_out() -> None:
    reader = FrameReader(VOX)
    assert reader.masked("no \ud801") == "no \\ud801"
    assert reader.address("wss://host/\ud801?v=1") == "wss://host/\\ud801?v=1"


def test_bytes_that_are_no_text(run: Run, folder: Path) -> None:
    data = zstandard.ZstdCompressor().compress(b'{"type":"ready \xed\xa0","d":{}}')
    data_ = data_of(page_of(run, "--no-session", write(folder, header(), binary(data))))
    (frame,) = data_["frames"]
    assert frame["size"] == 26
    assert frame["text"] == '{\n  "type": "ready \\udced\\udca0",\n  "d": {}\n}'
    assert data_["findings"][0]["rule"] == "JSON_NOT_UTF8"


def test_a_connection_without_frames_has_no_drawings(run: Run, folder: Path) -> None:
    page = page_of(run, write(folder, header(), close(1000)))
    assert "0 frames; 1.0 s; wss://host/gateway" in page
    assert "<svg" not in page


def test_a_format_of_another_tool(run: Run, folder: Path) -> None:
    har = Path(__file__).parents[1] / "data" / "captures" / "two-connections.har"
    data = data_of(page_of(run, har))
    assert all(frame["location"].startswith("entry ") for frame in data["frames"])
    assert data["frames"]
