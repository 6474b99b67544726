"""Another message plays the login: a plain one, without a token, and one with other names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.session_as_data.drawn import near_misses, some, types, valid
from tests.session_as_data.edited import TOKEN, Change, Edited, c2s, edited
from tests.session_as_data.mocked import IDENTIFY, told
from voxspec.findings import SchemaError
from voxwire.errors import RemoteProtocolError
from voxwire.session import HelloReceived, IdentifyReceived, Transmit

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

LOGIN = """\
  login:
    message: client/identify
    token: token
    version: {field: protocol_version, when_absent: 1}
    capabilities: capabilities
"""
REFUSED = "\n  token: {close: 4004}\n  version: {close: 4011}\n"
ABOUT_VERSIONS = """\
    - id: version
      title: The version must fit
      text: A {roles.login.version} outside the server's range closes with {refusals.version}.
"""
PRESENCE: tuple[Change, ...] = (
    (LOGIN, "  login: {message: client/presence_update}\n"),
    (REFUSED, "\n"),
    (ABOUT_VERSIONS, ""),
)
"""Whoever says how present he is has logged in: there is nothing that could be refused."""

SENTENCES: dict[str, tuple[Change, ...]] = {
    "client/control.yaml": (
        (
            "closes with {refusals.token} when the token is wrong, {refusals.version} when the version does\n"
            "      not fit, {refusals.sessions.then}",
            "closes with {refusals.sessions.then}",
        ),
    ),
    "protocol.yaml": (
        ("whose token is empty | close {refusals.token} |", "whose token is empty | nothing |"),
        ("such as −1 or 2^40 | close {refusals.version} |", "such as −1 or 2^40 | nothing |"),
    ),
}
"""What is said elsewhere of the refusals that are gone: it would lead to nothing."""

HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    folder = tmp_path_factory.mktemp("presence")
    with edited(folder, "presencefirst", {"session.yaml": PRESENCE, **SENTENCES}) as found:
        yield found


def test_both_ends_follow(made: Edited) -> None:
    payload = made.client.PresenceUpdate(status="online")
    text = '{"type":"presence_update","d":{"status":"online"}}'
    peer = made.client_end(login=payload)
    assert peer.receive(HELLO, 0.0) == [HelloReceived(45.0), Transmit(text)]
    assert made.server_end().receive(text, 0.0) == [IdentifyReceived(payload)]
    with pytest.raises(RemoteProtocolError) as caught:
        made.server_end().receive('{"type":"identify","d":{"token":"x"}}', 0.0)
    assert caught.value.close_code == 4003


def test_the_checks_follow(made: Edited, tmp_path: Path) -> None:
    before = made.begun()
    (finding,) = made.check(tmp_path, *before)
    assert (finding.rule.id, finding.frame) == ("NOT_IDENTIFIED", 2)
    assert finding.message == "the client's first message is neither presence_update nor resume"
    before[2] = c2s({"type": "presence_update", "d": {"status": "online"}})
    assert made.findings(tmp_path, *before) == []


def test_the_mock_follows(made: Edited) -> None:
    presence = made.text(made.client.PresenceUpdate(status="online"))
    said = told(made, presence)
    assert (said.types, said.close) == (["hello", "ready", "heartbeat_ack"], None)
    said = told(made, IDENTIFY)
    assert (said.types, said.close) == (["hello"], (4003, "NOT_AUTHENTICATED"))


def test_the_strategies_follow(made: Edited) -> None:
    firsts = {"presence_update", "resume"}

    def begun_with(conversation: Any) -> set[str]:
        return {first for c in conversation.connections for first in types(c, "client")[:1]}

    def begins(conversation: Any) -> None:
        assert begun_with(conversation) <= firsts

    valid(made, begins)
    some(made, lambda conversation: "presence_update" in begun_with(conversation))
    some(made, lambda conversation: "resume" in begun_with(conversation))

    def begins_with_another(near_miss: Any) -> None:
        connection = near_miss.conversation.connections[near_miss.connection - 1]
        assert types(connection, "client")[0] not in firsts

    near_misses(made, "NOT_IDENTIFIED", begins_with_another)


def test_the_documents_follow(made: Edited) -> None:
    page = made.page("session")
    assert "\n        GREETED --> IDENTIFYING: presence_update\n" in page
    assert "The client's first message is `presence_update` or resume." in page
    assert "A second `presence_update` on a connection that has a session closes" in page
    assert "\n### `presence_update` starts a session\n" in page
    assert (
        "Time that a client has for presence_update or resume after connecting."
        in (made.files[f"{made.package}/v1/limits.py"])
    )


def test_what_is_said_of_what_is_gone_is_a_mistake(tmp_path: Path) -> None:
    changes = {"session.yaml": PRESENCE}
    with pytest.raises(SchemaError) as caught, edited(tmp_path, "sayingmore", changes):
        pass
    found = {(Path(f.where.file).name, f.rule, f.message) for f in caught.value.findings}
    gone = "leads to nothing: there is no"
    assert found == {
        (name, "SESSION_PLACEHOLDER", f'"{{refusals.{part}}}" {gone} "{part}"')
        for name in ("control.yaml", "protocol.yaml")
        for part in ("token", "version")
    }


RENAMED: dict[str, tuple[Change, ...]] = {
    "client/control.yaml": (
        ("\n  identify:\n", "\n  log_in:\n"),
        ("[token]\n      properties:\n        token:", "[key]\n      properties:\n        key:"),
        ("{token: vox_sess_example_not_a_real_token}", "{key: made_up}"),
        ("{token: vox_sess_example_not_a_real_token, ", "{key: made_up, "),
        (
            "token: vox_sess_example_not_a_real_token\n          protocol_version",
            "key: made_up\n          protocol_version",
        ),
    ),
    "session.yaml": (("client/identify\n    token: token\n", "client/log_in\n    token: key\n"),),
}


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    with edited(tmp_path_factory.mktemp("log_in"), "loginfirst", RENAMED) as found:
        yield found


def test_both_ends_follow_other_names(renamed: Edited) -> None:
    payload = renamed.client.LogIn(key=TOKEN, protocol_version=1)
    text = f'{{"type":"log_in","d":{{"key":"{TOKEN}","protocol_version":1}}}}'
    peer = renamed.client_end(capabilities=())
    assert peer.receive(HELLO, 0.0) == [HelloReceived(45.0), Transmit(text)]
    assert renamed.server_end().receive(text, 0.0) == [IdentifyReceived(payload)]
    with pytest.raises(RemoteProtocolError) as caught:
        renamed.server_end().receive('{"type":"identify","d":{"token":"x"}}', 0.0)
    assert caught.value.close_code == 4003


def test_the_checks_follow_other_names(renamed: Edited, tmp_path: Path) -> None:
    lines = renamed.begun()
    assert renamed.findings(tmp_path, *lines) == [("UNKNOWN_TYPE", 2), ("NOT_IDENTIFIED", 2)]
    lines[2] = c2s({"type": "log_in", "d": {"key": TOKEN}})
    assert renamed.findings(tmp_path, *lines) == []
    lines.append(lines[2])
    assert renamed.findings(tmp_path, *lines) == [("IDENTIFY_REPEATED", 4)]


def test_the_mock_follows_other_names(renamed: Edited) -> None:
    said = told(renamed, f'{{"type":"log_in","d":{{"key":"{TOKEN}"}}}}')
    assert (said.types, said.close) == (["hello", "ready", "heartbeat_ack"], None)
    said = told(renamed, '{"type":"log_in","d":{"key":""}}')
    assert (said.types, said.close) == (["hello"], (4004, "AUTH_FAILED"))


def test_the_strategies_follow_other_names(renamed: Edited) -> None:
    logins: set[frozenset[str]] = set()

    def look(conversation: Any) -> None:
        logins.update(
            frozenset(said.frame["d"]) & {"key", "token"}
            for said in conversation.frames
            if said.frame["type"] == "log_in"
        )

    valid(renamed, look)
    assert logins == {frozenset({"key"})}


def test_the_documents_follow_other_names(renamed: Edited) -> None:
    page = renamed.page("session")
    assert "\n        GREETED --> IDENTIFYING: log_in\n" in page
    assert "\n### Only one `log_in`\n" in page
    assert "A new [`log_in`](client/control.md#log_in) then starts a new session at seq 1." in page
    assert "identify" not in page
