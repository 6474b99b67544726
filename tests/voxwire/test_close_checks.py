"""Close codes, and what comes after a close."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import (
    START,
    c2s,
    capture,
    close,
    header,
    resume,
    s2c,
)
from tests.voxwire.session_lines import BEGUN, HELLO_TEXT, find, hello, identify, typing
from tests.voxwire_session.wire import changed
from voxwire.checks.session.closing import meaning
from voxwire.vox import VOX

FITTING = {
    4002: [*BEGUN, c2s("no json")],
    4000: [*BEGUN, c2s("[]")],
    4003: [hello(), typing(1)],
    4004: [hello(), identify()],
    4005: [*BEGUN, identify()],
    4006: [hello(), identify()],
    4009: [hello(), resume(3)],
    4010: [hello(), resume(3)],
    4011: [hello(), identify()],
    4012: [hello()],
}
OTHERWISE = {
    4001: BEGUN,
    4002: BEGUN,
    4003: BEGUN,
    4004: BEGUN,
    4005: BEGUN,
    4006: BEGUN,
    4007: BEGUN,
    4009: BEGUN,
    4010: [hello(), identify()],
    4011: BEGUN,
    4012: BEGUN,
}


@pytest.mark.parametrize("code", FITTING)
def test_close_codes_that_fit(tmp_path: Path, code: int) -> None:
    rules = [rule for rule, _ in find(tmp_path, *FITTING[code], close(code))]
    assert rules[-1] == "CLOSE_MEANING"
    assert "CLOSE_CODE_UNEXPECTED" not in rules


@pytest.mark.parametrize("code", OTHERWISE)
def test_close_codes_that_do_not_fit(tmp_path: Path, code: int) -> None:
    assert find(tmp_path, *OTHERWISE[code], close(code)) == [
        ("CLOSE_CODE_UNEXPECTED", None),
        ("CLOSE_MEANING", None),
    ]


def test_a_close_says_what_to_do_next(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), hello(), identify(), close(4008, "AUTH_RATE_LIMITED")))
    (finding,) = check_conversation(path)
    assert finding.message.startswith("closed with 4008 SERVER_RESTART AUTH_RATE_LIMITED: ")
    assert finding.hint == "next: reconnect with a new session, after a delay"
    assert (finding.time, finding.elapsed) == (START + 1, 1.0)


IMPOSSIBLE = [-(2**63), -1, 0, 1, 999, 1004, 1015, 1016, 2000, 2999, 5000, 65_535, 65_536, 10**30]


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_codes_that_no_close_frame_can_carry(tmp_path: Path, code: int) -> None:
    assert find(tmp_path, *BEGUN, close(code)) == [("CLOSE_CODE_INVALID", None)]


@pytest.mark.parametrize("code", [4000.5, "4000", None, True])
def test_codes_that_are_no_integers(tmp_path: Path, code: object) -> None:
    assert find(tmp_path, *BEGUN, close(code)) == [("CAPTURE_LINE_INVALID", None)]


@pytest.mark.parametrize("code", [1002, 1003, 1005, 1006, 1007, 1011, 1012, 1014, 3000, 3999])
def test_codes_of_libraries_are_explained(tmp_path: Path, code: int) -> None:
    assert find(tmp_path, *BEGUN, close(code)) == [("CLOSE_MEANING", None)]


def test_a_frame_after_the_close_of_a_named_connection(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    other = s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": 9}, conn="1")
    hello_ = s2c(HELLO_TEXT, conn="1")
    lines = [header(conn="1"), hello_, close(conn="1"), header(conn="2"), other, other]
    path.write_bytes(capture(*lines))
    assert [(f.rule, f.connection, f.frame, f.blame) for f in check_conversation(path)] == [
        ("FRAME_AFTER_CLOSE", 1, 2, None)
    ]


def test_a_name_can_be_used_again_after_a_close(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    begun = [header(conn="1"), s2c(HELLO_TEXT, conn="1"), close(conn="1")]
    unnamed = [header(), s2c(HELLO_TEXT, conn="1"), close(conn="1")]
    path.write_bytes(capture(*begun, *begun, *unnamed))
    assert check_conversation(path) == []


def test_a_second_close_is_no_news(tmp_path: Path) -> None:
    assert find(tmp_path, *BEGUN, close(1012), close(1012)) == [("CLOSE_MEANING", None)]


@pytest.mark.parametrize("text", ["no json", '{"type":"heartbeat","type":"heartbeat"}', "[1e999]"])
def test_4002_fits_whatever_a_parser_may_refuse(tmp_path: Path, text: str) -> None:
    rules = [rule for rule, _ in find(tmp_path, *BEGUN, c2s(text), close(4002))]
    assert "CLOSE_CODE_UNEXPECTED" not in rules
    assert rules[-1] == "CLOSE_MEANING"


def test_a_close_needs_no_reason(tmp_path: Path) -> None:
    assert find(tmp_path, *BEGUN, close(4008, None)) == [("CLOSE_MEANING", None)]


def test_the_advice_of_codes_that_clients_close_with_is_for_closes_of_the_server() -> None:
    for code, advice in (
        (4002, "next: do not reconnect, if the server closed"),  # clients send it for broken JSON
        (4004, "next: do not reconnect"),  # only servers do
        (4000, "next: reconnect and resume the session"),  # clients do; they may come back
    ):
        found = meaning(code, "", VOX)
        assert found is not None
        assert found.hint == advice


def test_codes_of_timers_and_heartbeats_of_clients_are_theirs_as_well() -> None:
    tables = cast("Any", VOX.session)
    then = tables.refusals.token  # 4004, with which only servers close otherwise
    timers = {**tables.timers, "answer": replace(tables.timers["answer"], then=then)}
    heartbeat = replace(tables.heartbeat, missed_then=then)
    for protocol in (changed(VOX, timers=timers), changed(VOX, heartbeat=heartbeat)):
        found = meaning(4004, "", protocol)
        assert found is not None
        assert found.hint == "next: do not reconnect, if the server closed"
