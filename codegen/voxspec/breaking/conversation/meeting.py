"""Two machines that talk to each other: what each side may say, followed to where the other refuses it.

The client runs one revision and the server the other. What a side says follows its own machine, and
what it hears is judged by its own, so that the pairs of their states make one automaton. It is searched
breadth first: whatever is found is reached by the shortest conversation.

Only what both understand leads on. Beside the states, little has to be known: whether there is a
session that can be resumed, who owes an answer to a heartbeat, and which streams are open.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from voxspec.breaking.conversation.machine import SIDES, Machine, other, unknown
from voxspec.breaking.conversation.open_streams import (
    Open,
    has_stream,
    is_strange,
    open_after,
)
from voxspec.breaking.verdict import Who
from voxspec.model import Direction
from voxspec.model.session import Close, Ignored, Key, Move, Reaction

LOST: Literal["lost"] = "lost"
"""The connection is lost, and the client opens another one."""


@dataclass(frozen=True, slots=True)
class Skew:
    """Who runs which revision, and whom that can hurt."""

    who: Who
    client: Machine
    server: Machine

    def of(self, side: Direction) -> Machine:
        return self.client if side == "client" else self.server


@dataclass(frozen=True, slots=True)
class Node:
    """How far a conversation is, as both sides see it."""

    client: str
    server: str
    can_resume: bool = False
    """Whether the client has a session that it can go on with on another connection."""
    owed: frozenset[Direction] = frozenset()
    """Who owes an answer to a heartbeat."""
    streams: Open = frozenset()
    """Which streams each side takes for open."""

    def state(self, side: Direction) -> str:
        return self.client if side == "client" else self.server


@dataclass(frozen=True, slots=True)
class Parting:
    """The message after which the two sides are in states that are not the same any more.

    None where they were not the same from the beginning.
    """

    client: str
    server: str
    said: Key | None


@dataclass(frozen=True, slots=True)
class Reached:
    """A node, and the shortest way to it."""

    node: Node
    before: Reached | None = None
    said: Key | Literal["lost"] | None = None
    parting: Parting | None = None
    """Where the two sides have parted, if they have not met again."""

    def path(self) -> list[Key | Literal["lost"]]:
        """What was said, and what happened, from the first connection on."""
        return [step.said for step in self.way() if step.said is not None]

    def way(self) -> list[Reached]:
        """All that was reached before, from the first connection on, and this."""
        way: list[Reached] = []
        at: Reached | None = self
        while at is not None:
            way.append(at)
            at = at.before
        return way[::-1]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A message that one side may send and the other does not understand there."""

    skew: Skew
    at: Reached
    key: Key
    move: Move
    """How its sender allows it."""
    reaction: Reaction
    """What its receiver does."""
    stream: str = ""
    """The stream that is not open for the receiver, or is already; empty where it is the state."""
    in_vain: bool = False
    """Whether the sender's own revision passes over it there, and allows it in no other way."""


@dataclass
class Meeting:
    """All that can happen between the two sides of a skew."""

    skew: Skew
    reached: list[Reached] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    passed_over: list[Mismatch] = field(default_factory=list)
    """What the sender's own state says to pass over, and the other side, in another, closes for."""
    steps: list[Reached] = field(default_factory=list)
    """What leads from where to where: each by the shortest way to where it begins."""

    @property
    def ways(self) -> Iterator[tuple[Node, Key | Literal["lost"], Node]]:
        """The steps as where one begins, what is said, and where it leads."""
        for step in self.steps:
            if step.before is not None and step.said is not None:
                yield step.before.node, step.said, step.node

    def first(self, fits: Callable[[Node], bool]) -> Reached | None:
        """The shortest way to a node like this."""
        return next((at for at in self.reached if fits(at.node)), None)

    def under_way(self) -> Reached | None:
        """The shortest way to where most can be said: a session, if the protocol has such."""
        established = self.skew.client.message_of("established")
        if established is not None:
            for at in self.reached:
                if at.said == established:
                    return at
        return max(self.reached, key=lambda at: len(self._both_allow(at.node)), default=None)

    def allows(self, node: Node, key: Key) -> bool:
        """Whether a side may send a message there, and the other understands it."""
        return key in self._both_allow(node)

    def _both_allow(self, node: Node) -> set[Key]:
        return {
            key
            for key in self.skew.client.messages.keys() & self.skew.server.messages.keys()
            if self.skew.client.move(node.client, key) and self.skew.server.move(node.server, key)
        }


def meet(skew: Skew) -> Meeting:
    """Follow everything that can be said between the two sides."""
    return _Search(skew).run()


