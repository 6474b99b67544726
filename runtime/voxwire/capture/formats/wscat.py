"""What wscat shows, on a terminal that was recorded or in a file: only with ``--from wscat``.

On a terminal ``< `` stands before what was received and ``> `` before what was typed, amid colours. In a file
received messages stand alone, and the prompt ``> `` may stand before any of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Closed, Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_lines import log_lines, without_escapes
from voxwire.capture.unnamed import BARE, Unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent

_ERASES: Final = re.compile(rb"\x1b\[[0-3]?[JK]")
"""What erases a line of a terminal, or the rest of the screen."""

_REMARK: Final = re.compile(
    r"Connected \(press CTRL\+C to quit\)|Script (?:started|done) on |error: |Received (?:ping|pong) \(data: "
)
_CLOSED: Final = re.compile(r'Disconnected \(code: (\d{1,5}), reason: "(.*)"\)', re.DOTALL)
_LOST_CODE: Final = 1006
_IN_A_FILE: Final = BARE | Lacks.TIME | Lacks.CLIENT
_ON_A_TERMINAL: Final = (BARE | Lacks.TIME) & ~Lacks.CLOSE
_BINARY: Final = "a binary message cannot be read: wscat shows it as text"


def _probe(_start: bytes) -> Likelihood:
    return Likelihood.NO  # it is read on request only


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    shown = _Shown()
    for number, content in log_lines(capture.blocks()):
        if content is None:
            yield shown.unnamed.too_long(number)
        else:
            line = without_escapes(_ERASES.split(content)[-1]).strip()
            yield from shown.line(number, line.decode("utf-8", "replace"))


class _Shown:
    """Follows what was shown."""

    def __init__(self) -> None:
        self.unnamed: Final = Unnamed(_IN_A_FILE)
        self._is_terminal: bool | None = None

    def line(self, number: int, line: str) -> Iterator[CaptureEvent]:
        """The line with this number, as a terminal shows it."""
        mark, text = line[:1] if line[:1] in ("<", ">") else "", line.lstrip("<> ")
        if not text or _REMARK.match(text):
            self._settle(is_terminal=text.startswith("Connected ("))
            return
        if found := _CLOSED.fullmatch(text):
            yield from self._closed(int(found[1]), found[2])
            return
        if self._is_terminal is None:
            self._settle(is_terminal=mark == "<")
            self._is_terminal = bool(self._is_terminal)
        if self._is_terminal and not mark:
            return  # what is neither received nor typed
        if "\N{REPLACEMENT CHARACTER}" in text:
            yield from self.unnamed.gap(f"line {number}: {_BINARY}")
            return
        is_typed = self._is_terminal and mark == ">"
        yield from self.unnamed.printed("c2s" if is_typed else "s2c", text, number)

    def _settle(self, *, is_terminal: bool) -> None:
        if is_terminal and self._is_terminal is None:
            self._is_terminal = True
            self.unnamed.lacks = _ON_A_TERMINAL

    def _closed(self, code: int, reason: str) -> Iterator[CaptureEvent]:
        self._settle(is_terminal=True)
        connection = self.unnamed.connection
        if connection is not None and code != _LOST_CODE:
            yield Closed(connection, connection.started, code, reason)


WSCAT: Final = CaptureFormat(
    "wscat",
    "what wscat shows",
    BARE | Lacks.TIME,
    _probe,
    _read,
    "only with --from wscat; binary messages are lost",
)
