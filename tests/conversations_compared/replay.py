"""Plays what proves a change to the end of voxwire that is said to refuse it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.conversations_compared.refusals import Called
from voxspec.breaking.conversation.story import LOSES, OPENS
from voxspec.breaking.verdict import ConversationProof, Effect, Step, Who
from voxwire.errors import RemoteProtocolError
from voxwire.session import ClientConnection, ClientSession, ServerConnection, ServerSessions
from voxwire.session.events import Close, FrameIgnored, FrameInvalid, ResumeReceived
from voxwire.wire.codec import Codec

URL = "wss://host/"


@dataclass(frozen=True)
class Refused:
    """What an end does with a step: it closes with a code, or passes over it (None)."""

    at: int
    code: int | None


def replay(
    effect: Effect,
    old: Any,
    new: Any,
    called: Called | None = None,
    passed_over: frozenset[str] = frozenset(),
) -> Refused | None:
    """The first step that the one who reads refuses; None where everything is taken.

    ``called`` is what that one calls messages that are renamed; ``passed_over`` are types that it may
    pass over, but for the last step.
    """
    proof = effect.proof
    assert isinstance(proof, ConversationProof)
    is_old_client = effect.who is Who.OLD_CLIENTS
    by_client = (proof.writer == "old") == is_old_client
    known = new if proof.writer == "old" else old
    end: _End = _Server(known) if by_client else _Client(known)
    for at, step in enumerate(_as_called(step, called or {}) for step in proof.steps):
        for each in _each(step):
            code = end.play(each)
            if code is _IGNORED and step.said in passed_over and at < proof.breaks_at:
                continue
            if code is not _TAKEN:
                return Refused(at, code if isinstance(code, int) else None)
    return None


def served(known: Any, steps: Iterable[Step]) -> Iterator[Outcome]:
    """What a server does with each message of a client, until it closes: the code, None where it passes over
    it, and else something that is neither."""
    end = _Server(known)
    for step in steps:
        for each in _each(step):
            outcome = end.play(each)
            if step.side != "server":
                yield outcome
            if isinstance(outcome, int):
                return


def _each(step: Step) -> Iterator[Step]:
    """A step as often as it happens, with each frame of its own."""
    if step.side is None:
        yield step
    for frame in step.frames():
        yield replace(step, frame=frame)


def _as_called(step: Step, called: Called) -> Step:
    """A step as of the type that its reader has for it."""
    if step.side is None or not isinstance(step.frame, dict):
        return step
    type_ = called.get((step.side, step.frame["type"]), step.frame["type"])
    return replace(step, frame={**step.frame, "type": type_}, said=str(type_))


class _Taken:
    pass


_TAKEN = _Taken()
_IGNORED = None

Outcome = int | None | _Taken


_CLIENTS = dict.fromkeys(("login", "resume", "heartbeat", "server_heartbeat_answer"), "client")
"""The roles that clients play."""


class _End:
    """One end, with a clock of its own."""

    connection: Any
    session: Any = None

    def __init__(self, known: Any) -> None:
        self.known = known
        self.roles = {
            (_CLIENTS.get(name, "server"), role.type): name
            for name in known.session.roles.__dataclass_fields__
            if (role := getattr(known.session.roles, name)) is not None
        }
        self.now = 0.0

    def play(self, step: Step) -> Outcome:
        """One step. What is sent as it should be is taken."""
        if step.side is not None:
            try:
                return self.hear(step) if step.side == self.hears else self.say(step)
            except RemoteProtocolError as error:
                return int(error.close_code)
        if step.said == OPENS:
            return self.opens()
        if step.said == LOSES:
            self.connection.closed(1006, "", self.now)
            return _TAKEN
        return self.waits(step.seconds)

    hears: str

    def opens(self) -> Outcome:
        raise NotImplementedError

    def hear(self, step: Step) -> Outcome:
        raise NotImplementedError

    def say(self, step: Step) -> Outcome:
        raise NotImplementedError

    def waits(self, seconds: float) -> Outcome:
        """Time passes, and what is due is done."""
        until = self.now + seconds
        while True:
            due = self.connection.next_deadline()
            if due is None or due > until + 1e-6:
                break
            self.now = max(self.now, due)
            code = self.judged(self.connection.tick(self.now))
            if code is not _TAKEN:
                return code
        self.now = until
        return _TAKEN

    def judged(self, events: list[Any]) -> Outcome:
        for event in events:
            if isinstance(event, Close):
                return event.code
            if isinstance(event, FrameIgnored):
                return _IGNORED
            assert not isinstance(event, FrameInvalid), event
        return _TAKEN

    def message(self, step: Step) -> Any:
        """The payload that a step carries, typed; a whole frame where there is none, where the envelope
        says more, or where nobody knows it."""
        decode = self.codec.decode_client if step.side == "client" else self.codec.decode_server
        frame = decode(json.dumps(step.frame))
        is_unknown = isinstance(frame, self.known.unknown_frame)
        payload = self.known.envelope.payload_of(frame)
        has_more = isinstance(step.frame, dict) and "id" in step.frame
        return frame if is_unknown or payload is None or has_more else payload

    @property
    def codec(self) -> Any:
        return Codec.of(self.known)


class _Server(_End):
    hears = "client"

    def __init__(self, known: Any) -> None:
        super().__init__(known)
        self.sessions: Any = ServerSessions(protocol=known)

    def opens(self) -> Outcome:
        self.connection = ServerConnection(URL, protocol=self.known)
        self.connection.opened(self.now)
        return _TAKEN

    def hear(self, step: Step) -> Outcome:
        events = self.connection.receive(json.dumps(step.frame), self.now)
        for event in events:
            if isinstance(event, ResumeReceived):
                return self._look_for(event)
        return self.judged(events)

    def _look_for(self, event: Any) -> Outcome:
        """A session that cannot be resumed is refused at once."""
        role, rules = self.known.session.roles.resume, self.known.session.resume
        name = getattr(event.resume, role.session.attribute)
        session = self.sessions.find(name, self.now)
        if session is None:
            return int(rules.gone.code)
        last = getattr(event.resume, role.last_seq.attribute)
        if not session.can_replay_after(last):
            return int(rules.too_old.code)
        self.session = session
        return _TAKEN

    def say(self, step: Step) -> Outcome:
        match self.roles.get(("server", step.said)):
            case "greeting" | "heartbeat_answer" | "server_heartbeat":
                return _TAKEN  # it says these by itself
            case "established":
                self.session = self.sessions.start(self.message(step))
                self.connection.accept(self.session, self.now)
            case "resumed":
                self.connection.accept(self.session, self.now)
            case _:
                self.connection.send(self.message(step), self.now)
        return _TAKEN


class _Client(_End):
    hears = "server"

    def __init__(self, known: Any) -> None:
        super().__init__(known)
        self.session: Any = ClientSession("tok_abc", random=lambda: 1.0, protocol=known)

    def opens(self) -> Outcome:
        self.connection = ClientConnection(self.session, URL)
        self.connection.opened(self.now)
        return _TAKEN

    def hear(self, step: Step) -> Outcome:
        return self.judged(self.connection.receive(json.dumps(step.frame), self.now))

    def say(self, step: Step) -> Outcome:
        if self.roles.get(("client", step.said)) is None:
            self.connection.send(self.message(step), self.now)
        return _TAKEN  # the rest it says by itself
