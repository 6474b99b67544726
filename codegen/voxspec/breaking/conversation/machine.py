"""The machine of one revision as a receiver runs it: every message in its own name, reactions too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voxspec.breaking.renaming import Renaming
from voxspec.breaking.revision import Revision
from voxspec.breaking.unknown_types import close_name
from voxspec.breaking.verdict import Age
from voxspec.findings import Place
from voxspec.model import Direction, JsonValue, Message, Protocol
from voxspec.model.session import (
    Close,
    Ignored,
    Key,
    Mistakes,
    Move,
    Reaction,
    Session,
    StandIn,
    State,
    Stream,
    Subject,
    key_of,
)

SIDES: tuple[Direction, Direction] = ("client", "server")

FILE = "session.yaml"

FIRST: Key = ("server", "\x00first")
"""What leads to the first state: no message."""


_STANDS_FOR = "\x00"
"""What keys of stand-ins begin with, so that no message is called like one."""


def other(side: Direction) -> Direction:
    """Who hears what a side says."""
    return "server" if side == "client" else "client"


def unknown(side: Direction) -> Key:
    """What stands for a message that the protocol does not have; none is called like this."""
    return (side, f"{_STANDS_FOR}unknown")


def called(key: Key) -> str:
    """A message or stand-in as session.yaml names it without its role: ``client/typing``."""
    return f"{key[0]}/{named(key)}"


def named(key: Key) -> str:
    """A message or stand-in without its side: ``typing``, ``any``."""
    return key[1].removeprefix(_STANDS_FOR)


class Machine:
    """What one revision says of its conversations. ``age`` tells it from the other one.

    Messages that were renamed have one name for both machines, that of the new revision; ``renaming``
    is by what an old one calls them.
    """

    def __init__(self, revision: Revision, age: Age, renaming: Renaming | None = None) -> None:
        renaming = renaming or Renaming()
        revision = renaming.of(revision)
        self._own = renaming.own
        self.revision = revision
        self.age: Age = age
        self.protocol: Protocol = revision.protocol
        self.session: Session = revision.protocol.session
        self.messages: dict[Key, Message] = {key_of(m): m for m in self.protocol.messages()}
        self.roles: dict[Key, str] = {key_of(r.message): r.name for r in self.session.roles}
        self.states: dict[str, State] = {state.name: state for state in self.session.states}
        self.first = self.session.states[0].name
        self.streams: dict[Key, Stream] = {
            key_of(message): stream
            for stream in self.session.streams
            for message in (stream.opened_by, *stream.items, *stream.ended_by)
        }
        self._moves: dict[str, dict[Key, Move]] = {
            state.name: {key_of(move.subject): move for side in SIDES for move in state.moves(side)}
            for state in self.session.states
        }
        self._otherwise: dict[str, dict[Key, Reaction]] = {
            state.name: {
                key_of(subject): then for side in SIDES for subject, then in state.otherwise(side)
            }
            for state in self.session.states
        }
        self._named = {
            key_of(subject)
            for state in self.session.states
            for subject in state.subjects()
            if isinstance(subject, Message)
        }
        self._has_stand_ins = {side: self._uses_stand_ins(side) for side in SIDES}

    def has_role(self, key: Key, *names: str) -> bool:
        """Whether a message has one of these roles."""
        return self.roles.get(key) in names

    def message_of(self, role: str) -> Key | None:
        """The message that plays a part; None where there is none."""
        found = self.session.role(role)
        return None if found is None else key_of(found.message)

    def own(self, key: Key) -> Message:
        """A message as this revision itself calls it."""
        return self._own.get(key, self.messages[key])

    def opens_stream(self, key: Key) -> bool:
        """Whether a message opens a stream."""
        stream = self.streams.get(key)
        return stream is not None and stream.opened_by == self.messages[key]

    def mistakes(self, side: Direction) -> Mistakes:
        """What a receiver does with the mistakes of a side."""
        session = self.session
        return session.mistakes_of_client if side == "client" else session.mistakes_of_server

    def heard(self, key: Key) -> Key:
        """What a message is for somebody who runs this revision: itself, or one of an unknown type."""
        return key if key in self.messages else unknown(key[0])

    def move(self, state: str, key: Key) -> Move | None:
        """How a state allows a message, by its name or by what stands for it; None if it does not."""
        if self._misdirected(key) is not None:
            return None
        key = self.heard(key)
        rows, side = self._moves[state], key[0]
        if key in self._named:
            return rows.get(key)
        if key != unknown(side):
            return self._by_stand_in(rows, key)
        if not isinstance(self.mistakes(side).unknown_type, Ignored):
            return None
        if not self._has_stand_ins[side]:  # nothing is said of the others: ignored means anywhere
            return Move(StandIn(side, "any"), state)
        return self._by_stand_in(rows, key)

    def may_say(self, key: Key) -> bool:
        """Whether this revision has a message; what is unknown stands for what it leaves open, which is
        what some state allows by a stand-in."""
        return key in self.messages or (key == unknown(key[0]) and self._has_stand_ins[key[0]])

    def reaction(self, state: str, key: Key) -> Reaction:
        """What a receiver does with a message that a state does not allow."""
        mistakes, otherwise = self.mistakes(key[0]), self._otherwise[state]
        misdirected = self._misdirected(key)
        if isinstance(misdirected, Ignored):
            return otherwise.get(key_of(StandIn(key[0], "any")), misdirected)
        key, side = self.heard(key), key[0]
        not_known = misdirected or mistakes.unknown_type
        if key == unknown(side) and not isinstance(not_known, Ignored):
            return not_known
        for listed in (key, *self._stand_ins(key)):
            if listed in otherwise:
                return otherwise[listed]
        return mistakes.out_of_place

    def refuses_type(self, key: Key) -> Close | None:
        """How a receiver closes for a message because it has no such type, whatever the state."""
        if key in self.messages:
            return None
        then = self._misdirected(key) or self.mistakes(key[0]).unknown_type
        return then if isinstance(then, Close) else None

    def _misdirected(self, key: Key) -> Reaction | None:
        """What is said of a message that only the receiver sends; None if it is another, or nothing is."""
        if key in self.messages or (other(key[0]), key[1]) not in self.messages:
            return None
        return self.mistakes(key[0]).wrong_direction

    def stated(self, state: str, key: Key) -> Reaction | None:
        """What a state itself says of a message that it does not allow."""
        otherwise = self._otherwise[state]
        return next(
            (otherwise[listed] for listed in (key, *self._stand_ins(key)) if listed in otherwise),
            None,
        )

    def counts(self, key: Key) -> bool:
        """Whether a message carries a number; of an unknown one of the server that is likely."""
        if self.protocol.envelope.sequence is None or key[0] == "client":
            return False
        return key == unknown("server") or self.messages[key].seq == "required"

    def fields(self, key: Key) -> Mapping[str, JsonValue]:
        """The fields of a message's first example."""
        payload = self.messages[key].examples[0].payload
        return payload if isinstance(payload, dict) else {}

    def close_name(self, then: Close) -> str:
        """A close as people read it: ``4003 NOT_AUTHENTICATED``."""
        return close_name(then)

    def row_name(self, subject: Subject, *path: str) -> str:
        """What a table of session.yaml calls a message: by its role, by its name, or a stand-in."""
        if isinstance(subject, StandIn):
            return subject.kind
        named = f"{subject.direction}/{self.own(key_of(subject)).text}"
        role = self.roles.get(key_of(subject))
        source = self.revision.sources.get(FILE)
        if role is None or (source is not None and (*path, named) in source.keys):
            return named
        return role

    def row_place(self, state: str, subject: Subject) -> Place:
        """Where a state allows something."""
        side = subject.side if isinstance(subject, StandIn) else subject.direction
        path = ("states", state, side)
        return self.place(*path, self.row_name(subject, *path))

    def place(self, *path: str | int) -> Place:
        """Where something of session.yaml stands, or its nearest parent."""
        return self.revision.place(FILE, *path)

    def has(self, *path: str) -> bool:
        """Whether session.yaml has something at a path."""
        source = self.revision.sources.get(FILE)
        return source is not None and path in source.values

    def _by_stand_in(self, rows: dict[Key, Move], key: Key) -> Move | None:
        return next((rows[listed] for listed in self._stand_ins(key) if listed in rows), None)

    def _stand_ins(self, key: Key) -> Iterator[Key]:
        if self.counts(key):
            yield key_of(StandIn("server", "sequenced"))
        yield key_of(StandIn(key[0], "any"))

    def _uses_stand_ins(self, side: Direction) -> bool:
        stand_ins = {*self._stand_ins(unknown(side))}
        return any(stand_ins & rows.keys() for rows in self._moves.values())
