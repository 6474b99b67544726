"""One complete conversation, made of the messages' examples along the states."""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass

from voxspec.model.frame_examples import example_frame
from voxspec.model.messages import Message
from voxspec.model.protocol import Protocol
from voxspec.model.session import CLOSED, Move, State, key_of
from voxspec.model.types import Direction, JsonValue

Frame = dict[str, JsonValue]

_EVENTS = 2
"""How many messages the server sends once a session is under way, and after each resume."""


@dataclass(frozen=True, slots=True)
class Step:
    """A frame and who sends it; or, without a frame, what happens to the connection."""

    sender: Direction | None
    frame: Frame | None
    said: str
    """What happens, where there is no frame."""
    after: str
    """The name of the state afterwards."""


def conversation(protocol: Protocol) -> list[Step]:
    """What a client and a server say from the first connection to the resume after a drop.

    It has what the protocol has: where there is no resume, it ends before the drop.
    """
    teller = _Teller(protocol)
    teller.connect()
    for role in ("greeting", "login", "established"):
        teller.play(role)
    teller.requests()
    teller.events(_EVENTS)
    teller.streams()
    for role in ("heartbeat", "heartbeat_answer", "server_heartbeat", "server_heartbeat_answer"):
        teller.play(role)
    if protocol.session.role("resume") is not None:
        teller.drop()
        teller.connect()
        for role in ("greeting", "resume"):
            teller.play(role)
        teller.events(1, replayed=True)
        teller.play("resumed")
        teller.events(1)
    return teller.steps


class _Teller:
    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._session = protocol.session
        self.steps: list[Step] = []
        self._state = self._session.states[0]
        sequence = protocol.envelope.sequence
        self._next_seq = 0 if sequence is None else sequence.first
        self._bound: dict[str, JsonValue] = {}
        """What roles have said so far: the token, the session."""
        self._told: set[object] = set()

    def connect(self) -> None:
        """The transport opens."""
        self._state = self._session.states[0]
        self._happens("the connection opens", self._state.name)

    def drop(self) -> None:
        """The transport ends."""
        self._happens("the connection is lost", CLOSED[0])

    def play(self, name: str) -> None:
        """The message of a role is sent, and what must be sent before it; nothing if there is none."""
        role = self._session.role(name)
        if role is not None:
            self._send(role.message)

    def requests(self) -> None:
        """The client asks for something that changes no state, if it can for what a rate is about."""
        rated = [rate.counts for rate in self._session.rates if isinstance(rate.counts, Message)]
        for message in (*rated, *self._protocol.messages("client")):
            if self._is_free(message):
                self._say(message, self._state.name)
                return

    def events(self, count: int, *, replayed: bool = False) -> None:
        """The server sends some of the messages that no role has; only numbered ones are replayed."""
        fitting = [m for m in self._protocol.messages("server") if self._is_free(m)]
        if replayed:
            fitting = [message for message in fitting if message.seq == "required"]
        fresh = [message for message in fitting if message.type not in self._told] or fitting
        for message in fresh[:count]:
            self._told.add(message.type)
            self._say(message, self._state.name)

    def streams(self) -> None:
        """A stream of each kind is opened, carries something, and ends."""
        for stream in self._session.streams:
            opened = self._send(stream.opened_by)
            ends = [m for m in stream.ended_by if m.direction == "server"] or stream.ended_by
            for message in (*stream.items, ends[0]):
                frame = self._send(message)
                if opened is not None and frame is not None:
                    frame[stream.key] = opened[stream.key]

    def _send(self, message: Message) -> Frame | None:
        """The message is sent, and what must be sent before it; None if it never can be."""
        path = self._path_to(message)
        for move in path[:-1]:
            before = self._message_for(move)
            if before is not None:
                self._say(before, move.after)
        return self._say(message, path[-1].after) if path else None

    def _is_free(self, message: Message) -> bool:
        """Whether a message that has no part in anything can be sent now, and changes nothing."""
        in_streams = {
            key_of(part)
            for stream in self._session.streams
            for part in (stream.opened_by, *stream.items, *stream.ended_by)
        }
        move = self._session.move(self._state, message)
        return (
            move is not None
            and move.after == self._state.name
            and not self._session.names(message)
            and key_of(message) not in in_streams
        )

    def _path_to(self, message: Message) -> list[Move]:
        """The shortest way to a state that allows ``message``, which is its last move."""
        waiting: deque[tuple[State, list[Move]]] = deque([(self._state, [])])
        seen = {self._state.name}
        while waiting:
            state, path = waiting.popleft()
            found = self._session.move(state, message)
            if found is not None:
                return [*path, found]
            for move in (*state.server, *state.client):
                if move.after not in seen:
                    seen.add(move.after)
                    waiting.append((self._session.state(move.after), [*path, move]))
        return []

    def _message_for(self, move: Move) -> Message | None:
        """A message that makes a move."""
        if isinstance(move.subject, Message):
            return move.subject
        for message in self._protocol.messages(move.subject.side):
            if self._session.move(self._state, message) is move:
                return message
        return None

    def _say(self, message: Message, after: str) -> Frame:
        frame = copy.deepcopy(example_frame(self._protocol.envelope, message, message.examples[0]))
        self._fill(message, frame)
        self.steps.append(Step(message.direction, frame, "", after))
        self._state = self._session.state(after)
        return frame

    def _fill(self, message: Message, frame: Frame) -> None:
        """Give a frame its number, and what roles have said before: the same token, the same session."""
        envelope = self._protocol.envelope
        if envelope.sequence is not None and message.seq == "required":
            frame[envelope.sequence.key] = self._next_seq
            self._next_seq += 1
        payload = frame if envelope.payload is None else frame.get(envelope.payload.key)
        role = next((r for r in self._session.roles if r.message is message), None)
        if role is None or not isinstance(payload, dict):
            return
        for name, binding in role.bindings:
            key = binding.field.name
            if name == "last_seq":
                # A client that was away has missed what comes next; a server says where it is now.
                payload[key] = self._next_seq - 1
            elif name in ("token", "session") and key in payload:
                payload[key] = self._bound.setdefault(name, payload[key])

    def _happens(self, said: str, after: str) -> None:
        self.steps.append(Step(None, None, said, after))
