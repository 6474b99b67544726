"""The conversation: every rule broken once, in a capture that is otherwise in order."""

import itertools
from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import (
    EXAMPLES,
    c2s,
    capture,
    close,
    header,
    leave,
    ready,
    resume,
    resumed,
    s2c,
)
from tests.voxwire.session_lines import (
    BEGUN,
    ERROR,
    HELLO_TEXT,
    STATUS,
    ack,
    at,
    beat,
    find,
    hello,
    identify,
    typing,
)
from voxmodels.v1 import client, limits
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.checks import RULES
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.rates import Rates
from voxwire.vox import VOX

IN_ORDER = {
    "identify": [*BEGUN, leave(2), beat(), ack(), leave(3), close()],
    "resume": [hello(), resume(5), leave(6), resumed(6), leave(7), close(1001)],
    "client first": [identify(), hello(), ready(), leave(2)],
    "error before ready": [hello(), identify(), ERROR, ready()],
    "lost": [*BEGUN, leave(2)],
    "from the middle": [leave(40), beat(), ack(), leave(41), STATUS, close()],
    "from the middle, ack first": [ack(), leave(40)],
    "slow beats": [*BEGUN, beat(2.4), ack(2.4), beat(3.8), ack(3.8), close(**at(5.2))],
    "beats that overlap": [*BEGUN, beat(1.2), beat(1.3), ack(1.4), ack(1.5)],
    "typing elsewhere": [*BEGUN, typing(1), typing(2)],
    "typing later": [
        *BEGUN,
        typing(1, 1),
        beat(2),
        ack(2),
        beat(3),
        ack(3),
        beat(4),
        ack(4),
        beat(5),
        ack(5),
        typing(1, 6),
    ],
    "as many as allowed": [*BEGUN, *[STATUS] * (limits.MESSAGE_RATE - 1)],
}


@pytest.mark.parametrize("lines", IN_ORDER.values(), ids=IN_ORDER.keys())
def test_conversations_in_order(tmp_path: Path, lines: list[str]) -> None:
    assert find(tmp_path, *lines) == []


