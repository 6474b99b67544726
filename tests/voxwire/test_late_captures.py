"""What is said where recording began late, or where a format leaves something out."""

import pytest

from tests.voxwire.files import MemoryFile
from tests.voxwire.native import START, c2s, capture, header, leave, ready, s2c
from voxwire.capture import CaptureEvent, Lacks, Opened, read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.checks.lacking import never_there, rules_off
from voxwire.report.summary import left_out_lines
from voxwire.rules.rule import Needs

HELLO = s2c({"type": "hello", "d": {"heartbeat_interval": 45000}})
IDENTIFY = c2s({"type": "identify", "d": {"token": "vox_sess_example"}})


def checked(*lines: str, lacks: Lacks = Lacks.START) -> list[Finding]:
    """The findings about a connection of which so much is not known."""
    events: list[CaptureEvent] = []
    for event in read_capture(MemoryFile(capture(header(), *lines))):
        if isinstance(event, Opened):
            event.connection.lacks |= lacks
        events.append(event)
    check = CaptureCheck("x", Selection(), Statistics(), Sessions())
    return [finding for finding in check.findings_in(events) if finding.rule.group != "capture"]


def rules(found: list[Finding]) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.blame) for finding in found]


def test_a_number_from_before_the_first_one_may_be_late() -> None:
    late = checked(leave(4), leave(3), leave(5))
    assert rules(late) == [("SEQ_REGRESSION", None)]
    assert late[0].message == "seq 3 comes after 4, and the capture lacks what was before"
    assert rules(checked(leave(4), leave(5), leave(4))) == [("SEQ_REGRESSION", "server")]


def test_a_session_that_goes_on_does_not_start_with_its_first_message_here() -> None:
    assert checked(ready(2), leave(3)) == []
    assert rules(checked(HELLO, IDENTIFY, ready(2))) == [("SEQ_START", "server")]


def test_an_answer_may_stand_before_what_it_answers() -> None:
    assert checked(HELLO, ready(), IDENTIFY) == []
    assert rules(checked(HELLO, ready(), IDENTIFY, IDENTIFY)) == [("IDENTIFY_REPEATED", "client")]


def test_a_second_login_may_get_a_second_answer() -> None:
    assert "READY_UNASKED" not in dict(rules(checked(HELLO, IDENTIFY, IDENTIFY, ready(), ready())))
    again = checked(HELLO, IDENTIFY, ready(), ready(), lacks=Lacks.START)
    assert rules(again) == [("READY_UNASKED", "server")]


def beat(ts: float) -> str:
    return c2s({"type": "heartbeat"}, ts=START + ts)


def test_no_answer_is_owed_to_whom_the_server_does_not_know() -> None:
    late = [beat(44), beat(88), beat(132)]
    assert "HEARTBEAT_ACK_MISSING" not in dict(rules(checked(HELLO, *late)))
    assert "HEARTBEAT_ACK_MISSING" in dict(rules(checked(HELLO, IDENTIFY, ready(), *late)))


def test_needs_and_what_is_never_there() -> None:
    assert never_there(Lacks.NOTHING) == Needs.NOTHING
    assert never_there(Lacks.CONTROL | Lacks.START) == Needs.NOTHING
    assert never_there(Lacks.CLOSE | Lacks.TIME) == Needs.CLOSE | Needs.TIME
    assert rules_off(Lacks.ADDRESS) == [
        "ENDPOINT_QUERY",
        "COMPRESSION_MISSING",
        "COMPRESSION_UNASKED",
    ]
    assert rules_off(Lacks.CLOSE) == [
        "CLOSE_MEANING",
        "FRAME_AFTER_CLOSE",
        "CLOSE_CODE_UNEXPECTED",
        "CLOSE_CODE_UNKNOWN",
        "CLOSE_CODE_INVALID",
        "CLOSE_REASON_MISMATCH",
    ]


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        (Lacks.CONTROL, "not recorded (x): pings and pongs"),
        (
            Lacks.ADDRESS,
            "not recorded (x): addresses; off: ENDPOINT_QUERY, COMPRESSION_MISSING, COMPRESSION_UNASKED",
        ),
        (Lacks.CLOSE, "not recorded (x): how connections end; 6 rules that need it are off"),
    ],
)
def test_the_summary_says_which_rules_are_off(lacks: Lacks, said: str) -> None:
    statistics = Statistics()
    statistics.lack("x", lacks)
    assert list(left_out_lines(statistics)) == [said]


def test_what_needs_the_other_side_is_off_where_that_is_never_there() -> None:
    asked = [HELLO, ready(), leave(2)]
    assert checked(*asked, lacks=Lacks.CLIENT) == []
    with_client = checked(*asked, beat(1), lacks=Lacks.NOTHING)
    assert ("READY_UNASKED", "server") in rules(with_client)


def test_the_frames_of_a_mixed_connection_are_checked_one_by_one() -> None:
    broken = s2c({"type": "member_leave", "d": {}, "seq": 9})
    assert rules(checked(leave(5), leave(1), broken, lacks=Lacks.IDENTITY)) == [
        ("FIELD_MISSING", "server")
    ]
