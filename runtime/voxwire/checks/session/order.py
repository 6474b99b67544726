"""Is each message in its place? The machine of the protocol decides, run on what is possible.

The rules outside of the machine are that the greeting comes first, and that a capture may begin in the
middle of a connection. Both ends of a connection run the same machine, each on the one state that it is
in; a capture leaves several open (:mod:`voxwire.checks.session.views`).
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from voxwire.checks.session.conversation import codes, is_role
from voxwire.checks.session.misplaced import Misplaced
from voxwire.checks.session.views import View
from voxwire.protocol import Close

if TYPE_CHECKING:
    from collections.abc import Iterable

    from voxwire.checks.findings import Finding
    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import FrameClass, MessageType, Reaction, Side


class Following(enum.Enum):
    """Whether it is known how far a connection is."""

    KNOWN = "known, as far as messages do not cross"
    UNKNOWN = "the capture began in the middle, or lacks something"
    REFUSED = "the client began with something else; the server will close"
    MIXED = "the lines may be of several connections; nothing is out of order then"


class Order:
    """Follows one connection through the states of its protocol.

    `from_start`: the capture has its beginning. In an unknown state only the server's answers tell where
    a connection is: a login may be the first, or one too many.
    """

    def __init__(self, conversation: Conversation, *, from_start: bool) -> None:
        self._conversation: Final = conversation
        self._machine: Final = conversation.machine
        self._roles: Final = conversation.roles
        self._misplaced: Final = Misplaced(conversation)
        self._is_in(conversation.beginning)
        self.following = Following.KNOWN if from_start else Following.UNKNOWN
        self.has_asked: set[FrameClass] = set()
        """The messages that a client begins with, as far as it has sent them."""
        self.has_greeted = False
        """Whether the server has sent its greeting."""
        self._has_led_on = False
        """Whether the client has said something at its turn that leads to another state."""
        self.has_been_answered = False
        """Whether the server has then said something that leads on."""
        self.earned: dict[Side, set[int]] = {"client": set(), "server": set()}
        """The codes to close with for what each side sent out of place."""
        self._excused: set[FrameClass] = set()
        """Answers to what the client said at the wrong time; a server may give them all the same."""
        self._is_answer_early = False
        """Whether the server answered before the client asked for anything."""
        self._has_session_begun = False
        self._has_client_spoken = False
        self._has_server_spoken = not from_start

    def _is_in(self, states: Iterable[enum.Enum]) -> None:
        self._client = View(self._conversation, "client", states)
        self._server = View(self._conversation, "server", states)

    @property
    def is_known(self) -> bool:
        """Whether it is known how far the connection is, even if that is nowhere."""
        return self.following in (Following.KNOWN, Following.REFUSED)

    @property
    def states(self) -> set[enum.Enum]:
        """The states that the server may be in; empty when that is not known."""
        return self._server.states if self.following is Following.KNOWN else set()

    def arrivals(self, side: Side) -> frozenset[enum.Enum] | None:
        """The states that the other side may be in when what a side says now arrives there; None when that
        is not known, and none where it is not heeded any more."""
        if self.following is Following.REFUSED:
            return frozenset()
        if self.following is not Following.KNOWN:
            return None
        return self._server.arrived if side == "client" else self._client.arrived

    @property
    def is_in_session(self) -> bool:
        """Whether a session is certainly under way."""
        states = self.states
        return bool(states) and states <= self._conversation.in_session

    @property
    def is_settled(self) -> bool:
        """Whether any message of the server that means nothing to the session is in order now."""
        return self._has_server_spoken and self.states <= self._conversation.settled_states

    @property
    def may_be_refused(self) -> bool:
        """Whether the client has not been heard to say who it is since it was greeted: a server need not
        heed what it says then."""
        return self.following is Following.UNKNOWN and self.has_greeted and not self.has_asked

    def can_resume(self, *, is_lossy: bool) -> bool:
        """Whether a resume now is the first message of the client, so that the server heeds it."""
        if self.following is Following.KNOWN:
            return not (self.has_asked or self.is_in_session)
        if self.following is Following.REFUSED or is_lossy or not self.has_greeted:
            return False
        return not (self._has_client_spoken or self.has_asked or self._has_session_begun)

    # --- The greeting -------------------------------------------------------------------------

    def greet(self, type_: MessageType | None, seq: int | None) -> Finding | None:
        """Any message of the server arrived: is the greeting the first one, and only that one?"""
        greeting = self._roles.greeting
        is_greeting = greeting is not None and type_ == greeting.type
        is_repeated = is_greeting and self.has_greeted
        is_repeated = is_repeated and self.following is not Following.UNKNOWN
        if is_repeated:
            self.following = Following.MIXED
        self.has_greeted = self.has_greeted or is_greeting
        was_first, self._has_server_spoken = not self._has_server_spoken, True
        if greeting is not None and is_greeting:
            self._server.send_anyhow(greeting.frame)
            return self._misplaced.greeting_again(greeting) if is_repeated else None
        if not was_first or type_ is None:
            return None
        if self._began_in_the_middle(type_, seq):
            self.following = Following.UNKNOWN  # nobody is to blame
            return None
        return None if greeting is None else self._misplaced.greeting_late(type_, greeting)

    def _began_in_the_middle(self, type_: MessageType, seq: int | None) -> bool:
        """Whether the server's first message in the capture cannot be its first one."""
        if self._roles.greeting is None:
            frame_class = self._machine.frame_class("server", type_)
            has_begun = self.has_asked or self._has_led_on
            return not (has_begun or self._server.may_send(frame_class))
        # Only the greeting comes before the client has said who it is, and only the answer to a login
        # begins at the first number.
        if not self.has_asked:
            return True
        answer, resume = self._roles.heartbeat_answer, self._roles.resume
        is_late = (answer is not None and type_ == answer.type) or (
            seq is not None and seq > self._conversation.protocol.envelope.first_seq
        )
        return is_late and not (resume is not None and resume.frame in self.has_asked)

    # --- The client ---------------------------------------------------------------------------

    def client_says(self, type_: MessageType | None) -> Finding | None:
        """The client sent a message; None for one whose type cannot be told. Is it in its place?"""
        if self.following is Following.MIXED:
            return None
        frame_class = self._machine.frame_class("client", type_)
        is_first, self._has_client_spoken = not self._has_client_spoken, True
        is_login = frame_class in self._conversation.login_frames
        was_answered = is_login and self._is_answer_early
        if is_login:
            if self.following is Following.UNKNOWN and (self.has_asked or not self.has_greeted):
                # It may be the second, to which the server may answer once more.
                self._excused |= self._conversation.answers_to(frame_class)
            self.has_asked.add(frame_class)
            self._is_answer_early = False
        if self.following is not Following.KNOWN:
            return None
        self._earn("client", frame_class)
        if self._client.may_send(frame_class):
            before = self._client.states
            self._client.send(frame_class)
            self._has_led_on = self._has_led_on or self._client.states.isdisjoint(before)
            self._server.expect(frame_class)
            return None
        if was_answered:
            return None  # it is the first request; that its answer came before it was found
        reactions = self._reactions("client", frame_class)
        self.earned["client"] |= codes(reactions)
        if is_login:
            self._excused |= self._conversation.answers_to(frame_class)
            return self._misplaced.login_again(frame_class, reactions)
        is_login_due = any(map(self._client.may_send, self._conversation.login_frames))
        if is_login_due and codes(reactions):
            self.following = Following.REFUSED
        if type_ is None or self._is_said("client", frame_class):
            return None  # the frame is broken, which was said
        if is_login_due:
            return self._misplaced.not_logged_in(type_, reactions, is_first=is_first)
        if is_role(self._roles.server_heartbeat_answer, frame_class):
            return None  # whether it was asked for is followed apart
        return self._misplaced.out_of_place("client", type_, self._client.states, reactions)

    # --- The server ---------------------------------------------------------------------------

    def server_says(self, type_: MessageType | None, seq: int | None) -> Finding | None:
        """The server sent a message, which may have a number. Is it in its place?"""
        if self.following is Following.MIXED:
            return None
        frame_class = self._machine.frame_class("server", type_)
        landing = self._conversation.landings.get(frame_class)
        self._has_session_begun = self._has_session_begun or seq is not None or landing is not None
        if self.following is Following.REFUSED or is_role(self._roles.greeting, frame_class):
            return None
        if self.following is Following.UNKNOWN:
            if landing is not None:
                if not self.has_asked:
                    # What it answers may stand behind it, as two tasks can write one file; or the
                    # client asked twice before the capture began.
                    self._is_answer_early = True
                    self._excused.add(frame_class)
                self.following = Following.KNOWN
                self._is_in((landing,))
            return None
        if self._server.may_send(frame_class):
            leads_on = frame_class in self._conversation.moving
            self.has_been_answered = self.has_been_answered or (leads_on and self._has_led_on)
            self._server.send(frame_class)
            self._client.expect(frame_class)
            return None
        found = self._misplaced_by_server(type_, seq, frame_class)
        if landing is not None:
            self._server = View(self._conversation, "server", (landing,))
            self._client.expect(frame_class)
        return found

    def _misplaced_by_server(
        self, type_: MessageType | None, seq: int | None, frame_class: FrameClass
    ) -> Finding | None:
        if frame_class in self._excused:
            self._excused.discard(frame_class)
            return None  # the mistake was the client's, and was found
        if is_role(self._roles.heartbeat_answer, frame_class):
            return None  # whether it was asked for is followed apart
        unasked = self._misplaced.unasked(frame_class)
        if unasked is not None:
            is_early = not (self.has_asked or self.is_in_session)
            self._is_answer_early = self._is_answer_early or is_early
            return unasked
        self._earn("server", frame_class)
        if self._conversation.is_numbered and not self.is_in_session:
            return None if seq is None else self._misplaced.too_early(seq)
        if type_ is None or self._is_said("server", frame_class):
            return None
        reactions = self._reactions("server", frame_class)
        return self._misplaced.out_of_place("server", type_, self._server.states, reactions)

    # --- What cannot be read ------------------------------------------------------------------

    def lose(self) -> None:
        """Something came that could not be read; it may have been anything."""
        if self.following is not Following.MIXED:
            self.following = Following.UNKNOWN
        self._has_server_spoken = True

    def lose_answer(self) -> None:
        """The server sent something that could not be read; it may have been what was awaited."""
        if self._conversation.is_waited_for(self.states):
            self.following = Following.UNKNOWN

    # --- Common to both -----------------------------------------------------------------------

    def _reactions(self, side: Side, frame_class: FrameClass) -> set[Reaction]:
        """What the other side may do with a message that is in no state of the sender's view."""
        view = self._client if side == "client" else self._server
        found = {self._machine.reaction(side, state, frame_class) for state in view.states}
        return {reaction for reaction in found if reaction is not None}

    def _earn(self, side: Side, frame_class: FrameClass) -> None:
        """A message may be out of place where it arrives: note what it is answered with then."""
        view = self._server if side == "client" else self._client
        if view.may_receive(frame_class):
            return
        reactions = {self._machine.reaction(side, state, frame_class) for state in view.states}
        self.earned[side] |= codes(reactions)

    def _is_said(self, side: Side, frame_class: FrameClass) -> bool:
        """Whether a message of an unknown type is a mistake anyway, and found for that."""
        is_unknown = frame_class is self._conversation.protocol.unknown_frame
        return is_unknown and isinstance(self._machine.mistakes(side).unknown_type, Close)
