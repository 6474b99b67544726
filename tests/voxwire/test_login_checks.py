"""First frames that are no login, or may have been one, and who is blamed."""

from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import (
    binary,
    c2s,
    capture,
    close,
    header,
    leave,
    ready,
    resume,
    resumed,
)
from tests.voxwire.session_lines import BEGUN, find, hello, identify
from voxwire.limits import MAX_FRAME_SIZE


@pytest.mark.parametrize(
    ("frame", "rule", "code"),
    [
        (binary(b"\x28\xb5\x2f\xfd", "c2s"), "BINARY_FROM_CLIENT", 4000),
        (c2s("no json"), "JSON_INVALID", 4002),
        (c2s("[]"), "FRAME_NOT_OBJECT", 4000),
        (c2s('{"d":{}}'), "TYPE_MISSING", 4003),
        (c2s('{"type":7}'), "TYPE_INVALID", 4003),
    ],
)
def test_a_broken_first_frame_is_one_mistake(
    tmp_path: Path, frame: str, rule: str, code: int
) -> None:
    assert find(tmp_path, hello(), frame, frame, close(code)) == [
        (rule, 2),
        *([] if rule == "BINARY_FROM_CLIENT" else [(rule, 3)]),
        ("CLOSE_MEANING", None),
    ]


def test_what_is_not_looked_into_may_be_a_login(tmp_path: Path) -> None:
    text = '{"type":"identify","d":{"token":"' + "x" * MAX_FRAME_SIZE + '"}}'
    lines = [hello(), c2s(text), close(4004)]
    assert find(tmp_path, *lines) == [("FRAME_TOO_LARGE", 2), ("CLOSE_MEANING", None)]


def test_a_first_frame_of_an_unknown_type_is_no_login(tmp_path: Path) -> None:
    frame = c2s({"type": "indentify", "d": {}})
    assert find(tmp_path, hello(), frame) == [("UNKNOWN_TYPE", 2), ("NOT_IDENTIFIED", 2)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([*BEGUN, identify(), ready()], [("IDENTIFY_REPEATED", 4)]),
        ([hello(), identify(), identify(), ready(), ready()], [("IDENTIFY_REPEATED", 3)]),
        ([hello(), resume(3), identify(), ready()], [("IDENTIFY_REPEATED", 3)]),
        ([*BEGUN, resume(1), resumed(1)], [("RESUME_REPEATED", 4)]),
        ([hello(), identify(), resume(1), resumed(1)], [("RESUME_REPEATED", 3)]),
        ([*BEGUN, identify(), ready(), ready()], [("IDENTIFY_REPEATED", 4), ("READY_UNASKED", 6)]),
        ([*BEGUN, identify(), resumed(1)], [("IDENTIFY_REPEATED", 4), ("RESUMED_UNASKED", 5)]),
        ([hello(), ready(), identify()], [("READY_UNASKED", 2)]),
        ([hello(), resumed(4), resume(4)], [("RESUMED_UNASKED", 2)]),
        (
            [hello(), ready(), identify(), identify()],
            [("READY_UNASKED", 2), ("IDENTIFY_REPEATED", 4)],
        ),
    ],
)
def test_an_answer_to_the_mistake_of_the_client_is_no_mistake_of_the_server(
    tmp_path: Path, lines: list[str], found: list[tuple[str, int | None]]
) -> None:
    assert find(tmp_path, *lines) == found


@pytest.mark.parametrize(
    ("frame", "rule"),
    [
        (c2s("no json"), "JSON_INVALID"),
        (c2s({"type": 5, "d": {}}), "TYPE_INVALID"),
        (binary(b"x", "c2s"), "BINARY_FROM_CLIENT"),
    ],
)
def test_a_frame_without_a_type_may_have_been_a_second_identify(
    tmp_path: Path, frame: str, rule: str
) -> None:
    assert find(tmp_path, *BEGUN, frame, close(4005)) == [(rule, 4), ("CLOSE_MEANING", None)]


@pytest.mark.parametrize(
    ("lines", "rule", "blame", "hint"),
    [
        (
            [identify(), ready()],
            "HELLO_NOT_FIRST",
            None,
            "the server did not say hello at once, or the capture lost it",
        ),
        ([hello(), identify(), leave(1)], "BEFORE_READY", "server", None),
        (
            [hello(), identify(), leave(2)],
            "BEFORE_READY",
            None,
            "the server began without ready, or the capture lost it",
        ),
    ],
)
def test_nobody_is_blamed_for_what_the_capture_may_have_lost(
    tmp_path: Path, lines: list[str], rule: str, blame: str | None, hint: str | None
) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), *lines))
    (finding,) = check_conversation(path)
    assert (finding.rule, finding.blame, finding.hint) == (rule, blame, hint)


@pytest.mark.parametrize("code", [4001, 4004, 4009, 4010, 4011])
def test_a_first_frame_without_a_type_may_have_been_a_login(tmp_path: Path, code: int) -> None:
    frame = c2s({"type": 5, "d": {}})
    assert find(tmp_path, hello(), frame, close(code)) == [
        ("TYPE_INVALID", 2),
        ("CLOSE_MEANING", None),
    ]
