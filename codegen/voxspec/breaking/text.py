"""Changes for people: a block each, with who breaks and by which frame."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from voxspec.breaking.verdict import (
    Category,
    Change,
    ConversationProof,
    Effect,
    FrameProof,
    Proof,
    Verdict,
)

_LISTED = 6
"""So many messages that a shared type reaches people still read through."""

_LONG = 600
"""So many characters of a frame fit on a screen with all the rest."""

_SIGNS = {Verdict.BREAKS: "✗", Verdict.UNKNOWN: "?", Verdict.LOSES: "~"}
_ARROWS = {"client": "→", "server": "←"}


def lines(changes: Iterable[Change]) -> Iterator[str]:
    """The blocks of all changes, an empty line between them."""
    for at, change in enumerate(changes):
        if at:
            yield ""
        yield from block(change)


def block(change: Change) -> Iterator[str]:
    """One change: what, where, whom it hurts, and what shows it."""
    yield f"{change.where}: {change.rule} {change.message}"
    if change.reaches:
        yield f"  in {reach(change.reaches)}"
    for effect in change.effects:
        yield from _effect(effect)
    if change.hint:
        yield f"  hint: {change.hint}"


def reach(messages: Sequence[str]) -> str:
    """The messages that a change reaches, as far as anybody reads them."""
    named = ", ".join(messages[:_LISTED])
    more = len(messages) - _LISTED
    return f"{named} and {more} more" if more > 0 else named


def summary(changes: Sequence[Change], chosen: Iterable[Category]) -> str:
    """How many changes there are of each category, those first that were asked for."""
    if not changes:
        return "nothing differs"
    chosen = [*chosen]
    counts = {category: sum(category in c.categories for c in changes) for category in Category}
    parts = [f"{count} {category}" for category, count in counts.items() if count]
    failing = sum(1 for change in changes if change.categories & {*chosen})
    noun = "change" if len(changes) == 1 else "changes"
    return f"{len(changes)} {noun}, {failing} of them breaking: {', '.join(parts)}"


def _effect(effect: Effect) -> Iterator[str]:
    yield f"  {_SIGNS[effect.verdict]} {effect.who}: {effect.what}"
    if effect.proof is not None:
        yield from (f"      {line}" for line in _proof(effect.proof))


def _proof(proof: Proof) -> Iterator[str]:
    match proof:
        case FrameProof():
            yield f"{_ARROWS[proof.direction]} {_json(proof.frame)}"
        case ConversationProof():
            for at, step in enumerate(proof.steps):
                sign = _ARROWS[step.side] if step.side is not None else "·"
                said = step.said if step.frame is None else _json(step.frame)
                refused = f"  ✗ {proof.refusal}" if at == proof.breaks_at else ""
                often = f"  × {step.times}" if step.times > 1 else ""
                yield f"{sign} {said}{often}{refused}"


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}… ({len(text)} characters)"
