"""What a receiver does with what is no message, or breaks the rules of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from voxspec.breaking.conversation.comparison import Comparison, Pair, said
from voxspec.breaking.conversation.machine import SIDES, Machine
from voxspec.breaking.conversation.meeting import LOST, Reached
from voxspec.breaking.conversation.story import Story, refusal, some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Direction
from voxspec.model.session import Close, Key, Mistakes, Reaction, Read

_WORDS = {
    "not_json": "text that is no JSON",
    "not_object": "JSON that is no object",
    "payload_not_object": "a payload that is no object",
    "binary": "a binary message",
    "unknown_type": "a message of a type that it does not know",
    "unknown_type_published": "a message of a type that it does not know, as published pages say",
    "invalid": "a message that breaks the rules of its type",
    "out_of_place": "a message that is not due",
    "wrong_direction": "a message that only it sends",
}

_LATER = {
    "unknown_type": "each message that a later revision adds",
    "unknown_type_published": "each message that a later revision adds",
    "invalid": "each value that a later revision allows besides",
    "out_of_place": "what a later revision allows in more states",
    "wrong_direction": "each message that a later revision lets the other side send as well",
}
"""Whom a stricter receiver hurts: whoever speaks a later revision."""

_Then = Reaction | Read | None


def compare_mistakes(both: Comparison) -> Iterator[Change]:
    """A change for each mistake that a receiver takes otherwise."""
    for side in SIDES:
        was, now = both.old.mistakes(side), both.new.mistakes(side)
        for name in (field.name for field in fields(Mistakes)):
            before, after = getattr(was, name), getattr(now, name)
            if name == "empty_payload_is_none":
                if before != after:
                    yield _emptiness(both, side, is_none=after)
            elif _same(before) != _same(after):
                yield _changed(both, side, name)


def _changed(both: Comparison, side: Direction, name: str) -> Change:
    """Nobody makes a mistake by its own schema: that hurts nobody today, but for what is no mistake."""
    hearer = "server" if side == "client" else "client"
    was, now = (getattr(machine.mistakes(side), name) for machine in (both.old, both.new))
    effects = (
        [effect for pair in both.pairs(side) if (effect := _unread(pair)) is not None]
        if name == "binary"
        else []
    )
    change = both.change(
        rules.SESSION_MISTAKES_SAME,
        ("mistakes", f"of_{side}", name),
        f"what a {hearer} does with {_WORDS[name]} has changed",
        _said(both.old, was),
        _said(both.new, now),
        effects,
    )
    is_stricter = isinstance(now, Close) and not isinstance(was, Close)
    later = _LATER.get(name) if is_stricter else None
    hint = f"{later} ends the connection to {hearer}s of this one" if later else ""
    return replace(change, hint=hint)


def _unread(pair: Pair) -> Effect | None:
    """Binary messages are read by one revision, whose other side may send them, and by the other they end
    the connection or are passed over."""
    before, after = (m.mistakes(pair.side).binary for m in (pair.writer, pair.reader))
    if not isinstance(before, Read) or isinstance(after, Read):
        return None
    refused = f"{some(pair.reader, pair.reading)} passes over {_WORDS['binary']}"
    what = refused
    if isinstance(after, Close):
        refused = refusal(pair.reader, pair.reading, after)
        what = f"{refused} for {_WORDS['binary']}"
    what = f"{what}, where {some(pair.writer, pair.reading)} reads it"
    found = _plain(pair)
    if found is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    at, said_there = found
    story = Story.along(pair.meeting.skew, at)
    story.say(said_there)
    story.as_binary()
    proof = story.proof(pair.side, refused, after)
    is_worse = isinstance(after, Close) or pair.side == "client"
    verdict = Verdict.BREAKS if is_worse else Verdict.LOSES
    return Effect(pair.meeting.skew.who, verdict, what, proof)


def _plain(pair: Pair) -> tuple[Reached, Key] | None:
    """A message that the writer may send, and where: one without a part, or else the first of all."""
    begun = pair.meeting.under_way()
    for key in pair.writer.messages if begun is not None else ():
        is_free = key not in pair.writer.roles and key not in pair.writer.streams
        if key[0] == pair.side and is_free and begun and pair.meeting.allows(begun.node, key):
            return begun, key
    for step in pair.meeting.steps:
        said_there = step.said
        if step.before is None or said_there is None or said_there == LOST:
            continue
        if said_there[0] == pair.side:
            return step.before, said_there
    return None


def _emptiness(both: Comparison, side: Direction, *, is_none: bool) -> Change:
    effects = []
    for pair in both.pairs(side):
        if (
            pair.writer.mistakes(side).empty_payload_is_none
            and not pair.reader.mistakes(side).empty_payload_is_none
        ):
            what = f"{some(pair.reader, pair.reading)} does not take an empty payload for none"
            effects.append(Effect(pair.meeting.skew.who, Verdict.LOSES, what))
    return both.change(
        rules.SESSION_MISTAKES_SAME,
        ("mistakes", f"of_{side}", "empty_payload_is_none"),
        "an empty payload is taken for one that is not there"
        if is_none
        else "an empty payload is not taken for one that is not there any more",
        str(not is_none).lower(),
        str(is_none).lower(),
        effects,
    )


def _same(then: _Then) -> object:
    return (then.number, then.reason) if isinstance(then, Close) else type(then)


def _said(machine: Machine, then: _Then) -> str:
    return "read" if isinstance(then, Read) else said(machine, then)