BROKEN: dict[str, tuple[list[str], list[tuple[str, int | None]]]] = {
    "HELLO_NOT_FIRST": ([identify(), ready(), leave(2)], [("HELLO_NOT_FIRST", 2)]),
    "HELLO_REPEATED": ([*BEGUN, hello()], [("HELLO_REPEATED", 4)]),
    "NOT_IDENTIFIED": ([hello(), typing(1), STATUS], [("NOT_IDENTIFIED", 2)]),
    "IDENTIFY_REPEATED": ([*BEGUN, identify()], [("IDENTIFY_REPEATED", 4)]),
    "IDENTIFY_REPEATED before ready": (
        [hello(), identify(), identify(), ready()],
        [("IDENTIFY_REPEATED", 3)],
    ),
    "RESUME_REPEATED": ([*BEGUN, resume(1)], [("RESUME_REPEATED", 4)]),
    "READY_UNASKED": ([hello(), ready(), STATUS], [("READY_UNASKED", 2)]),
    "READY_UNASKED to a resume": ([hello(), resume(3), ready()], [("READY_UNASKED", 3)]),
    "RESUMED_UNASKED": ([*BEGUN, resumed(1)], [("RESUMED_UNASKED", 4)]),
    "BEFORE_READY": ([hello(), identify(), leave(1), leave(2)], [("BEFORE_READY", 3)]),
    "OUT_OF_PLACE": ([hello(), identify(), typing(1), ready()], [("OUT_OF_PLACE", 3)]),
    "MESSAGE_LATE": ([hello(), identify(31.2)], [("MESSAGE_LATE", 2)]),
    "HEARTBEAT_LATE": ([*BEGUN, beat(2.6), ack(2.6)], [("HEARTBEAT_LATE", 4)]),
    "HEARTBEAT_LATE at the close": ([*BEGUN, close(**at(2.6))], [("HEARTBEAT_LATE", None)]),
    "HEARTBEAT_ACK_MISSING": ([*BEGUN, beat(2), beat(3), ack(3)], [("HEARTBEAT_ACK_MISSING", 4)]),
    "HEARTBEAT_NOT_GIVEN_UP": (
        [*BEGUN, beat(2), beat(3), beat(4)],
        [("HEARTBEAT_ACK_MISSING", 4), ("HEARTBEAT_ACK_MISSING", 5), ("HEARTBEAT_NOT_GIVEN_UP", 6)],
    ),
    "HEARTBEAT_ACK_UNASKED": ([*BEGUN, ack()], [("HEARTBEAT_ACK_UNASKED", 4)]),
    "HEARTBEAT_ACK_UNASKED twice": ([*BEGUN, beat(), ack(), ack()], [("HEARTBEAT_ACK_UNASKED", 6)]),
    "RATE_TYPING": ([*BEGUN, typing(1), typing(1)], [("RATE_TYPING", 5)]),
    "RATE_MESSAGES": (
        [*BEGUN, *[STATUS] * (limits.MESSAGE_RATE + 5)],
        [("RATE_MESSAGES", 3 + limits.MESSAGE_RATE)],
    ),
    "FRAME_AFTER_CLOSE": ([*BEGUN, close(), leave(2)], [("FRAME_AFTER_CLOSE", 4)]),
    "CLOSE_CODE_UNKNOWN": ([*BEGUN, close(4999)], [("CLOSE_CODE_UNKNOWN", None)]),
    "CLOSE_CODE_INVALID": ([*BEGUN, close(999)], [("CLOSE_CODE_INVALID", None)]),
    "CLOSE_MEANING": ([*BEGUN, close(1012)], [("CLOSE_MEANING", None)]),
    "CLOSE_REASON_MISMATCH": (
        [hello(), identify(), close(4004, "SESSION_EXPIRED")],
        [("CLOSE_REASON_MISMATCH", None), ("CLOSE_MEANING", None)],
    ),
}


@pytest.mark.parametrize(("lines", "found"), BROKEN.values(), ids=BROKEN.keys())
def test_each_rule(tmp_path: Path, lines: list[str], found: list[tuple[str, int | None]]) -> None:
    assert find(tmp_path, *lines) == found


def _two_files(tmp_path: Path, received: int, claimed: int) -> list[tuple[str, str | None, str]]:
    first, second = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    numbered = [leave(seq) for seq in range(2, received + 1)]
    first.write_bytes(capture(header(), *BEGUN, *numbered))
    payload = {
        "token": "vox_sess_abcdefgh",
        "session_id": "sess_0123456789abcdef",
        "last_seq": claimed,
    }
    again = c2s({"type": "resume", "d": payload})
    second.write_bytes(capture(header(), hello(), again, resumed(claimed)))
    return [(f.rule, f.pointer, f.message) for f in check_conversation(first, second)]


def test_a_resume_in_another_file(tmp_path: Path) -> None:
    assert _two_files(tmp_path, 5, 5) == []


@pytest.mark.parametrize("claimed", [3, 8])
def test_a_resume_that_claims_something_else(tmp_path: Path, claimed: int) -> None:
    assert _two_files(tmp_path, 5, claimed) == [
        (
            "RESUME_LAST_SEQ",
            "/d/last_seq",
            f"the client resumes after seq {claimed}, but had received seq 5",
        )
    ]


RECORDED: dict[str, list[tuple[str, int | None]]] = {
    "flow-bad-json-after-identify-4002": [("CLOSE_MEANING", None)],
    "flow-bad-token-4004": [("CLOSE_MEANING", None)],
    "flow-no-heartbeat-4007": [("HEARTBEAT_LATE", None), ("CLOSE_MEANING", None)],
    "flow-not-identified-typing-4003-zstd": [("NOT_IDENTIFIED", 2), ("CLOSE_MEANING", None)],
    "flow-resume-a1-lost": [],
    "flow-resume-a2": [],
    "flow-resume-a3-plain": [],
    "flow-resume-last-seq-0-4010": [],
    "flow-resume-unknown-session-4009": [("CLOSE_MEANING", None)],
    "flow-second-identify-4005": [("IDENTIFY_REPEATED", 4), ("CLOSE_MEANING", None)],
    "flow-unknown-types-ignored": [("RESUME_REPEATED", 28)],
    "main-alice-desktop-zstd": [],
    "main-alice-phone-plain": [],
    "main-bot-plain": [],
}
SESSION_RULES = {rule.id for rule in RULES.values() if rule.group == "session"}


