"""Heads of HTTP/1.1 messages, of which one begins a WebSocket connection (RFC 6455, section 4)."""

from __future__ import annotations

import enum
import re
from typing import Final, NamedTuple

LONGEST_HEAD: Final = 65_536
"""Bytes of a head. Servers refuse longer ones: the limit of nginx is 32 KiB."""

_ABSOLUTE: Final = re.compile(
    r"[a-z]{2,5}://([^/?#\[\]]+|\[[0-9a-fA-F:.]+\](?::\d+)?)(.*)", re.DOTALL
)
_END: Final = re.compile(rb"\r?\n\r?\n")
_METHODS: Final = (b"GET", b"CONNECT", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"PATCH")
_REQUEST: Final = re.compile(rb"(?:%s) [!-~]" % b"|".join(_METHODS))
_TLS: Final = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")
_ALMOST_TLS: Final = re.compile(rb"[\x14-\x17]\x03?")
_PREFACE: Final = b"PRI * HTTP/2"
_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})(?!\d)")


class Beginning(enum.Enum):
    """What some bytes are the beginning of."""

    REQUEST = "a request"
    RESPONSE = "an answer"
    TLS = "a record of TLS"
    HTTP2 = "a connection of HTTP/2"
    OTHER = "something else"
    UNCLEAR = "too little to say"


def beginning_of(data: bytes) -> Beginning:
    """What begins with `data`."""
    if data.startswith(b"HTTP/1."):
        return Beginning.RESPONSE
    if data.startswith(_PREFACE):
        return Beginning.HTTP2
    if _TLS.match(data):
        return Beginning.TLS
    if _PREFACE.startswith(data[: len(_PREFACE)]) or b"HTTP/1.".startswith(data[:7]):
        return Beginning.UNCLEAR
    if _REQUEST.match(data):
        return Beginning.REQUEST
    if _ALMOST_TLS.fullmatch(data) or any((method + b" ").startswith(data) for method in _METHODS):
        return Beginning.UNCLEAR
    return Beginning.OTHER


class Head(NamedTuple):
    """The head of a request or answer. Names of fields are in lower case; values of several of one name
    are joined."""

    start: str
    fields: dict[str, str]
    is_whole: bool

    @property
    def method(self) -> str:
        return self.start.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """Of an answer; 0 of anything else."""
        found = _STATUS.match(self.start.encode("latin-1"))
        return 0 if found is None else int(found[1])

    @property
    def is_upgrade(self) -> bool:
        """Whether it asks or answers for a WebSocket, as far as it is there."""
        return "websocket" in self.fields.get("upgrade", "").lower() or (
            not self.is_whole and "upgrade" not in self.fields
        )

    def address(self, scheme: str, peer: str) -> str | None:
        """The URL that a request is for; None where it is cut off. `peer` stands for the host where it does not
        name one."""
        if not self.start:
            return None
        target = self.start.partition(" ")[2].partition(" ")[0]
        host = self.fields.get("host", peer)
        if target.startswith("/"):
            return f"{scheme}://{host}{target}"
        asked = _ABSOLUTE.match(target)  # as a proxy is asked
        host, target = asked.groups() if asked is not None else (host, "/")
        return f"{scheme}://{host}{target or '/'}"


def end_of_head(data: bytes) -> int:
    """Where the head that `data` begins with is over; -1 where it goes on."""
    found = _END.search(data)
    return -1 if found is None else found.end()


def head_of(data: bytes, *, is_whole: bool = True) -> Head:
    """The head in `data`; of one that is cut off, the whole lines that are there."""
    lines = data.decode("latin-1").replace("\r\n", "\n").split("\n")
    if not is_whole and (len(lines) > 1 or not lines[0].startswith("HTTP/")):
        lines[-1] = ""  # a status may be told by half of a line
    fields: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            name, value = name.strip().lower(), value.strip()
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return Head(lines[0], fields, is_whole)
