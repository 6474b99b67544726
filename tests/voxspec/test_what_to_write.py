"""Findings that a writer of a schema can act upon: where exactly, what was got, and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.conversation import changed
from tests.voxspec.mini import DATE_TIME, UINT, field, paying, record, schema, thing, write
from voxspec.findings import Findings, SchemaError
from voxspec.load.session.words import SECONDS
from voxspec.load.source import parse
from voxspec.pipeline import load_protocol

YAML = [
    ("a:\n  b: 1\n c: 2\n", "3:2", "this line does not fit those above it", "check the indentation here and above"),
    ("a: [1, 2\nb: 3\n", "1:4", "the list that begins here goes wrong", 'a comma between two entries, and "]" at the end'),
    ("a: {b: 1\nc: 3\n", "1:4", "the mapping that begins here goes wrong", 'a comma between two keys, and "}" at the end; text with braces in it stands in quotes'),
    ("a: {b: 1, c: Up to {d}.}\n", "1:4", "the mapping that begins here goes wrong", 'a comma between two keys, and "}" at the end; text with braces in it stands in quotes'),
    ("a: 'x\n", "1:4", "the text in quotes that begins here goes wrong", "end it with the same quotation mark"),
    ("a: 1\nb\nc: 2\n", "2:1", "there is no colon after this", "write KEY: VALUE; or check the indentation here and above"),
    ("a: What clients say: all.\n", "1:20", "a text holds a colon and a space", "put the text into quotes"),
    ("a: 1\nx: [", "2:4", "the list that begins here goes wrong", 'a comma between two entries, and "]" at the end'),
    ("x: {a: '[', b: [c, {d: 1}, # }\n", "1:16", "the list that begins here goes wrong", 'a comma between two entries, and "]" at the end'),
    ("x: {\n", "1:4", "the mapping that begins here goes wrong", 'a comma between two keys, and "}" at the end; text with braces in it stands in quotes'),
    ("x: [1]]\n", "1:7", 'nothing begins that this "]" ends', "delete it, or open a bracket before"),
    ("x: }\n", "1:4", 'nothing begins that this "}" ends', "delete it, or open a bracket before"),
    ("a: @b\n", "1:4", "no text begins with @", "put the text into quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "said", "hint"), YAML)
def test_what_is_said_of_what_is_no_yaml(text: str, where: str, said: str, hint: str) -> None:
    findings = Findings()
    assert parse(text, "x.yaml", findings) is None
    assert [(str(f.where), f.message, f.hint) for f in findings.items] == [
        (f"x.yaml:{where}", f"no valid YAML: {said}", hint)
    ]


def found(files: Any, folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, folder))
    return [(finding.message, finding.hint) for finding in caught.value.findings]


CLOSE = "such as {close: 4000}"
SESSION: list[tuple[str, Any, str, str]] = [
    ("timers.hurry.value", "2", '"value" must be a number; got "2"', "write 2 without quotes"),
    ("timers.hurry.value", 0, '"value" is 0, and must be above 0', ""),
    ("timers.hurry.then", "ignored", '"then" must be a mapping; got "ignored"', CLOSE),
    ("timers.hurry.then.close", "HURRY", '"close" must be an integer; got "HURRY"',
     "The close code, one of close_codes.yaml"),
    ("states.greeted.rules", [{"title": "A", "text": "B"}],
     'entry 1 of "rules" lacks the key "id"', "id: A name that stays"),
    ("timers.hurry.then.close", 4020, "the close code 4020 is not listed",
     "list it in close_codes.yaml, or write one of 1006, 4001, 4002"),
    ("roles.greeting.heartbeat_interval", {"field": "lamp", "unit": "s"},
     '"lamp" is in pixels, and not in s', "write unit: pixels, or leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "said", "hint"), SESSION)
def test_what_is_said_of_a_conversation(
    tmp_path: Path, path: str, value: Any, said: str, hint: str
) -> None:
    assert found(changed((path, value)), tmp_path) == [(said, hint)]


def test_a_state_that_is_like_none_lists_them(tmp_path: Path) -> None:
    ((said, hint),) = found(changed(("states.greeted.client.login", "zzz")), tmp_path)
    assert said == 'there is no state "zzz"'
    assert hint.startswith("known here: fresh, greeted, ")
    assert hint.endswith(", stays")


def test_a_message_that_is_like_none_lists_those_of_its_side(tmp_path: Path) -> None:
    files = changed(("roles.login.message", "client/zzz"))
    (_, hint), *_ = found(files, tmp_path)
    assert hint == "known here: ask, login, back, beat"


def test_a_placeholder_is_pointed_at_with_what_it_may_have_meant(tmp_path: Path) -> None:
    folder = write(changed(), tmp_path)
    path = folder / "session.yaml"
    text = path.read_text("utf-8").replace("description: All of it.", "description: >-\n  First line.\n  {lgoin}, {timers.hur}.", 1)  # fmt: skip
    path.write_text(text, "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    lines = path.read_text("utf-8").splitlines()
    assert [
        (lines[f.where.line - 1][f.where.column - 1 :].split("}")[0], f.hint)
        for f in caught.value.findings
    ] == [("{lgoin", 'did you mean "login"?'), ("{timers.hur", 'did you mean "hurry"?')]


def test_a_part_without_its_role_is_told_along_with_the_rest(tmp_path: Path) -> None:
    files = changed()
    del files["session.yaml"]["roles"]["greeting"]
    said = [message for message, _ in found(files, tmp_path)]
    assert '"from" says nothing without the role "greeting"' in said
    assert 'no message has the role "greeting"' in said


def test_a_number_that_is_too_large_is_one_mistake(tmp_path: Path) -> None:
    folder = write(changed(), tmp_path)
    path = folder / "session.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("value: ", "value: 1e400 # ", 1), "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    assert [f.message for f in caught.value.findings] == ["the number is too large"]


def test_addresses_are_those_of_websockets(tmp_path: Path) -> None:
    endpoint = {"url": "http://host/", "description": "E."}
    assert found(schema(endpoint=endpoint), tmp_path) == [
        (
            '"url" is "http://host/", which does not fit the form ^wss?://[^ ]+$',
            "Where clients connect: ws://HOST/PATH or wss://HOST/PATH",
        )
    ]


@pytest.mark.parametrize("unit", SECONDS)
def test_fields_have_the_units_of_time_that_a_conversation_has(tmp_path: Path, unit: str) -> None:
    load_protocol(write(thing({**UINT, "x-unit": unit}), tmp_path))


EXAMPLES = [
    (thing(DATE_TIME, "yesterday"), '"e" must be a date and time of RFC 3339, such as 2026-01-31T12:00:00Z; got "yesterday"', ""),
    (thing({"type": "string"}, 5), '"e" must be text; got 5', "put it into quotes: '5'"),
    (paying(record("place", place=field()), {}), '"d" lacks the key "place"', "place: F"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said", "hint"), EXAMPLES)
def test_what_is_said_of_an_example(tmp_path: Path, files: Any, said: str, hint: str) -> None:
    ((message, told),) = found(files, tmp_path)
    assert message == f"the example is not valid: {said}"
    assert told == hint
