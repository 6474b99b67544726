"""Heartbeats: how far apart one side may send them, and after how long the other gives up."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair, number
from voxspec.breaking.conversation.intervals import interval_of, part_of, seconds_in_unit
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.silence import patience_of, silence
from voxspec.breaking.conversation.situations import silent
from voxspec.breaking.conversation.story import BEATERS, Story, refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.exact import exactly
from voxspec.breaking.rules import BreakingRule
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.breaking.words import amount
from voxspec.load.session.words import SECONDS
from voxspec.model import Direction
from voxspec.model.session import Heartbeats, Ignored


def compare_heartbeats(both: Comparison) -> Iterator[Change]:
    """Changes of the heartbeats of both sides."""
    yield from _unit(both)
    for name, beater in BEATERS:
        yield from _Heart(both, name, beater).changes()


class _Heart:
    """The heartbeats of one side in both revisions."""

    def __init__(self, both: Comparison, name: str, beater: Direction) -> None:
        self.both = both
        self.name = name
        self.beater: Direction = beater
        self.was, self.now = part_of(both.old, name), part_of(both.new, name)

    def changes(self) -> Iterator[Change]:
        was, now = self.was, self.now
        if was is None and now is None:
            return
        too_slow = [
            effect for pair in self.pairs() if (effect := silence(pair, self.name)) is not None
        ]
        if was is None or now is None:
            words = (
                "there are heartbeats now" if was is None else "there are no heartbeats any more"
            )
            yield self.both.change(
                rules.SESSION_HEARTBEAT_SAME,
                (self.name,),
                words,
                _there(was),
                _there(now),
                self.either(too_slow),
                exactly(was, now),
            )
            return
        units = {seconds_in_unit(machine) for machine in (self.both.old, self.both.new)}
        if len(units) > 1 and None not in units:
            too_slow = []  # that has its own rule
        if _interval(was) != _interval(now):
            yield self.number("interval", _interval_words(was), _interval_words(now), too_slow)
            too_slow = []
        if _value(was, "silence") != _value(now, "silence"):
            yield self.number("silence", number(was.silence), number(now.silence), too_slow)
        if _value(was, "missed_answers") != _value(now, "missed_answers"):
            left = [e for pair in self.answering() if (e := self.unanswered(pair)) is not None]
            yield self.number(
                "missed_answers",
                number(was.missed_answers),
                number(now.missed_answers),
                left,
                rules.SESSION_MISSED_ANSWERS_SAME,
            )
        yield from self.manners(was, now)

    def either(self, too_slow: list[Effect]) -> Iterator[Effect]:
        """Who is never heard, and who never hears an answer, where only one revision has heartbeats."""
        effects = {effect.who: effect for effect in too_slow}
        for pair in self.answering():
            effect = self.unanswered(pair)
            if effect is not None and effect.verdict is not Verdict.LOSES:
                effects.setdefault(effect.who, effect)
        yield from (effects[who] for who in Who if who in effects)

    def pairs(self) -> Iterator[Pair]:
        return self.both.pairs(self.beater)

    def answering(self) -> Iterator[Pair]:
        return self.both.pairs("server" if self.beater == "client" else "client")

    def number(
        self,
        part: str,
        was: str,
        now: str,
        effects: list[Effect],
        rule: BreakingRule = rules.SESSION_HEARTBEAT_SAME,
    ) -> Change:
        said = f'"{part}" of the {self.name.replace("_", " ")} has changed'
        return self.both.change(rule, (self.name, part), said, was, now, effects)

    # --- Answers ------------------------------------------------------------------------------

    def unanswered(self, pair: Pair) -> Effect | None:
        """Somebody whose revision has no answer, or who has less time to give one: who has one answers every
        heartbeat, however many may stay without."""
        writer, reader = part_of(pair.writer, self.name), part_of(pair.reader, self.name)
        if reader is None or reader.missed_answers is None or reader.missed_then is None:
            return None
        most, who = int(reader.missed_answers.value), pair.meeting.skew.who
        refused = refusal(pair.reader, pair.reading, reader.missed_then)
        if pair.writer.message_of(f"{self.name}_answer") is not None:
            own = None if writer is None else writer.missed_answers
            if own is not None and most >= own.value:
                return None
            after = amount(most, "heartbeats")
            usual = "goes on" if own is None else f"waits for {number(own)}"
            one = some(pair.writer, pair.reading)
            what = f"{refused} after {after} without an answer, where {one} {usual}"
            return Effect(who, Verdict.LOSES, what)
        what = f"{some(pair.writer, pair.side)} answers no heartbeats; {refused} after {most}"
        story = self.ignored(pair, most)
        if story is None:
            return None  # the heartbeat itself is refused, which the conversations tell
        proof = story.proof(pair.side, refused, reader.missed_then)
        return Effect(who, Verdict.BREAKS, what, proof)

    def ignored(self, pair: Pair, most: int) -> Story | None:
        """So many heartbeats that nobody answers; None where there are none in a session."""
        beat = pair.reader.message_of(self.name)
        interval = interval_of(pair.reader, self.name, pair.meeting.skew)
        begun = pair.meeting.under_way()
        if beat is None or interval is None or begun is None:
            return None
        heard_in = begun.node.state(pair.side)
        is_heard = pair.writer.move(heard_in, beat) or isinstance(
            pair.writer.reaction(heard_in, beat), Ignored
        )
        if not is_heard or pair.reader.move(begun.node.state(pair.reading), beat) is None:
            return None
        story = Story.along(pair.meeting.skew, begun)
        for _ in range(most):
            story.lasts(begun.node, interval, self.name)
            story.say(beat)
        story.lasts(begun.node, interval, self.name, "an answer")
        return story

    def manners(self, was: Heartbeats, now: Heartbeats) -> Iterator[Change]:
        """What hurts nobody's connection."""
        if was.jittered != now.jittered:
            before, after = ("jittered" if part.jittered else "regular" for part in (was, now))
            yield self.number("first", before, after, [], rules.SESSION_HEARTBEAT_MANNERS)
        for name in ("unasked_answers", "echoes_payload"):
            before, after = (str(getattr(part, name)).lower() for part in (was, now))
            if before != after:
                effects = [
                    self.misses(pair, name) for pair in self.pairs() if self.relies(pair, name)
                ]
                yield self.number(name, before, after, effects, rules.SESSION_HEARTBEAT_MANNERS)

    def relies(self, pair: Pair, name: str) -> bool:
        """Whether one side counts on what the other does not do: on getting its payload back, or on
        that answers come only to heartbeats."""
        writer, reader = part_of(pair.writer, self.name), part_of(pair.reader, self.name)
        if writer is None or reader is None:
            return False
        of_writer, of_reader = getattr(writer, name), getattr(reader, name)
        if name == "echoes_payload":
            return bool(of_writer and not of_reader)
        return bool(of_reader and not of_writer)

    def misses(self, pair: Pair, name: str) -> Effect:
        one = some(pair.writer, pair.side)
        said = (
            f"{one} does not get the payload of its heartbeats back"
            if name == "echoes_payload"
            else f"{one} gets answers that it did not ask for"
        )
        return Effect(pair.meeting.skew.who, Verdict.LOSES, said)


