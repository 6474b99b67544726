"""A conversation told step by step, with real frames: the examples of whoever speaks, made to fit.

Tokens, sessions, numbers and intervals go through a story as they go through a connection: what one
frame says, a later one repeats.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, Literal

from voxspec.breaking.conversation.intervals import asked_for, interval_of
from voxspec.breaking.conversation.machine import SIDES, Machine, other
from voxspec.breaking.conversation.meeting import LOST, Node, Reached, Skew
from voxspec.breaking.conversation.open_streams import Open, kind, open_after, open_of
from voxspec.breaking.frames.apart import values_apart
from voxspec.breaking.verdict import Closing, ConversationProof, Step
from voxspec.breaking.words import amount
from voxspec.model import Direction, JsonValue, Message
from voxspec.model.frame_examples import example_frames
from voxspec.model.session import Close, Key, Reaction, Stream, key_of

Frame = dict[str, JsonValue]

OPENS: Final = "the connection opens"
LOSES: Final = "the connection is lost"

BEATERS: Final[tuple[tuple[str, Direction], ...]] = (
    ("heartbeat", "client"),
    ("server_heartbeat", "server"),
)
"""The heartbeats that there are, and who sends them."""


class Story:
    """What the two sides of a skew say to each other, from the first connection on."""

    def __init__(self, skew: Skew) -> None:
        self.skew = skew
        self.steps: list[Step] = []
        sequence = skew.server.protocol.envelope.sequence
        self._next_seq = 0 if sequence is None else sequence.first
        self._heard_seq = self._next_seq - 1
        self._bound: dict[str, JsonValue] = {}
        self._open: Open = frozenset()
        self._keys: dict[Key, list[JsonValue]] = {}
        """The keys under which streams were opened on this connection, by what kind they are."""
        self._since: dict[str, float] = {}
        """How long ago heartbeats were sent, or began to be due."""
        self.happens(OPENS)

    @classmethod
    def along(
        cls, skew: Skew, reached: Reached, away: Callable[[Story], None] | None = None
    ) -> Story:
        """The story of how a node is reached; ``away`` is what happens when a connection was lost."""
        story = cls(skew)
        for said in reached.path():
            story.goes(said, away)
        return story

    def goes(
        self, said: Key | Literal["lost"], away: Callable[[Story], None] | None = None
    ) -> None:
        """A step of a way: a message, or that the connection is lost and the client comes back."""
        if said != LOST:
            self.say(said)
            return
        self.happens(LOSES)
        self._open, self._keys = frozenset(), {}
        if away is not None:
            away(self)
        self.happens(OPENS)

    def happens(self, said: str) -> None:
        """Something that is no frame."""
        if said == OPENS:
            self._since = {}
        self.steps.append(Step(None, None, said))

    def passes(self, seconds: float, without: str = "") -> None:
        """Time passes; ``without`` says what does not happen meanwhile."""
        passes = "passes" if round(seconds, 6) == 1 else "pass"
        said = f"{spoken(seconds)} {passes}{f' without {without}' if without else ''}"
        self.steps.append(Step(None, None, said, seconds=seconds))

    def lasts(self, node: Node, seconds: float, but: str = "", without: str = "") -> None:
        """Time passes in a state, with the heartbeats that come in it, and their answers; ``but`` those of
        a part, ``without`` what does not happen meanwhile either."""
        pulses = {name: each for name, each in self.pulses(node) if name != but}
        now, due = 0.0, {name: each - self._since.get(name, 0.0) for name, each in pulses.items()}
        while due and min(due.values()) < seconds:
            name = min(due, key=due.__getitem__)
            if due[name] > now:
                self.passes(due[name] - now, without)
            now = due[name]
            due[name] += pulses[name]
            self._beats(node, name)
        if seconds > now:
            self.passes(seconds - now, without)
        self._since = {name: pulses[name] - (at - seconds) for name, at in due.items()}

    def say(
        self, key: Key, times: int = 1, *, is_heard: bool = True, fields: Frame | None = None
    ) -> None:
        """A message is sent, so often; ``fields`` are what its payload says besides."""
        side, machine = key[0], self.skew.of(key[0])
        message = machine.messages[key]
        frame = self._example(message)
        self._fill(machine, message, frame)
        self._put(machine, frame, fields or {})
        counter: str = ""
        values: tuple[JsonValue, ...] = ()
        if machine.counts(key):
            sequence = machine.protocol.envelope.sequence
            counter = "" if sequence is None or times == 1 else sequence.key
            self._next_seq += times
            if is_heard:
                self._heard_seq = self._next_seq - 1
        own = machine.own(key)
        if times > 1 and machine.opens_stream(key):
            counter = self._each_its_own(machine, key, frame, times)
            values = tuple(self._keys[kind(machine.streams[key])]) if counter else ()
        frame[machine.protocol.envelope.type.key] = own.type
        said = Step(side, frame, own.text, times=times, counter=counter, values=values)
        self.steps.append(replace(said, is_lost=not is_heard))

    def as_binary(self) -> None:
        """The latest message is sent as a binary one."""
        self.steps[-1] = replace(self.steps[-1], is_binary=True)

    def leaves_out(self, field: str) -> None:
        """The latest message is sent without one of its fields."""
        step = self.steps[-1]
        frame = copy.deepcopy(step.frame)
        if step.side is not None and isinstance(frame, dict):
            self._fields(self.skew.of(step.side), frame).pop(field, None)
            self.steps[-1] = replace(step, frame=frame)

    def closes(self, side: Direction, then: Close) -> None:
        """A side closes the connection."""
        self.steps.append(self._closing(side, then))

    def proof(
        self, writer: Direction, refusal: str, then: Reaction | None = None
    ) -> ConversationProof:
        """The story as what proves a change: its last step is what the other side of ``writer``
        refuses, which does ``then``."""
        age = self.skew.of(writer).age
        close = self._closing(other(writer), then) if isinstance(then, Close) else None
        return ConversationProof(tuple(self.steps), len(self.steps) - 1, age, refusal, close)

    def _closing(self, side: Direction, then: Close) -> Step:
        closing = Closing(side, then.number, then.sent)
        return Step(None, None, refusal(self.skew.of(side), side, then), close=closing)

    # --- Heartbeats ---------------------------------------------------------------------------

    def pulses(self, node: Node) -> Iterator[tuple[str, float]]:
        """The heartbeats that come in a state, and how far apart."""
        for name, side in BEATERS:
            beater, hearer = self.skew.of(side), self.skew.of(other(side))
            beat, interval = beater.message_of(name), interval_of(beater, name, self.skew)
            if beat is None or not interval or beat not in hearer.messages:
                continue
            if beater.move(node.state(side), beat) and hearer.move(node.state(other(side)), beat):
                yield name, interval

    def _beats(self, node: Node, name: str) -> None:
        side = dict(BEATERS)[name]
        beater, hearer = self.skew.of(side), self.skew.of(other(side))
        beat, answer = beater.message_of(name), hearer.message_of(f"{name}_answer")
        if beat is not None:
            self.say(beat)
        if answer is not None and hearer.move(node.state(other(side)), answer):
            self.say(answer)

    # --- Frames -------------------------------------------------------------------------------

    def _example(self, message: Message) -> Frame:
        """An example that both revisions have, or else the first one."""
        speaker = self.skew.of(message.direction)
        hearer = self.skew.of(other(message.direction))
        frames = example_frames(speaker.protocol.envelope, message)
        heard = hearer.messages.get(key_of(message))
        known = [] if heard is None else example_frames(hearer.protocol.envelope, heard)
        return copy.deepcopy(next((frame for frame in frames if frame in known), frames[0]))

    def _fill(self, machine: Machine, message: Message, frame: Frame) -> None:
        sequence = machine.protocol.envelope.sequence
        if sequence is not None and machine.counts(key_of(message)):
            frame[sequence.key] = self._next_seq
        self._put_key(machine, message, frame)
        role = machine.session.role(machine.roles.get(key_of(message), ""))
        if role is None:
            return
        said: Frame = {}
        fields = self._fields(machine, frame)
        for name, binding in role.bindings:
            key = binding.field.name
            if name == "last_seq":
                is_client = message.direction == "client"
                said[key] = self._heard_seq if is_client else self._next_seq - 1
            elif name in ("token", "session") and key in fields:
                said[key] = self._bound.setdefault(name, fields[key])
            elif name == "heartbeat_interval" and (asked := asked_for(machine)) is not None:
                said[key] = round(asked) if abs(asked - round(asked)) < 1e-6 else asked
        self._put(machine, frame, said)

    def _put_key(self, machine: Machine, message: Message, frame: Frame) -> None:
        """The key of the stream that a message is of, to whichever of the two it is of one."""
        key = key_of(message)
        stream = machine.streams.get(key) or self.skew.of(other(key[0])).streams.get(key)
        if stream is not None and stream.key in frame:
            frame[stream.key] = self._key(stream, machine, message, frame[stream.key])
        self._opens_or_ends(key)

    def _opens_or_ends(self, key: Key) -> None:
        for side in SIDES:
            self._open = open_after(self._open, side, self.skew.of(side), key)

    def _key(
        self, stream: Stream, machine: Machine, message: Message, value: JsonValue
    ) -> JsonValue:
        """The key of a stream: a free one for what opens it, else that of the one opened last."""
        key = key_of(message)
        first = self._bound.setdefault(f"stream {kind(stream)}", value)
        nth = open_of(self._open, key[0], stream)
        if not machine.opens_stream(key):
            return _next(first) if nth == 2 else first
        used = self._keys.setdefault(kind(stream), [])
        if nth == 2:
            free = keys_apart(machine, stream, len(used) + 1, first)
            used.extend([each for each in free if each not in used][:1])
        else:
            used.append(_next(first) if nth == 1 else first)
        return used[-1]

    def _each_its_own(self, machine: Machine, key: Key, frame: Frame, times: int) -> str:
        """Puts down the key of each of so many streams that are opened one after the other."""
        stream = machine.streams[key]
        first = frame.get(stream.key)
        keys = keys_apart(machine, stream, times, first)
        if len(keys) < times:
            return ""
        self._keys[kind(stream)] = [*keys]
        self._opens_or_ends(key)
        return stream.key

    def _fields(self, machine: Machine, frame: Frame) -> Frame:
        """Where the fields of a message stand in its frame."""
        payload = machine.protocol.envelope.payload
        if payload is None:
            return frame
        found = frame.get(payload.key)
        return found if isinstance(found, dict) else {}

    def _put(self, machine: Machine, frame: Frame, said: Frame) -> None:
        payload = machine.protocol.envelope.payload
        if not said:
            return
        if payload is None:
            frame.update(said)
        else:
            frame[payload.key] = {**self._fields(machine, frame), **said}


def _next(value: JsonValue) -> JsonValue:
    """Another key of the same type, and of the same length and letters where it is text."""
    if isinstance(value, int):
        return value - 1 if value > 1 else value + 1
    text = str(value)
    last = "2" if text[-1:] != "2" else "3"
    return f"{text[:-1]}{last}" if text[-1:].isdecimal() else f"{text}{last}"


def keys_apart(
    machine: Machine, stream: Stream, most: int, first: JsonValue
) -> tuple[JsonValue, ...]:
    """Different keys for streams of a kind, the first one first, as many as can be made."""
    key = next(each for each in stream.opened_by.keys if each.name == stream.key)
    return values_apart(machine.protocol, key.use, most, first).values


def refusal(machine: Machine, hearer: Direction, then: Reaction, aside: str = "") -> str:
    """What whoever runs a revision does with what it refuses; ``aside`` says more of who that is."""
    one = f"{some(machine, hearer)}, {aside}," if aside else some(machine, hearer)
    if isinstance(then, Close):
        return f"{one} closes with {machine.close_name(then)}"
    return f"{one} passes over it"


def some(machine: Machine, side: Direction) -> str:
    """Somebody who runs a revision: ``an old client``."""
    return f"{'an' if machine.age == 'old' else 'a'} {machine.age} {side}"


def spoken(seconds: float) -> str:
    """A time as people say it: ``45 seconds``."""
    return amount(round(seconds, 6), "seconds")
