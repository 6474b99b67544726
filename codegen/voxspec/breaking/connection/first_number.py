"""The number with which the messages of a session begin, where it is another."""

from __future__ import annotations

from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.meeting import Skew, meet
from voxspec.breaking.conversation.story import Story
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.renaming import Renaming
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Effect, Verdict, Who


def first_numbers(old: Revision, new: Revision) -> tuple[Effect, ...]:
    """Whom it hurts, by the shortest conversation with a number."""
    was = Machine(old, "old", Renaming(Pairs(old, new).messages_renamed))
    now = Machine(new, "new")
    skews = Skew(Who.OLD_CLIENTS, was, now), Skew(Who.NEW_CLIENTS, now, was)
    found = (_first_number(skew) for skew in skews)
    return tuple(effect for effect in found if effect is not None)


def _first_number(skew: Skew) -> Effect | None:
    sequence = skew.client.protocol.envelope.sequence
    if sequence is None:
        return None
    said = f"{skew.client.age} clients wait for {sequence.first} as the first number"
    numbered = [key for key in skew.server.messages if skew.server.counts(key)]
    meeting = meet(skew)
    for at in meeting.reached:
        for key in numbered:
            if meeting.allows(at.node, key):
                story = Story.along(skew, at)
                story.say(key)
                return Effect(skew.who, Verdict.BREAKS, said, story.proof("server", said))
    return Effect(skew.who, Verdict.UNKNOWN, said) if numbered else None
