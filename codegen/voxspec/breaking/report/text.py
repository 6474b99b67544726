"""Changes for people: a block for each, which fits on a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.report.frames import folded, shown
from voxspec.breaking.report.words import (
    categories,
    conclusion,
    hit_text,
    is_said,
    next_steps,
    reader,
    recorded,
    remarks,
    step_text,
    uncompared,
    verb,
    was_and_now,
    writer,
)
from voxspec.breaking.result import Level, Result
from voxspec.breaking.verdict import Change, Effect, FrameProof, Proof, Verdict
from voxspec.report.items import items_of
from voxspec.report.style import Style, printable
from voxspec.report.text import counted, text_lines

_WIDTH: Final = 110
_FRAME_LINES: Final = 8
"""Lines of a frame that are shown; longer ones are whole in the report for programs."""
_STEP_LINES: Final = 3
"""Lines of a frame in a conversation."""
_STEPS: Final = 10
"""Steps of a conversation that are shown: the last ones, at which it breaks."""
_REACHED: Final = 8
"""Messages that are named of those that a change reaches."""


def lines(result: Result, style: Style) -> Iterator[str]:
    """The blocks, the worst first, with an empty line between them, and how it ended."""
    yield from text_lines(items_of(result.mistakes), style)
    listed = list(result.worst_first())
    for _, change in listed:
        if result.acceptance(change) is None:
            yield from block(result, change, style)
            yield ""
    accepted = [change for _, change in listed if result.acceptance(change) is not None]
    yield from (_accepted(result, change, style) for change in accepted)
    yield from [""] if accepted else []
    yield from (f"warning: {remark}" for remark in remarks(result))
    yield from _recorded(result)
    yield conclusion(result)
    yield from uncompared(result)
    yield from next_steps(result)


def block(result: Result, change: Change, style: Style) -> Iterator[str]:
    """What is said of a change that was not accepted."""
    level = result.level(change)
    yield _head(level, change, style)
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
    hint = result.hint(change)
    if hint:
        yield from _wrapped(f"hint: {printable(hint)}")
    expired = result.expired(change)
    if expired is not None:
        yield f"  accepted until {expired.until}, which is over: {printable(expired.reason)}"
    if level == "error":
        yield style.paint(f"  fingerprint {change.fingerprint}", "dim")


def _head(level: Level, change: Change, style: Style) -> str:
    where = style.paint(printable(str(change.where)), "place")
    return f"{where}: {style.paint(f'{level}[{change.rule}]', level)} {printable(change.message)}"


def _accepted(result: Result, change: Change, style: Style) -> str:
    """All that is said of a break that was accepted: a line."""
    acceptance = result.acceptance(change)
    assert acceptance is not None
    until = f"accepted until {acceptance.until}: {printable(acceptance.reason)}"
    return f"{_head(result.level(change), change, style)} · {until}"


def _effect(effect: Effect) -> Iterator[str]:
    mark = {Verdict.BREAKS: "✗", Verdict.UNKNOWN: "?", Verdict.LOSES: "~"}[effect.verdict]
    yield from _wrapped(f"{mark} {verb(effect)}: {printable(effect.what)}")
    if effect.proof is not None:
        yield from (f"    {line}" for line in _proof(effect, effect.proof))


def _proof(effect: Effect, proof: Proof) -> Iterator[str]:
    """What shows it, and how it is refused where that was not said before."""
    if isinstance(proof, FrameProof):
        yield f"{writer(effect)} may send"
        yield from (f"  {line}" for line in _cut(shown(proof.frame)))
        if not is_said(proof, effect):
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
    if not is_said(proof, effect):
        yield f"{reader(effect)} refuses it there: {printable(proof.refusal)}"


def _numbered(number: int, text: str) -> Iterator[str]:
    for index, line in enumerate(_cut(text, _STEP_LINES)):
        yield f"{number:>2} {line}" if index == 0 else f"   {line}"


def _cut(text: str, most: int = _FRAME_LINES) -> Iterator[str]:
    """The text on as many lines as are shown, or a token that is longer than all of them."""
    lines = folded(text, _WIDTH)
    yield from (
        line if len(line) <= most * _WIDTH else f"{line[:_WIDTH]}…" for line in lines[:most]
    )
    left = sum(map(len, lines[most:])) + sum(
        len(line) - _WIDTH for line in lines[:most] if len(line) > most * _WIDTH
    )
    if left:
        yield f"… {left:,} more characters, whole with --format json"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")


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
    yield from (f"captures: {printable(remark)}" for remark in hits.remarks)
    yield from (f"captures: {sentence}" for sentence in recorded(hits))
    for hit in hits.others:
        yield f"  of these by none of the changes above: {hit_text(hit)}: {printable(hit.said)}"
