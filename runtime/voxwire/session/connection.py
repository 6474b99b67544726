"""What both ends of a connection have in common: the state, the clock, closing, failures that stick."""

from __future__ import annotations

import enum
from math import inf
from typing import TYPE_CHECKING, Any, Final, NoReturn

from voxwire.errors import LocalProtocolError, ProtocolError, RemoteProtocolError
from voxwire.limits import MAX_REASON_SIZE
from voxwire.session.beats import Beats
from voxwire.session.events import Close, FrameInvalid, HeartbeatAcked, Transmit
from voxwire.session.machine import Machine
from voxwire.session.messages import made
from voxwire.session.recovery import close_reason, reason_of
from voxwire.session.streams import NO_STREAMS, Streams
from voxwire.session.timers import Timers
from voxwire.wire.envelope import salvage
from voxwire.wire.mistakes import is_misdirected
from voxwire.wire.payloads import message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voxwire.errors import DecodeError
    from voxwire.protocol import (
        AnyProtocol,
        FrameClass,
        Mistakes,
        Reaction,
        Role,
        Side,
    )
    from voxwire.protocol import Close as CloseRule

NORMAL_CLOSURE: Final = 1000
"""WebSocket's own close code for an end on purpose (RFC 6455, section 7.4.1)."""

_PROTOCOL_ERROR: Final = 1002
"""WebSocket's own, where a protocol has no code for what cannot go on."""

_SENDABLE_BELOW_3000: Final = frozenset({*range(1000, 1004), *range(1007, 1015)})


