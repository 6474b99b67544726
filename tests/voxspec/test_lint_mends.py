"""What --fix writes: at its place alone, with every comment, and nothing that would not load."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voxspec.mini import schema, write
from voxspec.findings import Findings
from voxspec.lint import fix as fixing
from voxspec.lint.choose import chosen
from voxspec.lint.edits import mended
from voxspec.lint.fix import fix
from voxspec.lint.found import Insert, Mend, Remove, Replace
from voxspec.lint.run import lint
from voxspec.load.source import Source, parse
from voxspec.pipeline import load_protocol


def source_of(text: str) -> Source:
    source = parse(text, "a.yaml", Findings())
    assert source is not None
    return source


CASES: list[tuple[str, str, list[Mend], str]] = [
    (
        "a key in a block",
        "a:\n  # why\n  type: x # here\n\n  description: y\nb: 1\n",
        [Insert(("a",), "seq", "never")],
        "a:\n  # why\n  type: x # here\n\n  seq: never\n  description: y\nb: 1\n",
    ),
    (
        "a key before the first one",
        "a:\n  type: x\n",
        [Insert(("a",), "seq", "never")],
        "a:\n  seq: never\n  type: x\n",
    ),
    (
        "a key of an entry of a list",
        "a:\n- type: x\n- type: y # second\n",
        [Insert(("a", 1), "seq", "never")],
        "a:\n- type: x\n- seq: never\n  type: y # second\n",
    ),
    (
        "a key in braces",
        "a: {type: x,   description: 'y: {'}  # end\n",
        [Insert(("a",), "seq", "never")],
        "a: {type: x,   seq: never, description: 'y: {'}  # end\n",
    ),
    (
        "a key in braces over lines",
        'a: {"type": "x",\n    "description": "😀 y"}\n',
        [Insert(("a",), "seq", "never")],
        'a: {"type": "x",\n    seq: never, "description": "😀 y"}\n',
    ),
    (
        "a key after text beyond the first plane",
        "😀: {é: x, description: y}\n",
        [Insert(("😀",), "seq", "never")],
        "😀: {é: x, seq: never, description: y}\n",
    ),
    (
        "lines that end as in Windows",
        "a:\r\n  type: x\r\n  description: y\r\n",
        [Insert(("a",), "seq", "never")],
        "a:\r\n  type: x\r\n  seq: never\r\n  description: y\r\n",
    ),
    (
        "several at once",
        "a: {description: x}\nb:\n  description: y\n",
        [Insert(("a",), "k", "1"), Insert(("a",), "l", "2"), Insert(("b",), "k", "1")],
        "a: {k: 1, l: 2, description: x}\nb:\n  k: 1\n  description: y\n",
    ),
    (
        "another value",
        "a:\n  seq: 'required'  # why\n",
        [Replace(("a", "seq"), "never")],
        "a:\n  seq: never  # why\n",
    ),
    (
        "one entry of a block",
        "a:\n  k:\n    # first\n    - rule: A\n      why: >-\n        long\n        text\n    - rule: B # second\n  l: 1\n",
        [Remove(("a", "k", 0))],
        "a:\n  k:\n    # first\n    - rule: B # second\n  l: 1\n",
    ),
    (
        "the last entry of a block",
        "a:\n  k:\n    - rule: A\n    - rule: B\n      why: c\n  # about l\n  l: 1\n",
        [Remove(("a", "k", 1))],
        "a:\n  k:\n    - rule: A\n  # about l\n  l: 1\n",
    ),
    (
        "the only entry of a block",
        "a:\n  type: x\n  k:\n    - rule: A\n      why: c\n\n  # about l\n  l: 1\n",
        [Remove(("a", "k", 0))],
        "a:\n  type: x\n\n  # about l\n  l: 1\n",
    ),
    (
        "all entries of a block",
        "a:\n  k:\n    - rule: A\n    - rule: B\n  l: 1\n",
        [Remove(("a", "k", 0)), Remove(("a", "k", 1))],
        "a:\n  l: 1\n",
    ),
    (
        "all entries of one list and one of another",
        "a:\n  l: 1\n  k:\n    - rule: A\nb:\n  k:\n    - rule: A\n    - rule: B\n",
        [Remove(("a", "k", 0)), Remove(("b", "k", 0))],
        "a:\n  l: 1\nb:\n  k:\n    - rule: B\n",
    ),
    (
        "a text over lines before empty ones",
        "a:\n  k:\n    - why: >-\n        text\n\n  # about l\n  l: 1\n",
        [Remove(("a", "k", 0))],
        "a:\n\n  # about l\n  l: 1\n",
    ),
    (
        "one entry in brackets",
        "a: {k: [{rule: A}, {rule: B}], l: 1}\n",
        [Remove(("a", "k", 0))],
        "a: {k: [{rule: B}], l: 1}\n",
    ),
    (
        "the last entry in brackets",
        "a: {k: [{rule: A}, {rule: B}], l: 1}\n",
        [Remove(("a", "k", 1))],
        "a: {k: [{rule: A}], l: 1}\n",
    ),
    (
        "the only entry in brackets",
        "a: {k: [{rule: A}], l: 1}\n",
        [Remove(("a", "k", 0))],
        "a: {l: 1}\n",
    ),
    (
        "the only entry of the last key",
        "a: {l: 1, k: [{rule: A}]} # end\n",
        [Remove(("a", "k", 0))],
        "a: {l: 1} # end\n",
    ),
    (
        "the last key of a file without a line end",
        "a:\n  l: 1\n  k: [{rule: A}]",
        [Remove(("a", "k", 0))],
        "a:\n  l: 1\n",
    ),
]


@pytest.mark.parametrize(
    ("text", "mends", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_written(text: str, mends: list[Mend], wanted: str) -> None:
    assert mended(source_of(text), mends) == wanted


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("? a\n: ? type\n  : x\n", Insert(("a",), "seq", "never")),
        ("a:\n  - k:\n      - rule: A\n    l: 1\n", Remove(("a", 0, "k", 0))),
    ],
    ids=["keys that are marked", "a line that is another's as well"],
)
def test_what_cannot_be_written_is_left(text: str, mend: Mend) -> None:
    assert mended(source_of(text), [mend]) is None


def test_mends_of_the_same_text_are_left() -> None:
    mends: list[Mend] = [Remove(("a", "k", 0)), Replace(("a", "k", 0, "rule"), "B")]
    assert mended(source_of("a:\n  k:\n    - rule: A\n  l: 1\n"), mends) is None


_NAMES = st.text("ab😀é", min_size=1, max_size=3)
_VALUES = st.recursive(
    st.sampled_from(["x", "'y: # z'", '"\\n"', "1", "[]"]),
    lambda inner: st.dictionaries(_NAMES, inner, min_size=1, max_size=3).map(
        lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
    ),
    max_leaves=5,
)


@given(st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=4), st.data())
def test_an_inserted_key_changes_nothing_else(data: dict[str, str], draw: st.DataObject) -> None:
    text = "top:\n" + "".join(f"  {key}: {value} # {key}\n" for key, value in data.items())
    before = draw.draw(st.sampled_from([*data, "description"]))
    written = mended(source_of(text), [Insert(("top",), "new", "true", before)])
    assert written is not None
    assert sorted(written.split("\n")) == sorted([*text.split("\n"), "  new: true"])


CHOICE = chosen(("STANDARD", "DOCS"), ())


def secret(folder: Path) -> Path:
    """A schema with an unmarked secret and a time that says its unit, and comments."""
    write(schema(), folder)
    path = folder / "server" / "main.yaml"
    path.write_text(
        "area: main # the only one\n"
        "title: Main\n"
        "description: All of it.\n"
        "messages:\n"
        "  thing:\n"
        "    summary: A thing\n"
        "    description: Sent when there is one.\n"
        "    seq: required   # replayed\n"
        "    payload:\n"
        "      type: object\n"
        "      properties:\n"
        "        access_token: {type: string, description: Lets in.} # soon gone\n"
        "        wait_ms:\n"
        "          # at most a minute\n"
        "          type: integer\n"
        "          format: uint32\n"
        "          description: How long.\n"
        "    examples:\n"
        "      - {summary: One, payload: {access_token: a, wait_ms: 1}}\n",
        "utf-8",
    )
    return path


def test_all_mends_of_a_file(tmp_path: Path) -> None:
    path = secret(tmp_path)
    fixed = fix(tmp_path, CHOICE)
    assert [(f.rule, f.where.line) for f in fixed.done if f.where.file == str(path)] == [
        ("SINCE_PRESENT", 5),
        ("SECRET_MARKED", 12),
        ("TIME_HAS_UNIT", 13),
    ]
    assert path.read_text("utf-8") == (
        "area: main # the only one\n"
        "title: Main\n"
        "description: All of it.\n"
        "messages:\n"
        "  thing:\n"
        "    summary: A thing\n"
        "    description: Sent when there is one.\n"
        "    seq: required   # replayed\n"
        "    since: '1'\n"
        "    payload:\n"
        "      type: object\n"
        "      properties:\n"
        "        access_token: {type: string, x-sensitive: true, description: Lets in.} # soon gone\n"
        "        wait_ms:\n"
        "          # at most a minute\n"
        "          type: integer\n"
        "          format: uint32\n"
        "          x-unit: ms\n"
        "          description: How long.\n"
        "    examples:\n"
        "      - {summary: One, payload: {access_token: a, wait_ms: 1}}\n"
    )
    load_protocol(tmp_path)
    texts = {file: file.read_bytes() for file in tmp_path.rglob("*.yaml")}
    assert fix(tmp_path, CHOICE).done == ()
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.yaml")} == texts


def test_a_mend_that_would_bring_a_mistake_about_is_not_written(tmp_path: Path) -> None:
    """A secret cannot stand in a record that holds itself; the other one is marked all the same."""
    path = secret(tmp_path)
    text = path.read_text("utf-8").replace(
        "Lets in.}", "Lets in.}\n        box: {$ref: box, description: A box.}"
    )
    path.write_text(text, "utf-8")
    (tmp_path / "types.yaml").write_text(
        "types:\n"
        "  box:\n"
        "    description: A box.\n"
        "    type: object\n"
        "    properties:\n"
        "      secret: {type: string, description: What nobody may know.}\n"
        "      inside: {$ref: box, description: What is in it.}\n",
        "utf-8",
    )  # fmt: skip
    fixed = fix(tmp_path, CHOICE)
    assert [(f.rule, f.where.line) for f in fixed.done if f.rule == "SECRET_MARKED"] == [
        ("SECRET_MARKED", 12)
    ]
    assert "SECRET_MARKED" in [finding.rule for finding in fixed.left.findings]
    assert "x-sensitive" not in (tmp_path / "types.yaml").read_text("utf-8")
    load_protocol(tmp_path)


@pytest.mark.parametrize(("most", "lines"), [(1, [12]), (2, [12, 10])])
def test_not_all_is_tried_where_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, lines: list[int]
) -> None:
    """A secret of a record that holds itself is refused, and the one behind it waits for that."""
    monkeypatch.setattr(fixing, "_MOST_REFUSED", most)
    path = secret(tmp_path)
    text = path.read_text("utf-8").replace(
        "Lets in.}",
        "Lets in.}\n        box: {$ref: box, description: A box.}\n"
        "        lock: {$ref: lock, description: Its lock.}",
    )
    path.write_text(text, "utf-8")
    (tmp_path / "types.yaml").write_text(
        "types:\n"
        "  box:\n"
        "    description: A box.\n"
        "    type: object\n"
        "    properties:\n"
        "      secret: {type: string, description: What nobody may know.}\n"
        "      inside: {$ref: box, description: What is in it.}\n"
        "  lock:\n"
        "    description: A lock.\n"
        "    properties: {password: {type: string, description: What opens it.}}\n"
        "    type: object\n",
        "utf-8",
    )
    done = fix(tmp_path, CHOICE).done
    assert [f.where.line for f in done if f.rule == "SECRET_MARKED"] == lines


def test_mistakes_that_were_there_do_not_stop_a_mend(tmp_path: Path) -> None:
    files = schema()
    del files["client/main.yaml"]["messages"]["ask"]["seq"]
    files["server/main.yaml"]["messages"]["thing"]["payload"]["required"] = ["ib"]
    write(files, tmp_path)
    fixed = fix(tmp_path, chosen(("MINIMAL",), ()))
    assert [finding.rule for finding in fixed.done] == ["SEQ_POLICY_STATED"]
    assert [finding.rule for finding in fixed.left.findings] == ["REQUIRED_IN_PROPERTIES"]
    assert "\n    seq: never\n" in (tmp_path / "client" / "main.yaml").read_text("utf-8")


def test_a_client_message_that_is_numbered_is_so_no_more(tmp_path: Path) -> None:
    files = schema()
    files["client/main.yaml"]["messages"]["ask"]["seq"] = "required"
    write(files, tmp_path)
    assert [f.rule for f in fix(tmp_path, chosen(("MINIMAL",), ())).done] == ["SEQ_POLICY_STATED"]
    assert lint(tmp_path, chosen(("MINIMAL",), ())).findings == []


@pytest.mark.parametrize(("version", "since"), [(0, "'0'"), (1, "'1'"), (2, None)])
def test_the_first_version_is_the_one_that_brought_all(
    tmp_path: Path, version: int, since: str | None
) -> None:
    folder = write(schema(version=version), tmp_path)
    done = fix(folder, chosen(("SINCE_PRESENT",), ())).done
    text = (folder / "server" / "main.yaml").read_text("utf-8")
    assert len(done) == (0 if since is None else 2)
    assert (f"    since: {since}\n    payload:" in text) == (since is not None)


def test_what_is_found_twice_at_one_place_is_mended_twice(tmp_path: Path) -> None:
    number = {"type": "integer", "format": "uint32"}
    several = {"oneOf": [number, {"type": "array", "items": number}], "description": "How long."}
    folder = write(schema({"wait_ms": several}, {}), tmp_path)
    fixed = fix(folder, chosen(("TIME_HAS_UNIT",), ()))
    assert [finding.rule for finding in fixed.done] == ["TIME_HAS_UNIT"] * 2
    assert fixed.left.problems == ()
    assert (folder / "server" / "main.yaml").read_text("utf-8").count("x-unit: ms") == 2
