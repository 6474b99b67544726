"""Lines of the native capture format, made in few words."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path

from voxwire.capture import BadLine, CaptureEvent, Closed, Frame, Gap, Opened

EXAMPLES = Path(__file__).parents[2] / "examples" / "captures"

START = 1_700_000_000.0
"""When every connection begins, as Unix time."""


def header(**keys: object) -> str:
    return json.dumps({"url": "wss://host/gateway?v=1&encoding=json", "ts": START} | keys)


def s2c(frame: object, **keys: object) -> str:
    """A text frame of the server; a `frame` that is no text is written as JSON."""
    return _text("s2c", frame, keys)


def c2s(frame: object, **keys: object) -> str:
    return _text("c2s", frame, keys)


def binary(data: bytes, direction: object = "s2c", **keys: object) -> str:
    b64 = base64.b64encode(data).decode()
    line = {"ts": START + 1, "dir": direction, "opcode": "binary", "b64": b64}
    return json.dumps(line | keys)


def close(code: object = 1000, reason: object = "", **keys: object) -> str:
    return json.dumps({"close": {"code": code, "reason": reason}, "ts": START + 1} | keys)


def leave(seq: int, **keys: object) -> str:
    """A valid server frame with this number."""
    return s2c({"type": "member_leave", "d": {"user_id": 7}, "seq": seq}, **keys)


def ready(seq: int = 1) -> str:
    payload = {
        "session_id": "sess_0123456789abcdef",
        "user_id": 1,
        "display_name": "a",
        "server_name": "b",
        "protocol_version": 1,
        "capabilities": ["voice"],
    }
    return s2c({"type": "ready", "d": payload, "seq": seq})


def resume(last_seq: int) -> str:
    payload = {"token": "vox_sess_abcdefgh", "session_id": "sess_1", "last_seq": last_seq}
    return c2s({"type": "resume", "d": payload})


def resumed(seq: int) -> str:
    return s2c({"type": "resumed", "d": {"seq": seq}})


def capture(*lines: str) -> bytes:
    """A whole file."""
    return "".join(f"{line}\n" for line in lines).encode()


def described(found: Iterable[CaptureEvent]) -> list[tuple[object, ...]]:
    """Events in short, comparable form."""
    return [_described(event) for event in found]


def _described(event: CaptureEvent) -> tuple[object, ...]:
    match event:
        case Opened(connection, has_header):
            return ("opened", connection.number, connection.url, has_header)
        case Frame(connection, number, _, direction, data):
            return (connection.number, number, direction, data)
        case Closed(connection, _, code, reason):
            return ("closed", connection.number, code, reason)
        case Gap(connection, rule, message, hint):
            return (rule, connection.number, message, hint)
        case BadLine(connection, rule, message, hint):
            return (rule, None if connection is None else connection.number, message, hint)


def _text(direction: str, frame: object, keys: dict[str, object]) -> str:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    return json.dumps({"ts": START + 1, "dir": direction, "opcode": "text", "text": text} | keys)


PLAIN = capture(header(), leave(2), c2s('{"é":"𝕏"}'), binary(b"\x00\xff"), close(4007, "why"))
"""A capture with a line of every kind."""
