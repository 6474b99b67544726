"""Changes for people: a block for each, which fits on a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.report.words import (
    categories,
    conclusion,
    hit_text,
    json_text,
    reader,
    remarks,
    step_text,
    verb,
    was_and_now,
    writer,
)
from voxspec.breaking.result import Level, Result
from voxspec.breaking.verdict import Change, Effect, FrameProof, Proof, Verdict
from voxspec.report.style import Style, printable
from voxspec.report.text import counted

_WIDTH: Final = 110
_FRAME_LINES: Final = 8
"""Lines of a frame that are shown; longer ones are whole in the report for programs."""
_STEPS: Final = 10
"""Steps of a conversation that are shown: the last ones, at which it breaks."""
_REACHED: Final = 8
"""Messages that are named of those that a change reaches."""


def lines(result: Result, style: Style) -> Iterator[str]:
    """The blocks, the worst first, with an empty line between them, and how it ended."""
    for level, change in result.worst_first():
        yield from _block(result, level, change, style)
        yield ""
    yield from (f"warning: {remark}" for remark in remarks(result))
    yield from _recorded(result)
    yield conclusion(result)


def _block(result: Result, level: Level, change: Change, style: Style) -> Iterator[str]:
    paint = style.paint
    head = f"{level}[{change.rule}]"
    yield (
        f"{paint(printable(str(change.where)), 'place')}: {paint(head, level)} "
        f"{printable(change.message)}"
    )
    differs = was_and_now(change)
    said = [printable(change.subject), *([differs] if differs else []), categories(change)]
    yield f"  {' · '.join(said)}"
    for effect in change.effects:
        yield from _effect(effect)
    if change.reaches:
        yield f"  it reaches {_some(change.reaches)}"
    if result.hits is not None:
        for hit in result.hits.by_change.get(change.fingerprint, ()):
            yield f"  {hit_text(hit)}"
    if change.hint:
        yield f"  hint: {printable(change.hint)}"
    acceptance, expired = result.acceptance(change), result.expired(change)
    if acceptance is not None:
        yield f"  accepted until {acceptance.until}: {printable(acceptance.reason)}"
    elif expired is not None:
        yield f"  accepted until {expired.until}, which is over: {printable(expired.reason)}"
    if level == "error":
        yield paint(f"  fingerprint {change.fingerprint}", "dim")


def _effect(effect: Effect) -> Iterator[str]:
    mark = {Verdict.BREAKS: "✗", Verdict.UNKNOWN: "?", Verdict.LOSES: "~"}[effect.verdict]
    yield from textwrap.wrap(
        f"{mark} {verb(effect)}: {printable(effect.what)}",
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
    )
    if effect.proof is not None:
        yield from (f"    {line}" for line in _proof(effect, effect.proof))


def _proof(effect: Effect, proof: Proof) -> Iterator[str]:
    """What shows it, and how it is refused where that was not said before."""
    if isinstance(proof, FrameProof):
        yield f"{writer(effect)} may send"
        yield from (f"  {line}" for line in _cut(json_text(proof.frame)))
        if proof.refusal not in effect.what:
            yield f"{reader(effect)} refuses it: {printable(proof.refusal)}"
        return
    yield f"a conversation that {writer(effect)} may hold"
    first = max(0, proof.breaks_at + 1 - _STEPS)
    if first:
        yield f"  … {counted(first, 'step')} before"
    for index, step in enumerate(proof.course[first:], start=first):
        mark = "✗" if index == proof.breaks_at else " "
        first_line, *others = _numbered(index + 1, step_text(step))
        yield f"{mark} {first_line}"
        yield from (f"  {line}" for line in others)
    if proof.breaks_at >= len(proof.steps):
        yield "✗ and then nothing comes"
    if proof.refusal not in effect.what:
        yield f"{reader(effect)} refuses it there: {printable(proof.refusal)}"


def _numbered(number: int, text: str) -> Iterator[str]:
    cut = text if len(text) <= 2 * _WIDTH else f"{text[: 2 * _WIDTH - 1]}…"
    for index, line in enumerate(_wrapped(cut)):
        yield f"{number:>2} {line}" if index == 0 else f"   {line}"


def _cut(text: str) -> Iterator[str]:
    """The text on as many lines as are shown."""
    wrapped = _wrapped(text)
    yield from wrapped[:_FRAME_LINES]
    if len(wrapped) > _FRAME_LINES:
        yield f"… {len(text) - _FRAME_LINES * _WIDTH:,} more characters, whole with --format json"


def _wrapped(text: str) -> list[str]:
    return [text[start : start + _WIDTH] for start in range(0, len(text), _WIDTH)]


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(map(printable, names[:_REACHED]))
    more = len(names) - _REACHED
    return f"{shown} and {counted(more, 'other message')}" if more > 0 else shown


def _recorded(result: Result) -> Iterator[str]:
    if result.hits is None:
        return
    hits = result.hits
    for file, reason in hits.unread.items():
        yield f"error: cannot read {printable(file)}: {printable(reason)}"
    looked = f"{counted(hits.frames, 'frame')} in {counted(hits.connections, 'connection')}"
    if not hits.whose:
        yield f"captures: nothing that was recorded would have been refused ({looked})"
    for hit in hits.whose:
        yield f"captures: of {looked}, hit: {hit_text(hit)}"
    for hit in hits.others:
        yield f"  of these by none of the changes above: {hit_text(hit)}: {printable(hit.said)}"
