"""Differences judged: whom each hurts, with the smallest frame that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from voxspec.breaking.containment import is_covered, is_same, is_valid
from voxspec.breaking.exact import exact_messages, exactly
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.declared import declared
from voxspec.breaking.frames.difference import Difference, Trial, at_or_below
from voxspec.breaking.frames.messages import written
from voxspec.breaking.frames.modular import fits, reached
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.pointers import pointers
from voxspec.breaking.frames.reach import Reach, reach
from voxspec.breaking.frames.schemas import reader_frame, shape_schema, writer_frame
from voxspec.breaking.frames.search import search
from voxspec.breaking.frames.steps import MessagePair, Spot, Steps, TypePair
from voxspec.breaking.frames.values import NoValueError, Object
from voxspec.breaking.imported import Generated, Problem, generated
from voxspec.breaking.renaming import Renaming
from voxspec.breaking.sides import CROSSINGS, Crossing
from voxspec.breaking.unknown_types import close_name, on_unknown
from voxspec.breaking.verdict import SEVERITY, Age, Change, Effect, FrameProof, Verdict, Who
from voxspec.breaking.witness import candidates
from voxspec.model import Direction, Field, Message, Protocol
from voxspec.model.session import Close
from voxspec.targets.jsonschema.types import Schema

_FEW = 4
"""In so many messages a difference is tried first; the others come when these show nothing."""


@dataclass(frozen=True)
class End:
    """One of the two revisions, ready to write frames and to judge them."""

    age: Age
    protocol: Protocol

    @cached_property
    def builder(self) -> Builder:
        return Builder(self.protocol)

    @property
    def reach(self) -> Reach:
        return reach(self.protocol)

    @property
    def code(self) -> Generated:
        return generated(self.protocol)


class Judge:
    """Judges differences between two revisions."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.ends: dict[Age, End] = {
            "old": End("old", pairs.old.protocol),
            "new": End("new", pairs.new.protocol),
        }
        self.broken: set[tuple[Crossing, str | int]] = set()
        """The messages, by their new types, of which something is known to break or unknown."""

    def change(self, difference: Difference) -> Change:
        """The change that a difference is, with all whom it hurts."""
        effects: dict[Who, Effect] = {}
        for crossing in CROSSINGS:
            effect = self._effect(difference, crossing)
            if effect is None:
                continue
            before = effects.get(effect.who)
            if before is None or _rank(effect) < _rank(before):
                effects[effect.who] = effect
        return Change(
            rule=difference.rule,
            subject=difference.spot.subject,
            message=difference.message,
            where=difference.spot.place(self.pairs.old, self.pairs.new, gone=difference.gone),
            was=difference.was,
            now=difference.now,
            effects=tuple(effects[who] for who in Who if who in effects),
            reaches=self._reaches(difference),
            hint=difference.hint,
            exact=difference.exact,
        )

    def _reaches(self, difference: Difference) -> tuple[str, ...]:
        owner = difference.spot.owner
        if not isinstance(owner, TypePair):
            return ()
        there = [m for end in self.ends.values() for m, _ in end.reach.to(owner, end.age)]
        return tuple(dict.fromkeys(f"{message.direction}/{message.text}" for message in there))

    # --- One crossing -------------------------------------------------------------------------

    def _effect(self, difference: Difference, crossing: Crossing) -> Effect | None:
        trial = difference.trial
        if trial is None:
            return None
        spot = difference.spot
        if trial.passed_over is not None:
            return self._type_effect(trial, spot, crossing)
        ways = self._ways(difference, crossing)
        if not ways and not (_is_frame(spot) and _direction(spot) == crossing.direction):
            return None
        effect = self._wire_effect(trial, crossing, ways) if ways else None
        if effect is not None:
            for message, _ in ways:
                self.broken.add((crossing, message.type))
        elif crossing.name in difference.loses:
            effect = Effect(crossing.who, Verdict.LOSES, _lost(crossing))
        return effect

    def _type_effect(self, trial: Trial, spot: Spot, crossing: Crossing) -> Effect | None:
        """What a reader does that has no such type: it closes, or passes over it, as its revision says."""
        if _direction(spot) != crossing.direction:
            return None
        message = self._of_writer(spot, crossing)
        if message is None:
            is_missed = crossing.direction == "server" and crossing.writer == "new"
            what = f"{crossing.writers} do not send it, and {crossing.readers} may wait for it"
            return Effect(crossing.who, Verdict.LOSES, what) if is_missed else None
        then = on_unknown(self._stating(crossing.reader), crossing.direction, message.text)
        does, verdict = "ignore", (trial.passed_over or {}).get(crossing.name)
        if isinstance(then, Close):
            does, verdict = f"close with {close_name(then)} for", Verdict.BREAKS
        if verdict is None:
            return None
        what = f"{crossing.readers} {does} what {crossing.writers} send"
        ways: list[tuple[Message, Steps]] = [(message, ())]
        proof = self._proof(trial, crossing, ways) or self._found(trial, crossing, ways)
        if proof is None:
            shown = Verdict.UNKNOWN if verdict is Verdict.BREAKS else verdict
            return Effect(crossing.who, shown, f'{what}: "{message.text}"')
        said = f"{what}: {proof.refusal}"
        return Effect(crossing.who, verdict, said, proof, is_unheard=not isinstance(then, Close))

    def _of_writer(self, spot: Spot, crossing: Crossing) -> Message | None:
        """The message as its writer has it; None if it has none."""
        owner = spot.owner
        assert isinstance(owner, MessagePair), "types are of messages"
        type_ = owner.old if crossing.writer == "old" else owner.new
        there = self.ends[crossing.writer].protocol.messages(crossing.direction)
        return next((message for message in there if message.type == type_), None)

    def _stating(self, age: Age) -> Protocol:
        """Who says what somebody does with unknown types: where a revision tells of frames alone, the
        other one."""
        revisions = {"old": self.pairs.old, "new": self.pairs.new}
        own, other = revisions[age], revisions["new" if age == "old" else "old"]
        return (other if own.is_partial else own).protocol

    def _wire_effect(
        self, trial: Trial, crossing: Crossing, ways: list[tuple[Message, Steps]]
    ) -> Effect | None:
        if crossing.writer in trial.safe or self._is_proven(trial, crossing):
            return None
        proof = self._proof(trial, crossing, ways[:_FEW])
        if proof is not None:
            return _breaks(crossing, proof, trial.misread)
        if trial.misread:  # of what both ends take, nothing means two things
            return None
        if not trial.alone and self._is_covered(trial, crossing):
            return None
        if self._is_crossed(trial, crossing):
            return None
        proof = self._proof(trial, crossing, ways[_FEW:]) or self._made_up(trial, crossing, ways)
        return _breaks(crossing, proof, trial.misread) if proof else _unknown(crossing)

    def _made_up(
        self, trial: Trial, crossing: Crossing, ways: list[tuple[Message, Steps]]
    ) -> FrameProof | None:
        """A frame with a value of which only the JSON Schemas of both ends give an idea."""
        if trial.old is None or trial.new is None or isinstance(trial.old, Field | Message):
            return None
        shapes = {"old": trial.old, "new": trial.new}
        takes = shape_schema(
            self.ends[crossing.reader].protocol, shapes[crossing.reader], writes=False
        )
        writes = shape_schema(
            self.ends[crossing.writer].protocol, shapes[crossing.writer], writes=True
        )
        values = [
            value
            for value in candidates(writes, takes)
            if is_valid(writes, value) and not is_valid(takes, value)
        ]
        values.sort(key=lambda value: len(json.dumps(value)))
        tried = replace(trial, candidates=lambda *_: values)
        return self._proof(tried, crossing, ways[:_FEW])

    def _ways(self, difference: Difference, crossing: Crossing) -> list[tuple[Message, Steps]]:
        """The messages of the writer in which the reader sees the place, the nearest first.

        Each with the shortest way on which it does: readers look at more or less of a message.
        """
        spot = difference.spot
        writer, reader = self.ends[crossing.writer], self.ends[crossing.reader]
        found: dict[str | int, tuple[Message, Steps]] = {}
        for message, steps in writer.reach.to(spot.owner, writer.age):
            if message.direction != crossing.direction or message.type in found:
                continue
            whole = (*steps, *spot.steps)
            other = self._counterpart(message, crossing)
            if (isinstance(spot.owner, MessagePair) and not whole) or (
                other is not None and reader.reach.sees(other, whole)
            ):
                found[message.type] = message, whole
        return sorted(found.values(), key=lambda way: len(way[1]))

    def _counterpart(self, message: Message, crossing: Crossing) -> Message | None:
        """The message as its reader knows it."""
        return self._counterparts[crossing.writer].get((message.direction, message.type))

    @cached_property
    def _counterparts(self) -> dict[Age, dict[tuple[str, str | int], Message]]:
        pairs = self.pairs.messages
        return {
            "old": {(old.direction, old.type): new for old, new in pairs},
            "new": {(new.direction, new.type): old for old, new in pairs},
        }

    def _is_proven(self, trial: Trial, crossing: Crossing) -> bool:
        """Whether a difference, looked at alone, takes nothing away from a reader."""
        return trial.alone and self._is_covered(trial, crossing)

    def _is_covered(self, trial: Trial, crossing: Crossing) -> bool:
        if trial.old is None or trial.new is None:
            return False
        shapes = {"old": trial.old, "new": trial.new}
        reader, writer = self.ends[crossing.reader], self.ends[crossing.writer]
        return is_covered(
            shape_schema(reader.protocol, shapes[reader.age], writes=False),
            shape_schema(writer.protocol, shapes[writer.age], writes=True),
        )

    def _is_crossed(self, trial: Trial, crossing: Crossing) -> bool:
        """Whether the writer's own type, with only this difference, takes all that it writes."""
        if crossing.writer not in trial.crossed:
            return False
        protocol = self.ends[crossing.writer].protocol
        own, other = trial.crossed[crossing.writer]
        return is_covered(
            shape_schema(protocol, other, writes=False), shape_schema(protocol, own, writes=True)
        )

    # --- Whole messages -----------------------------------------------------------------------

    def whole(self) -> Iterator[Change]:
        """Messages whose frames could not be shown to be compatible, and which no difference explains.

        With these nothing that breaks is passed over: what all differences of a message do together
        is judged once more.
        """
        for old, new in self.pairs.messages:
            effects: dict[Who, Effect] = {}
            for crossing in CROSSINGS:
                writer, reader = (old, new) if crossing.writer == "old" else (new, old)
                is_known = (crossing, writer.type) in self.broken
                if writer.direction == crossing.direction and not is_known:
                    effect = self._whole_or_renamed(crossing, writer, reader)
                    if effect is not None:
                        effects.setdefault(effect.who, effect)
            if effects:
                yield Change(
                    rule="MESSAGE_STAYS_READABLE",
                    subject=f"{new.direction}/{new.text}",
                    message=f'what has changed in "{new.text}" of the {new.direction} {_go(effects)} together',
                    where=self.pairs.new.place(*_where(self.pairs, new)),
                    effects=tuple(effects[who] for who in Who if who in effects),
                    exact=_frames_of(self.pairs.old.protocol, old)
                    + _frames_of(self.pairs.new.protocol, new),
                )

    def _whole_or_renamed(
        self, crossing: Crossing, writer: Message, reader: Message
    ) -> Effect | None:
        """The same where the name, of which is told by itself, is known to both."""
        if writer.type == reader.type:
            return self._whole_effect(crossing, writer, reader)
        new = reader.type if crossing.writer == "old" else writer.type
        same = (replace(writer, type=new), replace(reader, type=new))
        effect = self._understood._whole_effect(crossing, *same)
        if effect is None or not isinstance(effect.proof, FrameProof):
            return effect
        frame = effect.proof.frame
        assert isinstance(frame, dict), "frames are objects"
        key = self.ends[crossing.writer].protocol.envelope.type.key
        return replace(effect, proof=replace(effect.proof, frame={**frame, key: writer.type}))

    @cached_property
    def _understood(self) -> Judge:
        """The judge of what would be the case if no message had been renamed."""
        renaming = Renaming(self.pairs.messages_renamed)
        return Judge(Pairs(renaming.of(self.pairs.old), self.pairs.new))

    def _whole_effect(self, crossing: Crossing, writer: Message, reader: Message) -> Effect | None:
        ends = self.ends[crossing.writer], self.ends[crossing.reader]
        taken = reader_frame(ends[1].protocol, reader)
        if is_same(taken, reader_frame(ends[0].protocol, writer)):
            return None
        protocols: dict[Age, Protocol] = {age: end.protocol for age, end in self.ends.items()}
        messages: dict[Age, Message] = {crossing.writer: writer, crossing.reader: reader}
        if fits(protocols, self.pairs.types, messages, crossing.writer):
            return None
        if is_covered(taken, writer_frame(ends[0].protocol, writer)):
            return None
        everything = Trial(lambda builder, _, message: builder.frames(message), _anything)
        proof = self._found(everything, crossing, [(writer, ())])
        return _breaks(crossing, proof) if proof else _unknown(crossing)

    def _found(
        self, trial: Trial, crossing: Crossing, ways: list[tuple[Message, Steps]]
    ) -> FrameProof | None:
        """A frame that shows a difference, of those that can be drawn of these messages."""
        if trial.misread:
            return None
        for message, steps in ways:
            shows = self._shows(trial, crossing, steps)
            frame = search(self.ends[crossing.writer].protocol, message, shows)
            if frame is not None:
                refusal = self._refusal_below(trial, crossing, frame, steps)
                assert refusal is not None
                return FrameProof(crossing.direction, frame, crossing.writer, refusal.message)
        return None

    def _shows(self, trial: Trial, crossing: Crossing, steps: Steps) -> Callable[[Object], bool]:
        """Whether a frame shows a difference."""
        return lambda frame: (
            self.may_write(crossing, frame)
            and self._refusal_below(trial, crossing, frame, steps) is not None
        )

    def _refusal_below(
        self, trial: Trial, crossing: Crossing, frame: Object, steps: Steps
    ) -> Problem | None:
        for pointer in pointers(self.ends[crossing.writer].protocol, frame, steps):
            refusal = self._refusal(trial, crossing, frame, pointer)
            if refusal is not None:
                return refusal
        return None

    # --- Frames -------------------------------------------------------------------------------

    def _proof(
        self, trial: Trial, crossing: Crossing, ways: list[tuple[Message, Steps]]
    ) -> FrameProof | None:
        """The smallest frame that shows a difference, of those that are tried."""
        found: list[tuple[int, FrameProof]] = []
        for message, steps in ways:
            proof = self._in_message(trial, crossing, message, steps)
            if proof is not None:
                found.append((len(json.dumps(proof.frame)), proof))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _in_message(
        self, trial: Trial, crossing: Crossing, message: Message, steps: Steps
    ) -> FrameProof | None:
        protocol = self.ends[crossing.writer].protocol
        for frame, pointer in self._frames(trial, crossing, message, steps):
            if declared(protocol, message, frame) != frame or not self.may_write(crossing, frame):
                continue
            if trial.misread:
                if self._is_taken(crossing, frame, pointer):
                    return FrameProof(crossing.direction, frame, crossing.writer, trial.misread)
                continue
            refusal = self._refusal(trial, crossing, frame, pointer)
            if refusal is not None:
                return FrameProof(crossing.direction, frame, crossing.writer, refusal.message)
        return None

    def _frames(
        self, trial: Trial, crossing: Crossing, message: Message, steps: Steps
    ) -> Iterator[tuple[Object, str]]:
        """Frames that may show a difference, each with the pointer of the place."""
        builder = self.ends[crossing.writer].builder
        reader = self._alone(trial, crossing)
        try:
            for value in trial.candidates(builder, crossing.writer, message):
                if reader is not None and is_valid(reader, value):
                    continue
                try:
                    yield builder.frame(message, steps, value)
                except NoValueError:
                    return
        except NoValueError:
            return

    def _alone(self, trial: Trial, crossing: Crossing) -> Schema | None:
        """What a value must be refused by to show this difference and no other."""
        shapes = {"old": trial.old, "new": trial.new}
        shape = shapes[crossing.reader]
        if not trial.alone or shape is None or trial.misread:
            return None
        return shape_schema(self.ends[crossing.reader].protocol, shape, writes=False)

    def may_write(self, crossing: Crossing, frame: Object) -> bool:
        """Whether the writer's revision allows a frame: what only published pages show is not written."""
        problems = self.ends[crossing.writer].code.problems(crossing.direction, frame)
        return not any(p.severity == "error" or p.rule == "PUBLISHED_NAME" for p in problems)

    def _as_called(self, crossing: Crossing, frame: Object) -> Object:
        """The frame as of the type that its reader has for the message, where that was renamed."""
        key = self.ends[crossing.writer].protocol.envelope.type.key
        known = self._counterparts[crossing.writer].get((crossing.direction, frame[key]))  # type: ignore[arg-type]
        return frame if known is None or known.type == frame[key] else {**frame, key: known.type}

    def _is_taken(self, crossing: Crossing, frame: Object, pointer: str) -> bool:
        """Whether the reader takes what stands at a place of a frame, whatever it makes of it."""
        problems = self.ends[crossing.reader].code.errors(
            crossing.direction, self._as_called(crossing, frame)
        )
        return not any(at_or_below(problem, pointer) for problem in problems)

    def _refusal(
        self, trial: Trial, crossing: Crossing, frame: Object, pointer: str
    ) -> Problem | None:
        if trial.passed_over is None:
            frame = self._as_called(crossing, frame)
        problems = self.ends[crossing.reader].code.problems(crossing.direction, frame)
        for problem in problems:
            is_refused = problem.severity == "error" or problem.rule == "UNKNOWN_TYPE"
            if is_refused and trial.concerns(problem, pointer):
                return problem
        return None


