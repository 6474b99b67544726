"""What a check does with captures, addresses and numbers that it can make nothing of."""

from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation, check_file, check_lines
from tests.voxwire.native import c2s, capture, close, header, leave, resumed, s2c
from voxmodels.v1 import client, limits
from voxmodels.v1.frames import MAX_SEQ
from voxwire.checks import CaptureCheck, Selection, Statistics
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.rates import Rates
from voxwire.vox import VOX


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    check = CaptureCheck(str(tmp_path / "none.ndjson"), Selection(), Statistics())
    assert check.failure is None
    (finding,) = check.findings()
    assert (finding.rule, finding.severity) == ("CAPTURE_UNREADABLE", "error")
    assert finding.message == check.failure == "No such file or directory"


def test_a_file_that_fails_in_the_middle_is_not_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(b"\x1f\x8b\x08\x00garbage")
    (finding,) = check_file(path).findings
    assert finding.rule == "CAPTURE_UNREADABLE"


@pytest.mark.parametrize("url", ["wss://[host/gateway?v=2", "wss://host]/gateway?compress=zstd"])
def test_an_address_that_cannot_be_taken_apart_asks_for_nothing(url: str, tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    hello = s2c({"type": "hello", "d": {"heartbeat_interval": 1000}})
    path.write_bytes(capture(header(url=url), hello))
    assert check_conversation(path) == []


@pytest.mark.parametrize("code", [4013, 4999])
def test_a_code_that_the_protocol_does_not_have(code: int, tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), close(code)))
    (finding,) = check_conversation(path)
    assert finding.rule == "CLOSE_CODE_UNKNOWN"
    assert str(code) in finding.message


NUMBERS = [MAX_SEQ + 1, 2**64]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_no_session_has_say_nothing_about_the_order(
    number: int, tmp_path: Path
) -> None:
    payload = {"token": "vox_sess_abcdefgh", "session_id": "sess_1", "last_seq": number}
    resume = c2s({"type": "resume", "d": payload})
    found = check_lines(tmp_path, header(), resume, leave(5), leave(6))
    assert found.rules == [("FIELD_RANGE", 1, 1)]

    lines = [header(), leave(5), resumed(number), leave(6)]
    assert check_lines(tmp_path, *lines).rules == [("FIELD_RANGE", 1, 2)]

    lines = [header(), leave(5), leave(number), leave(7)]
    assert check_lines(tmp_path, *lines).rules == [("SEQ_INVALID", 1, 2)]


def test_the_greatest_number_is_one(tmp_path: Path) -> None:
    frame = s2c({"type": "member_leave", "d": {"user_id": 7, "x": 1}, "seq": MAX_SEQ})
    assert check_lines(tmp_path, header(), leave(MAX_SEQ), frame).rules == [
        ("UNKNOWN_FIELD", 1, 2),
        ("SEQ_DUPLICATE", 1, 2),
    ]


def test_the_message_rate_looks_at_the_latest_messages_however_long_ago_the_first_was() -> None:
    rates = Rates(Conversation(VOX))
    times = [0.0, *[1000.0] * (limits.MESSAGE_RATE + 1)]
    found = [list(rates.message(ts, "typing", client.TypingFrame)) for ts in times]
    assert [len(each) for each in found] == [0] * (1 + limits.MESSAGE_RATE) + [1]
    assert rates.was_over
