"""Where connections went: paths, parameters and subprotocols, without secrets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from voxwire.shapes.secrecy import is_secret_key, looks_secret, masked_text

if TYPE_CHECKING:
    from voxwire.capture import Connection

_MOST: Final = 20
_LONGEST: Final = 64


class Endpoint:
    """What the addresses of connections have in common."""

    def __init__(self) -> None:
        self.connections = 0
        self._paths: Counter[str] = Counter()
        self._parameters: dict[str, Counter[str]] = {}
        self._subprotocols: Counter[str] = Counter()
        self._with_address = 0

    def add(self, connection: Connection) -> None:
        """Another connection."""
        self.connections += 1
        if connection.subprotocol:
            self._subprotocols[connection.subprotocol] += 1
        try:
            parts = urlsplit(connection.url or "")
        except ValueError:
            return
        if parts.scheme not in ("ws", "wss"):
            return
        self._with_address += 1
        path = masked_text(parts.path)
        if path in self._paths or len(self._paths) < _MOST:
            self._paths[path] += 1
        for name, value in dict(parse_qsl(parts.query, keep_blank_values=True)).items():
            if len(self._parameters) >= _MOST and name not in self._parameters:
                continue
            if looks_secret(name):
                continue
            values = self._parameters.setdefault(name, Counter())
            hidden = is_secret_key(name) or looks_secret(value) or len(value) > _LONGEST
            shown = "" if hidden else value
            if shown in values or len(values) < _MOST:
                values[shown] += 1

    def plain(self) -> dict[str, Any]:
        """As plain data. A value of a parameter that is not shown is ""."""
        return {
            "connections": self.connections,
            "paths": dict(self._paths.most_common()),
            "parameters": {
                name: {"always": values.total() == self._with_address, "values": sorted(values)}
                for name, values in self._parameters.items()
            },
            "subprotocols": [name for name, _ in self._subprotocols.most_common()],
        }
