"""Does a capture hold both sides of a connection? A bot often logs only what it receives."""

from __future__ import annotations

from typing import Final

from voxmodels.v1 import server
from voxwire.checks.problems import Problem

_FIRST_OF_SERVER: Final = frozenset((server.HelloFrame.type, server.ErrorFrame.type))
"""What a server may say though the client has not said anything yet."""

_OFF: Final = "rules that need the other side are off"


class Sides:
    """Counts what each side of one connection sent."""

    def __init__(self) -> None:
        self.client = 0
        """Frames that the client sent."""
        self.server = 0
        """Frames that the server sent, as far as somebody had to look at them."""
        self._is_answer = False
        """Whether the server said what it says only to a client that has spoken."""
        self._is_closed = False
        self._is_lossy = False

    @property
    def are_both_there(self) -> bool:
        """Whether each side said something."""
        return self.client > 0 and self.server > 0

    def client_frame(self) -> None:
        """The client sent something."""
        self.client += 1

    def server_frame(self, type_: str | None, *, is_numbered: bool) -> None:
        """The server sent a message of this type."""
        self.server += 1
        if is_numbered or (type_ is not None and type_ not in _FIRST_OF_SERVER):
            self._is_answer = True

    def close(self) -> None:
        """The connection was closed."""
        self._is_closed = True

    def lose(self) -> None:
        """A line of the capture could not be read: it may have been of either side."""
        self._is_lossy = True

    def missing(self) -> Problem | None:
        """Says which side is not in the capture, if one has spoken for certain and is not there."""
        if self._is_lossy:
            return None
        if not self.client and self._is_answer:
            return Problem(
                "CAPTURE_ONE_SIDED", None, "the capture holds only what the server sent", _OFF
            )
        # The server says hello at once; a client that spoke once may have lost the connection before.
        if not self.server and (self.client > 1 or (self.client and self._is_closed)):
            return Problem(
                "CAPTURE_ONE_SIDED", None, "the capture holds only what the client sent", _OFF
            )
        return None
