"""The trace of ``websocket-client``, the Python library: ``websocket.enableTrace(True)``.

::

    --- request header ---
    GET /gateway?v=1 HTTP/1.1
    Host: host
    -----------------------
    ++Rcv decoded: fin=1 opcode=1 data=b'{"type":"hello"}'
    ++Sent decoded: fin=1 opcode=8 data=b'\\x03\\xe8bye'

Nothing is left out but times, unless the handler of the log puts them in front.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from voxwire.capture.escapes import unescaped_bytes, unquoted
from voxwire.capture.events import BadLine, Lacks, Place
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_connections import LogConnections, Numbers
from voxwire.capture.log_lines import log_lines
from voxwire.capture.log_times import zoned_time
from voxwire.capture.messages import Missing
from voxwire.limits import MAX_LINE_SIZE
from voxwire.rules.capture_format import CAPTURE_LINE_TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent
    from voxwire.direction import Direction

_FRAME: Final = re.compile(
    rb"\+\+(Sent|Rcv) (?:(raw): |decoded: (?:fin=([01]) opcode=(\d{1,2}) data=(.*))?)"
)
_WAYS: Final[dict[bytes, Direction]] = {b"Sent": "c2s", b"Rcv": "s2c"}
_BEGINS: Final = b"--- request header ---"
_HANDSHAKE: Final = re.compile(
    r"GET \S+ HTTP/1\.|HTTP/1\.[01] \d{3}|host:|sec-websocket-protocol:", re.I
)
_ENDS: Final = re.compile(
    rb" - (?:goodbye|reconnect)$|^tearing down on exception|reconnect\(\) - retrying in|"
    rb"Connection to remote host was lost"
)
_BEFORE: Final = 300
"""Characters of a line in front of what it says."""

_DAMAGED: Final = Missing("a frame cannot be read", "the line is cut off or was changed")
_APART: Final = "trace one connection in each process"

_PROBED: Final = re.compile(
    rb"^(?![{<\"]|\[\s*[{\[\"])[^\n]{0,300}?(?:"
    rb"--- request header ---\s*$|\+\+(?:Sent|Rcv) (?:raw: b['\"]|decoded: fin=[01] opcode=))",
    re.MULTILINE,
)


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _PROBED.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    trace = _Trace()
    for number, content in log_lines(capture.blocks()):
        if content is None:
            message = f"line {number} is longer than {MAX_LINE_SIZE} bytes and was skipped"
            yield BadLine(None, CAPTURE_LINE_TOO_LONG, message)
        else:
            yield from trace.line(number, content)
    yield from trace.connections.finish()


class _Trace:
    """Follows a trace."""

    def __init__(self) -> None:
        self.connections: Final = LogConnections(Numbers(), Lacks.NOTHING, _APART)
        self._ts: float | None = None

    def line(self, number: int, line: bytes) -> Iterator[CaptureEvent]:
        """The line with this number."""
        connections = self.connections
        said = _FRAME.search(line, 0)
        if said is not None and said.start() <= _BEFORE:
            if said[2] is None:  # a raw one comes once more, decoded
                yield from self._frame(said, line[: said.start()], number)
        elif line[:_BEFORE].rstrip().endswith(_BEGINS):
            yield from connections.begin(f"line {number}")
        elif _ENDS.search(line):
            yield from connections.end()
        elif connections.has_begun:
            text = line[:_BEFORE].decode("utf-8", "replace")
            found = _HANDSHAKE.search(text)
            if found is not None:
                whole = line.decode("utf-8", "replace")
                connections.handshake.line(whole[found.start() :])
                if connections.handshake.is_refused:
                    yield from connections.end()

    def _frame(self, said: re.Match[bytes], before: bytes, number: int) -> Iterator[CaptureEvent]:
        way, _, fin, opcode, written = said.groups()
        ts = zoned_time(before.decode("utf-8", "replace"))
        yield from self.connections.messages(ts)
        self._ts = self._ts if ts is None else ts
        is_whole = opcode is not None
        yield from self.connections.current.frame(
            _WAYS[way],
            int(opcode) if is_whole else 1,
            _data(written) if is_whole else _DAMAGED,
            ts=self._ts or 0.0,
            place=Place("line", number),
            is_last=not is_whole or fin == b"1",
        )


def _data(written: bytes) -> bytes | Missing:
    """The bytes of a frame; versions differ in what they take for one."""
    if found := re.fullmatch(rb"bytearray\((.*)\)", written):
        written = found[1]
    try:
        if written[:1] == b"b":
            return unescaped_bytes(unquoted(written[1:]))
    except ValueError:
        return _DAMAGED
    return written


WEBSOCKET_CLIENT: Final = CaptureFormat(
    "websocket-client",
    "trace of websocket-client, the Python library",
    Lacks.TIME,
    _probe,
    _read,
    "websocket.enableTrace(True); times count where the log has them with their zone",
)
