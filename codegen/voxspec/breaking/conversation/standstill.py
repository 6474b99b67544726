"""Conversations that come to a standstill: nobody is refused, and nothing leads to a session any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voxspec.breaking.conversation.meeting import Meeting, Node, Reached, Skew
from voxspec.breaking.conversation.story import Story
from voxspec.breaking.verdict import Effect, Verdict
from voxspec.model import Direction


@dataclass(frozen=True, slots=True)
class Standstill:
    """Where the two sides are when nothing leads on."""

    skew: Skew
    at: Reached

    def effect(self) -> Effect:
        """The conversation up to there."""
        story = Story.along(self.skew, self.at)
        client, server = self.at.node.client, self.at.node.server
        refused = f'neither side can go on: the client is "{client}", the server "{server}"'
        writer: Direction = "client" if story.steps[-1].side == "client" else "server"
        what = f"no session comes about: {refused}"
        return Effect(self.skew.who, Verdict.BREAKS, what, story.proof(writer, refused))


def standstill(meeting: Meeting) -> Standstill | None:
    """The first node out of which nothing leads to a session, though nobody was refused."""
    established = [
        key
        for machine in (meeting.skew.client, meeting.skew.server)
        for role in ("established", "resumed")
        if (key := machine.message_of(role)) is not None
    ]
    begun = {after for _, said, after in meeting.ways if said in established}
    if not begun and not _has_sessions(meeting):
        return None
    ways = [(before, after) for before, _, after in meeting.ways]
    later = _closure(begun, ways)
    before = _closure(begun, [(after, before) for before, after in ways])
    at = meeting.first(
        lambda node: node not in later and node not in before and _is_end(node, ways)
    )
    return None if at is None else Standstill(meeting.skew, at)


def _is_end(node: Node, ways: list[tuple[Node, Node]]) -> bool:
    """Whether whatever is said there leads back."""
    reached = _closure({node}, ways)
    return all(node in _closure({one}, ways) for one in reached)


def _has_sessions(meeting: Meeting) -> bool:
    """Whether both revisions have the message with which a session begins, and it is the same one."""
    client, server = (
        m.message_of("established") for m in (meeting.skew.client, meeting.skew.server)
    )
    return client is not None and client == server


def _closure(nodes: set[Node], ways: Iterable[tuple[Node, Node]]) -> set[Node]:
    onward: dict[Node, list[Node]] = {}
    for one, next_one in ways:
        onward.setdefault(one, []).append(next_one)
    found, waiting = set(nodes), [*nodes]
    while waiting:
        for node in onward.get(waiting.pop(), ()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found
