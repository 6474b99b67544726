"""Conversations that nobody logs in to, or that begin in two ways, and heartbeats that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.voxspec.mini import Data, generated, module_of
from tests.voxwire.operations import (
    check,
    conversation,
    number,
    only_what_is_said,
    schema,
)
from voxwire.protocol import AnyProtocol

Found = list[tuple[str, int | None]]

NOBODY_LOGS_IN: Data = {
    "description": "A client enters and leaves a room, in which the server beats.",
    "roles": {
        "server_heartbeat": {"message": "server/ping"},
        "server_heartbeat_answer": {"message": "client/pong"},
    },
    "states": {
        "outside": {"description": "outside", "client": {"client/search": "inside"}},
        "inside": {
            "description": "inside",
            "client": {"server_heartbeat_answer": "stays", "client/knock": "stays"},
            "server": {"server_heartbeat": "stays", "server/pause": "outside"},
        },
    },
    "server_heartbeat": {
        "interval": number(10, "s"),
        "missed_answers": {"value": 2, "unit": "heartbeats", "then": {"close": 4408}},
        "silence": {"value": 2, "unit": "intervals", "then": {"close": 4004}},
    },
}
TWO_WAYS_IN: Data = {
    "description": "A client logs in, or searches first.",
    "roles": {
        "login": {"message": "client/connection_init"},
        "established": {"message": "server/connection_ack"},
        "server_heartbeat": {"message": "server/ping"},
        "server_heartbeat_answer": {"message": "client/pong"},
    },
    "states": {
        "outside": {
            "description": "outside",
            "client": {"login": "waiting", "client/search": "searching"},
        },
        "searching": {"description": "searching", "server": {"server/pause": "waiting"}},
        "waiting": {"description": "waiting", "server": {"established": "inside"}},
        "inside": {
            "description": "inside",
            "client": {"client/knock": "stays", "server_heartbeat_answer": "stays"},
            "server": {"server/go_on": "stays", "server_heartbeat": "stays"},
        },
    },
    "server_heartbeat": NOBODY_LOGS_IN["server_heartbeat"],
}
ENTERED = "head >search <ping >pong"
SEARCHED = "head >search <pause <connection_ack"

TOLD: dict[str, tuple[Data, str, Found]] = {
    "beats in time": (NOBODY_LOGS_IN, f"{ENTERED} +10 <ping >pong", []),
    "an answer too many": (
        NOBODY_LOGS_IN,
        f"{ENTERED} >pong",
        [("SERVER_HEARTBEAT_UNASKED", 4)],
    ),
    "a beat that is late": (
        NOBODY_LOGS_IN,
        f"{ENTERED} +30 <ping >pong",
        [("SERVER_HEARTBEAT_LATE", 4)],
    ),
    "none is late where none may come": (
        NOBODY_LOGS_IN,
        f"{ENTERED} <pause +100 >search +10 <ping >pong",
        [],
    ),
    "but again after that": (
        NOBODY_LOGS_IN,
        f"{ENTERED} <pause +100 >search <ping >pong +30 <ping",
        [("SERVER_HEARTBEAT_LATE", 8)],
    ),
    "in by another way": (TWO_WAYS_IN, f"{SEARCHED} >knock:1 <go_on", []),
    "a message too early on another way": (
        TWO_WAYS_IN,
        "head >search <go_on",
        [("OUT_OF_PLACE", 2)],
    ),
    "an answer too many after another way": (
        TWO_WAYS_IN,
        f"{SEARCHED} <ping >pong >pong",
        [("SERVER_HEARTBEAT_UNASKED", 6)],
    ),
    "the client goes on before the server has let it": (
        TWO_WAYS_IN,
        "head >search >connection_init <pause",
        [("IDENTIFY_REPEATED", 2)],
    ),
    "or with what is no login": (
        TWO_WAYS_IN,
        "head >search >knock:1 <pause",
        [("OUT_OF_PLACE", 2)],
    ),
    "the middle of a connection": (TWO_WAYS_IN, "head <go_on >knock:1", []),
}


@pytest.fixture(scope="module")
def protocols(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, AnyProtocol]]:
    found = {}
    with ExitStack() as stack:
        for session in (NOBODY_LOGS_IN, TWO_WAYS_IN):
            files = only_what_is_said(schema() | {"session.yaml": session})
            mini = stack.enter_context(generated(files, tmp_path_factory.mktemp("begins")))
            found[session["description"]] = module_of(mini, "protocol").PROTOCOL
        yield found


@pytest.mark.parametrize(("session", "told", "expected"), TOLD.values(), ids=TOLD)
def test_what_is_found(
    protocols: dict[str, AnyProtocol], session: Data, told: str, expected: Found
) -> None:
    found = check(conversation(told), protocols[session["description"]])
    assert [(str(finding.rule), finding.frame) for finding in found] == expected
