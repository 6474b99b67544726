"""What an error says of each problem: all of it, whether the text is wrong or the frame, and no token."""

from __future__ import annotations

import pytest

from voxmodels.v1.validate import Problem
from voxwire import DecodeError, decode_client

TOKEN = "vox_sess_abcdefghijklmnop"
STATUSES = '"online", "idle", "dnd" or "invisible"'


def problems_of(data: str) -> tuple[Problem, ...]:
    with pytest.raises(DecodeError) as caught:
        decode_client(data)
    return tuple(caught.value.problems)  # type: ignore[arg-type]


def test_a_problem_of_the_text_says_what_is_expected_and_what_to_do() -> None:
    assert problems_of("\ufeff{}") == (
        Problem(
            rule="JSON_INVALID",
            severity="error",
            pointer="",
            message="the text starts with a byte order mark",
            expected="one JSON value",
            hint="leave it out",
        ),
    )


def test_a_problem_keeps_the_rest_of_what_it_says_when_a_token_is_masked() -> None:
    data = f'{{"type":"presence_update","d":{{"status":"{TOKEN}"}}}}'
    assert problems_of(data) == (
        Problem(
            rule="FIELD_ENUM",
            severity="error",
            pointer="/d/status",
            message=f'"status" must be {STATUSES}; got "vox_sess_***"',
            expected=STATUSES,
            got='"vox_sess_***"',
        ),
    )


def test_a_token_in_a_place_is_masked() -> None:
    found = problems_of(f'{{"type":"typing","d":{{"{TOKEN}":1}}}}')
    assert [(p.rule, p.pointer, p.message) for p in found if p.rule == "UNKNOWN_FIELD"] == [
        ("UNKNOWN_FIELD", "/d/vox_sess_***", 'unknown field "vox_sess_***"')
    ]
