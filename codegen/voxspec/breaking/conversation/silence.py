"""Heartbeats that come too seldom, or not at all, for whoever waits for them."""

from __future__ import annotations

from math import inf

from voxspec.breaking.conversation.comparison import Pair
from voxspec.breaking.conversation.intervals import interval_of, part_of
from voxspec.breaking.conversation.situations import silent
from voxspec.breaking.conversation.story import refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.verdict import Effect, Verdict


def silence(pair: Pair, name: str) -> Effect | None:
    """Somebody who beats as its own revision says, and whom the other gives up on in between; or who has
    less time to be late. Who is out there may have used up the time that its revision gives; who is yet to
    be written need not."""
    gap, patience = _gap(pair, name), patience_of(pair, name)
    reader = part_of(pair.reader, name)
    if reader is None or reader.silence_then is None:
        return None
    who, one = pair.meeting.skew.who, some(pair.writer, pair.side)
    refused = refusal(pair.reader, pair.reading, reader.silence_then)
    own = _own_patience(pair, name)
    if patience > gap:
        if patience >= own - BARELY:
            return None
        usual = "any time" if own == inf else spoken(own)
        other_one = some(pair.writer, pair.reading)
        what = f"{refused} after {spoken(patience)} without a heartbeat, where {other_one} waits {usual}"
        if own == inf or pair.writer.age == "new":
            return Effect(who, Verdict.LOSES, what)
    else:
        beats = "is never heard" if gap == inf else f"sends a heartbeat every {spoken(gap)}"
        what = f"{one} {beats}; {refused} after {spoken(patience)}"
    story = silent(pair, name)
    if story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    proof = story.proof(pair.side, refused, reader.silence_then)
    return Effect(who, Verdict.BREAKS, what, proof)


def patience_of(pair: Pair, name: str) -> float:
    """After how long the listener gives up."""
    part = part_of(pair.reader, name)
    interval = interval_of(pair.reader, name, pair.meeting.skew)
    if part is None or interval is None or part.silence is None:
        return inf
    return round(part.silence.value * interval, 6)


def _gap(pair: Pair, name: str) -> float:
    """The longest time between two heartbeats of a beater who keeps to its own revision: one interval,
    also until the first. It is never heard where the other side takes its heartbeats for something else."""
    interval = interval_of(pair.writer, name, pair.meeting.skew)
    beat = pair.writer.message_of(name)
    is_heard = interval is not None and beat == pair.reader.message_of(name)
    return inf if interval is None or not is_heard else round(interval, 6)


def _own_patience(pair: Pair, name: str) -> float:
    """How long listeners of the beater's own revision wait."""
    part, interval = part_of(pair.writer, name), interval_of(pair.writer, name, pair.meeting.skew)
    if part is None or interval is None or part.silence is None or part.silence_then is None:
        return inf
    return round(part.silence.value * interval, 6)
