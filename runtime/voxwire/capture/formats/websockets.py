"""The debug log of ``websockets``, the Python library, of a client or a server.

::

    … websockets.client DEBUG > GET /gateway?v=1 HTTP/1.1
    … websockets.client DEBUG < TEXT '{"type":"hello"}' [16 bytes]
    … websockets.client DEBUG > CLOSE 1000 (OK) bye [5 bytes]

``<`` is what the side that writes the log received. Any format may stand in front of that. Messages are
inflated, fragments apart. What is longer than WEBSOCKETS_MAX_LOG_SIZE is written without its middle, which
the number of its bytes betrays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture.escapes import unescaped_text, unquoted
from voxwire.capture.events import BadLine, Lacks, Place
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_connections import LogConnections, Numbers
from voxwire.capture.log_lines import log_lines, without_escapes
from voxwire.capture.log_times import zoned_time
from voxwire.capture.messages import CLOSE, NO_CODE, Missing
from voxwire.errors import CaptureError
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_LINE_TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

_OPCODES: Final = {"CONT": 0, "TEXT": 1, "BINARY": 2, "CLOSE": CLOSE, "PING": 9, "PONG": 10}
_STATES: Final = "CONNECTING|OPEN|CLOSING|CLOSED"

_SAID: Final = re.compile(
    r"(?:(?<=[\s\]|:])|^)(?:"
    rf"= connection is (?P<state>{_STATES})\s*$"
    r"|(?P<mark>[<>]) (?:"
    rf"(?P<opcode>{'|'.join(_OPCODES)}) (?P<frame>.*)"
    r"|(?P<http>(?:GET \S+ HTTP/1\.|HTTP/1\.[01] \d{3}|[\w-]+: ).*)"
    r"))"
)
_BEFORE: Final = 500
"""Characters of a line in front of what it says."""

_FRAME: Final = re.compile(
    r"(?P<data>.*) \[(?:(?P<kind>text|binary), )?(?P<size>\d{1,12}) bytes?(?P<more>, continued)?\]\s*",
    re.DOTALL,
)
_CLOSE: Final = re.compile(
    r"(?P<code>\d{4})(?: \((?:[^()]|\([^)]*\))*\))?(?: (?P<reason>.*))?", re.DOTALL
)
_SIDE: Final = re.compile(r"\bwebsockets\.(?:legacy\.)?(client|server)\b")
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")

_ELIDED: Final = Missing(
    "the log has not all of a message",
    "set WEBSOCKETS_MAX_LOG_SIZE=1000000 in the environment of the program",
)
_CUT: Final = Missing(
    "a character that two fragments share is not in the log", "use `voxwire record`"
)
_DAMAGED: Final = Missing("a frame cannot be read", "the line is cut off or was changed")
_APART: Final = "write the id of the connection on each line, with a LoggerAdapter that puts websocket.id in front"
_WHOSE: Final = (
    "the log does not say whether a client or a server wrote it: write the name of the logger on each "
    "line (%(name)s), or log from the handshake on"
)

_PROBED: Final = re.compile(
    rb"^(?![{\"]|\[\s*[{\[\"]|<[^ ])[^\n]{0,500}?(?:(?<=[\s\]|:])|^)(?:= connection is (?:"
    + _STATES.encode()
    + rb")|[<>] (?:TEXT|BINARY|CONT|CLOSE|PING|PONG) [^\n]*\[(?:text, |binary, )?\d+ bytes?(?:, continued)?\])"
    rb"\s*$",
    re.MULTILINE,
)
"""A line of such a log; one that JSON or XML begins is none, whatever it quotes."""


class _Key(NamedTuple):
    """What a line says of whose it is."""

    side: str | None
    connection: str | None


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _PROBED.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    log = _Log(capture.direction)
    for number, content in log_lines(capture.blocks()):
        if content is None:
            message = f"line {number} is longer than {MAX_LINE_SIZE} bytes and was skipped"
            yield BadLine(None, CAPTURE_LINE_TOO_LONG, message)
        else:
            yield from log.line(number, without_escapes(content).decode("utf-8", "replace"))
    yield from log.end()


class _Log:
    """Follows a log."""

    def __init__(self, direction: Direction | None) -> None:
        self._received: Final = direction
        self._numbers: Final = Numbers()
        self._sides: dict[_Key, _Side] = {}

    def line(self, number: int, line: str) -> Iterator[CaptureEvent]:
        """The line with this number."""
        said = _SAID.search(line, 0)
        if said is None or said.start() > _BEFORE:
            return
        before = line[: said.start()]
        side = self._side(before)
        if said["state"]:
            yield from side.state(said["state"], number)
        elif said["http"]:
            yield from side.http(said["mark"], said["http"], number)
        else:
            opcode = said["opcode"]
            yield from side.frame(said["mark"], opcode, said["frame"], zoned_time(before), number)

    def end(self) -> Iterator[CaptureEvent]:
        """The log ends."""
        for side in self._sides.values():
            yield from side.connections.finish()

    def _side(self, before: str) -> _Side:
        name, id_ = _SIDE.search(before), _UUID.search(before)
        key = _Key(name and name[1], id_ and id_[0])
        side = self._sides.get(key)
        if side is None:
            side = self._sides[key] = _Side(key.side, self._received, self._numbers)
        return side


class _Side:
    """What one logger says: that of clients, that of servers, or one that does not say which."""

    def __init__(self, name: str | None, received: Direction | None, numbers: Numbers) -> None:
        self.connections: Final = LogConnections(numbers, Lacks.NOTHING, _APART)
        self._received: Direction | None = received
        if name is not None:
            self._received = "s2c" if name == "client" else "c2s"
        self._is_named: Final = name is not None
        self._ts: float | None = None

    def state(self, state: str, number: int) -> Iterator[CaptureEvent]:
        """A connection is in this state now."""
        if state == "CONNECTING":
            yield from self.connections.begin(f"line {number}")
        elif state == "CLOSED":
            yield from self.connections.end()

    def http(self, mark: str, line: str, number: int) -> Iterator[CaptureEvent]:
        """A line of a handshake."""
        connections = self.connections
        if line.startswith("GET "):
            if not connections.has_begun or connections.handshake.target is not None:
                yield from connections.begin(f"line {number}")
            if not self._is_named:
                self._received = "s2c" if mark == ">" else "c2s"
        connections.handshake.line(line)
        if connections.handshake.is_refused:
            yield from connections.end()

    def frame(
        self, mark: str, opcode: str, written: str, ts: float | None, number: int
    ) -> Iterator[CaptureEvent]:
        """A frame came, or was sent."""
        received = self._received
        if received is None:
            raise CaptureError(_WHOSE)
        yield from self.connections.messages(ts)
        self._ts = self._ts if ts is None else ts
        messages = self.connections.current
        sent: Direction = "c2s" if received == "s2c" else "s2c"
        found = _FRAME.fullmatch(written)
        if opcode == "CLOSE":
            code, reason = _close(written if found is None else found["data"], found)
            way = received if mark == "<" else sent
            yield from messages.close(way, code, reason, self._ts or 0.0)
            return
        data = _DAMAGED if found is None else _data(found)
        yield from messages.frame(
            received if mark == "<" else sent,
            _OPCODES[opcode],
            data,
            ts=self._ts or 0.0,
            place=Place("line", number),
            is_last=found is None or found["more"] is None,
        )


def _data(found: re.Match[str]) -> bytes | Missing:
    """The bytes of a frame, as far as the log has them."""
    written, size = found["data"], int(found["size"])
    try:
        if written[:1] in ("'", '"'):
            text = unescaped_text(unquoted(written.encode()).decode())
            data = text.encode("utf-8", "surrogatepass")
        else:
            data = bytes.fromhex(written)
    except ValueError:
        return _ELIDED if "..." in written else _DAMAGED
    if len(data) == size:
        return data
    if "..." in written:
        return _ELIDED
    return _CUT if "\N{REPLACEMENT CHARACTER}" in written else _DAMAGED


def _close(written: str, found: re.Match[str] | None) -> tuple[int | None, str]:
    """The code and the reason of a close frame. A reason that the log has only in part is left out."""
    if written == "''":
        return NO_CODE, ""
    close = _CLOSE.fullmatch(written)
    if close is None:
        return None, ""
    reason = close["reason"] or ""
    is_whole = found is not None and int(found["size"]) == 2 + len(reason.encode())
    return int(close["code"]), reason if is_whole else ""


WEBSOCKETS: Final = CaptureFormat(
    "websockets",
    "debug log of websockets, the Python library",
    Lacks.NOTHING,
    _probe,
    _read,
    "set WEBSOCKETS_MAX_LOG_SIZE=1000000, or long messages are not in it; times count where they have "
    "their zone",
    takes_direction=True,
)