def _unit(both: Comparison) -> Iterator[Change]:
    """The greeting says the interval in another unit."""
    was, now = seconds_in_unit(both.old), seconds_in_unit(both.new)
    if was is None or now is None or abs(was - now) < BARELY * min(was, now):
        return
    if None not in (_field_unit(both.old), _field_unit(both.new)):
        return  # the field says it itself, of which the frames tell
    effects = [
        effect
        for meeting in both.meetings
        if (effect := _misread(Pair(meeting, meeting.skew.server, meeting.skew.client, "server")))
        is not None
    ]
    yield both.change(
        rules.HEARTBEAT_SAME_UNIT,
        ("roles", "greeting", "heartbeat_interval"),
        "the greeting says the interval of heartbeats in another unit",
        _unit_name(was),
        _unit_name(now),
        effects,
    )


def _field_unit(machine: Machine) -> str | None:
    greeting = machine.session.role("greeting")
    bound = None if greeting is None else dict(greeting.bindings).get("heartbeat_interval")
    return None if bound is None else bound.field.use.unit


def _unit_name(seconds: float) -> str:
    return next((name for name, each in SECONDS.items() if each == seconds), f"{seconds:g} s")


def _misread(pair: Pair) -> Effect | None:
    """A client that takes the number of the greeting for another time."""
    skew = pair.meeting.skew
    name = "heartbeat" if part_of(pair.reader, "heartbeat") is not None else "server_heartbeat"
    meant, read = interval_of(pair.writer, name, skew), interval_of(pair.reader, name, skew)
    greeting = pair.writer.message_of("greeting")
    if meant is None or read is None or greeting is None:
        return None
    misread = (
        f"{some(pair.reader, 'client')} takes it for {spoken(read)}, and not for {spoken(meant)}"
    )
    too_slow = _too_slow(Pair(pair.meeting, skew.client, skew.server, "client"), read, misread)
    if name == "heartbeat" and too_slow is not None:
        return too_slow
    at = next((at for at in pair.meeting.reached if at.said == greeting), None)
    if at is None:
        return Effect(skew.who, Verdict.UNKNOWN, misread)
    story = Story.along(skew, at)
    return Effect(skew.who, Verdict.BREAKS, misread, story.proof("server", misread))


def _too_slow(pair: Pair, interval: float, misread: str) -> Effect | None:
    """A client whose heartbeats come so seldom, since it misreads the greeting, that the server gives up."""
    part, story = part_of(pair.reader, "heartbeat"), silent(pair, "heartbeat")
    patience = patience_of(pair, "heartbeat")
    if part is None or part.silence_then is None or story is None or interval <= patience:
        return None
    refused = refusal(pair.reader, "server", part.silence_then)
    what = f"{misread}; {refused} after {spoken(patience)}"
    proof = story.proof("client", refused, part.silence_then)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, proof)


def _there(part: Heartbeats | None) -> str:
    return "none" if part is None else "heartbeats"


def _interval(part: Heartbeats) -> tuple[bool, float | None]:
    return part.from_greeting, None if part.interval is None else part.interval.seconds


def _interval_words(part: Heartbeats) -> str:
    return f"{number(part.interval)}{' unless the greeting says another' if part.from_greeting else ''}"


def _value(part: Heartbeats, name: str) -> float | None:
    found = getattr(part, name)
    return None if found is None else found.value
