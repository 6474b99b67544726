"""The network part of a Playwright trace, ``trace.network`` in ``trace.zip``: an entry of a HAR a line.

::

    {"type":"resource-snapshot","snapshot":{"startedDateTime":"…","request":{"url":"wss://…"},…}}

The messages are in files below ``resources/``, which the entries name (``response.content._file``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture.events import BadLine, Place
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.har import events_of_entries
from voxwire.capture.formats.har_entries import entry_of
from voxwire.capture.formats.har_messages import LACKS
from voxwire.capture.formats.json_parts import READ_ERRORS, damaged_at, reason
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput
    from voxwire.capture.formats.har_damaged import Read

_LINE: Final = re.compile(
    rb'^(?:\xef\xbb\xbf)?[ \t]*\{\s*"type"\s*:\s*"resource-snapshot"\s*,\s*"snapshot"\s*:\s*\{',
    re.MULTILINE,
)
_KIND: Final = "resource-snapshot"
_BOM: Final = b"\xef\xbb\xbf"
_NULL: Final = msgspec.Raw(b"null")


class _Line(msgspec.Struct):
    type: str = ""
    snapshot: msgspec.Raw = _NULL


_decode: Final = msgspec.json.Decoder(_Line).decode


def _probe(start: bytes) -> Likelihood:
    return Likelihood.SURE if _LINE.search(start) else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    with capture.mapped() as content:
        yield from events_of_entries("trace", list(_entries(content)), capture, "playwright")


def _entries(content: mmap | bytes) -> Iterator[Read]:
    view = memoryview(content)
    position = len(_BOM) if content[: len(_BOM)] == _BOM else 0
    number = 0
    while position < len(content):
        end = content.find(b"\n", position)
        has_end = end >= 0
        end = end if has_end else len(content)
        number += 1
        line = view[position:end]
        place = Place("line", number)
        try:
            read = _decode(line) if bytes(line[:100]).strip() else _Line()
            entry = None
            if read.type == _KIND:
                entry = entry_of(read.snapshot, place)
        except READ_ERRORS as error:
            is_cut = not has_end and damaged_at(error, len(line)) == len(line)
            problem = f"is cut off at byte {len(content)}" if is_cut else _why(error)
            yield BadLine(None, CAPTURE_PART_INVALID, f"{place} {problem}")
        else:
            if entry is not None:
                yield entry
        position = end + 1


def _why(error: Exception) -> str:
    return f"cannot be read: {reason(error)}"


PLAYWRIGHT_TRACE: Final = CaptureFormat(
    "playwright-trace",
    "Playwright's trace.zip, and trace.network in it",
    LACKS,
    _probe,
    _read,
    "of Playwright 1.6x and newer; older ones record no messages",
)
