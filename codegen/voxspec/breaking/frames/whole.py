"""Whole messages: what all that differs in them does together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from voxspec.breaking.containment import is_covered, is_same
from voxspec.breaking.exact import exact_messages, exactly
from voxspec.breaking.frames.difference import Trial
from voxspec.breaking.frames.effects import broken, undecided
from voxspec.breaking.frames.messages import written
from voxspec.breaking.frames.modular import fits, reached
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.proving import Prover
from voxspec.breaking.frames.schemas import reader_frame, writer_frame
from voxspec.breaking.imported import Problem
from voxspec.breaking.renaming import Renaming
from voxspec.breaking.sides import CROSSINGS, Crossing
from voxspec.breaking.verdict import Age, Change, Effect, FrameProof, Verdict, Who
from voxspec.model import Message, Protocol


@dataclass(frozen=True)
class Whole:
    """Judges messages as a whole."""

    prover: Prover

    def changes(self, known: Collection[tuple[Crossing, str | int]]) -> Iterator[Change]:
        """Messages whose frames could not be shown to be compatible, and which no difference explains.

        With these nothing that breaks is passed over: what all differences of a message do together
        is judged once more; ``known`` are those of which something is known to break or unknown.
        """
        for old, new in self.prover.pairs.messages:
            effects: dict[Who, Effect] = {}
            for crossing in CROSSINGS:
                writer, reader = (old, new) if crossing.writer == "old" else (new, old)
                is_known = (crossing, writer.type) in known
                if writer.direction == crossing.direction and not is_known:
                    effect = self._whole_or_renamed(crossing, writer, reader)
                    if effect is not None:
                        effects.setdefault(effect.who, effect)
            if effects:
                yield Change(
                    rule="MESSAGE_STAYS_READABLE",
                    subject=f"{new.direction}/{new.text}",
                    message=f'what has changed in "{new.text}" of the {new.direction} {_go(effects)} together',
                    where=self.prover.pairs.new.place(*_where(self.prover.pairs, new)),
                    effects=tuple(effects[who] for who in Who if who in effects),
                    exact=_frames_of(self.prover.pairs.old.protocol, old)
                    + _frames_of(self.prover.pairs.new.protocol, new),
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
        key = self.prover.ends[crossing.writer].protocol.envelope.type.key
        return replace(effect, proof=replace(effect.proof, frame={**frame, key: writer.type}))

    @cached_property
    def _understood(self) -> Whole:
        """What would be the case if no message had been renamed."""
        renaming = Renaming(self.prover.pairs.messages_renamed)
        return Whole(Prover(Pairs(renaming.of(self.prover.pairs.old), self.prover.pairs.new)))

    def _whole_effect(self, crossing: Crossing, writer: Message, reader: Message) -> Effect | None:
        ends = self.prover.ends[crossing.writer], self.prover.ends[crossing.reader]
        taken = reader_frame(ends[1].protocol, reader)
        if is_same(taken, reader_frame(ends[0].protocol, writer)):
            return None
        protocols: dict[Age, Protocol] = {
            age: end.protocol for age, end in self.prover.ends.items()
        }
        messages: dict[Age, Message] = {crossing.writer: writer, crossing.reader: reader}
        if fits(protocols, self.prover.pairs.types, messages, crossing.writer):
            return None
        if is_covered(taken, writer_frame(ends[0].protocol, writer)):
            return None
        everything = Trial(lambda builder, _, message: builder.frames(message), _anything)
        proof = self.prover.found(everything, crossing, [(writer, ())])
        return broken(crossing, proof) if proof else undecided(crossing)


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
