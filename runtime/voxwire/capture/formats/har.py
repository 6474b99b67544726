"""HAR 1.2, as browsers and proxies export it: ``_webSocketMessages`` in the entries of WebSockets.

::

    {"log": {"creator": {"name": "…"}, "entries": [
      {"startedDateTime": "…", "request": {"url": "wss://…"}, "response": {"status": 101},
       "_webSocketMessages": [{"type": "receive", "time": 1795376354.15, "opcode": 1, "data": "…"}]}]}}

What `voxwire convert` writes also says what was not recorded (``"_lacks": ["start"]`` of an entry) and
where something is missing or the connection is closed (``"_gap": {"message": "…"}``, ``"_close": {"code": 4000,
"reason": "…"}`` of a message that is an error; closes are to be looked for where the entry has ``"_closes": true``).

Messages are whole and inflated; opcode 2 is base64. ``time`` counts seconds or milliseconds, is negative
where none was recorded, and counts from the start of the browser where the connection failed. Playwright
may put the messages into a file of their own, one a line, which the entry names
(``response.content._file``).
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture.events import BadLine, Place
from voxwire.capture.formats.by_start import in_order_of_start
from voxwire.capture.formats.format import CaptureFormat, Likelihood
from voxwire.capture.formats.har_damaged import Read, entries_around_damage, unreadable
from voxwire.capture.formats.har_entries import Entry, entry_of
from voxwire.capture.formats.har_messages import LACKS, connection_events, failed
from voxwire.capture.formats.json_parts import READ_ERRORS, damaged_at, reason
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

    from voxwire.capture.events import CaptureEvent
    from voxwire.capture.formats.format import CaptureInput

_BOM: Final = b"\xef\xbb\xbf"
_START: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{')
_LATER: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')
_LOG: Final = re.compile(
    rb'"log"\s*:\s*\{\s*"(?:version|creator|browser|pages|entries|comment)"\s*:'
)
_CREATOR: Final = re.compile(rb'"creator"\s*:\s*\{[^{}]{0,200}?"name"\s*:\s*"([^"\\]{0,100})"')
_START_SIZE: Final = 65_536

_ADVICE: Final = {
    "firefox": "Firefox exports no WebSocket messages; export the HAR from Chrome or mitmproxy, or use "
    "`voxwire record`",
    "playwright": "record it without content 'omit' and without PLAYWRIGHT_HAR_NO_WEBSOCKET_FRAMES",
}
_ANY_ADVICE: Final = "export it from Chrome or mitmproxy, or use `voxwire record`"


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _Log


_decode: Final = msgspec.json.Decoder(_Har).decode


def _probe(start: bytes) -> Likelihood:
    if _START.match(start):
        is_sure = re.search(rb'"(?:entries|creator)"', start)
        return Likelihood.SURE if is_sure else Likelihood.MAYBE
    is_later = _LATER.match(start) is not None and _LOG.search(start) is not None
    return Likelihood.MAYBE if is_later else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    with capture.mapped() as content:
        creator = _CREATOR.search(content, 0, _START_SIZE)
        name = "" if creator is None else creator[1].decode("utf-8", "replace").lower()
        yield from events_of_entries("HAR", list(_entries(content)), capture, name)


def events_of_entries(
    what: str, found: list[Read], capture: CaptureInput, creator: str
) -> Iterator[CaptureEvent]:
    """The events of all connections among `found`, the one that began first first. `what` people call
    such a file, `creator` is who wrote it.

    Raises CaptureError where there is none.
    """
    failures: list[str] = []
    opened: list[Read] = []
    for one in found:
        failure = failed(one) if isinstance(one, Entry) else None
        if failure is None:
            opened.append(one)
        else:
            failures.append(failure)
    if not any(isinstance(one, BadLine) for one in opened):
        _check(what, [one for one in opened if isinstance(one, Entry)], failures, creator)
    numbers = count(1)
    for one in in_order_of_start(opened, _started):
        if isinstance(one, BadLine):
            yield one
        else:
            yield from connection_events(next(numbers), one, capture)


def _started(entry: Entry) -> float | None:
    return entry.started


def _check(what: str, connections: list[Entry], failures: list[str], creator: str) -> None:
    """Refuse one of which nothing can be checked."""
    if not connections:
        if failures:
            raise CaptureError(
                f"no WebSocket connection in the {what} came about, {len(failures)} failed: "
                f"{failures[0]}"
            )
        raise CaptureError(f"the {what} holds no WebSocket connection")
    if all(one.messages is None and one.attached is None for one in connections):
        advice = _ADVICE.get(creator, _ANY_ADVICE)
        raise CaptureError(f"the {what} was made without the messages of its WebSockets: {advice}")


def _entries(content: mmap | bytes) -> Iterator[Read]:
    """The WebSockets of a file."""
    start = len(_BOM) if content[: len(_BOM)] == _BOM else 0
    try:
        entries = _decode(memoryview(content)[start:]).log.entries
    except msgspec.ValidationError as error:
        raise CaptureError(f"the HAR has no list of entries: {reason(error)}") from error
    except READ_ERRORS as error:
        yield from entries_around_damage(content, start + damaged_at(error, len(content) - start))
        return
    for number, raw in enumerate(entries, start=1):
        place = Place("entry", number)
        try:
            entry = entry_of(raw, place)
        except READ_ERRORS as error:
            yield unreadable(place, error)
        else:
            if entry is not None:
                yield entry


HAR: Final = CaptureFormat(
    "har",
    "HAR 1.2 of Chrome, Edge, Playwright, mitmproxy",
    LACKS,
    _probe,
    _read,
    "Firefox writes no messages into it",
)
