"""What ``wsdump`` shows, the program of websocket-client: what was received, and on a terminal what was typed.

::

    < 0.0165: text: {"type":"hello"}       wsdump -v --timings
    < {"type":"hello"}                     wsdump
    text: {"type":"hello"}                 wsdump -v --raw

Binary messages are bytes literals, with ``-v`` alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from voxwire.capture.escapes import unescaped_bytes, unquoted
from voxwire.capture.events import Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.log_lines import log_lines, without_escapes
from voxwire.capture.unnamed import BARE, Unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent

_PROBED: Final = re.compile(
    rb"^Press Ctrl\+C to quit\s*$|\A(?:\d{1,10}\.\d{1,20}: )?(?:text: \{|binary: b['\"])",
    re.MULTILINE,
)
_ERASES: Final = re.compile(rb"\x1b\[[0-3]?[JK]")
_SHOWN: Final = re.compile(
    rb"(?:([<>]) )?(?:\d{1,10}\.\d{1,20}: )?(?:(text|binary|cont|close|ping|pong): )?(.*)",
    re.DOTALL,
)


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _PROBED.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    unnamed = Unnamed(BARE | Lacks.TIME | Lacks.CLIENT)
    for number, content in log_lines(capture.blocks()):
        if content is None:
            yield unnamed.too_long(number)
            continue
        found = _SHOWN.fullmatch(without_escapes(_ERASES.split(content)[-1]).strip())
        if found is None or found[1] == b">" or not (found[1] or found[2]):
            continue  # what was typed is there on a terminal only
        yield from _message(unnamed, number, found[2], found[3])


def _message(
    unnamed: Unnamed, number: int, kind: bytes | None, shown: bytes
) -> Iterator[CaptureEvent]:
    if kind in (None, b"text"):
        yield from unnamed.printed("s2c", shown.decode("utf-8", "replace"), number)
    elif kind == b"binary":
        try:
            data = unescaped_bytes(unquoted(shown.removeprefix(b"b")))
        except ValueError:
            yield from unnamed.gap(f"line {number}: a binary message cannot be read")
        else:
            yield from unnamed.message("s2c", data, number)
    elif kind == b"cont":
        yield from unnamed.gap(f"line {number}: a message is shown in parts")


WSDUMP: Final = CaptureFormat(
    "wsdump",
    "what wsdump of websocket-client shows",
    BARE | Lacks.TIME | Lacks.CLIENT,
    _probe,
    _read,
    "what was received; with -v binary messages, too",
)
