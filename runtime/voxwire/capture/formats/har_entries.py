"""Entries of a HAR: which are WebSockets, and what is known of each, however much of it is wrong.

An entry is taken apart before its parts are read, so that one that is wrong does not take the others with
it. The messages of a WebSocket stay as they are, bytes of the file, until they are read one after another.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec

from voxwire.capture.events import Lacks
from voxwire.capture.formats.json_parts import READ_ERRORS, reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.capture.events import Place
    from voxwire.capture.formats.json_parts import Buffer

PartT = TypeVar("PartT")


class _Named(msgspec.Struct):
    name: str = ""
    value: str = ""


class _Request(msgspec.Struct):
    url: str


class _Content(msgspec.Struct):
    file: str | None = msgspec.field(name="_file", default=None)


class _Response(msgspec.Struct):
    status: int = 0
    content: _Content = msgspec.field(default_factory=_Content)
    headers: list[_Named] = []
    failure: str | None = msgspec.field(name="_failureText", default=None)


_NULL_TEXT: Final = b"null"
_EMPTY: Final = re.compile(rb"\[\s*\]")
_NULL: Final = msgspec.Raw(_NULL_TEXT)


class _Parts(
    msgspec.Struct,
    rename={
        "started": "startedDateTime",
        "kind": "_resourceType",
        "messages": "_webSocketMessages",
        "lacks": "_lacks",
        "closes": "_closes",
    },
):
    request: msgspec.Raw = _NULL
    response: msgspec.Raw = _NULL
    started: msgspec.Raw = _NULL
    kind: msgspec.Raw = _NULL
    messages: msgspec.Raw = _NULL
    lacks: msgspec.Raw = _NULL
    closes: msgspec.Raw = _NULL


KEYS: Final = frozenset(f.encode_name.encode() for f in msgspec.structs.fields(_Parts))
"""The members of an entry that are read."""

MESSAGES: Final = b"_webSocketMessages"

_take_apart: Final = msgspec.json.Decoder(_Parts).decode
_request: Final = msgspec.json.Decoder(_Request)
_response: Final = msgspec.json.Decoder(_Response)
_text: Final = msgspec.json.Decoder(str)
_any: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder()


_HTTP: Final = re.compile("^http(s?):", re.IGNORECASE)


class Rest(NamedTuple):
    """Messages behind a damage."""

    damage: int
    """The byte at which it begins."""
    messages: memoryview
    """Items of an array without its brackets."""


class Entry(NamedTuple):
    """What is known of one WebSocket."""

    place: Place
    url: str | None
    started: float | None
    """Unix time in seconds; None where it is not said."""
    status: int
    subprotocol: str | None
    messages: memoryview | None
    """A JSON array; None where there is none."""
    is_whole: bool
    """Whether the array has an end, or the entry, where there is none."""
    rest: Rest | None
    """What can be read of it again behind a damage."""
    attached: str | None
    """The name of the file that has the messages."""
    failure: str | None
    """Why the connection could not be opened."""
    problems: tuple[str, ...]
    """What is wrong with the entry."""
    lacks: Lacks
    """What it says itself that was not recorded, besides what no HAR has."""
    closes: bool
    """Whether it says that a close, if there was one, is among its messages, which other HAR files lack."""


def entry_of(raw: Buffer, place: Place) -> Entry | None:
    """The entry that is written like this; None for what is no WebSocket. Raises what decoding does where
    it is no JSON object."""
    return _entry(_take_apart(raw), place, ())


def entry_of_parts(
    parts: Mapping[bytes, memoryview],
    rest: Rest | None,
    place: Place,
    problems: tuple[str, ...],
    *,
    is_whole: bool,
) -> Entry | None:
    """The same of what is left of one that is damaged."""
    found = _Parts()
    for field in msgspec.structs.fields(_Parts):
        value = parts.get(field.encode_name.encode())
        if value is not None:
            setattr(found, field.name, value)
    return _entry(found, place, problems, is_whole=is_whole, rest=rest)


def _entry(
    parts: _Parts,
    place: Place,
    problems: tuple[str, ...],
    *,
    is_whole: bool = True,
    rest: Rest | None = None,
) -> Entry | None:
    reading = _Reading(problems)
    request = reading.part(parts.request, _request, "request")
    response = reading.part(parts.response, _response, "response") or _Response()
    kind = reading.part(parts.kind, _text, "_resourceType")
    messages = _bytes(parts.messages)
    url = None if request is None else request.url or None
    if not (
        kind == "websocket"
        or response.status == 101
        or messages is not None
        or (url is not None and url[:4].lower() in ("ws:/", "wss:"))
    ):
        return None
    if request is None and not reading.problems:
        reading.problems.append("it has no request, and so no address")
    if messages is not None and bytes(messages[:1]) != b"[":
        reading.problems.append("its _webSocketMessages are no array")
        messages = None
    if messages is not None and response.content.file is not None and _EMPTY.fullmatch(messages):
        messages = None  # all are in the file of their own
    return Entry(
        place,
        None if url is None else _HTTP.sub(_as_websocket, url),
        _unix_time(reading.part(parts.started, _text, "startedDateTime"), reading.problems),
        response.status,
        _subprotocol(response.headers),
        messages,
        is_whole,
        rest,
        response.content.file,
        response.failure,
        tuple(reading.problems),
        Lacks.of(reading.part(parts.lacks, _any, "_lacks")),
        reading.part(parts.closes, _any, "_closes") is True,
    )


class _Reading:
    """Reads the parts of one entry."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems: Final = list(problems)

    def part(
        self, raw: Buffer | msgspec.Raw, decoder: msgspec.json.Decoder[PartT], name: str
    ) -> PartT | None:
        """A part of the entry; None where it is missing or wrong."""
        if _bytes(raw) is None:
            return None
        try:
            return decoder.decode(raw)
        except READ_ERRORS as error:
            self.problems.append(f"its {name} cannot be read: {reason(error)}")
            return None


def _as_websocket(scheme: re.Match[str]) -> str:
    return f"ws{scheme[1].lower()}:"


def _bytes(raw: Any) -> memoryview | None:
    """What stands there; None for null."""
    view = memoryview(raw)
    return None if len(view) == len(_NULL_TEXT) and bytes(view) == _NULL_TEXT else view


def _subprotocol(headers: list[_Named]) -> str | None:
    return next((h.value for h in headers if h.name.lower() == "sec-websocket-protocol"), None)


def _unix_time(text: str | None, problems: list[str]) -> float | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        problems.append("its startedDateTime is no time")
        return None
