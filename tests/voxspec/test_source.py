"""Reading schema files: what a file may be at most, and what is said of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voxspec.findings import Findings
from voxspec.source import Source, parse, read

NAME = "types.yaml"
MEBIBYTE = 1024 * 1024


def refused(text: str) -> list[tuple[str, str]]:
    """Rule and place of every finding about a text."""
    findings = Findings()
    parse(text, NAME, findings)
    return [(finding.rule, str(finding.where)) for finding in findings.sorted()]


def parsed(text: str) -> Source:
    findings = Findings()
    source = parse(text, NAME, findings)
    assert not findings
    assert source is not None
    return source


def nested(depth: int) -> str:
    """A mapping whose value is so many lists, one in another."""
    return f"a: {'[' * depth}{']' * depth}"


def test_sixty_levels() -> None:
    assert list(parsed(nested(60)).data) == ["a"]
    # The place is that of the first list that is too deep: behind "a: " and sixty brackets.
    assert refused(nested(61)) == [("SCHEMA_PARSES", f"{NAME}:1:64")]


def test_levels_side_by_side_do_not_add_up() -> None:
    lists = ", ".join("[" * 50 + "]" * 50 for _ in range(3))
    assert refused(f"a: [{lists}]") == []


def test_one_value_may_stand_beside_itself_but_not_inside() -> None:
    assert refused("a: [1, 1]\nb: [1, 1]") == []
    assert refused("a: &x [1]\nb: *x") == [("SCHEMA_PARSES", f"{NAME}:1:4")]
    assert refused("a: &x [*x]") == [("SCHEMA_PARSES", f"{NAME}:1:4")]


@pytest.mark.parametrize(("digits", "kind"), [(4000, int), (4001, str)])
def test_four_thousand_digits(digits: int, kind: type) -> None:
    assert type(parsed(f"a: {'9' * digits}").data["a"]) is kind


def test_four_mebibytes(tmp_path: Path) -> None:
    path = tmp_path / NAME
    start = "a: 1\n#"
    findings = Findings()
    path.write_text(start + "x" * (4 * MEBIBYTE - len(start)), "utf-8")
    assert path.stat().st_size == 4 * MEBIBYTE
    source = read(path, NAME, findings)
    assert source is not None
    assert source.data == {"a": 1}
    assert not findings
    path.write_text(start + "x" * (4 * MEBIBYTE - len(start) + 1), "utf-8")
    assert read(path, NAME, findings) is None
    (finding,) = findings.items
    assert (finding.rule, finding.message) == ("SCHEMA_PARSES", "the file is larger than 4 MiB")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    findings = Findings()
    assert read(tmp_path, NAME, findings) is None
    assert read(tmp_path / "none.yaml", NAME, findings) is None
    assert [(f.rule, f.message, str(f.where)) for f in findings.items] == [
        ("SCHEMA_PARSES", "cannot be read: Is a directory", f"{NAME}:1:1"),
        ("SCHEMA_PARSES", "cannot be read: No such file or directory", f"{NAME}:1:1"),
    ]


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"a: 1\nb: 2\nc: \xff\n")
    findings = Findings()
    assert read(path, NAME, findings) is None
    (finding,) = findings.items
    assert (finding.message, str(finding.where)) == ("the file is not UTF-8", f"{NAME}:3:1")


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "a: 'x", "- a\nb: 1", "%YAML 3.0\n--- a"])
def test_what_is_no_yaml(text: str) -> None:
    assert [rule for rule, _ in refused(text)] == ["SCHEMA_PARSES"]


def test_where_yaml_goes_wrong() -> None:
    assert refused("a: 1\nb: c: d") == [("SCHEMA_PARSES", f"{NAME}:2:5")]


@pytest.mark.parametrize("text", ["", "# nothing\n", "text", "[1]", "null"])
def test_what_is_no_mapping(text: str) -> None:
    assert refused(text) == [("SCHEMA_PARSES", f"{NAME}:1:1")]


@pytest.mark.parametrize("error", [yaml.YAMLError("out of order"), RecursionError()])
def test_a_parser_that_gives_up(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML have errors without a place, and the slow one recurses."""

    def compose(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(yaml, "compose", compose)
    assert refused("a: 1") == [("SCHEMA_PARSES", f"{NAME}:1:1")]
