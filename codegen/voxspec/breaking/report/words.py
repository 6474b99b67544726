"""Words that several reports say of changes, on one line each whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.hits import Hit, Hits
from voxspec.breaking.report.frames import shown
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import (
    Age,
    Change,
    ConversationProof,
    Effect,
    Proof,
    Step,
    Verdict,
    Who,
)
from voxspec.report.style import printable
from voxspec.report.text import counted

_VERBS: Final = {
    Verdict.BREAKS: "break",
    Verdict.LOSES: "lose something",
    Verdict.UNKNOWN: "may break: neither that nor the contrary could be shown",
}
_WORDS_ALIKE: Final = 3
"""With how many words two values end so that they are said once."""
_WHO: Final = re.compile(r"^an? (?:old|new) (?:client|server) ")
_OTHER: Final[dict[Age, Age]] = {"old": "new", "new": "old"}


def categories(change: Change) -> str:
    """Those of a change, in one order."""
    return ", ".join(sorted(change.categories))


def verb(effect: Effect) -> str:
    """Who is hurt, and how: "old clients with a new server break"."""
    plural = f"{effect.who} {_VERBS[effect.verdict]}"
    return plural.replace("models break", "models breaks").replace("models lose", "models loses")


def was_and_now(change: Change) -> str:
    """Such as "uint32 → string"; empty where the sentence says it all. Words that both end with are said
    once: "10 → 5 s in greeted"."""
    if not change.was and not change.now:
        return ""
    was, now = printable(change.was) or "nothing", printable(change.now) or "nothing"
    before, after = was.split(), now.split()
    alike = 0
    while alike < min(len(before), len(after)) - 1 and before[-1 - alike] == after[-1 - alike]:
        alike += 1
    if alike < _WORDS_ALIKE or len(before) != len(after):
        return f"{was} → {now}"
    return f"{' '.join(before[:-alike])} → {now}"


def writer(effect: Effect) -> str:
    """Who writes what an effect's proof shows, such as "the old client"."""
    return f"the {_end(effect, is_writer=True)}"


def reader(effect: Effect) -> str:
    """Who refuses it, such as "the new server"."""
    return f"the {_end(effect, is_writer=False)}"


def _end(effect: Effect, *, is_writer: bool) -> str:
    assert effect.proof is not None
    age = effect.proof.writer if is_writer else _OTHER[effect.proof.writer]
    clients = "old" if effect.who is Who.OLD_CLIENTS else "new"
    return f"{age} {'client' if age == clients else 'server'}"


def is_said(proof: Proof, effect: Effect) -> bool:
    """Whether how something is refused stands in what is said of it, or at the end of what shows it."""
    is_shown = isinstance(proof, ConversationProof) and proof.close is not None
    return is_shown or _WHO.sub("", proof.refusal) in effect.what


def step_text(step: Step) -> str:
    """Such as ``client → {"type":"typing"}``, or what happens."""
    if step.side is None:
        return f"({printable(step.said)})"
    said = printable(step.said) if step.frame is None else shown(step.frame)
    often = f" × {step.times}" if step.times > 1 else ""
    return f"{step.side} → {said}{often}{''.join(f', {word}' for word in _how(step))}"


def _how(step: Step) -> Iterator[str]:
    """How a frame is sent, where it is not the same each time, or not as usual."""
    if step.counter and isinstance(step.frame, dict):
        first = step.frame[step.counter]
        *_, last = (frame for frame in step.frames() if isinstance(frame, dict))
        yield f"{printable(step.counter)} {first} to {last[step.counter]}"
    if step.is_binary:
        yield "as a binary message"
    if step.is_lost:
        yield "lost on the way"


def hit_text(hit: Hit) -> str:
    """Such as "3 recorded frames in 2 connections (old clients with a new server), first main.ndjson#c1:5"."""
    return f"{_amount(hit, 'recorded ')} ({hit.who}), first {printable(hit.first)}"


def looked_at(hits: Hits) -> str:
    """How much of captures was looked at."""
    return f"{counted(hits.frames, 'frame')} in {counted(hits.connections, 'connection')}"


def recorded(hits: Hits) -> list[str]:
    """What recorded traffic says of the changes, a sentence for everybody whose it is."""
    looked = looked_at(hits)
    if hits.whose:
        return [f"of {looked}, {_amount(hit)} {_is(hit)} hit: {hit.who}" for hit in hits.whose]
    if not hits.frames:
        return ["no frame could be read, so nothing can be said"]
    if not hits.known:
        return [
            f"no frame of {looked} is of a message that the schema knows, so nothing can be said"
        ]
    if not hits.are_whole:
        return [f"nothing of {looked} would be refused; what could not be read is not known"]
    return [f"nothing that was recorded would have been refused ({looked})"]


def _amount(hit: Hit, kind: str = "") -> str:
    if not hit.frames:
        return counted(hit.connections, f"{kind}connection")
    return f"{counted(hit.frames, f'{kind}frame')} in {counted(hit.connections, 'connection')}"


def _is(hit: Hit) -> str:
    return "is" if (hit.frames or hit.connections) == 1 else "are"


def next_steps(result: Result) -> list[str]:
    """What to do with what fails, a line each: how to read more, and how to accept it."""
    if not result.failing:
        return []
    first, *others = result.failing
    rule = "RULE" if any(change.rule != first.rule for change in others) else first.rule
    fingerprint = "FINGERPRINT" if others else first.fingerprint
    return [
        f"more about it: voxspec rules {rule}",
        f"to accept a break, add: --accept {fingerprint} --reason TEXT --until DATE",
    ]


def conclusion(result: Result) -> str:
    """How a run ended, in one line."""
    if result.mistakes:
        count = counted(len(result.mistakes), "mistake")
        return f"{result.new} has {count}, so that nothing was compared"
    if not result.old:
        return f"{result.new} is new: there is nothing to compare it with"
    if not result.changes and not result.left:
        of = " in frames" if result.unsaid else ""
        return f"{result.new} against {result.old}: nothing breaks or loses anything{of}"
    counts = result.counts()
    accepted = sum(result.acceptance(change) is not None for change in result.changes)
    parts = [
        f"{counted(counts['error'], 'break')}",
        f"{counted(counts['warning'] - accepted, 'break')} of kinds that are let pass",
        f"{counted(accepted, 'accepted break')}",
        f"{counted(counts['note'], 'note')}",
        f"{counted(result.left, 'other change')} not listed (--all)",
    ]
    numbers = (counts["error"], counts["warning"] - accepted, accepted, counts["note"], result.left)
    said = [part for part, number in zip(parts, numbers, strict=True) if number]
    return f"{result.new} against {result.old}: {', '.join(said)}"


def uncompared(result: Result) -> list[str]:
    """What was not compared, a line where it is something."""
    return [f"{result.old} does not say, so not compared: {result.unsaid}"] * bool(result.unsaid)


def remarks(result: Result) -> list[str]:
    """What is to be said of the file of accepted breaks, a line for each entry."""
    lines = [
        f"{entry.where}: the acceptance of {entry.fingerprint} was over on {entry.until}: "
        f"{printable(entry.reason)}"
        for entry in result.accepted.expired.values()
    ]
    lines += [
        f"{entry.where}: {entry.fingerprint} is none of these changes: take the entry out"
        for entry in result.accepted.unmatched
    ]
    return lines
