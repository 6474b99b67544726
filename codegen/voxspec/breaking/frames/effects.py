"""What a difference does to who writes frames, in a sentence."""

from __future__ import annotations

from voxspec.breaking.sides import Crossing
from voxspec.breaking.verdict import Effect, FrameProof, Verdict


def broken(crossing: Crossing, proof: FrameProof, misread: str = "") -> Effect:
    """Somebody breaks, as a frame shows."""
    said = misread or f"{crossing.refusal}: {proof.refusal}"
    return Effect(crossing.who, Verdict.BREAKS, said, proof)


def undecided(crossing: Crossing) -> Effect:
    """Neither a break nor compatibility could be shown."""
    said = f"whether {crossing.refusal} could not be shown"
    return Effect(crossing.who, Verdict.UNKNOWN, said)
