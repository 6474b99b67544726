"""Messages alone, one a line, as programs print what they receive: on request only.

Nothing in such a file says which way the messages went, so that whoever names it has to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.formats.native import BYTE_ORDER_MARK
from voxwire.capture.log_lines import log_lines
from voxwire.capture.unnamed import BARE, Unnamed
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent

_WHICH_WAY: Final = (
    "bare lines do not say which way they went: add --direction s2c for what the server sent, or "
    "--direction c2s for what the client sent"
)


def _probe(_start: bytes) -> Likelihood:
    return Likelihood.NO  # text of any kind may stand in lines


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    way = capture.direction
    if way is None:
        raise CaptureError(_WHICH_WAY)
    other = Lacks.CLIENT if way == "s2c" else Lacks.SERVER
    unnamed = Unnamed(BARE | Lacks.TIME | other)
    for number, content in log_lines(capture.blocks()):
        if content is None:
            yield unnamed.too_long(number)
            continue
        line = content.removeprefix(BYTE_ORDER_MARK) if number == 1 else content
        try:
            text = line.decode()
        except UnicodeDecodeError:
            yield unnamed.bad_line(f"line {number} is not UTF-8")
        else:
            yield from unnamed.printed(way, text, number)


LINES: Final = CaptureFormat(
    "lines",
    "JSON messages alone, one a line",
    BARE | Lacks.TIME,
    _probe,
    _read,
    "only with --from lines and --direction, and of one side",
    takes_direction=True,
)
