"""Frames that prove a difference: one end may write them, and the other one refuses them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from voxspec.breaking.containment import candidates, is_covered, is_valid
from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.declared import declared
from voxspec.breaking.frames.difference import Trial, at_or_below
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.pointers import pointers
from voxspec.breaking.frames.reach import Reach, reach
from voxspec.breaking.frames.schemas import shape_schema
from voxspec.breaking.frames.search import search
from voxspec.breaking.frames.steps import Steps
from voxspec.breaking.frames.values import NoValueError, Object
from voxspec.breaking.imported import Generated, Problem, generated
from voxspec.breaking.sides import Crossing
from voxspec.breaking.verdict import Age, FrameProof
from voxspec.model import Field, Message, Protocol
from voxspec.targets.jsonschema.types import Schema

FEW = 4
"""In so many messages a difference is tried first; the others come when these show nothing."""

Way = tuple[Message, Steps]
"""A message of the writer, and the way in it to what differs."""


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


class Prover:
    """Looks for frames that show differences between two revisions."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.ends: dict[Age, End] = {
            "old": End("old", pairs.old.protocol),
            "new": End("new", pairs.new.protocol),
        }

    def made_up(self, trial: Trial, crossing: Crossing, ways: list[Way]) -> FrameProof | None:
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
        return self.proof(tried, crossing, ways[:FEW])

    def counterpart(self, message: Message, crossing: Crossing) -> Message | None:
        """The message as its reader knows it."""
        return self._counterparts[crossing.writer].get((message.direction, message.type))

    @cached_property
    def _counterparts(self) -> dict[Age, dict[tuple[str, str | int], Message]]:
        pairs = self.pairs.messages
        return {
            "old": {(old.direction, old.type): new for old, new in pairs},
            "new": {(new.direction, new.type): old for old, new in pairs},
        }

    def is_proven(self, trial: Trial, crossing: Crossing) -> bool:
        """Whether a difference, looked at alone, takes nothing away from a reader."""
        return trial.alone and self.is_covered(trial, crossing)

    def is_covered(self, trial: Trial, crossing: Crossing) -> bool:
        if trial.old is None or trial.new is None:
            return False
        shapes = {"old": trial.old, "new": trial.new}
        reader, writer = self.ends[crossing.reader], self.ends[crossing.writer]
        return is_covered(
            shape_schema(reader.protocol, shapes[reader.age], writes=False),
            shape_schema(writer.protocol, shapes[writer.age], writes=True),
        )

    def is_crossed(self, trial: Trial, crossing: Crossing) -> bool:
        """Whether the writer's own type, with only this difference, takes all that it writes."""
        if crossing.writer not in trial.crossed:
            return False
        protocol = self.ends[crossing.writer].protocol
        own, other = trial.crossed[crossing.writer]
        return is_covered(
            shape_schema(protocol, other, writes=False), shape_schema(protocol, own, writes=True)
        )

    def found(self, trial: Trial, crossing: Crossing, ways: list[Way]) -> FrameProof | None:
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

    def proof(self, trial: Trial, crossing: Crossing, ways: list[Way]) -> FrameProof | None:
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
