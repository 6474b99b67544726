"""`voxwire coverage`: what traffic exercised of a protocol, and what is missing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from tests.voxwire.commands import Command
from tests.voxwire.native import (
    EXAMPLES,
    c2s,
    capture,
    close,
    header,
    leave,
    ready,
    resume,
    resumed,
    s2c,
)
from voxmodels._shapes import (
    Choice,
    Entries,
    Items,
    Key,
    Named,
    Plain,
    Record,
    Shape,
    Tagged,
    Values,
)
from voxwire.analysis.coverage import Coverage, Share, share
from voxwire.analysis.goals import MessageGoals
from voxwire.capture import read_capture
from voxwire.vox import VOX

if TYPE_CHECKING:
    from collections.abc import Mapping

GRAPHQL_CAPTURES = Path("examples/protocols/graphql-transport-ws")


@pytest.fixture
def coverage(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("coverage", capsys)


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    return path


# --- What there is in a message --------------------------------------------------------------


class _Shapes:
    client: Mapping[Any, Any]
    server: Mapping[Any, Any]

    def __init__(self, types: dict[str, Shape]) -> None:
        self.types = types


TEXT = Plain("string")
NULL = Plain("null")


def counted(shape: Shape, *values: object, **types: Shape) -> dict[str, int]:
    """What is counted of some values of the key `k`, which is required."""
    goals = MessageGoals(_Shapes(types), "m", Record((Key("k", shape, required=True),)))
    for value in values:
        goals.count({"k": value})
    assert goals.seen.count == len(values)
    return {
        f"{goal.group}: {goal.place} {goal.what}": goal.count
        for goal in goals.goals
        if goal is not goals.seen
    }


def test_plain_values_are_no_goals_of_their_own() -> None:
    assert counted(TEXT, "a") == {}
    assert counted(Values(("only",)), "only") == {}
    assert counted(Items(Entries(TEXT)), [{"a": "b"}]) == {}


def test_optional_keys_are_there_or_not() -> None:
    shape = Record((Key("a", TEXT), Key("b~/", TEXT), Key("c", TEXT, required=True)))
    assert counted(shape, {"a": "x", "c": "y"}, {"c": "y"}, "no record") == {
        "optional fields: /k/a present": 1,
        "optional fields: /k/a absent": 1,
        "optional fields: /k/b~0~1 present": 0,
        "optional fields: /k/b~0~1 absent": 2,
    }


def test_values_of_enums() -> None:
    shape = Values(("a", "b", 1), open=True)
    assert counted(shape, "a", "a", "c", 1, True, None, []) == {
        "enum values: /k a": 2,
        "enum values: /k b": 0,
        "enum values: /k 1": 1,
    }


def test_null_where_it_may_be() -> None:
    shape = Choice((Values(("a", "b")), NULL))
    assert counted(shape, None, None, "a") == {
        "null arms: /k null": 2,
        "enum values: /k a": 1,
        "enum values: /k b": 0,
    }


def test_arms_of_a_choice() -> None:
    shape = Choice((TEXT, Plain("integer"), Items(TEXT), Named("r"), NULL))
    record = Record((Key("x", TEXT),))
    assert counted(shape, "a", {}, {"x": "y"}, None, True, 1.5, r=record) == {
        "null arms: /k null": 1,
        "union arms: /k string": 1,
        "union arms: /k integer": 0,
        "union arms: /k array": 0,
        "union arms: /k r": 2,
        "optional fields: /k/x present": 1,
        "optional fields: /k/x absent": 1,
    }


def test_arms_that_a_tag_tells_apart() -> None:
    shape = Tagged("type", {"a": "one", 2: "two"})
    two = Record((Key("x", TEXT),))
    values = [{"type": "a"}, {"type": 2}, {"type": "c"}, {"type": []}, {}, 5]
    assert counted(shape, *values, one=Record(), two=two) == {
        "union arms: /k a": 1,
        "union arms: /k 2": 1,
        "optional fields: /k/x present": 0,
        "optional fields: /k/x absent": 1,
    }


def test_items_and_entries() -> None:
    shape = Items(Entries(Choice((TEXT, NULL))))
    assert counted(shape, [{"a": None}, {"b": "x", "c": None}], [], {}) == {
        "null arms: /k/*/* null": 2
    }


def test_a_type_in_itself_counts_once() -> None:
    node = Record((Key("next", Named("node")),))
    assert counted(Named("node"), {"next": {"next": {}}}, node=node) == {
        "optional fields: /k/next present": 1,
        "optional fields: /k/next absent": 0,
    }


# --- Captures --------------------------------------------------------------------------------


def goals_of(*lines: str, tmp_path: Path) -> dict[str, dict[str, int]]:
    found = Coverage(VOX)
    found.add("file", read_capture(str(write(tmp_path, *lines))))
    by_group: dict[str, dict[str, int]] = {}
    for goal in found.goals:
        if goal.count:
            by_group.setdefault(goal.group, {})[str(goal)] = goal.count
    return by_group


HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vxb_" + "0" * 20}})


def test_a_session_from_its_start_to_its_close(tmp_path: Path) -> None:
    lines = (header(), HELLO, IDENTIFY, ready(), leave(2), close(4007, "SESSION_TIMEOUT"))
    found = goals_of(*lines, tmp_path=tmp_path)
    assert found["messages"] == {
        "c2s identify": 1,
        "s2c hello": 1,
        "s2c ready": 1,
        "s2c member_leave": 1,
    }
    assert found["states"] == {"CONNECTED": 1, "GREETED": 1, "IDENTIFYING": 1, "READY": 1}
    assert found["transitions"] == {
        "s2c hello CONNECTED -> GREETED": 1,
        "s2c ready IDENTIFYING -> READY": 1,
        "c2s identify GREETED -> IDENTIFYING": 1,
    }
    assert found["close codes"] == {"4007 SESSION_TIMEOUT": 1}
    assert found["enum values"] == {"s2c ready /d/capabilities/* voice": 1}


def test_an_end_without_a_close_is_a_lost_connection(tmp_path: Path) -> None:
    assert goals_of(header(), tmp_path=tmp_path)["close codes"] == {"1006 CONNECTION_LOST": 1}
    assert "close codes" not in goals_of(header(lacks=["close"]), tmp_path=tmp_path)


def test_what_begins_in_the_middle_is_in_no_state_that_is_not_seen(tmp_path: Path) -> None:
    found = goals_of(header(lacks=["start"]), leave(7), resumed(8), leave(9), tmp_path=tmp_path)
    assert found["states"] == {"READY": 1}
    assert "transitions" not in found


def test_behind_a_gap_a_connection_may_be_anywhere(tmp_path: Path) -> None:
    gap = json.dumps({"gap": {"message": "bytes are missing"}})
    found = goals_of(header(), HELLO, gap, resume(2), resumed(3), tmp_path=tmp_path)
    assert found["transitions"] == {"s2c hello CONNECTED -> GREETED": 1}
    assert found["states"] == {"CONNECTED": 1, "GREETED": 1, "READY": 1}


def test_what_is_wrong_covers_nothing(tmp_path: Path) -> None:
    wrong = s2c({"type": "member_leave", "d": {"user_id": "x"}, "seq": 2})
    lines = (header(), wrong, s2c({"type": "nobody"}), c2s("no JSON"), leave(3))
    found = Coverage(VOX)
    found.add("file", read_capture(str(write(tmp_path, *lines))))
    assert (found.frames, found.invalid) == (4, 3)
    assert [str(goal) for goal in found.goals if goal.count and goal.group == "messages"] == [
        "s2c member_leave"
    ]


@pytest.mark.parametrize(
    ("covered", "total", "percent"),
    [(0, 0, 100.0), (1, 3, 33.3), (999, 1000, 99.9), (9999, 10000, 99.9), (1, 1, 100.0)],
)
def test_percent_is_rounded_down(covered: int, total: int, percent: float) -> None:
    assert Share(covered, total).percent == percent


def test_the_example_captures(coverage: Command) -> None:
    ran = coverage("--format", "json", *sorted(EXAMPLES.glob("*.ndjson")))
    assert (ran.status, ran.err) == (0, "")
    found = {one["group"]: (one["covered"], one["total"]) for one in ran.json["groups"]}
    messages = len(VOX.client) + len(VOX.server)
    assert (ran.json["version"], ran.json["frames"], ran.json["invalid"]) == (1, 3008, 12)
    assert found["messages"] == (messages - 3, messages)
    assert found["states"] == (5, 5)
    assert found["transitions"] == (5, 5)
    assert found["close codes"] == (9, len(VOX.close_codes))
    missing = [
        g["message"] for g in ran.json["goals"] if g["group"] == "messages" and not g["count"]
    ]
    assert missing == ["s2c dm_read_notify", "s2c friend_reject", "s2c stage_invite"]
    total = sum(count for _, count in found.values())
    assert len(ran.json["goals"]) == total
    assert ran.json["percent"] == Share(sum(count for count, _ in found.values()), total).percent


def test_another_protocol() -> None:
    found = Coverage(GRAPHQL)
    for path in sorted(GRAPHQL_CAPTURES.rglob("*.ndjson")):
        found.add(str(path), read_capture(str(path)))
    by_group = {
        group: share(goal for goal in found.goals if goal.group == group)
        for group in ("messages", "states", "transitions")
    }
    assert by_group == {
        "messages": Share(11, 11),
        "states": Share(3, 3),
        "transitions": Share(2, 2),
    }


# --- The output ------------------------------------------------------------------------------


def test_the_text_says_what_is_missing(coverage: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), HELLO, IDENTIFY, ready())
    ran = coverage(path)
    lines = ran.out.splitlines()
    messages = len(VOX.client) + len(VOX.server)
    assert (ran.status, ran.err) == (0, "")
    assert lines[0].split() == ["covered", "total", "percent"]
    assert lines[1].split() == ["messages", "3", str(messages), f"{3000 // messages / 10:.1f}"]
    assert "messages that did not occur" in lines
    assert f"  and {messages - 13} more; --missing names all" in lines
    assert "  c2s resume GREETED -> RESUMING" in lines
    assert lines[-1] == "3 frames read"
    whole = coverage("--missing", path).out
    assert "--missing" not in whole
    assert whole.count("\n  ") == len([g for g in _goals(coverage, path) if not g["count"]])


def _goals(coverage: Command, path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = coverage("--format", "json", path).json["goals"]
    return found


def test_markdown(coverage: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), HELLO)
    lines = coverage("--format", "markdown", path).out.splitlines()
    assert lines[:4] == [
        f"## Coverage of {VOX.title} {VOX.version}",
        "",
        "| | covered | total | percent |",
        "|---|---:|---:|---:|",
    ]
    assert re.fullmatch(r"\| \*\*all\*\* \| \d+ \| \d+ \| \*\*\d+\.\d\*\* \|", lines[12])
    assert "- `c2s identify GREETED -> IDENTIFYING`" in lines
    assert lines[-1] == "1 frame read."


class _Page(HTMLParser):
    """Notices what is not closed, and what the page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "onclick")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def test_the_page_needs_nothing_else(coverage: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), HELLO)
    output = tmp_path / "coverage.html"
    assert coverage("--format", "html", "-o", output, path) == (0, "", "")
    page = _Page()
    page.feed(output.read_text("utf-8"))
    assert page.open == []
    assert page.loads == []
    assert f"Coverage of {VOX.title} {VOX.version}" in page.words
    at = page.words.index("s2c hello")
    assert page.words[at + 1 : at + 3] == ["1 of 1", "1 time"]
    assert "<script" not in output.read_text("utf-8")


