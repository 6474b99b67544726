"""What is said of a message that is not in its place: by the part that it plays, or by its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxwire.checks.findings import Finding
from voxwire.checks.session.conversation import a, is_role, what_follows
from voxwire.rules.order import (
    BEFORE_READY,
    HELLO_NOT_FIRST,
    HELLO_REPEATED,
    IDENTIFY_REPEATED,
    NOT_IDENTIFIED,
    OUT_OF_PLACE,
    READY_UNASKED,
    RESUME_REPEATED,
    RESUMED_UNASKED,
)
from voxwire.rules.rule import Needs
from voxwire.wire.strict_json import pointer_step

if TYPE_CHECKING:
    import enum
    from collections.abc import Set

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import FrameClass, MessageType, Reaction, Role, Side


class Misplaced:
    """Words for one protocol. `reactions` are what the other side may do with the message."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation: Final = conversation
        self._roles: Final = conversation.roles

    def greeting_late(self, type_: MessageType, greeting: Role) -> Finding:
        """The server's first message is something else."""
        return Finding.of(
            HELLO_NOT_FIRST,
            f"the server's first message is {type_}, not {greeting.type}",
            f"the server did not say {greeting.type} at once, or the capture lost it",
        )

    def greeting_again(self, greeting: Role) -> Finding:
        """The server greets where it has greeted."""
        return Finding.of(
            HELLO_REPEATED,
            f"{greeting.type} comes a second time",
            "the server repeats it, or the lines are of several connections: "
            "rules about order are off",
        )

    def not_logged_in(
        self, type_: MessageType, reactions: Set[Reaction], *, is_first: bool
    ) -> Finding:
        """The client has not said who it is."""
        types = self._conversation.login_types
        if not is_first:
            message = f"the client sends {type_} before {self._conversation.logins}"
        elif len(types) == 1:
            message = f"the client's first message is not {types[0]}"
        else:
            message = f"the client's first message is neither {' nor '.join(map(str, types))}"
        return Finding.of(NOT_IDENTIFIED, message, what_follows(reactions, "server"))

    def login_again(self, frame_class: FrameClass, reactions: Set[Reaction]) -> Finding:
        """The client asks for a session where there is one, or asks a second time."""
        follows = what_follows(reactions, "server")
        login = self._roles.login
        if login is not None and is_role(login, frame_class):
            return Finding.of(
                IDENTIFY_REPEATED,
                f"the client sends {login.type} again on this connection",
                f"{follows}; open a new connection for a new session",
            )
        assert self._roles.resume is not None, "what is no login is a resume"
        return Finding.of(
            RESUME_REPEATED,
            "the client resumes on a connection that has a session already",
            f"{follows}; {self._roles.resume.type} is the first message of a new connection",
        )

    def unasked(self, frame_class: FrameClass) -> Finding | None:
        """The server answers what nobody asked; None where the message is no answer."""
        roles = self._roles
        for rule, answer, request in (
            (READY_UNASKED, roles.established, roles.login),
            (RESUMED_UNASKED, roles.resumed, roles.resume),
        ):
            if answer is not None and is_role(answer, frame_class):
                message = f"{answer.type} comes unasked"
                if request is not None:
                    message = f"{answer.type} comes without {a(request.type)} that it answers"
                return Finding.of(rule, message)
        return None

    def too_early(self, seq: int) -> Finding:
        """A numbered message comes before the session is there, or before that is in the capture."""
        envelope, answer = self._conversation.protocol.envelope, self._roles.established
        is_lost = seq != envelope.first_seq and answer is not None
        return Finding.of(
            BEFORE_READY,
            "a numbered message comes before the session is established",
            f"the server began without {answer.type}, or the capture lost it"
            if is_lost and answer is not None
            else "",
            pointer=pointer_step(envelope.sequence_key or ""),
            culprit=None if is_lost else "of the rule",
        )

    def out_of_place(
        self,
        side: Side,
        type_: MessageType,
        states: Set[enum.Enum],
        reactions: Set[Reaction],
    ) -> Finding:
        """Any other message. `states` are those that its side may be in."""
        rows = self._conversation.tables.rows
        where = [row.description for state, row in rows.items() if state in states]
        receiver: Side = "server" if side == "client" else "client"
        finding = Finding.of(
            OUT_OF_PLACE,
            f"{type_} is out of place: {where[-1] if where else 'the connection is over'}",
            what_follows(reactions, receiver),
        )
        if side == "client" and not states & self._conversation.in_session:
            return replace(finding, needs=finding.needs | Needs.ANSWER)
        return finding