def _anything(problem: Problem, pointer: str) -> bool:
    del problem, pointer
    return True


def _where(pairs: Pairs, message: Message) -> tuple[str, str | int, str | int]:
    there = written(pairs.new, message)
    return there.file, there.path[0], there.path[1]


def _go(effects: Mapping[Who, Effect]) -> str:
    surely = any(effect.verdict is Verdict.BREAKS for effect in effects.values())
    return "does not go" if surely else "may not go"


def _frames_of(protocol: Protocol, message: Message) -> str:
    """All that is said of the frames of a message."""
    types = sorted(reached(protocol, message), key=lambda named: named.name)
    return exact_messages([message]) + exactly(*types)


def _is_frame(spot: Spot) -> bool:
    """Whether a difference is of whole frames."""
    return isinstance(spot.owner, MessagePair) and not spot.steps


def _direction(spot: Spot) -> Direction | None:
    return spot.owner.direction if isinstance(spot.owner, MessagePair) else None


def _breaks(crossing: Crossing, proof: FrameProof, misread: str = "") -> Effect:
    said = misread or f"{crossing.refusal}: {proof.refusal}"
    return Effect(crossing.who, Verdict.BREAKS, said, proof)


def _unknown(crossing: Crossing) -> Effect:
    said = f"whether {crossing.refusal} could not be shown"
    return Effect(crossing.who, Verdict.UNKNOWN, said)


def _rank(effect: Effect) -> int:
    return SEVERITY.index(effect.verdict)


def _lost(crossing: Crossing) -> str:
    readers = "servers" if crossing.direction == "client" else "clients"
    return f"{crossing.reader} {readers} do not know it"