@pytest.mark.parametrize(
    ("least", "status", "error"),
    [
        ("0", 0, ""),
        ("100", 1, "voxwire coverage: {percent} percent are covered, and 100 are to be\n"),
        ("99.5%", 1, "voxwire coverage: {percent} percent are covered, and 99.5 are to be\n"),
    ],
)
def test_too_little(coverage: Command, tmp_path: Path, least: str, status: int, error: str) -> None:
    path = write(tmp_path, header(), HELLO)
    percent = coverage("--format", "json", path).json["percent"]
    ran = coverage("--fail-under", least, path)
    assert (ran.status, ran.err) == (status, error.format(percent=percent))


def test_just_enough(coverage: Command, tmp_path: Path) -> None:
    path = write(tmp_path, header(), HELLO)
    found = Coverage(VOX)
    found.add("a", read_capture(path))
    least = share(found.goals).percent
    assert coverage("--fail-under", repr(least), path).status == 0
    assert coverage("--fail-under", repr(least + 1e-9), path).status == 1


@pytest.mark.parametrize("least", ["x", "101", "-1", "nan"])
def test_what_is_no_share(coverage: Command, least: str) -> None:
    ran = coverage(f"--fail-under={least}", "file")
    assert ran.status == 2
    assert ran.err.endswith(f"{least!r} is not a number from 0 to 100\n")


def test_what_cannot_be_read(coverage: Command, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    ran = coverage("--fail-under", "100", missing, write(tmp_path, header(), HELLO))
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire coverage: cannot read {missing}: No such file")
    assert ran.out.endswith("1 frame read\n")
