"""Messages that are called otherwise: what becomes of them where the other side does not know the name.

Each is looked at by itself, with all others understood, so that none hides another.
"""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair
from voxspec.breaking.conversation.courses import effects_of, is_sent
from voxspec.breaking.conversation.intervals import interval_of, part_of
from voxspec.breaking.conversation.machine import Machine, called
from voxspec.breaking.conversation.meeting import Mismatch, Reached, Skew, meet
from voxspec.breaking.conversation.silence import patience_of
from voxspec.breaking.conversation.story import BEATERS, Story, refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY, Late, lates
from voxspec.breaking.frames.messages import written
from voxspec.breaking.renaming import Renaming, renamed_words
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.model import Message
from voxspec.model.session import Close, Key, key_of

_BEATS = {name: name for name, _ in BEATERS} | {f"{name}_answer": name for name, _ in BEATERS}
"""The heartbeats that a role is of."""

_MISSED = ("complaint", *_BEATS)
"""Parts without which a conversation goes on, where nobody closes for it."""


def compare_renames(old: Revision, new: Revision, renaming: Renaming) -> Iterator[Change]:
    """What follows for the conversation from each message that is called otherwise."""
    for pair in renaming.pairs:
        yield from _compare(old, new, pair, renaming.without(pair))


def _compare(
    old: Revision, new: Revision, renamed: tuple[Message, Message], others: Renaming
) -> Iterator[Change]:
    was, now = Machine(old, "old", others), Machine(new, "new")
    skews = (Skew(Who.OLD_CLIENTS, was, now), Skew(Who.NEW_CLIENTS, now, was))
    both = Comparison(was, now, tuple(map(meet, skews)))
    before, after = map(key_of, renamed)
    found = [
        effect
        for pair in both.pairs(before[0])
        if (effect := _Rename(pair, before if pair.writer is was else after).effect()) is not None
    ]
    if found:
        there = written(new, renamed[1])
        yield Change(
            "MESSAGE_SAME_NAME",
            called(after),
            renamed_words(*renamed),
            new.place(there.file, *there.path),
            renamed[0].text,
            renamed[1].text,
            tuple(found),
        )


class _Rename:
    """A message that one side sends under a name that the other one does not know."""

    def __init__(self, pair: Pair, key: Key) -> None:
        self.pair = pair
        self.key = key
        self.skew = pair.meeting.skew
        self.role = pair.writer.roles.get(key, "")
        self.speaker, self.hearer = some(pair.writer, pair.side), some(pair.reader, pair.reading)
        self.sends = f'{self.speaker} sends "{pair.writer.own(key).text}"'
        self.missed = f"{self.hearer} does not take it for the {self.role.replace('_', ' ')}"

    def effect(self) -> Effect | None:
        """The worst that comes of it; None where it is passed over and no more is lost than itself."""
        beats = self.beats_missed() if self.role in _BEATS else None
        return beats or self.refused() or self.not_understood()

    def refused(self) -> Effect | None:
        """The shortest conversation in which it ends the connection, at once or later."""
        found: list[Mismatch | Late] = [
            mismatch
            for mismatch in self.pair.meeting.mismatches
            if is_sent(mismatch)
            and isinstance(mismatch.reaction, Close)
            and self.is_of_this(mismatch)
        ]
        found += [
            late for late in lates(self.pair.meeting) if late.breaks and self.has_parted(late.at)
        ]
        shortest = min(found, key=lambda one: len(one.at.path()), default=None)
        return None if shortest is None else effects_of([shortest])[0]

    def is_of_this(self, mismatch: Mismatch) -> bool:
        return mismatch.key == self.key or self.has_parted(mismatch.at)

    def has_parted(self, at: Reached) -> bool:
        """Whether the two sides have parted by this message."""
        return at.parting is not None and at.parting.said == self.key

    def not_understood(self) -> Effect | None:
        """It is passed over, though it plays a part."""
        if not self.role:
            return None
        what = f"{self.sends}; {self.missed}"
        at = self.first()
        if at is None:
            return Effect(self.skew.who, Verdict.UNKNOWN, what)
        story = Story.along(self.skew, at)
        story.say(self.key)
        verdict = Verdict.LOSES if self.role in _MISSED else Verdict.BREAKS
        return Effect(self.skew.who, verdict, what, story.proof(self.pair.side, self.missed))

    def first(self) -> Reached | None:
        """The shortest way to where it is said."""
        there = {before for before, said, _ in self.pair.meeting.ways if said == self.key}
        return self.pair.meeting.first(lambda node: node in there)

    # --- Heartbeats ---------------------------------------------------------------------------

    def beats_missed(self) -> Effect | None:
        """Heartbeats, or answers to them, that are passed over in a session until somebody gives up."""
        at = self.passed_over()
        if at is None:
            return None
        return self.unheard(at) if self.role in dict(BEATERS) else self.unanswered(at)

    def passed_over(self) -> Reached | None:
        """A session in which it is said and passed over; None where it leads elsewhere, as ``any`` may say:
        what is due there may be something else."""
        begun = self.pair.meeting.under_way()
        if begun is None:
            return None
        state, heard_in = (
            begun.node.state(self.pair.side),
            begun.node.state(self.pair.reading),
        )
        is_said = self.pair.writer.move(state, self.key) is not None
        taken = self.pair.reader.move(heard_in, self.key)
        if taken is None:
            is_passed_over = not isinstance(self.pair.reader.reaction(heard_in, self.key), Close)
        else:
            is_passed_over = taken.after == heard_in
        return begun if is_said and is_passed_over else None

    def unheard(self, at: Reached) -> Effect | None:
        """Heartbeats that are not counted."""
        part = part_of(self.pair.reader, self.role)
        patience = patience_of(self.pair, self.role)
        if part is None or part.silence_then is None or part.silence is None:
            return None
        beat = self.pair.reader.message_of(self.role)
        heard_in = at.node.state(self.pair.reading)
        if beat is None or self.pair.reader.move(heard_in, beat) is None:
            return None  # there it waits for none
        story = Story.along(self.skew, at)
        left, interval = patience, interval_of(self.pair.writer, self.role, self.skew)
        while interval and left > interval + BARELY:
            story.lasts(at.node, interval, self.role)
            story.say(self.key)
            left -= interval
        story.lasts(at.node, left, self.role, "a heartbeat that it knows")
        return self.given_up(story, spoken(patience), part.silence_then)

    def unanswered(self, at: Reached) -> Effect | None:
        """Answers that are not counted."""
        name = _BEATS[self.role]
        part, interval = part_of(self.pair.reader, name), self.interval(name)
        beat = self.pair.reader.message_of(name)
        if part is None or part.missed_answers is None or part.missed_then is None:
            return None
        if beat is None or interval is None or not self.pair.meeting.allows(at.node, beat):
            return None
        most = int(part.missed_answers.value)
        story = Story.along(self.skew, at)
        for _ in range(most):
            story.lasts(at.node, interval, name)
            story.say(beat)
            story.say(self.key)
        story.lasts(at.node, interval, name, "an answer that it knows")
        return self.given_up(story, f"{most} of them", part.missed_then)

    def interval(self, name: str) -> float | None:
        return interval_of(self.pair.reader, name, self.skew)

    def given_up(self, story: Story, after: str, then: Close) -> Effect:
        refused = refusal(self.pair.reader, self.pair.reading, then)
        what = f"{self.sends}; {self.missed}: {refused} after {after}"
        proof = story.proof(self.pair.side, refused, then)
        return Effect(self.skew.who, Verdict.BREAKS, what, proof)
