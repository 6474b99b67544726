"""The rest of the schema: the endpoint, the first number, close codes, secrets and limits of fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.session_as_data.edited import TOKEN, Change, Edited, c2s, closed, edited
from tests.session_as_data.mocked import IDENTIFY, RESUME, told
from voxwire.live.client.address import gateway_url
from voxwire.session import SessionStarted, is_compressed
from voxwire.session.sequence import WrongStart
from voxwire.wire.redact import Redactor

CHANGES: dict[str, tuple[Change, ...]] = {
    "protocol.yaml": (
        ("  url: wss://host/gateway\n", "  url: wss://host/socket\n"),
        ("    compress:\n      required: false\n", "    pack:\n      required: false\n"),
        ("    first: 1\n", "    first: 0\n"),
        ("format: int64, minimum: 1}", "format: int64, minimum: 0}"),
    ),
    "session.yaml": (("  parameter: compress\n", "  parameter: pack\n"),),
    "close_codes.yaml": (
        (
            "    name: SESSION_EXPIRED\n    recovery: identify\n",
            "    name: SESSION_EXPIRED\n    recovery: fatal\n",
        ),
    ),
    "server/control.yaml": (
        (
            "        server_name: {type: string, ",
            "        server_name: {type: string, x-sensitive: true, ",
        ),
    ),
    "client/encryption.yaml": (
        (
            "          maxLength: 16384\n          x-sensitive: true\n"
            "          description: 'The MLS message,",
            "          maxLength: 100\n          x-sensitive: true\n"
            "          description: 'The MLS message,",
        ),
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    with edited(tmp_path_factory.mktemp("others"), "otherfiles", CHANGES) as found:
        yield found


def test_another_path_and_another_parameter(made: Edited) -> None:
    url = "wss://host/socket?v=1&encoding=json&pack=zstd"
    assert gateway_url("wss://host", protocol=made.protocol) == url
    assert is_compressed(url, made.protocol)
    assert not is_compressed("wss://host/socket?compress=zstd", made.protocol)
    said = told(made, IDENTIFY, compress=True)
    assert (said.types, said.close) == (["hello", "ready", "heartbeat_ack"], None)
    assert said.url.endswith("/socket?v=1&encoding=json&pack=zstd")
    assert "wss://host/socket" in made.page("endpoint")
    assert "\nWith pack=zstd every server frame is a binary WebSocket message" in made.page(
        "endpoint"
    )


def test_another_first_number(made: Edited, tmp_path: Path) -> None:
    session = made.session()
    assert json.loads(session.first_message or b"")["seq"] == 0
    hello = '{"type":"hello","d":{"heartbeat_interval":45000}}'
    for seq, first in ((0, []), (1, [WrongStart(1)])):
        peer = made.client_end()
        peer.receive(hello, 0.0)
        events = peer.receive(made.text(made.ready(), seq), 0.0)
        assert events == [*first, SessionStarted(made.ready())]
    begun = made.begun()
    assert made.findings(tmp_path, *begun) == [("SEQ_START", 3)]
    begun[3]["text"] = made.text(made.ready(), 0)
    assert made.findings(tmp_path, *begun) == []
    assert "which always has seq 0." in made.page("session")
    assert "Answers identify and is always seq 0." in made.page("server/control")


def test_another_recovery(made: Edited, tmp_path: Path) -> None:
    peer, _ = made.in_session()
    peer.closed(4009, "SESSION_EXPIRED", 1.0)
    assert peer.next_connection().recovery == "fatal"
    resume = c2s({"type": "resume", "d": {"token": TOKEN, "session_id": "sess_1", "last_seq": 1}})
    (finding,) = made.check(tmp_path, *made.begun()[:2], resume, closed(4009))
    assert (finding.rule.id, finding.hint) == ("CLOSE_MEANING", "next: do not reconnect")
    assert told(made, RESUME).close == (4009, "SESSION_EXPIRED")
    assert "| 4009 | `SESSION_EXPIRED` | do not reconnect |" in made.page("close-codes")


def test_another_secret(made: Edited) -> None:
    text = made.text(made.ready(), 0)
    assert '"server_name":"Tea Party"' in text
    masked = Redactor(bytes(32), protocol=made.protocol).json(text)
    assert json.loads(masked)["d"]["server_name"].startswith("masked-")
    assert "Tea Party" not in repr(made.ready())


def test_another_length(made: Edited, tmp_path: Path) -> None:
    def relayed(data: str) -> list[tuple[str, int | None]]:
        relay = c2s({"type": "mls_relay", "d": {"mls_type": "welcome", "data": data}})
        begun = made.begun()
        begun[3]["text"] = made.text(made.ready(), 0)
        return made.findings(tmp_path, *begun, relay)

    assert relayed("x" * 100) == []
    assert relayed("x" * 101) == [("FIELD_LENGTH", 4)]
