"""Memory does not grow with a capture: what is forgotten, and exactly when."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.voxwire.native import START, capture, close, header, leave, s2c
from voxmodels.v1 import client
from voxwire.capture import Closed, Connection, Direction, Frame, Opened
from voxwire.capture.connections import MAX_CONNECTIONS, Connections
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.checks.findings import shown_file, shown_name, shown_text
from voxwire.checks.sequence_check import SequenceCheck
from voxwire.checks.session.conversation import Conversation
from voxwire.checks.session.rates import Rates
from voxwire.rules.envelope import UNKNOWN_TYPE
from voxwire.vox import VOX

HELLO = '{"type":"hello","d":{"heartbeat_interval":1000}}'
URL = "wss://host/gateway"


# --- names of connections ---------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "first"), [(MAX_CONNECTIONS, 1), (MAX_CONNECTIONS + 1, 2)])
def test_headers_that_wait_for_a_name(headers: int, first: int) -> None:
    connections = Connections()
    for _ in range(headers):
        connections.open(None, URL, START)
    found = connections.find("a")
    assert found is not None
    assert found.number == first


def test_headers_that_have_frames_do_not_wait() -> None:
    connections = Connections()
    waiting = connections.open(None, URL, START).connection
    for _ in range(MAX_CONNECTIONS):
        connections.open(None, URL, START).connection.frames += 1
    last = connections.open(None, URL, START).connection
    assert [connections.find(name) for name in "abc"] == [waiting, last, None]


def test_names_that_never_close() -> None:
    connections = Connections()
    for number in range(MAX_CONNECTIONS + 1):
        connections.open(str(number), URL, START)
    assert connections.find("0") is None
    for number in range(1, MAX_CONNECTIONS + 1):
        found = connections.find(str(number))
        assert found is not None
        assert found.number == number + 1


def test_a_name_that_is_used_again_is_not_the_oldest_any_more() -> None:
    connections = Connections()
    for number in range(MAX_CONNECTIONS):
        connections.open(str(number), URL, START)
    again = connections.open("0", URL, START).connection
    connections.open("new", URL, START)
    assert connections.find("0") is again
    assert connections.find("1") is None


def test_a_close_frees_the_name_for_the_next_connection() -> None:
    connections = Connections()
    closed = connections.open("a", URL, START).connection
    for name in ("a", "b", None):
        connections.release(name)
    assert (connections.find("a"), connections.find("b")) == (closed, None)
    following = connections.open(None, URL, START).connection
    assert connections.find("a") is following


def test_names_of_closed_connections() -> None:
    connections = Connections()
    for number in range(MAX_CONNECTIONS + 1):
        connections.open(str(number), URL, START)
        connections.release(str(number))
    assert connections.find("0") is None
    for number in range(1, MAX_CONNECTIONS + 1):
        found = connections.find(str(number))
        assert found is not None
        assert found.number == number + 1


# --- what the check follows -------------------------------------------------------------------


def opened(number: int) -> Opened:
    return Opened(Connection(number, START, URL), has_header=True)


def said_hello(connection: Connection, direction: Direction = "s2c") -> Frame:
    connection.frames += 1
    return Frame(connection, connection.frames, START, direction, HELLO)


def check() -> CaptureCheck:
    return CaptureCheck("capture.ndjson", Selection(), Statistics(), Sessions())


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def found_in(*events: Opened | Frame | Closed) -> list[tuple[str, int | None]]:
    """Rule and connection of what is found about the conversation."""
    return [(f.rule, f.connection) for f in check().findings_in(events)]


def test_the_oldest_connection_is_forgotten_when_there_are_too_many() -> None:
    """A second hello is only a repetition to who remembers the first."""
    events = [opened(number) for number in range(1, MAX_CONNECTIONS + 1)]
    first, second = events[0].connection, events[1].connection
    begun: list[Opened | Frame] = [*events, *(said_hello(event.connection) for event in events)]
    assert ("HELLO_REPEATED", 1) in found_in(*begun, said_hello(first))

    one_more = opened(MAX_CONNECTIONS + 1)
    found = found_in(*begun, one_more, said_hello(second), said_hello(first))
    assert ("HELLO_REPEATED", 2) in found
    assert ("HELLO_REPEATED", 1) not in found


def test_a_closed_connection_is_forgotten_before_an_older_one_that_is_open() -> None:
    events = [opened(number) for number in range(1, MAX_CONNECTIONS + 1)]
    first, fifth = events[0].connection, events[4].connection
    begun: list[Opened | Frame] = [*events, *(said_hello(event.connection) for event in events)]
    over = Closed(fifth, START, 1000, "")
    assert ("HELLO_REPEATED", 1) in found_in(
        *begun, over, opened(MAX_CONNECTIONS + 1), said_hello(first)
    )


def alive(kind: type) -> int:
    """How many objects of a class there are."""
    gc.collect()
    return sum(type(item) is kind for item in gc.get_objects())


@pytest.mark.parametrize("names", [False, True], ids=["in a row", "named"])
def test_no_more_is_kept_of_connections_that_were_closed(tmp_path: Path, names: bool) -> None:
    count = MAX_CONNECTIONS + 50
    lines = []
    for number in range(count):
        keys = {"conn": str(number)} if names else {}
        lines += [header(**keys), s2c(HELLO, **keys), leave(1, **keys), close(**keys)]
    path = tmp_path / "capture.ndjson"
    path.write_bytes(capture(*lines))
    before = alive(Connection), alive(SequenceCheck)
    checker = CaptureCheck(str(path), Selection(), Statistics(), Sessions())
    most = 0
    for finding in checker.findings():
        if finding.connection is not None and finding.connection >= count - 1:
            most = max(most, alive(SequenceCheck) - before[1])
    assert most == MAX_CONNECTIONS
    assert (alive(Connection), alive(SequenceCheck)) == before


# --- counts -----------------------------------------------------------------------------------


def test_the_summary_has_a_thousand_rows_and_one_for_the_rest() -> None:
    statistics = Statistics()
    for number in range(1000):
        statistics.row("c2s", f"type {number}").add(1)
    for number in range(1000, 1003):
        statistics.row("c2s", f"type {number}").add(10)
    statistics.row("c2s", "type 7").add(100)
    statistics.row("s2c", "type 1003").add(1000)
    statistics.row("s2c", None).add(10_000)
    rows = statistics.rows
    assert len(rows) == 1002
    assert [(r.direction, r.type, r.frames, r.size) for r in rows if r.size != 1] == [
        ("s2c", "(other types)", 2, 11_000),
        ("c2s", "(other types)", 3, 30),
        ("c2s", "type 7", 2, 101),
    ]
    assert statistics.frames == 1006


def test_findings_of_types_beyond_the_limit_are_counted_together() -> None:
    statistics = Statistics()
    for number in range(1002):
        finding = Finding(
            rule=UNKNOWN_TYPE,
            severity="note",
            message="",
            file="a",
            connection=1,
            frame=number + 1,
            direction="s2c",
            type=f"type {number}",
        )
        statistics.add_finding(finding)
    notes = {row.type: row.notes for row in statistics.rows}
    assert len(notes) == 1001
    assert (notes["type 999"], notes["(other types)"]) == (1, 2)
    assert statistics.by_rule[UNKNOWN_TYPE] == 1002


# --- sessions and targets ---------------------------------------------------------------------


class Conversations:
    """Connections of one run, one after another, each checked as it goes."""

    def __init__(self) -> None:
        self._check = CaptureCheck("capture.ndjson", Selection(), Statistics(), sessions=Sessions())
        self._number = 0

    def rules(self, *frames: tuple[Direction, dict[str, object]]) -> list[str]:
        """The rules that a connection with these frames breaks."""
        self._number += 1
        connection = Connection(self._number, START, URL)
        events: list[Opened | Frame | Closed] = [Opened(connection, has_header=True)]
        for number, (direction, frame) in enumerate(frames, start=1):
            events.append(Frame(connection, number, START, direction, json.dumps(frame)))
        return rules(list(self._check.findings_in([*events, Closed(connection, START, 1000, "")])))


def begin(session: int) -> list[tuple[Direction, dict[str, object]]]:
    """The frames of a session that begins; it has received number 1."""
    payload = {
        "session_id": f"sess_{session:016}",
        "user_id": 1,
        "display_name": "a",
        "server_name": "b",
        "protocol_version": 1,
        "capabilities": [],
    }
    return [
        ("s2c", {"type": "hello", "d": {"heartbeat_interval": 1000}}),
        ("c2s", {"type": "identify", "d": {"token": "vox_sess_abcdefgh"}}),
        ("s2c", {"type": "ready", "d": payload, "seq": 1}),
    ]


def resumption(session: int, last_seq: int) -> list[tuple[Direction, dict[str, object]]]:
    payload = {"token": "vox_sess_abcdefgh", "session_id": f"sess_{session:016}"}
    return [
        ("s2c", {"type": "hello", "d": {"heartbeat_interval": 1000}}),
        ("c2s", {"type": "resume", "d": payload | {"last_seq": last_seq}}),
        ("s2c", {"type": "resumed", "d": {"seq": last_seq}}),
    ]


def test_the_oldest_of_ten_thousand_sessions_is_forgotten() -> None:
    """A wrong `last_seq` is one only to who remembers what the session received."""
    conversations = Conversations()
    for session in range(10_000):
        assert conversations.rules(*begin(session)) == []
    assert conversations.rules(*resumption(0, 1)) == []  # it is the latest now
    assert conversations.rules(*begin(10_000)) == []
    assert "RESUME_LAST_SEQ" not in conversations.rules(*resumption(1, 7))
    assert "RESUME_LAST_SEQ" in conversations.rules(*resumption(0, 7))
    assert "RESUME_LAST_SEQ" in conversations.rules(*resumption(3, 7))


class Typing:
    """The rates of one connection, in which the client types."""

    def __init__(self) -> None:
        self._rates = Rates(Conversation(VOX))

    def typing(self, ts: float, target: tuple[str, int]) -> Finding | None:
        payload = dict([target])
        found = self._rates.message_about(ts, "typing", client.TypingFrame, payload)
        return next(found, None)


def test_the_oldest_of_a_thousand_targets_is_forgotten() -> None:
    rates = Typing()
    for feed in range(1000):
        assert rates.typing(float(feed) / 1000, ("feed_id", feed)) is None
    assert rates.typing(1.5, ("feed_id", 1)) is not None
    assert rates.typing(2.0, ("dm_id", 0)) is None
    assert rates.typing(2.0, ("feed_id", 0)) is None
    assert rates.typing(2.0, ("feed_id", 2)) is not None


def test_a_target_that_is_typed_in_again_is_the_latest() -> None:
    rates = Typing()
    for feed in range(1000):
        rates.typing(0.0, ("feed_id", feed))
    assert rates.typing(5.0, ("feed_id", 0)) is None
    assert rates.typing(5.0, ("feed_id", 1000)) is None
    assert rates.typing(5.5, ("feed_id", 0)) is not None
    assert rates.typing(4.5, ("feed_id", 1)) is None


# --- what is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(("show", "most"), [(shown_text, 500), (shown_name, 60)])
def test_the_length_of_what_is_shown(show: Callable[[str], str], most: int) -> None:
    assert show("x" * most) == "x" * most
    assert show("x" * (most + 1)) == "x" * (most - 1) + "…"
    assert show("é" * (most + 1)) == "é" * (most - 1) + "…"
    assert show("\ud800" * most) == ("\\ud800" * most)[: most - 1] + "…"


def test_what_is_shown_of_names_that_are_no_text() -> None:
    assert shown_name("a\udfffé") == "a\\udfffé"
    assert shown_file("caf\udce9.ndjson") == "caf\\xe9.ndjson"
    assert shown_file("vox_sess_46KiE4r-YgW9.ndjson") == "vox_sess_***.ndjson"
