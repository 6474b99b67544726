"""Changes as workflow commands of GitHub Actions, which shows them beside the code of a change.

Of each kind it shows ten that one step writes, and no others: these are the ten worst.

::

    ::error file=schema/v1/server/control.yaml,line=12,col=9,title=FIELD_NO_DELETE_REQUIRED::…
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.report.frames import shown as shown_frame
from voxspec.breaking.report.places import shown
from voxspec.breaking.report.words import (
    conclusion,
    hit_text,
    is_said,
    reader,
    remarks,
    uncompared,
    verb,
)
from voxspec.breaking.result import Level, Result
from voxspec.breaking.verdict import Change, Effect, FrameProof, Proof
from voxspec.report.github import COMMANDS, MOST, data_text, github_lines, property_text
from voxspec.report.items import items_of
from voxspec.report.places import Root

_FRAME: Final = 300
"""Characters of a frame in an annotation, which is read in a narrow box."""


def lines(result: Result) -> Iterator[str]:
    """At most ten commands of each kind, and how it ended. What was accepted is not shown."""
    yield from github_lines(items_of(result.mistakes), Root())
    shown_of = Counter[str]()
    left = 0
    for level, change in result.worst_first():
        if result.acceptance(change) is not None:
            continue
        shown_of[level] += 1
        if shown_of[level] <= MOST:
            yield _command(result, level, change)
        else:
            left += 1
    for title, remark in _remarks(result):
        shown_of["warning"] += 1
        if shown_of["warning"] <= MOST:
            yield f"::warning title={title}::{data_text(remark)}"
        else:
            left += 1
    if left:
        yield f"… and {left:,} more"
    yield data_text(conclusion(result))
    yield from map(data_text, uncompared(result))


def _remarks(result: Result) -> Iterator[tuple[str, str]]:
    """What is said of no change: what it is about, and what."""
    yield from (("accepted breaks", remark) for remark in remarks(result))
    if result.hits is not None:
        yield from (
            ("captures", f"cannot read {file}: {why}") for file, why in result.hits.unread.items()
        )
        yield from (("captures", remark) for remark in result.hits.remarks)


def _command(result: Result, level: Level, change: Change) -> str:
    place = shown(result, change)
    properties = {} if place is None else {"file": place.path}
    if place is not None and place.line is not None:
        properties |= {"line": str(place.line), "col": str(place.column)}
    properties["title"] = f"{change.rule}: {change.subject}"
    named = ",".join(f"{name}={property_text(value)}" for name, value in properties.items())
    text = "%0A".join(data_text(line) for line in _said(result, change))
    return f"::{COMMANDS[level]} {named}::{text}"


def _said(result: Result, change: Change) -> Iterator[str]:
    yield change.message
    for effect in change.effects:
        yield f"{verb(effect)}: {effect.what}"
        proof = effect.proof
        if isinstance(proof, FrameProof):
            frame = shown_frame(proof.frame)
            cut = frame if len(frame) <= _FRAME else f"{frame[: _FRAME - 1]}…"
            yield f"{reader(effect)} refuses {cut}{_why(proof, effect)}"
        elif proof is not None:
            yield f"{reader(effect)} refuses step {proof.breaks_at + 1} of a conversation{_why(proof, effect)}"
    if result.hits is not None:
        for hit in result.hits.by_change.get(change.fingerprint, ()):
            yield hit_text(hit)
    hint = result.hint(change)
    if hint:
        yield f"hint: {hint}"
    yield f"fingerprint {change.fingerprint}"


def _why(proof: Proof, effect: Effect) -> str:
    """For what it is refused, where that was not said before."""
    return "" if is_said(proof, effect) else f": {proof.refusal}"