class Connection:
    """The part of a connection that does not depend on the side. See :mod:`voxwire.session`.

    `seconds` is how long to wait for the other side, if not as long as the tables say.
    """

    def __init__(
        self,
        protocol: AnyProtocol,
        side: Side,
        random: Callable[[], float],
        seconds: float | None = None,
    ) -> None:
        machine = Machine.of(protocol)
        # Not more than Python keeps in shared places: beyond 30 attributes each look-up takes longer.
        self._machine = machine
        self._tables = machine.tables
        self._roles = machine.roles
        self._codec = machine.codec
        self._peer: Side = "server" if side == "client" else "client"
        self._situations = machine.situations[side]
        self._at = self._situations[machine.tables.connecting]
        self._is_silent = True
        self._timers = Timers(seconds)
        self._beats = Beats(machine, side, random)
        self._streams = Streams(machine.stream_of) if machine.stream_of else NO_STREAMS
        self._encoded: dict[FrameClass, bytes] = {}
        self._failure: RemoteProtocolError | None = None
        self._close_code: int | None = None

    @property
    def protocol(self) -> AnyProtocol:
        """The protocol that is spoken."""
        return self._machine.protocol

    @property
    def state(self) -> enum.Enum:
        """How far the connection is."""
        return self._at.state

    @property
    def _mistakes(self) -> Mistakes:
        """What to do with mistakes of the other side."""
        return self._machine.mistakes(self._peer)

    def close(self, code: int = NORMAL_CLOSURE, reason: str = "") -> list[Close]:
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
        self._end(self._tables.closing)
        self._close_code = int(code)
        return [Close(self._close_code, reason)]

    def next_deadline(self) -> float | None:
        """When to call ``tick`` at the latest; None while nothing is waited for."""
        deadline = self._beats.deadline
        if self._timers.ends_at is not None:
            deadline = min(deadline, self._timers.ends_at)
        return None if self._is_silent or deadline == inf else deadline

    # --- The state ----------------------------------------------------------------------------

    @property
    def _has_ended(self) -> bool:
        return self._at.state is self._tables.closing or self._at.state is self._tables.closed

    def _open(self, now: float) -> None:
        if self._at.state is not self._tables.connecting:
            raise LocalProtocolError("the connection was opened before")
        self._enter(self._tables.initial, now)

    def _end(self, state: enum.Enum) -> None:
        """Take no part any more."""
        self._set(state)
        self._timers.stop()
        self._beats.stop()

    def _enter(self, state: enum.Enum, now: float) -> None:
        """Go on to a state in which the transport is open."""
        self._set(state)
        at = self._at
        timers, beats = self._timers, self._beats
        # Most states have neither, and a handshake enters four of them: the calls are spared.
        if at.timers or timers.ends_at is not None:
            timers.enter(at.timers, now)
        if at.has_beats or beats.schedule is not None or beats.watch is not None:
            beats.enter(at, now)

    def _set(self, state: enum.Enum) -> None:
        at = self._at = self._situations[state]
        self._is_silent = not at.is_open

    def _move(self, after: enum.Enum, now: float) -> None:
        """A frame was sent or received that leads to a state, which may be the present one."""
        if after is not self._at.state:
            self._enter(after, now)

    # --- The clock ----------------------------------------------------------------------------

    def _ticked(self, now: float) -> list[Any]:
        """Do what is due at `now`."""
        if self._is_silent:
            return []
        timer = self._timers.expired(now)
        if timer is not None:
            return self._expired(timer.then, "did not answer in time")
        given_up = self._beats.given_up(now)
        if given_up is not None:
            return self._expired(*given_up)
        if self._beats.schedule is None or not self._beats.due(now):
            return []
        self._beats.schedule.sent(now)
        return [Transmit(self._automatic(self._beats.own, now))]

    def _expired(self, then: CloseRule, why: str) -> list[Any]:
        """Close, because the other side did not do something in time."""
        del why
        return [*self.close(then.code, reason_of(then, self.protocol))]

    def _automatic(self, role: Role | None, now: float) -> str | bytes:
        """The message that carries a heartbeat or an answer to one."""
        assert role is not None, "nothing is sent by itself that has no role"
        data = self._encoded.get(role.frame)
        if data is None:
            data = self._encoded[role.frame] = self._codec.encode(made(self.protocol, role))
        return self._packed(data, role.frame, now)

    def _packed(self, data: bytes, frame_class: FrameClass, now: float) -> str | bytes:
        """The WebSocket message for the JSON of a frame that goes out now."""
        raise NotImplementedError

    def _receive_answer(self, now: float) -> list[Any]:
        return [HeartbeatAcked(self._beats.answered(now))]

    def _answer_beat(self, now: float, payload: Any = None) -> list[Any]:
        """The answer to a heartbeat, where the protocol has one; `payload` is what is given back."""
        role = self._beats.answer
        if role is None:
            return []
        if payload is None or not self._beats.echoes_payload:
            return [Transmit(self._automatic(role, now))]
        info = self.protocol.by_frame[role.frame]
        data = self._codec.encode(self.protocol.envelope.framed(info, payload), validate=False)
        return [Transmit(self._packed(data, role.frame, now))]

    # --- Failures -----------------------------------------------------------------------------

    def _check_receiving(self) -> bool:
        """Whether an incoming message is to be processed. Raises what receive raises if it cannot be."""
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        if self._at.state is self._tables.connecting:
            raise LocalProtocolError("call opened() before the first message")
        if self._at.state is self._tables.closed:
            raise LocalProtocolError("the transport has ended: nothing can arrive any more")
        return self._at.state is not self._tables.closing

    def _failed(self, error: ProtocolError, close_code: int | None = None) -> RemoteProtocolError:
        """Turn what went wrong with a message into the peer's mistake, for good."""
        if not isinstance(error, RemoteProtocolError):
            code = self._code_of(self._mistakes.out_of_place) if close_code is None else close_code
            error = RemoteProtocolError(str(error), code)
        if error.close_reason is None:
            error.close_reason = close_reason(error.close_code, self.protocol)
        self._failure = error
        self._close_code = error.close_code
        self._end(self._tables.closing)
        return error

    def _passed_over(self, reaction: Reaction, why: str) -> None:
        """Nothing, where a mistake is to be passed over. Raises RemoteProtocolError to close."""
        if not isinstance(reaction, enum.Enum):
            self._refuse(reaction, why)

    def _refuse(self, close: CloseRule, why: str) -> NoReturn:
        raise RemoteProtocolError(why, close.code, close.reason)

    @staticmethod
    def _code_of(reaction: Reaction) -> int:
        return _PROTOCOL_ERROR if isinstance(reaction, enum.Enum) else reaction.code

    def _check_stream(self, frame: Any) -> str | None:
        """Why a frame that arrived is passed over, if it is: its stream has ended. Raises
        RemoteProtocolError for one that opens a stream under a key that is in use."""
        duplicate = self._streams.duplicate(frame)
        if duplicate is not None:
            close, reason = duplicate
            raise RemoteProtocolError("a message opens what is open already", close.code, reason)
        why = self._streams.why_passed_over(frame)
        if why is None:
            self._streams.follow(type(frame), self._streams.key_of(type(frame), frame, {}))
        return why

    def _receive_misdirected(self, data: str | bytes, error: DecodeError) -> list[Any] | None:
        """A message that only this side sends; None where it is none, or nothing else than an unknown
        one. Raises RemoteProtocolError to close."""
        reaction = self._machine.misdirected(self._peer, self._at.state)
        if reaction is None or not is_misdirected(error):
            return None
        type_ = salvage(data, self.protocol).type
        self._passed_over(reaction, f"{type_} is no message of a {self._peer}")
        return [FrameInvalid(error.problems, type_)]

    def _out_of_place(self, name: object) -> str:
        return f"{name} is not due here: {self._at.state.value}"

    # --- Sending ------------------------------------------------------------------------------

    def _check_sending(self) -> None:
        """Raise LocalProtocolError when nothing can be sent any more."""
        if self._failure is not None:
            raise LocalProtocolError("the peer broke the protocol: close the connection")
        if self._has_ended:
            raise LocalProtocolError("the connection has ended")

    def _payload(self, message: Any) -> Any:
        """The payload of what is to be sent, which may be a frame."""
        known = self.protocol.by_frame
        is_frame = type(message) in known or isinstance(message, self.protocol.unknown_frame)
        return self.protocol.envelope.payload_of(message) if is_frame else message

    def _check_is_own(self, payload: Any, automatic: Iterable[Role | None]) -> FrameClass:
        """The class of the frame that is to be sent. Raises LocalProtocolError for messages of the other
        side and for `automatic` ones, which the connection sends itself; EncodeError for a payload that
        several messages share."""
        info = message_of(payload, self.protocol)
        frame_class = self.protocol.unknown_frame if info is None else info.frame
        roles = [role for role in automatic if role is not None]
        if any(frame_class is role.frame for role in roles):
            names = [str(role.type) for role in roles]
            listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
            raise LocalProtocolError(f"the connection sends {listed} itself")
        if info is not None and info.direction == self._peer:
            raise LocalProtocolError(f"{info.type} is a {self._peer} message")
        return frame_class
