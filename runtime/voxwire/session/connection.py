"""What both ends of a connection have in common: the state, closing, and failures that stick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxmodels.v1 import CloseCode
from voxwire.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.session.events import Close
from voxwire.session.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.session.states import FrameClass

MAX_REASON_SIZE: Final = 123
"""Longest close reason in bytes of UTF-8: a control frame has at most 125 bytes, and two of them are
the code (RFC 6455, section 5.5)."""

_SENDABLE_BELOW_3000: Final = frozenset({*range(1000, 1004), *range(1007, 1015)})
_ENDED: Final = frozenset({State.CLOSING, State.CLOSED})


class Connection:
    """The part of a connection that does not depend on the side. See :mod:`voxwire.session`."""

    def __init__(self, peer_may_send: Mapping[State, Mapping[FrameClass, State]]) -> None:
        self._peer_may_send = peer_may_send
        self._failure: RemoteProtocolError | None = None
        self._close_code: int | None = None
        self._state = State.CONNECTING
        self._legal = peer_may_send[self._state]
        self._is_silent = True

    @property
    def state(self) -> State:
        """How far the connection is."""
        return self._state

    def close(self, code: int = CloseCode.NORMAL, reason: str = "") -> list[Close]:
        """End the connection from this side: gives the order to close, or nothing if it has ended.

        What arrives afterwards is left alone; a later resume brings it again. Raises
        LocalProtocolError for a code or reason that WebSocket cannot send.
        """
        if code not in _SENDABLE_BELOW_3000 and not 3000 <= code <= 4999:
            raise LocalProtocolError(f"close code {code} cannot be sent")
        if len(reason.encode("utf-8", "surrogatepass")) > MAX_REASON_SIZE:
            raise LocalProtocolError(f"a close reason has at most {MAX_REASON_SIZE} bytes")
        if self._has_ended:
            return []
        self._enter(State.CLOSING)
        self._close_code = int(code)
        return [Close(self._close_code, reason)]

    @property
    def _has_ended(self) -> bool:
        return self._state in _ENDED

    def _enter(self, state: State) -> None:
        self._state = state
        self._legal = self._peer_may_send[state]
        self._is_silent = not self._legal

    def _open(self) -> None:
        if self._state is not State.CONNECTING:
            raise LocalProtocolError("the connection was opened before")
        self._enter(State.CONNECTED)

    def _check_receiving(self) -> bool:
        """Whether an incoming message is to be processed. Raises what receive raises if it cannot be."""
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        if self._state is State.CONNECTING:
            raise LocalProtocolError("call opened() before the first message")
        if self._state is State.CLOSED:
            raise LocalProtocolError("the transport has ended: nothing can arrive any more")
        return self._state is not State.CLOSING

    def _failed(self, error: ProtocolError, close_code: int) -> RemoteProtocolError:
        """Turn what went wrong with a message into the peer's mistake, for good."""
        if not isinstance(error, RemoteProtocolError):
            error = RemoteProtocolError(str(error), close_code)
        self._failure = error
        self._close_code = error.close_code
        self._enter(State.CLOSING)
        return error

    def _check_sending(self) -> None:
        """Raise LocalProtocolError when nothing can be sent any more."""
        if self._failure is not None:
            raise LocalProtocolError("the peer broke the protocol: close the connection")
        if self._has_ended:
            raise LocalProtocolError("the connection has ended")
