"""The conversation: every rule broken once, in a capture that is otherwise in order."""

import itertools
from pathlib import Path

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.native import (
    EXAMPLES,
    START,
    binary,
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
from voxmodels.v1 import client, limits
from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.checks import RULES
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.rates import Rates
from voxwire.limits import MAX_FRAME_SIZE
from voxwire.vox import VOX
from voxwire.wire.compression import Compressor

PLAIN = "wss://host/gateway?v=1&encoding=json"
ZSTD = f"{PLAIN}&compress=zstd"
INTERVAL = 1000


def at(seconds: float) -> dict[str, float]:
    return {"ts": START + seconds}


def hello(seconds: float = 1) -> str:
    return s2c({"type": "hello", "d": {"heartbeat_interval": INTERVAL}}, **at(seconds))


def identify(seconds: float = 1) -> str:
    return c2s({"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}, **at(seconds))


def beat(seconds: float = 1) -> str:
    return c2s({"type": "heartbeat"}, **at(seconds))


def ack(seconds: float = 1) -> str:
    return s2c({"type": "heartbeat_ack"}, **at(seconds))


def typing(feed: int, seconds: float = 1) -> str:
    return c2s({"type": "typing", "d": {"feed_id": feed}}, **at(seconds))


def zstd(frame: str) -> str:
    return binary(Compressor().compress(frame.encode()))


HELLO_TEXT = '{"type":"hello","d":{"heartbeat_interval":1000}}'
ERROR = s2c({"type": "error", "d": {"code": "INVALID_STATUS", "message": "no"}})
BEGUN = [hello(), identify(), ready()]
STATUS = c2s({"type": "presence_update", "d": {"status": "idle"}})


def find(tmp_path: Path, *lines: str, url: str = PLAIN) -> list[tuple[str, int | None]]:
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(header(url=url), *lines))
    return [(f.rule, f.frame) for f in check_conversation(path)]


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


@pytest.mark.parametrize(
    ("url", "lines", "found"),
    [
        (ZSTD, [hello()], [("COMPRESSION_MISSING", 1)]),
        (PLAIN, [zstd(HELLO_TEXT)], [("COMPRESSION_UNASKED", 1)]),
        (ZSTD, [zstd(HELLO_TEXT)], []),
        (f"{PLAIN}&compress=ZSTD", [hello()], [("ENDPOINT_QUERY", None)]),
        ("wss://host/gateway?v=2", [hello()], [("ENDPOINT_QUERY", None)]),
        ("wss://host/gateway", [hello()], []),
        ("wss://host/gateway", [zstd(HELLO_TEXT)], []),
        ("wss://host/gateway?v=1", [zstd(HELLO_TEXT)], [("COMPRESSION_UNASKED", 1)]),
        (
            ZSTD,
            [zstd(HELLO_TEXT), identify(), zstd('{"type":"resumed","d":{"seq":3}}'), leave(4)],
            [("RESUMED_UNASKED", 3), ("COMPRESSION_MISSING", 4)],
        ),
    ],
)
def test_the_address_agrees_with_the_traffic(
    tmp_path: Path, url: str, lines: list[str], found: list[tuple[str, int | None]]
) -> None:
    assert find(tmp_path, *lines, url=url) == found


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
    ("url", "lines", "rules"),
    [
        (f"{PLAIN}&compress=none&compress=zstd", [zstd(HELLO_TEXT)], []),
        (f"{PLAIN}&compress=none&compress=zstd", [hello()], ["COMPRESSION_MISSING"]),
        (f"{PLAIN}&compress=zstd&compress=", [hello()], ["ENDPOINT_QUERY"]),
        (f"{PLAIN}&v=2", [hello()], ["ENDPOINT_QUERY"]),
        (f"{PLAIN}&v=2&v=1", [hello()], []),
    ],
)
def test_of_a_parameter_that_is_given_twice_the_last_counts(
    tmp_path: Path, url: str, lines: list[str], rules: list[str]
) -> None:
    assert [rule for rule, _ in find(tmp_path, *lines, url=url)] == rules


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
    elsewhere = {
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


@pytest.mark.parametrize("text", ["no json", '{"type":"heartbeat","type":"heartbeat"}', "[1e999]"])
def test_4002_fits_whatever_a_parser_may_refuse(tmp_path: Path, text: str) -> None:
    rules = [rule for rule, _ in find(tmp_path, *BEGUN, c2s(text), close(4002))]
    assert "CLOSE_CODE_UNEXPECTED" not in rules
    assert rules[-1] == "CLOSE_MEANING"


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


def test_a_close_needs_no_reason(tmp_path: Path) -> None:
    assert find(tmp_path, *BEGUN, close(4008, None)) == [("CLOSE_MEANING", None)]


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
