"""Changes for programs: one object, which ``docs/breaking.schema.json`` describes.

``version`` changes when a key goes away or changes its meaning; new keys may come at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from voxspec.breaking.accepted import Acceptance
from voxspec.breaking.hits import Hit, Hits
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Category, Change, Effect, FrameProof, Proof, Verdict
from voxspec.findings import Finding, Place

VERSION: Final = 1
"""Of the format."""

_VERDICTS: Final = {
    Verdict.BREAKS: "breaks",
    Verdict.LOSES: "loses_meaning",
    Verdict.UNKNOWN: "unknown",
}


def lines(result: Result) -> Iterator[str]:
    """The report, with a line for each change."""
    changes = [json.dumps(change_object(result, change)) for change in result.changes]
    yield f'{{"version": {VERSION}, "old": {json.dumps(result.old)}, "new": {json.dumps(result.new)},'
    yield f'"fails_on": {json.dumps(sorted(result.fails_on))},'
    yield f'"not_compared": {json.dumps(result.unsaid)},'
    yield f'"mistakes": {json.dumps([_mistake(finding) for finding in result.mistakes])},'
    yield '"changes": ['
    yield ",\n".join(f"  {text}" for text in changes)
    yield "],"
    yield f'"acceptances": {json.dumps(_acceptances(result))},'
    yield f'"captures": {json.dumps(_captures(result.hits))},'
    yield f'"summary": {json.dumps(_summary(result))}}}'


def change_object(result: Result, change: Change) -> dict[str, Any]:
    """A change as the report has it."""
    acceptance = result.acceptance(change)
    hits = None if result.hits is None else result.hits.by_change.get(change.fingerprint, ())
    return {
        "rule": change.rule,
        "level": result.level(change),
        "fingerprint": change.fingerprint,
        "subject": change.subject,
        "message": change.message,
        "was": change.was,
        "now": change.now,
        "where": _place(change.where),
        "categories": sorted(change.categories),
        "session": change.session,
        "effects": [_effect(effect) for effect in change.effects],
        "reaches": list(change.reaches),
        "hint": result.hint(change),
        "accepted": None if acceptance is None else _acceptance(acceptance),
        "hits": None if hits is None else [_hit(hit) for hit in hits],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "who": effect.who.name.lower(),
        "verdict": _VERDICTS[effect.verdict],
        "what": effect.what,
        "proof": None if effect.proof is None else _proof(effect.proof),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    if isinstance(proof, FrameProof):
        return {"kind": "frame", **asdict(proof)}
    return {
        "kind": "conversation",
        "steps": [asdict(step) for step in proof.course],
        "breaks_at": proof.breaks_at,
        "writer": proof.writer,
        "refusal": proof.refusal,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _mistake(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "message": finding.message,
        "hint": finding.hint,
        "where": _place(finding.where),
    }


def _acceptance(acceptance: Acceptance) -> dict[str, Any]:
    return {
        "fingerprint": acceptance.fingerprint,
        "reason": acceptance.reason,
        "until": acceptance.until.isoformat(),
        "where": _place(acceptance.where),
    }


def _acceptances(result: Result) -> dict[str, Any]:
    accepted = result.accepted
    return {
        "holding": [_acceptance(entry) for entry in accepted.holding.values()],
        "expired": [_acceptance(entry) for entry in accepted.expired.values()],
        "unmatched": [_acceptance(entry) for entry in accepted.unmatched],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "who": hit.who.name.lower(),
        "frames": hit.frames,
        "connections": hit.connections,
        "first": hit.first,
        "said": hit.said,
    }


def _captures(hits: Hits | None) -> dict[str, Any] | None:
    if hits is None:
        return None
    return {
        "frames": hits.frames,
        "connections": hits.connections,
        "hit": [_hit(hit) for hit in hits.whose],
        "others": [_hit(hit) for hit in hits.others],
        "unread": dict(hits.unread),
        "remarks": list(hits.remarks),
        "known_frames": hits.known,
    }


def _summary(result: Result) -> dict[str, Any]:
    counts = result.counts()
    return {
        "fails": result.fails,
        "changes": len(result.changes),
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
        "accepted": sum(result.acceptance(change) is not None for change in result.changes),
        "by_category": {
            str(category): sum(category in change.categories for change in result.changes)
            for category in Category
        },
    }
