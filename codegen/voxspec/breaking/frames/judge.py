"""Differences judged: whom each hurts, with the smallest frame that shows it."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.frames.difference import Difference, Trial
from voxspec.breaking.frames.effects import broken, undecided
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.proving import FEW, Prover, Way
from voxspec.breaking.frames.steps import MessagePair, Spot, Steps, TypePair
from voxspec.breaking.frames.whole import Whole
from voxspec.breaking.sides import CROSSINGS, Crossing
from voxspec.breaking.unknown_types import close_name, on_unknown
from voxspec.breaking.verdict import SEVERITY, Age, Change, Effect, Verdict, Who
from voxspec.model import Direction, Message, Protocol
from voxspec.model.session import Close


class Judge:
    """Judges differences between two revisions."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self.prover = Prover(pairs)
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
        there = [m for end in self.prover.ends.values() for m, _ in end.reach.to(owner, end.age)]
        return tuple(dict.fromkeys(f"{message.direction}/{message.text}" for message in there))

    def whole(self) -> Iterator[Change]:
        """Messages whose frames could not be shown to be compatible, and which no difference explains."""
        return Whole(self.prover).changes(self.broken)

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
            lost = difference.lost or "do not know it"
            effect = Effect(crossing.who, Verdict.LOSES, f"{crossing.readers} {lost}")
        elif crossing.name in difference.missed:
            effect = Effect(crossing.who, Verdict.LOSES, f"{crossing.writers} do not send it")
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
        ways: list[Way] = [(message, ())]
        proof = self.prover.proof(trial, crossing, ways) or self.prover.found(trial, crossing, ways)
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
        there = self.prover.ends[crossing.writer].protocol.messages(crossing.direction)
        return next((message for message in there if message.type == type_), None)

    def _stating(self, age: Age) -> Protocol:
        """Who says what somebody does with unknown types: where a revision tells of frames alone, the
        other one."""
        revisions = {"old": self.pairs.old, "new": self.pairs.new}
        own, other = revisions[age], revisions["new" if age == "old" else "old"]
        return (other if own.is_partial else own).protocol

    def _wire_effect(self, trial: Trial, crossing: Crossing, ways: list[Way]) -> Effect | None:
        if crossing.writer in trial.safe or self.prover.is_proven(trial, crossing):
            return None
        proof = self.prover.proof(trial, crossing, ways[:FEW])
        if proof is not None:
            return broken(crossing, proof, trial.misread)
        if trial.misread:  # of what both ends take, nothing means two things
            return None
        if not trial.alone and self.prover.is_covered(trial, crossing):
            return None
        if self.prover.is_crossed(trial, crossing):
            return None
        proof = self.prover.proof(trial, crossing, ways[FEW:]) or self.prover.made_up(
            trial, crossing, ways
        )
        return broken(crossing, proof, trial.misread) if proof else undecided(crossing)

    def _ways(self, difference: Difference, crossing: Crossing) -> list[Way]:
        """The messages of the writer in which the reader sees the place, the nearest first.

        Each with the shortest way on which it does: readers look at more or less of a message.
        """
        spot = difference.spot
        writer, reader = self.prover.ends[crossing.writer], self.prover.ends[crossing.reader]
        found: dict[str | int, tuple[Message, Steps]] = {}
        for message, steps in writer.reach.to(spot.owner, writer.age):
            if message.direction != crossing.direction or message.type in found:
                continue
            whole = (*steps, *spot.steps)
            other = self.prover.counterpart(message, crossing)
            if (isinstance(spot.owner, MessagePair) and not whole) or (
                other is not None and reader.reach.sees(other, whole)
            ):
                found[message.type] = message, whole
        return sorted(found.values(), key=lambda way: len(way[1]))


def _is_frame(spot: Spot) -> bool:
    """Whether a difference is of whole frames."""
    return isinstance(spot.owner, MessagePair) and not spot.steps


def _direction(spot: Spot) -> Direction | None:
    return spot.owner.direction if isinstance(spot.owner, MessagePair) else None


def _rank(effect: Effect) -> int:
    return SEVERITY.index(effect.verdict)
