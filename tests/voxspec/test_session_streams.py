"""Streams: messages that belong together by a key of the envelope, from the schema to the documents."""

from __future__ import annotations

import copy
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import BASE, UINT, Data, area, field, generated, module_of, refused, write
from voxspec.model.conversation import conversation
from voxspec.pipeline import load_protocol

KEYED = {"id": "required"}


def message(*examples: Data, properties: Data | None = None, **more: Any) -> Data:
    """A message; without properties it has no payload."""
    payload: Any = False if properties is None else {"type": "object", "properties": properties}
    shown = [{"summary": "One", **example} for example in examples or ({},)]
    return {"summary": "M", "description": "M.", "payload": payload, "examples": shown, **more}


SESSION: Data = {
    "roles": {
        "login": {"message": "client/connection_init"},
        "established": {"message": "server/connection_ack"},
        "heartbeat": {"message": "client/ping"},
        "heartbeat_answer": {"message": "server/pong"},
        "server_heartbeat": {"message": "server/ping"},
        "server_heartbeat_answer": {"message": "client/pong"},
    },
    "states": {
        "open": {
            "description": "o",
            "client": {"login": "asked", "heartbeat": "stays", "server_heartbeat_answer": "stays"},
            "server": {"server_heartbeat": "stays", "heartbeat_answer": "stays"},
        },
        "asked": {"description": "a", "server": {"established": "on"}},
        "on": {
            "description": "n",
            "client": {"any": "stays", "heartbeat": "stays", "server_heartbeat_answer": "stays"},
            "server": {"any": "stays", "server_heartbeat": "stays", "heartbeat_answer": "stays"},
        },
    },
    "server_heartbeat": {
        "interval": {"value": 12, "unit": "s"},
        "missed_answers": {"value": 1, "unit": "heartbeats", "then": {"close": 4408}},
    },
    "streams": {
        "operation": {
            "key": "id",
            "opened_by": "client/subscribe",
            "items": ["server/next"],
            "ended_by": ["server/error", "server/complete", "client/complete"],
            "duplicate": {"close": 4409},
            "description": "One operation.",
            "rules": [
                {"id": "operations", "title": "Operations", "text": "{streams.operation.key}."}
            ],
        }
    },
}

FILES: Data = {"protocol.yaml": copy.deepcopy(BASE["protocol.yaml"]), "session.yaml": SESSION}
FILES["protocol.yaml"]["envelope"] = {
    "description": "E.",
    "type": {"key": "type", "description": "T."},
    "payload": {"key": "payload", "description": "P."},
    "keys": {
        "id": {
            "direction": "both",
            "description": "Which operation.",
            "schema": {"type": "string", "minLength": 1},
        }
    },
}
FILES["close_codes.yaml"] = {
    "description": "Codes.",
    "close_codes": {
        "4408": {"name": "SLOW", "recovery": "identify", "description": "Slow."},
        "4409": {"name": "TAKEN", "recovery": "fatal", "description": "Taken."},
    },
}
FILES["client/main.yaml"] = area(
    "main",
    connection_init=message(),
    ping=message(),
    pong=message(),
    subscribe=message(
        {"payload": {"query": "{ a }"}, "keys": {"id": "7"}},
        properties={"query": field()},
        keys=KEYED,
    ),
    complete=message({"keys": {"id": "1"}}, keys=KEYED),
)
FILES["server/main.yaml"] = area(
    "main",
    connection_ack=message(),
    ping=message(),
    pong=message(),
    next=message(
        {"payload": {"n": 1}, "keys": {"id": "1"}}, properties={"n": field(UINT)}, keys=KEYED
    ),
    error=message({"keys": {"id": "1"}}, keys=KEYED),
    complete=message({"keys": {"id": "1"}}, keys=KEYED),
    note=message({}, keys={"id": "optional"}),
)


def changed(**stream: Any) -> Data:
    """The protocol with other entries of its stream."""
    files = copy.deepcopy(FILES)
    files["session.yaml"]["streams"]["operation"] |= stream
    return files


def test_the_tables_have_the_stream_and_the_heartbeats_of_the_server(tmp_path: Path) -> None:
    with generated(FILES, tmp_path) as made:
        tables: Any = module_of(made, "session")
        types: Any = importlib.import_module(f"{made.protocol.package}._session")
        client, server, code = made.models.client, made.models.server, made.models.CloseCode
        assert tables.SESSION.streams == (
            types.Stream(
                name="operation",
                key="id",
                opened_by=client.SubscribeFrame,
                items=frozenset({server.NextFrame}),
                ended_by=frozenset({server.ErrorFrame, server.CompleteFrame, client.CompleteFrame}),
                duplicate=types.Close(code.TAKEN),
            ),
        )
        assert tables.SESSION.heartbeat is None
        assert tables.SESSION.server_heartbeat == types.HeartbeatRules(
            interval=12.0,
            from_greeting=False,
            jittered=True,
            missed_answers=1,
            missed_then=types.Close(code.SLOW),
            silence_factor=None,
            silence_then=None,
        )
        assert tables.SESSION.roles.server_heartbeat_answer.frame is client.PongFrame
        assert module_of(made, "protocol").PROTOCOL.envelope.sequence_key is None


