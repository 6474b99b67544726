"""One more state: after presence_update the client says nothing but heartbeats, until the next one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.session_as_data.drawn import near_misses, some, types, valid
from tests.session_as_data.edited import Change, Edited, c2s, closed, edited
from tests.session_as_data.mocked import IDENTIFY, told
from voxwire.errors import LocalProtocolError, RemoteProtocolError
from voxwire.session import Transmit

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

READY = "    client: {heartbeat: stays, any: stays}\n"
TIMERS = "\ntimers:\n  first_message:\n"
QUIET = """\
  quiet:
    description: the user is away, and the client says nothing
    client: {heartbeat: stays, client/presence_update: ready}
    server: {sequenced: stays, heartbeat_answer: stays, complaint: stays}
    client_otherwise: {any: {close: 4003}}
    rules:
      - id: quiet
        title: Silence
        text: A client that says more closes with {states.quiet.client_otherwise.any}.
"""
CHANGES: tuple[Change, ...] = (
    (READY, READY.replace("any:", "client/presence_update: quiet, any:")),
    (TIMERS, QUIET + TIMERS),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    with edited(
        tmp_path_factory.mktemp("quiet"), "quietmodels", {"session.yaml": CHANGES}
    ) as found:
        yield found


def test_both_ends_follow(made: Edited) -> None:
    peer, end = made.in_session()
    away = made.client.PresenceUpdate(status="idle")
    typing = made.client.Typing(feed_id=1)
    end.receive(peer.send(away, 1.0), 1.0)
    assert (peer.state, end.state) == (made.state("QUIET"), made.state("QUIET"))
    with pytest.raises(LocalProtocolError, match=r"^typing is not due here: the user is away, "):
        peer.send(typing, 1.0)
    event = made.leave(8)
    assert [frame.d for frame in peer.receive(end.send(event, 2.0), 2.0)] == [event]
    assert end.receive('{"type":"heartbeat"}', 3.0) == [Transmit('{"type":"heartbeat_ack"}')]
    end.receive(peer.send(away, 4.0), 4.0)
    assert (peer.state, end.state) == (made.state("READY"), made.state("READY"))
    end.receive(peer.send(typing, 5.0), 5.0)
    end.receive(peer.send(away, 6.0), 6.0)
    with pytest.raises(RemoteProtocolError) as caught:
        end.receive(made.text(typing), 7.0)
    assert caught.value.close_code == 4003


def test_the_checks_follow(made: Edited, tmp_path: Path) -> None:
    away = c2s({"type": "presence_update", "d": {"status": "idle"}})
    typing = c2s({"type": "typing", "d": {"feed_id": 1}})
    assert made.findings(tmp_path, *made.begun(), away, away, typing) == []
    found = made.check(tmp_path, *made.begun(), away, typing, closed(4003))
    assert [(f.rule.id, f.frame) for f in found] == [("OUT_OF_PLACE", 5), ("CLOSE_MEANING", None)]
    assert (
        found[0].message == "typing is out of place: the user is away, and the client says nothing"
    )
    assert found[0].hint == "the server closes with 4003"


def test_the_mock_follows(made: Edited) -> None:
    away = made.text(made.client.PresenceUpdate(status="idle"))
    typing = made.text(made.client.Typing(feed_id=1))
    begun = ["hello", "ready"]
    said = told(made, IDENTIFY, away, typing)
    assert (said.types, said.close) == (begun, (4003, "NOT_AUTHENTICATED"))
    said = told(made, IDENTIFY, away, away, typing)
    assert (said.types, said.close) == ([*begun, "heartbeat_ack"], None)


def test_the_strategies_follow(made: Edited) -> None:
    def said_when_quiet(conversation: Any) -> set[str]:
        said: set[str] = set()
        for connection in conversation.connections:
            is_quiet = False
            for type_ in types(connection, "client"):
                if type_ == "presence_update":
                    is_quiet = not is_quiet
                elif is_quiet:
                    said.add(type_)
        return said

    def says_little_when_quiet(conversation: Any) -> None:
        assert said_when_quiet(conversation) <= {"heartbeat"}

    valid(made, says_little_when_quiet)
    some(made, lambda conversation: "heartbeat" in said_when_quiet(conversation))
    near_misses(made, "OUT_OF_PLACE", lambda near_miss: None)


def test_the_documents_follow(made: Edited) -> None:
    page = made.page("session")
    arrows = (
        "\n        READY --> QUIET: presence_update\n        QUIET --> READY: presence_update\n"
    )
    assert arrows in page
    presence = "[`presence_update`](client/presence.md#presence_update)"
    assert (
        f"| `READY` | a session is under way | [`heartbeat`](client/control.md#heartbeat), {presence} → `QUIET`, every other message |"
        in page
    )
    assert (
        f"| `QUIET` | the user is away, and the client says nothing | [`heartbeat`](client/control.md#heartbeat), {presence} → `READY` |"
        in page
    )
    assert (
        "\n| `QUIET` | client | every other message | the server closes with [`4003`](close-codes.md) `NOT_AUTHENTICATED` |\n"
        in page
    )
    assert (
        "\n### Silence\n\nA client that says more closes with [`4003`](close-codes.md).\n" in page
    )
