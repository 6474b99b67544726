"""The subprotocol that a capture says was chosen: whether a close for want of one was deserved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from tests.voxwire.operations import START, check

_NONE = object()
TAKEN = "closed with 4406 SUBPROTOCOL_NOT_ACCEPTABLE, but the server took the connection with its subprotocol"


def _found(subprotocol: Any) -> list[str]:
    """What is said of the code of a connection that ends with 4406 before its login is answered."""
    header: dict[str, Any] = {"url": "ws://host/graphql"}
    if subprotocol is not _NONE:
        header["subprotocol"] = subprotocol
    lines = [
        header,
        {"dir": "c2s", "opcode": "text", "text": '{"type":"connection_init"}'},
        {"dir": "s2c", "opcode": "text", "text": '{"type":"ping"}'},
        {"dir": "c2s", "opcode": "text", "text": '{"type":"pong"}'},
        {"close": {"code": 4406, "reason": "Subprotocol not acceptable"}},
    ]
    data = "".join(json.dumps({**line, "ts": START + n}) + "\n" for n, line in enumerate(lines))
    found = check(data.encode(), GRAPHQL)
    assert {f.rule for f in found} <= {"CLOSE_MEANING", "CLOSE_CODE_UNEXPECTED"}
    return [f.message for f in found if f.rule == "CLOSE_CODE_UNEXPECTED"]


def test_the_server_had_agreed() -> None:
    assert _found("graphql-transport-ws") == [TAKEN]


@pytest.mark.parametrize("subprotocol", [_NONE, None, "graphql-ws", "***", 7, ["a"]])
def test_nobody_is_accused_where_the_capture_does_not_say_so(subprotocol: Any) -> None:
    assert _found(subprotocol) == []
