"""What the lines of a WebSocket handshake say of its connection."""

from __future__ import annotations

import re
from typing import Final

_GET: Final = re.compile(r"GET (\S+) HTTP/1\.[01]\b")
_STATUS: Final = re.compile(r"HTTP/1\.[01] (\d{3})\b")
_HEADER: Final = re.compile(r"(host|sec-websocket-protocol):\s*(.*?)\s*", re.IGNORECASE)
_SWITCHING: Final = 101


class Handshake:
    """The request and the answer, line by line."""

    def __init__(self) -> None:
        self.target: str | None = None
        """The path and the query."""
        self.host: str | None = None
        self.status: int | None = None
        self.subprotocol: str | None = None
        """The one that the server chose."""

    def line(self, line: str) -> bool:
        """A line of either; whether the request begins with it."""
        if found := _GET.match(line):
            self.target = found[1]
            return True
        if found := _STATUS.match(line):
            self.status = int(found[1])
        elif found := _HEADER.fullmatch(line):
            if found[1].lower() == "host":
                self.host = found[2]
            elif self.status is not None:
                self.subprotocol = found[2]
        return False

    @property
    def is_refused(self) -> bool:
        """Whether the server answered with something else than a WebSocket."""
        return self.status is not None and self.status != _SWITCHING

    @property
    def url(self) -> str | None:
        """The address, as far as it is known; whether it is encrypted follows from the port alone."""
        if self.target is None:
            return None
        if re.match(r"wss?://", self.target):
            return self.target
        host = self.host or "unknown"
        port = re.search(r":(\d+)$", host)
        scheme = "wss" if port is None or port[1] == "443" else "ws"
        return f"{scheme}://{host}{self.target}"
