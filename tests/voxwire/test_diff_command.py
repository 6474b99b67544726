"""`voxwire diff`: what differs between two captures, and that alike ones are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.commands import Command
from tests.voxwire.native import EXAMPLES, c2s, capture, close, header, leave, ready, s2c

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "vox_sess_" + "Az09" * 6
HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vxb_" + "0" * 20}})
BEGUN = (header(), HELLO, IDENTIFY, ready())


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("diff", capsys)


class Two:
    """Two captures, compared."""

    def __init__(self, diff: Command, folder: Path) -> None:
        self.a, self.b = folder / "a.ndjson", folder / "b.ndjson"
        self._diff = diff

    def write(self, a: tuple[str, ...], b: tuple[str, ...]) -> None:
        self.a.write_bytes(capture(*a))
        self.b.write_bytes(capture(*b))

    def json(self, a: tuple[str, ...], b: tuple[str, ...]) -> Any:
        self.write(a, b)
        ran = self._diff("--format", "json", self.a, self.b)
        assert ran.err == ""
        found = ran.json
        differs = bool(found["types"] or found["fields"] or found["conversation"])
        assert ran.status == (1 if differs else 0)
        return found

    def lines(self, a: tuple[str, ...], b: tuple[str, ...]) -> list[str]:
        self.write(a, b)
        lines: list[str] = self._diff(self.a, self.b).out.splitlines()
        return lines


@pytest.fixture
def two(diff: Command, tmp_path: Path) -> Two:
    return Two(diff, tmp_path)


def test_the_same_traffic_at_another_time_is_alike(two: Two, diff: Command) -> None:
    later = tuple(line.replace('"ts": 17', '"ts": 18') for line in BEGUN)
    assert two.lines((*BEGUN, leave(2)), (*later, leave(3))) == [
        f"A: {two.a}: 1 connection, 4 frames",
        f"B: {two.b}: 1 connection, 4 frames",
        "alike in types, fields and conversation",
    ]
    assert diff(two.a, two.b).status == 0


def test_everything_as_json(two: Two) -> None:
    found = two.json((*BEGUN, leave(2), leave(3), close(1000)), (*BEGUN, leave(2)))
    assert found == {
        "version": 1,
        "a": {"file": str(two.a), "frames": 5, "connections": 1},
        "b": {"file": str(two.b), "frames": 4, "connections": 1},
        "types": [{"direction": "s2c", "type": "member_leave", "a": 2, "b": 1}],
        "fields": [],
        "conversation": [
            {
                "connection": 1,
                "alike": 4,
                "a": "s2c member_leave",
                "b": None,
                "path_a": ["hello", "identify", "ready", "closed 1000"],
                "path_b": ["hello", "identify", "ready", "lost"],
            }
        ],
    }


def fields(two: Two, a: list[Any], b: list[Any]) -> dict[str, tuple[Any, Any]]:
    lines = [tuple(s2c({"type": "x", "d": payload}) for payload in payloads) for payloads in (a, b)]
    found = two.json((header(), *lines[0]), (header(), *lines[1]))["fields"]
    assert {(one["direction"], one["type"]) for one in found} <= {("s2c", "x")}
    return {one["pointer"]: (one["a"], one["b"]) for one in found}


def there(count: int, of: int, *types: str) -> dict[str, Any]:
    return {"count": count, "of": of, "types": list(types)}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([{"k": 1}], [{"k": 2}], {}),
        ([{"k": 1}], [{}], {"/d/k": (there(1, 1, "integer"), None)}),
        ([{}], [{"k": {"l": [1]}}], {"/d/k": (None, there(1, 1, "object"))}),
        ([{"k": 1}], [{"k": None}], {"/d/k": (there(1, 1, "integer"), there(1, 1, "null"))}),
        (
            [{"k": 1}],
            [{"k": 1}, {}],
            {"/d/k": (there(1, 1, "integer"), there(1, 2, "integer"))},
        ),
        ([{"k": 1}, {}], [{"k": 1}, {}, {}], {}),
        (
            [{"k": [{"a~/": "x"}]}],
            [{"k": [{"a~/": 5}, {}]}],
            {"/d/k/*/a~0~1": (there(1, 1, "string"), there(1, 2, "integer"))},
        ),
        (
            [{str(number): 1 for number in range(60)}],
            [{str(number): "x" for number in range(60, 120)}],
            {"/d/*": (there(60, 60, "integer"), there(60, 60, "string"))},
        ),
    ],
)
def test_fields(two: Two, a: list[Any], b: list[Any], expected: dict[str, Any]) -> None:
    assert fields(two, a, b) == expected


def test_text(two: Two) -> None:
    a = (
        *BEGUN,
        s2c({"type": "server_update", "d": {"name": "x"}, "seq": 2}),
        s2c("no JSON"),
        close(1000),
    )
    b = (
        *BEGUN,
        s2c({"type": "server_update", "d": {"name": None, "icon": "y"}, "seq": 2}),
        leave(3),
    )
    assert two.lines(a, b)[2:] == [
        "",
        "types",
        f"  {'':16}          A          B",
        "  s2c (unknown)             1          -",
        "  s2c member_leave          -          1",
        "",
        "fields",
        "  s2c server_update /d/name: string in A, null in B",
        "  s2c server_update /d/icon: only in B, in all of 1, string",
        "",
        "conversation",
        "  connection 1: 4 frames alike, then s2c (unknown) in A, s2c member_leave in B",
        "    A: hello, identify, ready, closed 1000",
        "    B: hello, identify, ready, lost",
    ]


def test_how_often_a_field_is_there(two: Two) -> None:
    def update(**payload: str) -> str:
        return s2c({"type": "server_update", "d": payload, "seq": 2})

    lines = two.lines(
        (header(), update(name="x"), update(name="x")), (header(), update(name="x"), update())
    )
    assert "  s2c server_update /d/name: in all of 2 in A, in 1 of 2 in B" in lines


def test_connections_that_only_one_has(two: Two) -> None:
    lines = two.lines((*BEGUN,), (*BEGUN, header(), HELLO))
    assert lines[-4:] == [
        "conversation",
        "  connection 2: 0 frames alike, then no more in A, s2c hello in B",
        "    A: not there",
        "    B: hello, lost",
    ]


def test_many_connections_get_twenty_lines(two: Two) -> None:
    lines = two.lines((header(),), (header(), *[header()] * 23))
    assert lines[-1] == "  and 3 more connections; --format json has all"


def test_what_was_not_recorded_is_no_difference(two: Two) -> None:
    found = two.json((header(), HELLO), (header(lacks=["close"]), HELLO, close(1000)))
    (way,) = found["conversation"]
    assert (way["path_a"], way["path_b"]) == (["hello", "lost"], ["hello", "closed 1000"])
    assert two.json((header(lacks=["close"]),), (header(lacks=["close", "control"]),)) == {
        **found,
        "a": {"file": str(two.a), "frames": 0, "connections": 1},
        "b": {"file": str(two.b), "frames": 0, "connections": 1},
        "conversation": [],
    }


def test_real_captures(diff: Command) -> None:
    for path in sorted(EXAMPLES.glob("*.ndjson")):
        assert diff(path, path).status == 0
    ran = diff(EXAMPLES / "main-bot-plain.ndjson", EXAMPLES / "main-alice-desktop-zstd.ndjson")
    assert ran.status == 1
    assert "  s2c message_create /d/opaque_blob: only in B, in 1 of 178, string" in ran.out


def test_many_types_are_taken_together(two: Two) -> None:
    many = tuple(s2c({"type": f"type{number}"}) for number in range(1010))
    found = two.json((header(), *many), (header(),))
    assert len(found["types"]) == 1001
    assert {"direction": "s2c", "type": "(other types)", "a": 10, "b": 0} in found["types"]


def test_no_secret_is_shown(two: Two, diff: Command) -> None:
    line = s2c({"type": TOKEN, "d": {TOKEN: TOKEN}})
    other = s2c({"type": TOKEN, "d": {}})
    two.write((header(), line), (header(), other, other))
    for form in ("text", "json"):
        out = diff("--format", form, two.a, two.b).out
        assert TOKEN not in out
        assert "vox_sess_***" in out


def test_what_cannot_be_read(two: Two, diff: Command, tmp_path: Path) -> None:
    two.write(BEGUN, BEGUN)
    missing = tmp_path / "missing"
    ran = diff(missing, two.b)
    assert ran.status == 3
    assert ran.err.startswith(f"voxwire diff: cannot read {missing}: No such file")
    assert f"A: {missing}: 0 connections, 0 frames" in ran.out


def test_neither_is_overwritten(two: Two, diff: Command) -> None:
    two.write(BEGUN, BEGUN)
    sentence = f"voxwire diff: the output would overwrite {two.b}, which is to be read\n"
    assert diff("-o", two.b, two.a, two.b) == (2, "", sentence)