class _Search:
    def __init__(self, skew: Skew) -> None:
        self.skew = skew
        self.meeting = Meeting(skew)
        self.kinds = _kinds(skew)
        self.may_lose = skew.client.session.role("resume") is not None
        self.seen: set[Node] = set()
        self.waiting: deque[Reached] = deque()

    def run(self) -> Meeting:
        client, server = self.skew.client, self.skew.server
        start = Node(client.first, server.first)
        parting = None if self.same(start) else Parting(start.client, start.server, None)
        self.add(Reached(start, parting=parting))
        while self.waiting:
            at = self.waiting.popleft()
            self.meeting.reached.append(at)
            for key in self.kinds:
                self.say(at, key)
            if self.may_lose and at.node.can_resume:
                self.add(Reached(replace(start, can_resume=True), at, LOST, parting))
        return self.meeting

    def add(self, reached: Reached) -> None:
        if reached.before is not None:
            self.meeting.steps.append(reached)
        if reached.node not in self.seen:
            self.seen.add(reached.node)
            self.waiting.append(reached)

    def say(self, at: Reached, key: Key) -> None:
        """What happens when a side says this, if it may."""
        side = key[0]
        speaker, hearer = self.skew.of(side), self.skew.of(other(side))
        if not speaker.may_say(key) or not self.has_reason(at.node, key):
            return
        move = speaker.move(at.node.state(side), key)
        if move is None:
            self.say_in_vain(at, key)
            return
        is_known = hearer.heard(key) == key
        hears_in = at.node.state(other(side))
        heard = hearer.move(hears_in, key)
        strange = None if heard is None else self.strange(at.node, key)
        if heard is None or strange is not None:
            heard = None
            reaction = hearer.reaction(hears_in, key) if strange is None else strange
            stream = "" if strange is None else hearer.streams[key].name
            self.meeting.mismatches.append(Mismatch(self.skew, at, key, move, reaction, stream))
            if isinstance(reaction, Close):
                return
            if is_known and move.after != at.node.state(side):
                return  # the sender goes on by itself
        if key == unknown(side):
            return  # nobody has such a message: what follows it does not happen
        after = self.after(at.node, key, move, heard, is_known=is_known)
        parting = at.parting
        if self.same(after):
            parting = None
        elif parting is None:
            parting = Parting(at.node.client, at.node.server, key)
        self.add(Reached(after, at, key, parting))

    def say_in_vain(self, at: Reached, key: Key) -> None:
        """What happens to what a state does not allow and says to pass over, in another state."""
        side = key[0]
        speaker, hearer = self.skew.of(side), self.skew.of(other(side))
        state, hears_in = at.node.state(side), at.node.state(other(side))
        message = speaker.messages.get(key)
        is_heard = hearer.heard(key) == key and hearer.move(hears_in, key) is None
        if at.parting is None or message is None or not is_heard:
            return
        reaction = hearer.reaction(hears_in, key)
        if isinstance(speaker.stated(state, key), Ignored) and isinstance(reaction, Close):
            move = Move(message, state)
            self.meeting.passed_over.append(
                Mismatch(self.skew, at, key, move, reaction, in_vain=True)
            )

    def after(
        self, node: Node, key: Key, move: Move, heard: Move | None, *, is_known: bool
    ) -> Node:
        side = key[0]
        hears_in = node.state(other(side)) if heard is None else heard.after
        client, server = (move.after, hears_in) if side == "client" else (hears_in, move.after)
        after = replace(node, client=client, server=server)
        heard_by = () if heard is None or not is_known else (other(side),)
        streams = node.streams
        for each in (side, *heard_by):
            streams = open_after(streams, each, self.skew.of(each), key)
        after = replace(after, streams=streams)
        if not heard_by:
            return after
        hearer = self.skew.of(other(side))
        if hearer.has_role(key, "heartbeat", "server_heartbeat"):
            answer = hearer.session.role(f"{hearer.roles[key]}_answer")
            if answer is not None:
                after = replace(after, owed=after.owed | {other(side)})
        elif self.skew.of(side).has_role(key, "heartbeat_answer", "server_heartbeat_answer"):
            after = replace(after, owed=after.owed - {side})
        if self.may_lose and self.skew.client.has_role(key, "established"):
            after = replace(after, can_resume=True)
        return after

    def strange(self, node: Node, key: Key) -> Reaction | None:
        """What a receiver does that does not know the stream of a message, or has it open already."""
        hearer = self.skew.of(other(key[0]))
        if not is_strange(node.streams, hearer, key):
            return None
        return hearer.streams[key].duplicate if hearer.opens_stream(key) else Ignored()

    def has_reason(self, node: Node, key: Key) -> bool:
        """Whether what the state allows can also be said: a resume needs a session, an answer somebody
        who waits for it, and what belongs to a stream one that is open."""
        side = key[0]
        speaker = self.skew.of(side)
        match speaker.roles.get(key):
            case "resume":
                return node.can_resume
            case "heartbeat_answer":
                beats = speaker.session.heartbeat
                return side in node.owed or (beats is not None and beats.unasked_answers)
            case "server_heartbeat_answer":
                beats = speaker.session.server_heartbeat
                return side in node.owed or (beats is not None and beats.unasked_answers)
        return has_stream(node.streams, speaker, key)

    def same(self, node: Node) -> bool:
        """Whether the two states are one: called alike, or each known to its own side alone."""
        client, server = self.skew.client.states, self.skew.server.states
        return node.client == node.server or (
            node.client not in server and node.server not in client
        )


def _kinds(skew: Skew) -> tuple[Key, ...]:
    """All that can be said, in the order of the schemas, what is unknown at the end."""
    return (*dict.fromkeys(_listed(skew)), *map(unknown, SIDES))


def _listed(skew: Skew) -> Iterator[Key]:
    for side in SIDES:
        yield from (key for key in skew.of(side).messages if key[0] == side)
