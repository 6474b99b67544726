"""What a receiver does with what is no message, or breaks the rules of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from voxspec.breaking.conversation.comparison import Comparison, Pair, said
from voxspec.breaking.conversation.machine import SIDES, Machine, unknown
from voxspec.breaking.conversation.meeting import Reached
from voxspec.breaking.conversation.story import Story, refusal, some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Direction
from voxspec.model.session import Close, Mistakes, Reaction, Read

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
    hearer = "server" if side == "client" else "client"
    was, now = (getattr(machine.mistakes(side), name) for machine in (both.old, both.new))
    effects = (
        []
        if name == "unknown_type_published"
        else [effect for pair in both.pairs(side) if (effect := _stricter(pair, name)) is not None]
    )
    return both.change(
        rules.SESSION_MISTAKES_SAME,
        ("mistakes", f"of_{side}", name),
        f"a {hearer} takes {_WORDS[name]} otherwise",
        _said(both.old, was),
        _said(both.new, now),
        effects,
    )


def _stricter(pair: Pair, name: str) -> Effect | None:
    """What was put up with ends the connection."""
    before, after = (getattr(m.mistakes(pair.side), name) for m in (pair.writer, pair.reader))
    if not isinstance(after, Close) or isinstance(before, Close):
        return None
    refused = refusal(pair.reader, pair.reading, after)
    what = f"{refused} for {_WORDS[name]}, where {some(pair.writer, pair.reading)} goes on"
    if name == "unknown_type":
        return _proved(pair, what, after)
    if name == "binary" and isinstance(before, Read):
        return _proved(pair, what, after, is_binary=True)
    return Effect(pair.meeting.skew.who, Verdict.LOSES, what)


def _proved(pair: Pair, what: str, then: Close, *, is_binary: bool = False) -> Effect:
    """A conversation in which it happens: where a session is under way, if it is allowed there."""
    key = unknown(pair.side)
    begun = pair.meeting.under_way()
    at = begun if is_binary else _allowing(pair, begun)
    said_there = None if at is None else _plain(pair, at) if is_binary else key
    if at is None or said_there is None:
        return Effect(pair.meeting.skew.who, Verdict.LOSES, what)
    story = Story.along(pair.meeting.skew, at)
    story.say(said_there)
    if is_binary:
        story.as_binary()
    proof = story.proof(pair.side, refusal(pair.reader, pair.reading, then), then)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, proof)


def _allowing(pair: Pair, begun: Reached | None) -> Reached | None:
    """Where the writer's revision lets it send a message of an unknown type."""
    key = unknown(pair.side)
    for at in (*([] if begun is None else [begun]), *pair.meeting.reached):
        if pair.writer.move(at.node.state(pair.side), key) is not None:
            return at
    return None


def _plain(pair: Pair, at: Reached) -> tuple[Direction, str] | None:
    """A message without a part that the writer may send there."""
    for key in pair.writer.messages:
        is_free = key not in pair.writer.roles and key not in pair.writer.streams
        if key[0] == pair.side and is_free and pair.meeting.allows(at.node, key):
            return key
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
