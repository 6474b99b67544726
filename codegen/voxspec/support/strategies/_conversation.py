"""What happened between a client and a server, as plain data.

Times are in seconds since the conversation began.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from voxspec.support.python._session import Side
from voxspec.support.strategies._cases import Object

_ARROWS = {"client": "→", "server": "←"}
_SHOWN_TEXT = 100
_SHOWN_STEPS = 100
"""Steps of a connection that its repr has, the latest ones."""

_DIRECTIONS = {"client": "c2s", "server": "s2c"}


@dataclass(frozen=True)
class Said:
    """One side sends a frame."""

    at: float
    side: Side
    frame: Object

    @property
    def text(self) -> str:
        """The frame as JSON."""
        return json.dumps(self.frame)

    def __str__(self) -> str:
        text = self.text
        shown = text if len(text) <= _SHOWN_TEXT else f"{text[:_SHOWN_TEXT]}…"
        return f"{self.at:.3f} {_ARROWS[self.side]} {shown}"


@dataclass(frozen=True)
class Closed:
    """One side closes the connection."""

    at: float
    side: Side
    code: int
    reason: str

    def __str__(self) -> str:
        return f"{self.at:.3f} {_ARROWS[self.side]} closed {self.code} {self.reason}".rstrip()


@dataclass(frozen=True, repr=False)
class Connection:
    """One connection: it opens ``at`` a time, and then its ``steps`` follow, in their order.

    ``is_compressed``: the server sends its messages compressed, and each as binary; that is agreed
    in the ``url``.
    """

    at: float
    url: str
    is_compressed: bool
    steps: tuple[Said | Closed, ...]

    @property
    def is_lost(self) -> bool:
        """Whether it ends without a close, as when a cable is pulled."""
        return not any(isinstance(step, Closed) for step in self.steps)

    @property
    def frames(self) -> tuple[Said, ...]:
        """What was said, by both sides."""
        return tuple(step for step in self.steps if isinstance(step, Said))

    def __repr__(self) -> str:
        return f"<Connection\n{self}>"

    def __str__(self) -> str:
        left_out = len(self.steps) - _SHOWN_STEPS
        lines = [f"{self.at:.3f} opened {self.url}", *map(str, self.steps[-_SHOWN_STEPS:])]
        if left_out > 0:
            lines.insert(1, f"… {left_out} more")
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Conversation:
    """Connections of one client, one after the other."""

    connections: tuple[Connection, ...]

    @property
    def frames(self) -> tuple[Said, ...]:
        """What was said on all connections."""
        return tuple(said for connection in self.connections for said in connection.frames)

    def __repr__(self) -> str:
        return "<Conversation\n{}>".format("\n".join(map(str, self.connections)))

    def lines(
        self, *, start: float = 1_700_000_000.0, compress: Callable[[bytes], bytes] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The lines of a capture, each to be written as JSON. It begins at ``start``, in Unix time.

        ``compress`` makes what a server sends of a frame; where nothing is compressed, it is not
        needed. Raises ValueError where it is missing.
        """
        for connection in self.connections:
            yield {"ts": start + connection.at, "url": connection.url}
            for step in connection.steps:
                yield {"ts": start + step.at, **_line(connection, step, compress)}


@dataclass(frozen=True)
class ConversationNearMiss:
    """A conversation that is valid but for one thing.

    ``rule`` is the one that it breaks, as checks of captures call it. That is reported on the
    connection with the number ``connection``, counted from 1, in its frame with the number
    ``frame``, counted from 1 over both sides; None where it is about the connection or its close.
    ``also`` are rules that nobody can break this one without.
    """

    conversation: Conversation
    rule: str
    connection: int
    frame: int | None
    also: frozenset[str] = frozenset()


def _line(
    connection: Connection, step: Said | Closed, compress: Callable[[bytes], bytes] | None
) -> dict[str, Any]:
    if isinstance(step, Closed):
        return {"close": {"code": step.code, "reason": step.reason}}
    direction = _DIRECTIONS[step.side]
    if not connection.is_compressed or step.side == "client":
        return {"dir": direction, "opcode": "text", "text": step.text}
    if compress is None:
        raise ValueError("the server's messages are compressed: give a function that does so")
    data = base64.b64encode(compress(step.text.encode())).decode()
    return {"dir": direction, "opcode": "binary", "b64": data}