def test_a_key_with_another_name_in_python_is_said_as_well(tmp_path: Path) -> None:
    files = changed(key="in")
    keys = files["protocol.yaml"]["envelope"]["keys"]
    keys["in"] = keys.pop("id")
    for side in ("client", "server"):
        for entry in files[f"{side}/main.yaml"]["messages"].values():
            for holder in (entry, *entry["examples"]):
                if "keys" in holder:
                    holder["keys"] = {"in": holder["keys"]["id"]}
    with generated(files, tmp_path) as made:
        (stream,) = module_of(made, "session").SESSION.streams
        assert (stream.key, stream.wire_key) == ("in_", "in")


def test_the_documents_show_a_stream_and_one_of_it_in_the_conversation(tmp_path: Path) -> None:
    with generated(FILES, tmp_path) as made:
        page = made.files["docs/v1/session.md"]
        part = page.partition("\n## Stream: operation\n")[2].partition("\n## ")[0]
        assert [line for line in part.splitlines() if line] == [
            "One operation.",
            "| what | how |",
            "| --- | --- |",
            "| key of the envelope | `id` |",
            "| opened by | [`subscribe`](client/main.md#subscribe) |",
            "| carries | [`next`](server/main.md#next) |",
            "| ended by | [`error`](server/main.md#error), [`complete`](server/main.md#complete) "
            "or [`complete`](client/main.md#complete) |",
            "| a key that is in use | the server closes with [`4409`](close-codes.md) `TAKEN` |",
            "### Operations",
            "id.",
        ]
        part = page.partition("\n## Heartbeats of the server\n")[2].partition("\n## ")[0]
        assert "| without an answer | after 1 heartbeat in a row the server closes with " in part
        steps = conversation(made.protocol)
        frames = [(s.sender, s.frame) for s in steps if s.sender is not None]
        assert frames == [
            ("client", {"type": "connection_init"}),
            ("server", {"type": "connection_ack"}),
            ("server", {"type": "note"}),
            ("client", {"type": "subscribe", "id": "7", "payload": {"query": "{ a }"}}),
            ("server", {"type": "next", "id": "7", "payload": {"n": 1}}),
            ("server", {"type": "error", "id": "7"}),
            ("client", {"type": "ping"}),
            ("server", {"type": "pong"}),
            ("server", {"type": "ping"}),
            ("client", {"type": "pong"}),
        ]
        assert all(made.errors(sender, frame) == [] for sender, frame in frames)


def without_next() -> Data:
    files = changed()
    server = files["session.yaml"]["states"]["on"]["server"]
    del server["any"]
    server |= dict.fromkeys(("server/error", "server/complete", "server/note"), "stays")
    files["session.yaml"]["states"]["open"]["server"]["server/next"] = "stays"
    return files


def without_end() -> Data:
    files = changed(ended_by=["server/complete"])
    server = files["session.yaml"]["states"]["on"]["server"]
    del server["any"]
    server |= dict.fromkeys(("server/error", "server/next", "server/note"), "stays")
    files["session.yaml"]["states"]["open"]["server"]["server/complete"] = "stays"
    return files


MISTAKES = [
    ("a key that the envelope lacks", changed(key="di"), "SESSION_NAME_KNOWN", "di"),
    ("a message that need not have the key", changed(items=["server/note"]),
     "SESSION_STREAM", "server/note"),
    ("a message without the key", changed(items=["server/connection_ack"]),
     "SESSION_STREAM", "server/connection_ack"),
    ("a stream that the server opens", changed(opened_by="server/error", ended_by=["server/complete"]),
     "SESSION_SENDER", "server/error"),
    ("items of the client", changed(items=["client/complete"], ended_by=["server/complete"]),
     "SESSION_SENDER", "client/complete"),
    ("a message that carries and ends", changed(items=["server/complete"]),
     "SESSION_ONE_MEANING", "server/complete"),
    ("a message that does not exist", changed(items=["server/nxt"]), "SESSION_NAME_KNOWN", "server/nxt"),
    ("a code that is not listed", changed(duplicate={"close": 4400}), "SESSION_CODE_LISTED", "4400"),
    ("a stream that carries nothing where it was opened", without_next(),
     "SESSION_STREAM", "operation:"),
    ("a stream that cannot be ended", without_end(), "SESSION_STREAM", "operation:"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "rule", "shown"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_mistakes(tmp_path: Path, files: Data, rule: str, shown: str) -> None:
    assert refused(files, tmp_path) == [(rule, "session.yaml", shown)]


def test_a_placeholder_of_numbers_that_the_protocol_lacks(tmp_path: Path) -> None:
    files = changed(description="{envelope.sequence.key}.")
    assert refused(files, tmp_path) == [
        ("SESSION_PLACEHOLDER", "session.yaml", "{envelope.sequence.key}.'")
    ]
    assert re.fullmatch("id.", load_protocol(write(FILES, tmp_path / "b")).session.rules[0].text)
