"""Frames in reports: whole ones can be copied, and long rows of what is alike are counted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.breaking.made_up import CONVERSATION, FRAME, REQUIRED, result
from voxspec.breaking.report import FORMATS
from voxspec.breaking.report.frames import folded, shown
from voxspec.breaking.verdict import ConversationProof, FrameProof, Step
from voxspec.model import JsonValue
from voxspec.report.style import Style

LONG: JsonValue = {
    "type": "a",
    "d": {
        'key "quoted" \\ and {[,:]}': ['é, "b" : {', -1.5e10, True, None, [], {}, [[1], {"a": {}}]],
        "display_name": "sam",
        "server_name": "the quick brown fox, jumping: over",
    },
}

COUNTED = '"aaaaaaaa… (40 × a)"'
LETTERS = "xy" * 36


@pytest.mark.parametrize("width", [1, 10, 40, 110])
def test_lines_break_between_tokens_alone(width: int) -> None:
    lines = folded(shown(LONG), width)
    assert json.loads("\n   ".join(lines)) == LONG
    assert "".join(lines) == shown(LONG)
    assert any('"the quick brown fox, jumping: over"' in line for line in lines)
    longest = len('"server_name":"the quick brown fox, jumping: over"}}')
    assert all(len(line) <= max(width, longest) for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 501, '"aaaaaaaa… (501 × a)"'),
        ("a" * 32, '"' + "a" * 32 + '"'),
        ("a" * 33, '"aaaaaaaa… (33 × a)"'),
        ("x" + "é" * 40 + "y", '"xéééééééé… (40 × é)y"'),
        ("\0" * 1000, '"' + r"\u0000" * 8 + r'… (1,000 × \u0000)"'),
        ("\\" * 40, '"' + r"\\" * 8 + r'… (40 × \\)"'),
        ([0] * 32, "[" + ",".join("0" * 32) + "]"),
        ([0] * 33, "[0,0,0… (33 of these)]"),
        ([1, *["a" * 40] * 40, 2], f"[1,{COUNTED},{COUNTED},{COUNTED}… (40 of these),2]"),
        ({"a" * 40: 10**40}, f'{{"aaaaaaaa… (40 × a)":{10**40}}}'),
    ],
)
def test_long_rows_are_counted(value: JsonValue, text: str) -> None:
    assert shown(value) == text


def lines(format_: str, frame: JsonValue) -> list[str]:
    assert isinstance(FRAME.proof, FrameProof)
    effect = replace(FRAME, proof=replace(FRAME.proof, frame=frame))
    return [*FORMATS[format_](result(replace(REQUIRED, effects=(effect,))), Style())]


def test_reports_for_people_count_and_those_for_programs_are_whole() -> None:
    frame: JsonValue = {"type": "typing", "d": {"text": "a" * 501}}
    short = '{"type":"typing","d":{"text":"aaaaaaaa… (501 × a)"}}'
    assert f"      {short}" in lines("text", frame)
    assert any(f"refuses {short}" in line for line in lines("github", frame))
    assert f"\n{short}\n" in "\n".join(lines("markdown", frame))
    report = json.loads("".join(lines("json", frame)))
    assert report["changes"][0]["effects"][0]["proof"]["frame"] == frame


def test_a_frame_of_several_lines_can_be_copied() -> None:
    frame: JsonValue = {"type": "a", "d": {f"key_{number}": "xy" * 20 for number in range(10)}}
    text = lines("text", frame)
    start = text.index("    the old client may send") + 1
    end = next(at for at, line in enumerate(text) if line.startswith("    the new server"))
    assert end - start == 6
    assert json.loads("\n".join(text[start:end])) == frame


def test_a_token_of_more_than_a_screen_is_cut() -> None:
    text = lines("text", {"type": "a", "d": "xy" * 2000})
    assert '      "d":"' + "xy" * 52 + "x…" in text
    assert "      … 3,897 more characters, whole with --format json" in text


def test_frames_of_a_conversation_break_between_tokens() -> None:
    frame: JsonValue = {"type": "a", "d": {"one": LETTERS, "two": LETTERS}}
    effect = CONVERSATION.effects[0]
    assert isinstance(effect.proof, ConversationProof)
    proof = replace(effect.proof, steps=(Step("client", frame, "a"),), breaks_at=0)
    change = replace(CONVERSATION, effects=(replace(effect, proof=proof),))
    assert [*FORMATS["text"](result(change), Style())][4:7] == [
        f'    ✗  1 client → {{"type":"a","d":{{"one":"{LETTERS}",',
        f'         "two":"{LETTERS}"}}}}',
        f"  fingerprint {change.fingerprint}",
    ]


def test_what_is_said_behind_a_frame_begins_its_line() -> None:
    assert folded('{"a":"b"} × 500, lost on the way', 17) == ['{"a":"b"} × 500,', "lost on the way"]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0] * 32, f"[{','.join('0' * 32)}]"),
        ([0] * 33, "[0,0,0… (33 of these)]"),
        ([1, *[0] * 1000, 1], "[1,0,0,0… (1,000 of these),1]"),
        ([["a"]] * 40, '[["a"],["a"],["a"]… (40 of these)]'),
    ],
)
def test_long_rows_of_values_are_counted(values: list[JsonValue], text: str) -> None:
    assert shown(values) == text
