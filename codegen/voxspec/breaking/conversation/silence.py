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
    """Somebody who beats as slowly as its own revision allows, and whom the other gives up on."""
    allowed, patience = _allowance(pair, name), patience_of(pair, name)
    reader = part_of(pair.reader, name)
    if reader is None or reader.silence_then is None or patience >= allowed - BARELY:
        return None
    refused = refusal(pair.reader, pair.reading, reader.silence_then)
    time = "is never heard" if allowed == inf else f"may be silent for {spoken(allowed)}"
    what = f"{some(pair.writer, pair.side)} {time}; {refused} after {spoken(patience)}"
    story = silent(pair, name)
    if story is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    proof = story.proof(pair.side, refused, reader.silence_then)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, proof)


def patience_of(pair: Pair, name: str) -> float:
    """After how long the listener gives up."""
    part = part_of(pair.reader, name)
    interval = interval_of(pair.reader, name, pair.meeting.skew)
    if part is None or interval is None or part.silence is None:
        return inf
    return part.silence.value * interval


def _allowance(pair: Pair, name: str) -> float:
    """How long the beater's own revision lets it be silent."""
    part = part_of(pair.writer, name)
    interval = interval_of(pair.writer, name, pair.meeting.skew)
    beat = pair.writer.message_of(name)
    if part is None or interval is None or beat != pair.reader.message_of(name):
        return inf
    if part.silence is None or part.silence_then is None:
        return interval
    return part.silence.value * interval
