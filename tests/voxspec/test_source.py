"""Reading schema files: what a file may be at most, and what is said of one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from voxspec.findings import Findings
from voxspec.load.source import Source, parse, read

NAME = "types.yaml"
MEBIBYTE = 1024 * 1024


def refused(text: str) -> list[tuple[str, str]]:
    """Rule and place of every finding about a text."""
    findings = Findings()
    parse(text, NAME, findings)
    return [(finding.rule, str(finding.where)) for finding in findings.sorted()]


def said(text: str) -> list[str]:
    """Every finding about a text, as it is printed."""
    findings = Findings()
    parse(text, NAME, findings)
    return [str(finding) for finding in findings.sorted()]


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
    assert refused("a: &x [1]\nb: *x") == [("SCHEMA_PARSES", f"{NAME}:2:4")]
    assert refused("a: &x [*x]") == [("SCHEMA_PARSES", f"{NAME}:1:8")]


@pytest.mark.parametrize("most", ["9" * 4000, f"0x{10**4000 - 1:x}", f"0o{10**4000 - 1:o}"])
def test_four_thousand_digits(most: str) -> None:
    assert parsed(f"a: {most}").data == {"a": 10**4000 - 1}


@pytest.mark.parametrize("more", ["1" + "0" * 4000, f"0x{10**4000:x}", f"0o{10**4000:o}", "1e309"])
def test_larger_numbers(more: str) -> None:
    assert said(f"a: 1\nb: {more}") == [
        f"{NAME}:2:4: error[SCHEMA_PARSES] the number is too large (write a smaller one, or put it into quotes where it is text)"
    ]


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


def test_a_parser_that_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML have errors without a place."""

    def parse(*_: object, **__: object) -> None:
        raise yaml.YAMLError("out of order")

    monkeypatch.setattr(yaml, "parse", parse)
    assert refused("a: 1") == [("SCHEMA_PARSES", f"{NAME}:1:1")]


@pytest.mark.parametrize("text", ["a: " + "[" * 200_000, "- " * 200_000, "? " * 200_000])
def test_no_text_is_too_deep_for_the_parser(text: str) -> None:
    """PyYAML's own reading of nodes ends the process then."""
    ((rule, _),) = refused(text)
    assert rule == "SCHEMA_PARSES"


WRITE = "write the value as it is, text that looks like something else in quotes"
NOT_IN_SILENCE = [
    ("a: !!binary aGk=", f"1:4 the tag !!binary is not read ({WRITE})"),
    ("a: !!str 5", f"1:4 the tag !!str is not read ({WRITE})"),
    ("a: !!int '1'", f"1:4 the tag !!int is not read ({WRITE})"),
    ("a: !x b", f"1:4 the tag !x is not read ({WRITE})"),
    ("a: ! 5", f"1:4 the tag ! is not read ({WRITE})"),
    ("a: !!set {b}", f"1:4 the tag !!set is not read ({WRITE})"),
    ("a: !!omap [b: c]", f"1:4 the tag !!omap is not read ({WRITE})"),
    ("!!str a: b", f"1:1 the tag !!str is not read ({WRITE})"),
    ("a: 1\n<<: {b: 1}", "2:1 keys cannot be merged (write out what they stand for)"),
    ("a: *b", "1:4 no value before has the anchor &b (write the value)"),
    ("a: 1\n---\nb: 1", "2:1 a second document begins here (one document is one file)"),
    ("a: 1\nb: \x07", "2:4 no valid YAML: the file holds the character U+0007 "
     "(in double quotes it can be an escape)"),
    ("\ufeffa: 1\nb: \x01", "2:4 no valid YAML: the file holds the character U+0001 "
     "(in double quotes it can be an escape)"),
    ("a\x00:\x00", "1:2 no valid YAML: the file holds the character U+0000 (save it as UTF-8)"),
    ("# nothing", "1:1 the file is empty (delete it, or fill it)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "finding"), NOT_IN_SILENCE)
def test_nothing_is_misread_in_silence(text: str, finding: str) -> None:
    place, _, rest = finding.partition(" ")
    assert said(text) == [f"{NAME}:{place}: error[SCHEMA_PARSES] {rest}"]


def test_a_scalar_may_be_an_alias_and_a_quoted_key_two_signs() -> None:
    source = parsed("a: &x 5\nb: *x\n'<<': 1")
    assert source.data == {"a": 5, "b": 5, "<<": 1}
    assert str(source.place("b")) == f"{NAME}:2:4"
