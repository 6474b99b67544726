"""What ``voxwire validate`` says of each recorded conversation of graphql-transport-ws."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from graphql_transport_ws.v1.protocol import PROTOCOL
from tests.protocols.graphql_conversations import CAPTURES, CONVERSATIONS
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.cli import main


class Found(NamedTuple):
    """A finding: where it is, what is said, and of whom."""

    severity: str
    rule: str
    frame: int
    type: str | None
    pointer: str | None
    blame: str | None


NOTES: Final[Mapping[str, tuple[Found, ...]]] = {
    "late-results": (Found("note", "STREAM_UNKNOWN", 7, "next", "/id", "server"),),
    "odd-frames": (Found("note", "UNKNOWN_FIELD", 2, "connection_ack", "/since", "server"),),
    "unknown-keys": (
        Found("note", "UNKNOWN_FIELD", 1, "connection_init", "/id", "client"),
        Found("note", "UNKNOWN_FIELD", 3, "subscribe", "/payload/priority", "client"),
        Found("note", "UNKNOWN_FIELD", 3, "subscribe", "/at", "client"),
        Found("note", "UNKNOWN_FIELD", 6, "complete", "/payload", "client"),
    ),
}
"""What is unusual in captures in which nothing is wrong."""

MISTAKES: Final[Mapping[str, Found]] = {
    "ack-twice": Found("error", "READY_UNASKED", 5, "connection_ack", None, "server"),
    "next-before-ack-4004": Found("error", "OUT_OF_PLACE", 2, "next", None, "server"),
    "ack-with-text-4004": Found(
        "error", "PAYLOAD_INVALID", 2, "connection_ack", "/payload", "server"
    ),
    "unknown-type-4004": Found("error", "UNKNOWN_TYPE", 4, "connection_kept", "/type", "server"),
    "next-without-id-4004": Found("error", "FIELD_MISSING", 4, "next", "", "server"),
    "next-with-array-4004": Found("error", "PAYLOAD_INVALID", 4, "next", "/payload", "server"),
    "error-with-object-4004": Found("error", "PAYLOAD_INVALID", 4, "error", "/payload", "server"),
    "error-without-errors-4004": Found("error", "FIELD_ITEMS", 4, "error", "/payload", "server"),
    "not-json-4400": Found("error", "JSON_INVALID", 1, None, None, "client"),
    "not-an-object-4400": Found("error", "FRAME_NOT_OBJECT", 1, None, "", "client"),
    "no-type-4400": Found("error", "TYPE_MISSING", 1, None, "", "client"),
    "unknown-type-4400": Found("error", "UNKNOWN_TYPE", 1, "connection_start", "/type", "client"),
    "init-with-text-4400": Found(
        "error", "PAYLOAD_INVALID", 1, "connection_init", "/payload", "client"
    ),
    "subscribe-without-id-4400": Found("error", "FIELD_MISSING", 3, "subscribe", "", "client"),
    "subscribe-with-empty-id-4400": Found("error", "FIELD_LENGTH", 3, "subscribe", "/id", "client"),
    "subscribe-without-query-4400": Found(
        "error", "FIELD_MISSING", 3, "subscribe", "/payload", "client"
    ),
    "subscribe-with-array-4400": Found(
        "error", "FIELD_TYPE", 3, "subscribe", "/payload/variables", "client"
    ),
    "subscribe-first-4401": Found("error", "NOT_IDENTIFIED", 1, "subscribe", None, "client"),
    "subscribe-before-ack-4401": Found("error", "OUT_OF_PLACE", 2, "subscribe", None, "client"),
    "same-id-4409": Found("error", "STREAM_KEY_IN_USE", 5, "subscribe", "/id", "client"),
    "init-twice-4429": Found("error", "IDENTIFY_REPEATED", 3, "connection_init", None, "client"),
    "next-from-client-4500": Found("error", "WRONG_DIRECTION", 3, "next", "/type", "client"),
}
"""The one mistake of each capture that has one."""

QUIET_CODES: Final = ("1000", "1001")
"""The codes of closes of which nothing is to be said."""


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_findings(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = CAPTURES / f"{name}.ndjson"
    assert found_in(path) == [*expected(name)]
    status = main(
        ["validate", "--protocol", "graphql_transport_ws.v1", "--format", "json", str(path)]
    )
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    found = [finding for finding in report["findings"] if finding["frame"] is not None]
    assert [Found(*map(finding.get, Found._fields)) for finding in found] == [*expected(name)]
    assert status == (1 if name in MISTAKES else 0)
    of_connections = [finding for finding in report["findings"] if finding["frame"] is None]
    closes = [close.split()[1] for close in CONVERSATIONS[name].closes]
    assert [(finding["severity"], finding["rule"]) for finding in of_connections] == [
        ("note", "CLOSE_MEANING") for code in closes if code not in QUIET_CODES
    ]


def found_in(path: Path) -> list[Found]:
    """What is found about the frames of a capture."""
    check = CaptureCheck(str(path), Selection(), Statistics(), Sessions(), protocol=PROTOCOL)
    return [
        Found(
            finding.severity,
            finding.rule.id,
            finding.frame,
            finding.type,
            finding.pointer,
            finding.blame,
        )
        for finding in check.findings()
        if finding.frame is not None
    ]


def expected(name: str) -> tuple[Found, ...]:
    """What is found in the capture, or in the same conversation recorded anew."""
    return (MISTAKES[name],) if name in MISTAKES else NOTES.get(name, ())


def test_every_mistake_has_its_capture() -> None:
    assert {*MISTAKES, *NOTES} <= {*CONVERSATIONS}


def lines(*events: tuple[str, float, str]) -> str:
    """A capture with these texts at these times, to be closed at the end."""
    header = {"url": "ws://127.0.0.1/graphql", "ts": 0.0}
    frames = [{"ts": ts, "dir": side, "opcode": "text", "text": text} for side, ts, text in events]
    return "".join(json.dumps(line) + "\n" for line in (header, *frames))


def test_nobody_can_tell_that_an_adjustable_timer_is_over(tmp_path: Path) -> None:
    path = tmp_path / "slow.ndjson"
    path.write_text(
        lines(
            ("c2s", 60.0, '{"type":"connection_init"}'), ("s2c", 99.0, '{"type":"connection_ack"}')
        )
    )
    assert found_in(path) == []


def test_a_ping_is_owed_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "silent.ndjson"
    pings = [(side, at, '{"type":"ping"}') for at in (1.0, 500.0, 900.0) for side in ("c2s", "s2c")]
    path.write_text(lines(*pings))
    assert found_in(path) == []
