"""Changes for programs, and their proofs as lines that can be replayed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from voxspec.breaking.verdict import Age, Change, ConversationProof, Effect, FrameProof, Proof, Step
from voxspec.model import JsonValue

_Object = dict[str, JsonValue]
_DIRECTIONS = {"client": "c2s", "server": "s2c"}


def change_object(change: Change) -> _Object:
    """A change as JSON; what does not apply is left away."""
    made: _Object = {
        "fingerprint": change.fingerprint,
        "rule": change.rule,
        "categories": [*sorted(map(str, change.categories))],
        "subject": change.subject,
        "message": change.message,
        "was": change.was,
        "now": change.now,
        "file": change.where.file,
        "line": change.where.line,
        "column": change.where.column,
        "effects": [_effect(effect) for effect in change.effects],
        "reaches": [*change.reaches],
    }
    return made | ({"hint": change.hint} if change.hint else {})


def proof_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Each frame that shows something, a line of JSON as captures have them, with what it shows."""
    for change in changes:
        for effect in change.effects:
            if effect.proof is None:
                continue
            told: _Object = {"rule": change.rule, "subject": change.subject, "who": str(effect.who)}
            for direction, frame, writer in _frames(effect.proof):
                line = {"dir": _DIRECTIONS[direction], "text": json.dumps(frame), "writer": writer}
                yield json.dumps({**line, **told}, ensure_ascii=False)


def _frames(proof: Proof) -> Iterator[tuple[str, JsonValue, Age]]:
    if isinstance(proof, FrameProof):
        yield proof.direction, proof.frame, proof.writer
    else:
        for step in proof.steps:
            if step.side is not None:
                yield from [(step.side, step.frame, proof.writer)] * step.times


def _effect(effect: Effect) -> _Object:
    made: _Object = {
        "who": str(effect.who),
        "verdict": str(effect.verdict),
        "what": effect.what,
    }
    return made | ({} if effect.proof is None else {"proof": _proof(effect.proof)})


def _proof(proof: Proof) -> _Object:
    match proof:
        case FrameProof():
            return {
                "direction": proof.direction,
                "frame": proof.frame,
                "writer": proof.writer,
                "refusal": proof.refusal,
            }
        case ConversationProof():
            steps: list[JsonValue] = [*map(_step, proof.steps)]
            return {
                "steps": steps,
                "breaks_at": proof.breaks_at,
                "writer": proof.writer,
                "refusal": proof.refusal,
            }


def _step(step: Step) -> _Object:
    made: _Object = {"side": step.side, "frame": step.frame, "said": step.said}
    made |= {"seconds": step.seconds} if step.seconds else {}
    return made | ({"times": step.times} if step.times > 1 else {})
