"""The states of the session's page: the diagram, what each allows, and what happens to the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.model import Direction
from voxspec.model.naming import constant
from voxspec.model.session import (
    CLOSED,
    CLOSING,
    CONNECTING,
    Move,
    Session,
    StandIn,
    State,
    Subject,
)
from voxspec.targets.docs.markdown import Markdown, code, listing, prose
from voxspec.targets.docs.session_words import NOTHING, OTHER, Row, Words


class States:
    """The tables of the states of one conversation."""

    def __init__(self, session: Session, words: Words) -> None:
        self.session = session
        self.words = words

    def allowed(self) -> Iterator[Row]:
        members = {state.name: state.member for state in self.session.states}
        fixed = [(constant(name), text) for name, text in (CONNECTING, CLOSING, CLOSED)]
        nothing = (NOTHING, NOTHING, NOTHING)
        yield (code(fixed[0][0]), prose(fixed[0][1]), *nothing)
        for state in self.session.states:
            yield (
                code(state.member),
                prose(state.description, self.words.link),
                self.moves(state, state.client, members),
                self.moves(state, state.server, members),
                listing(map(code, state.timers)) or NOTHING,
            )
        for member, text in fixed[1:]:
            yield (code(member), prose(text), *nothing)

    def moves(self, state: State, moves: Iterable[Move], members: dict[str, str]) -> Markdown:
        shown = [
            self.words.subject(move.subject)
            if move.after == state.name
            else Markdown(f"{self.words.subject(move.subject)} → {code(members[move.after])}")
            for move in moves
        ]
        return Markdown(", ".join(shown)) or NOTHING

    def rest(self) -> Iterator[Row]:
        sides: tuple[Direction, Direction] = ("client", "server")
        for state in self.session.states:
            for side in sides:
                for subject, reaction in state.otherwise(side):
                    then = self.words.reaction(reaction, OTHER[side])
                    yield code(state.member), Markdown(side), self.words.subject(subject), then

    def out_of_place(self) -> str:
        client, server = self.session.mistakes_of_client, self.session.mistakes_of_server
        return (
            "What a state neither allows nor lists here is out of place. From the client: "
            f"{self.words.reaction(client.out_of_place, 'server')}. From the server: "
            f"{self.words.reaction(server.out_of_place, 'client')}."
        )


_KEYWORDS = frozenset({"CLASS", "CLASSDEF", "NOTE", "STYLE"})
"""Words with which Mermaid begins something else, in capitals, too."""


def diagram(session: Session) -> str:
    """The states as a Mermaid state diagram."""
    ids = {state.name: _id(state.member) for state in session.states}
    connecting, closing, closed = (constant(name) for name, _ in (CONNECTING, CLOSING, CLOSED))
    lines = [
        "stateDiagram-v2",
        f"    [*] --> {connecting}",
        f"    {connecting} --> {ids[session.states[0].name]}: the transport opens",
        "    state open {",
    ]
    lines += [
        f'        state "{state.member}" as {ids[state.name]}'
        for state in session.states
        if ids[state.name] != state.member
    ]
    for state in session.states:
        leading: dict[str, list[str]] = {}
        for move in (*state.client, *state.server):
            if move.after != state.name:
                leading.setdefault(move.after, []).append(_label(move.subject))
        lines += [
            f"        {ids[state.name]} --> {ids[after]}: {', '.join(dict.fromkeys(labels))}"
            for after, labels in leading.items()
        ]
    if len(session.states) == 1:
        lines.append(f"        {ids[session.states[0].name]}")
    lines += [
        "    }",
        f"    open --> {closing}: this side closes",
        f"    open --> {closed}: the transport ends",
        f"    {closing} --> {closed}: the transport ends",
        f"    {connecting} --> {closed}: it does not open",
        f"    {closed} --> [*]",
    ]
    return "\n".join(lines)


def _id(member: str) -> str:
    """What a diagram calls a state. No other has two underscores in a row."""
    return f"{member}__" if member in _KEYWORDS else member


def _label(subject: Subject) -> str:
    """A message in a diagram, where some characters would have a meaning."""
    if isinstance(subject, StandIn):
        return "any other numbered" if subject.kind == "sequenced" else "any other"
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "_.-") else f"#{ord(c)};"
        for c in str(subject.type)
    )
