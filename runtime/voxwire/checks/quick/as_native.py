"""The traffic of any capture as lines of a native one, for those who look at lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from voxwire.capture import BadLine, Closed, Connection, Frame, Gap, Opened
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture import CaptureEvent
    from voxwire.rules.rule import Rule

_encode: Final = msgspec.json.Encoder().encode


class NativeLines(NamedTuple):
    """Some lines in a row, each with its line end, and the same with the places that they came from.

    The second are what is read where there is something to say of a line; most of the first are as plain
    as lines can be.
    """

    plain: list[bytes]
    placed: list[bytes]


def as_native(events: Iterable[CaptureEvent], size: int) -> Iterator[NativeLines]:
    """The lines of `events`, at least `size` bytes at a time. When a CaptureError ends them, those before it
    are given first. Raises UnicodeEncodeError for a text with half a surrogate pair, which no line holds."""
    latest: Connection | None = None
    lines = NativeLines([], [])
    held = 0
    try:
        for event in events:
            if isinstance(event, Opened):
                latest = event.connection
            plain, placed = _line(event, is_latest=event.connection is latest)
            lines.plain.append(plain)
            lines.placed.append(placed)
            held += len(plain)
            if held >= size:
                yield lines
                lines, held = NativeLines([], []), 0
    except CaptureError:
        if held:
            yield lines
        raise
    if held:
        yield lines


def _line(event: CaptureEvent, *, is_latest: bool) -> tuple[bytes, bytes]:
    name: dict[str, Any] = {}
    if event.connection is not None and (not is_latest or isinstance(event, Opened)):
        name["conn"] = str(event.connection.number)
    match event:
        case Frame(connection, _, ts, direction, data, place):
            line: dict[str, Any] = {"dir": direction}
            if connection.times != "missing":
                line["ts"] = ts
            if isinstance(data, str):
                line |= {"opcode": "text", "text": data}
            else:
                line |= {"opcode": "binary", "b64": data}
            line |= name
            plain = _written(line)
            return plain, plain if place is None else _written(line | {"at": str(place)})
        case Opened(connection):
            line = {"url": connection.url or "", "ts": connection.started, **name}
            if connection.subprotocol is not None:
                line["subprotocol"] = connection.subprotocol
            if connection.member is not None:
                line["member"] = connection.member
            if connection.lacks:
                line["lacks"] = [lacks.name for lacks in connection.lacks]
        case Closed(_, ts, code, reason):
            line = {"close": {"code": code, "reason": reason}, "ts": ts, **name}
        case Gap(_, rule, message, hint):
            line = {"gap": _gap(rule, message, hint), **name}
        case BadLine(_, rule, message, hint):
            line = {"gap": _gap(rule, message, hint) | {"any": True}}
            if event.connection is not None:
                line["conn"] = str(event.connection.number)
    plain = _written(line)
    return plain, plain


def _gap(rule: Rule, message: str, hint: str) -> dict[str, Any]:
    return {"rule": rule.id, "message": message, "hint": hint}


def _written(line: dict[str, Any]) -> bytes:
    return _encode(line) + b"\n"
