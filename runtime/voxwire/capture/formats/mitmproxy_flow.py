"""One flow of mitmproxy: what is known of its WebSocket, and the messages."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from voxwire.capture.formats.tnetstrings import (
    Element,
    Scalar,
    TnetstringError,
    elements,
    members,
    scalar,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.capture.formats.tnetstrings import Buffer

_FIRST_VERSION: Final = 12
"""The first flow format in which the messages are in the flow of their handshake (mitmproxy 7)."""

_SWITCHING: Final = 101
_MOST_HEADERS: Final = 1000
"""Headers of a response that are looked at."""

_DEFAULT_PORTS: Final = {"ws": 80, "wss": 443}

_HEAD: Final = re.compile(rb"1:(\d)#[45]:(true|false)!(\d{1,12}):")
_TAIL: Final = re.compile(
    rb"[,;]\d{1,2}:([0-9.eE+-]{1,40})[\^#](?:[45]:(true|false)!)?(?:[45]:(true|false)!)?"
)
"""A message is a list: opcode, whether the client sent it, content, time, and since flow format 12 whether
it was dropped, since 15 whether it was put in. What is written like this is read at once, six times as fast
as by its parts."""


class Message(NamedTuple):
    """One message as it is in a flow."""

    opcode: int
    is_from_client: bool
    content: bytes
    time: float
    was_dropped: bool = False
    was_injected: bool = False


class Unreadable(NamedTuple):
    """A message that is not as it must be, and why."""

    reason: str


AnyMessage: TypeAlias = Message | Unreadable


class Flow(NamedTuple):
    """What is known of one flow."""

    is_old: bool
    """Whether its messages, if it has any, are where mitmproxy 6 put them."""
    started: float | None
    url: str | None
    subprotocol: str | None
    is_websocket: bool
    messages: Element | None
    """None where they were not recorded."""
    close_code: int | None
    close_reason: str
    ended: float | None


def read_flow(data: Buffer, within: Element) -> Flow:
    """The flow that stands there. Raises TnetstringError where it is damaged."""
    parts = _Parts(data, members(data, within))
    request, response = parts.below("request"), parts.below("response")
    websocket = parts.below("websocket")
    messages = websocket.of("messages")
    if messages is not None and not messages.is_list:
        raise TnetstringError(messages.start, "messages that are no list")
    kind = parts.text("type")
    version = parts.number("version") or 0  # which was a list of numbers once
    code = websocket.number("close_code")
    headers = _headers(data, response.of("headers"))
    is_upgrade = (
        response.number("status_code") == _SWITCHING
        and headers.get("upgrade", "").lower() == "websocket"
    )
    return Flow(
        is_old=messages is None and (kind == "websocket" or version < _FIRST_VERSION),
        started=request.number("timestamp_start"),
        url=_url(request),
        subprotocol=headers.get("sec-websocket-protocol"),
        is_websocket=bool(websocket.parts) or is_upgrade,
        messages=messages,
        close_code=None if code is None else int(code),
        close_reason=websocket.text("close_reason") or "",
        ended=websocket.number("timestamp_end"),
    )


def messages_of(data: Buffer, within: Element) -> Iterator[AnyMessage]:
    """The messages in a list. One that is damaged does not take the others with it, as long as its length is
    right. Raises TnetstringError where it is not."""
    for item in elements(data, within):
        head = _HEAD.match(data, item.start, item.end)
        if head is not None:
            start = head.end()
            end = start + int(head[3])
            tail = _TAIL.match(data, end, item.end) if end < item.end else None
            if tail is not None and tail.end() == item.end:
                try:
                    yield Message(
                        int(head[1]),
                        head[2] == b"true",
                        data[start:end],
                        float(tail[1]),
                        tail[2] == b"true",
                        tail[3] == b"true",
                    )
                except ValueError:
                    yield Unreadable("its time is no number")
                continue
        yield _by_parts(data, item)


def _by_parts(data: Buffer, item: Element) -> AnyMessage:
    try:
        values = [scalar(data, one) for one in elements(data, item)] if item.is_list else []
    except TnetstringError as error:
        return Unreadable(str(error))
    match values:
        case [
            int(opcode),
            bool(from_client),
            bytes() | str() as content,
            int() | float() as time,
            *rest,
        ]:
            data_ = content.encode() if isinstance(content, str) else content
            was_dropped, was_injected = (*(one is True for one in rest), False, False)[:2]
            return Message(opcode, from_client, data_, float(time), was_dropped, was_injected)
    return Unreadable("it is no message")


class _Parts:
    """The members of a dictionary; of one that is not there, none."""

    def __init__(self, data: Buffer, parts: Mapping[str, Element]) -> None:
        self._data: Final = data
        self.parts: Final = parts

    def of(self, name: str) -> Element | None:
        return self.parts.get(name)

    def below(self, name: str) -> _Parts:
        found = self.parts.get(name)
        is_there = found is not None and found.is_dict
        return _Parts(self._data, members(self._data, found) if found and is_there else {})

    def scalar(self, name: str) -> Scalar:
        found = self.parts.get(name)
        if found is None or found.is_dict or found.is_list:
            return None
        return scalar(self._data, found)

    def text(self, name: str) -> str | None:
        value = self.scalar(name)
        if isinstance(value, bytes):
            return value.decode("utf-8", "replace")
        return value if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        value = self.scalar(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _url(request: _Parts) -> str | None:
    """The address of a WebSocket."""
    host, path = request.text("host"), request.text("path")
    if not host or path is None:
        return None
    scheme = "wss" if request.text("scheme") in ("https", "wss") else "ws"
    port = request.number("port")
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port:.0f}"
    return f"{scheme}://{shown_host}{shown_port}{path if path.startswith('/') else f'/{path}'}"


def _headers(data: Buffer, where: Element | None) -> dict[str, str]:
    """The headers of a response by their names in lower case."""
    found: dict[str, str] = {}
    if where is None or not where.is_list:
        return found
    for pair in islice(elements(data, where), _MOST_HEADERS):
        if pair.is_list:
            name, value, *_ = (*(_text(data, one) for one in elements(data, pair)), "", "")
            found.setdefault(name.lower(), value)
    return found


def _text(data: Buffer, where: Element) -> str:
    return data[where.start : where.end].decode("utf-8", "replace")