def test_session_findings_of_the_recorded_captures() -> None:
    paths = [EXAMPLES / f"{name}.ndjson" for name in RECORDED]
    found: dict[str, list[tuple[str, int | None]]] = {name: [] for name in RECORDED}
    for finding in check_conversation(*paths):
        if finding.rule in SESSION_RULES:
            found[Path(finding.file).stem].append((finding.rule, finding.frame))
    assert found == RECORDED


def test_every_recorded_capture_is_among_them() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.ndjson")} == set(RECORDED)


def test_every_session_rule_is_broken_above() -> None:
    from_tables = {rule for _, found in BROKEN.values() for rule, _ in found}
    elsewhere = {  # below, in test_close_checks.py and in test_address_checks.py
        "CLOSE_CODE_UNEXPECTED",
        "COMPRESSION_MISSING",
        "COMPRESSION_UNASKED",
        "ENDPOINT_QUERY",
        "RESUME_LAST_SEQ",
    }
    elsewhere |= {  # in a protocol that has more: tests/voxwire/test_other_conversations.py
        "RATE_EXCEEDED",
        "RATE_IGNORED",
        "SERVER_HEARTBEAT_LATE",
        "SERVER_HEARTBEAT_NOT_GIVEN_UP",
        "SERVER_HEARTBEAT_UNANSWERED",
        "SERVER_HEARTBEAT_UNASKED",
        "STREAM_KEY_IN_USE",
        "STREAM_OVER",
        "STREAM_UNKNOWN",
    }
    assert from_tables - {"SEQ_START"} | elsewhere == SESSION_RULES


def test_the_message_rate_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(), *BEGUN, *[STATUS] * limits.MESSAGE_RATE))
    (finding,) = check_conversation(path)
    assert (finding.rule, finding.severity) == ("RATE_MESSAGES", "warning")
    assert finding.hint == "the protocol allows no more; the public server does not enforce it"


def test_connections_that_never_end_are_forgotten_one_day(tmp_path: Path) -> None:
    def begun(name: str) -> list[str]:
        return [header(conn=name), s2c(HELLO_TEXT, conn=name)]

    others = [line for number in range(MAX_CONNECTIONS) for line in begun(f"other {number}")]
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*begun("first"), *others, s2c(HELLO_TEXT, conn="first")))
    (finding,) = check_conversation(path)
    assert (finding.rule, finding.connection) == ("CAPTURE_NO_HEADER", MAX_CONNECTIONS + 2)


@pytest.mark.parametrize(("seconds", "count"), [(59.9, 1), (60.0, 0)])
def test_the_message_rate_counts_what_lies_within_a_minute(seconds: float, count: int) -> None:
    rates = Rates(Conversation(VOX))
    times = [0.0] * limits.MESSAGE_RATE + [seconds]
    found = [rates.message(ts, "typing", client.TypingFrame) for ts in times]
    assert len(list(itertools.chain(*found))) == count


@pytest.mark.parametrize("seconds", [0.2, 0.45])
def test_an_answer_may_take_half_an_interval(tmp_path: Path, seconds: float) -> None:
    again = 2 + seconds
    assert find(tmp_path, *BEGUN, beat(2), beat(again), ack(again), ack(again)) == []


def test_an_answer_is_overdue_after_half_an_interval(tmp_path: Path) -> None:
    lines = [*BEGUN, beat(2), beat(2.55), ack(2.55)]
    assert find(tmp_path, *lines) == [("HEARTBEAT_ACK_MISSING", 4)]
