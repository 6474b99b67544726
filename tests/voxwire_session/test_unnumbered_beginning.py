"""Sessions whose first message has no number, though those after it have: what a resume replays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.voxspec.conversation import FILES, changed
from tests.voxspec.mini import generated, module_of
from voxwire.session import (
    ClientConnection,
    ClientSession,
    ServerConnection,
    ServerSession,
    SessionResumed,
    SessionStarted,
)


@pytest.fixture(scope="module", params=[(2, 1), (2, 2)], ids=["overlapping", "to the last"])
def spoken(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    buffer, reach = request.param
    files = changed(("resume.buffer.value", buffer), ("resume.reach.value", reach))
    files["server/talk.yaml"]["messages"]["welcome"]["seq"] = "never"
    assert FILES["server/talk.yaml"]["messages"]["welcome"]["seq"] == "required"
    with generated(files, tmp_path_factory.mktemp("talk")) as mini:
        mini.models.PROTOCOL = module_of(mini, "protocol").PROTOCOL
        yield mini.models


def _session(spoken: Any) -> Any:
    welcome = spoken.server.Welcome(session="s", user=7)
    return ServerSession(welcome, protocol=spoken.PROTOCOL)


def test_numbers_begin_with_the_second_message(spoken: Any) -> None:
    session = _session(spoken)
    assert session.first_message == b'{"type":"welcome","d":{"session":"s","user":7}}'
    assert session.last_seq == 0
    assert session.publish(spoken.server.News(text="a")) == (
        b'{"type":"news","d":{"text":"a"},"seq":1}'
    )


def test_the_beginning_is_never_replayed(spoken: Any) -> None:
    session = _session(spoken)
    assert [*session.replay_after(-1)] == []
    first = session.publish(spoken.server.News(text="a"))
    assert session.can_replay_after(0)
    assert [[*session.replay_after(n)] for n in (-1, 0, 1)] == [[first], [first], []]
    second = session.publish(spoken.server.News(text="b"))
    assert [*session.replay_after(-9)] == [first, second]


def test_a_client_that_only_heard_the_beginning_resumes(spoken: Any) -> None:
    session, mine = (
        _session(spoken),
        ClientSession("k", random=lambda: 0.5, protocol=spoken.PROTOCOL),
    )

    def connected() -> tuple[Any, Any]:
        client: Any = ClientConnection(mine, "wss://host/")
        server: Any = ServerConnection("/", heartbeat_interval=1000, protocol=spoken.PROTOCOL)
        client.opened(0.0)
        (hello,) = server.opened(0.0)
        events = client.receive(hello.message, 0.0)
        server.receive(events[-1].message, 0.0)
        return client, server

    client, server = connected()
    (welcome,) = server.accept(session, 0.0)
    assert [type(each) for each in client.receive(welcome.message, 0.0)] == [SessionStarted]
    assert mine.last_seq == 0
    client.closed(1006, "", 1.0)
    server.closed(1006, "", 1.0)
    first = session.publish(spoken.server.News(text="a"))
    client, server = connected()
    sent = server.accept(session, 2.0)
    assert sent[0].message == first.decode()
    heard = [each for one in sent for each in client.receive(one.message, 2.0)]
    assert [type(each) for each in heard] == [spoken.server.NewsFrame, SessionResumed]
    assert heard[1] == SessionResumed(1, 1, heard[1].away)
