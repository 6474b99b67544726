"""Other heartbeats, rates, timers, waits and quotas."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.session_as_data.drawn import near_misses, types, valid
from tests.session_as_data.edited import Change, Edited, c2s, edited, s2c
from tests.session_as_data.mocked import IDENTIFY, told
from voxwire.errors import RemoteProtocolError
from voxwire.session import Backoff, Close, FailedLogins, TooManyMessagesError, Transmit

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

MESSAGE_WINDOW = "window: {value: %s, unit: s}\n    then: {close: 4006}\n    enforced: %s\n"
CHANGES: tuple[Change, ...] = (
    ("    value: 1.5\n    unit: intervals\n", "    value: 4\n    unit: intervals\n"),
    ("    value: 2\n    unit: heartbeats\n", "    value: 3\n    unit: heartbeats\n"),
    ("      value: 120\n      unit: messages\n", "      value: 40\n      unit: messages\n"),
    (MESSAGE_WINDOW % (60, "false"), MESSAGE_WINDOW % (20, "true")),
    ("  first_message:\n    value: 30\n", "  first_message:\n    value: 12\n"),
    ("      value: 10\n      unit: failures\n", "      value: 3\n      unit: failures\n"),
    ("  maximum:\n    value: 60\n", "  maximum:\n    value: 5\n"),
    ("  factor: 2\n", "  factor: 3\n"),
    ("  spread: 0.5 ", "  spread: 0 "),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    folder = tmp_path_factory.mktemp("numbers")
    with edited(folder, "othernumbers", {"session.yaml": CHANGES}) as found:
        yield found


def test_the_server_follows(made: Edited) -> None:
    end = made.server_end()
    assert end.next_deadline() == 12.0
    assert end.tick(12.0) == [Close(4003, "NOT_AUTHENTICATED")]
    _, end = made.in_session()
    assert end.next_deadline() == 180.0
    assert end.tick(180.0) == [Close(4007, "SESSION_TIMEOUT")]
    _, end = made.in_session()  # the login counts as well
    for feed in range(1, 40):
        assert len(end.receive(made.text(made.client.Typing(feed_id=feed)), 19.9)) == 1
    with pytest.raises(RemoteProtocolError) as caught:
        end.receive(made.text(made.client.Typing(feed_id=99)), 19.9)
    assert (caught.value.close_code, str(caught.value)) == (4006, "too many messages in 20 seconds")
    failed = FailedLogins(protocol=made.protocol)
    for _ in range(3):
        assert not failed.blocks("127.0.0.1", 0.0)
        failed.add("127.0.0.1", 0.0)
    assert failed.blocks("127.0.0.1", 0.0)


def test_the_client_follows(made: Edited) -> None:
    peer, _ = made.in_session()
    at = 22.5  # half an interval, as the random number of the tests is a half
    for _ in range(3):
        assert peer.next_deadline() == at
        assert peer.tick(at) == [Transmit('{"type":"heartbeat","d":{}}')]
        at += 45.0
    assert peer.tick(at) == [Close(4000, "the server does not answer heartbeats")]
    peer, _ = made.in_session()
    heartbeats = 2  # as many as can be due in 20 seconds are kept free
    for feed in range(1, 40 - heartbeats):
        peer.send(made.client.Typing(feed_id=feed), 1.0)
    with pytest.raises(TooManyMessagesError) as caught:
        peer.send(made.client.Typing(feed_id=99), 1.0)
    assert caught.value.retry_at == 20.0
    waits = Backoff(lambda: 0.5, protocol=made.protocol)
    assert [waits.next_delay() for _ in range(4)] == [1.0, 3.0, 5.0, 5.0]


def test_the_checks_follow(made: Edited, tmp_path: Path) -> None:
    for seconds, expected in ((181.0, []), (230.0, [("HEARTBEAT_LATE", 4)])):
        beat = c2s({"type": "heartbeat"}, seconds)
        answer = s2c({"type": "heartbeat_ack"}, seconds)
        assert made.findings(tmp_path, *made.begun(), beat, answer) == expected
    typing = [c2s({"type": "typing", "d": {"feed_id": feed}}) for feed in range(1, 41)]
    for sent, expected in ((39, []), (40, [("RATE_MESSAGES", 43)])):
        assert made.findings(tmp_path, *made.begun(), *typing[:sent]) == expected
    beats = [c2s({"type": "heartbeat"}, 1.0 + 45.0 * number) for number in range(1, 5)]
    found = made.findings(tmp_path, *made.begun(), *beats)
    assert ("HEARTBEAT_NOT_GIVEN_UP", 7) in found
    assert ("HEARTBEAT_NOT_GIVEN_UP", 6) not in found


def test_the_mock_follows(made: Edited) -> None:
    typing = [made.text(made.client.Typing(feed_id=feed)) for feed in range(1, 41)]
    said = told(made, IDENTIFY, *typing)
    assert (said.types, said.close) == (["hello", "ready"], (4006, "RATE_LIMITED"))
    said = told(made, IDENTIFY, *typing[:38])  # the heartbeat is the fortieth
    assert (said.types, said.close) == (["hello", "ready", "heartbeat_ack"], None)


def test_the_strategies_follow(made: Edited) -> None:
    valid(made, lambda conversation: None)

    def says_too_much(near_miss: Any) -> None:
        connection = near_miss.conversation.connections[near_miss.connection - 1]
        said = types(connection, "client")
        assert len(said) > 40
        assert len(said) - said.count("heartbeat") <= 41  # no more than it takes

    near_misses(made, "RATE_MESSAGES", says_too_much)

    def is_silent(near_miss: Any) -> None:
        connection = near_miss.conversation.connections[near_miss.connection - 1]
        times = [connection.at, *(said.at for said in connection.frames if said.side == "client")]
        times.append(connection.steps[-1].at)
        assert max(later - at for at, later in pairwise(times)) > 180.0

    near_misses(made, "HEARTBEAT_LATE", is_silent)


def test_the_documents_and_limits_follow(made: Edited) -> None:
    limits = made.limits
    assert (limits.HEARTBEAT_FACTOR, limits.MISSED_ACKS, limits.MESSAGE_RATE) == (4, 3, 40)
    page = made.page("session")
    assert "| after 3 heartbeats in a row the client closes with [`4000`]" in page
    assert "| after 4 intervals the server closes with [`4007`]" in page
    assert "A client that misses three answers in a row closes and resumes." in page
    assert "A server that hears none for four intervals closes with" in page
    assert "\n| all messages | 40 messages | 20 s | client | the server closes with" in page
    assert "Anything else, or nothing within 12 seconds, closes with" in page
    assert "After three failed logins from one address" not in page
    assert "After 3 failed logins from one address within 60 seconds" in page
    assert "1 second at first, three times as long each time up to 5 seconds" in page
