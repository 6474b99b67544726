"""Words that several reports say of changes, on one line each whatever is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.hits import Hit
from voxspec.breaking.result import Result
from voxspec.breaking.verdict import Age, Change, Effect, Step, Verdict, Who
from voxspec.model import JsonValue
from voxspec.report.style import printable
from voxspec.report.text import counted

_VERBS: Final = {
    Verdict.BREAKS: "break",
    Verdict.LOSES: "lose something",
    Verdict.UNKNOWN: "may break: neither that nor the contrary could be shown",
}
_OTHER: Final[dict[Age, Age]] = {"old": "new", "new": "old"}


def categories(change: Change) -> str:
    """Those of a change, in one order."""
    return ", ".join(sorted(change.categories))


def verb(effect: Effect) -> str:
    """Who is hurt, and how: "old clients with a new server break"."""
    plural = f"{effect.who} {_VERBS[effect.verdict]}"
    return plural.replace("models break", "models breaks").replace("models lose", "models loses")


def was_and_now(change: Change) -> str:
    """Such as "uint32 → string"; empty where the sentence says it all."""
    if not change.was and not change.now:
        return ""
    return f"{printable(change.was) or 'nothing'} → {printable(change.now) or 'nothing'}"


def json_text(value: JsonValue) -> str:
    """A value as one line of JSON, in letters where they can be shown."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else json.dumps(value, separators=(",", ":"))


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


def step_text(step: Step) -> str:
    """Such as ``client → {"type":"typing"}``, or what happens."""
    if step.side is None:
        return f"({printable(step.said)})"
    shown = printable(step.said) if step.frame is None else json_text(step.frame)
    often = f" × {step.times}" if step.times > 1 else ""
    return f"{step.side} → {shown}{often}{''.join(f', {word}' for word in _how(step))}"


def _how(step: Step) -> Iterator[str]:
    """How a frame is sent, where it is not the same each time, or not as usual."""
    if step.counter and isinstance(step.frame, dict):
        first = step.frame[step.counter]
        *_, last = (frame for frame in step.frames() if isinstance(frame, dict))
        yield f'"{printable(step.counter)}" {first} to {last[step.counter]}'
    if step.is_binary:
        yield "as a binary message"
    if step.is_lost:
        yield "lost on the way"


def hit_text(hit: Hit) -> str:
    """Such as "3 recorded frames in 2 connections (old clients with a new server), first main.ndjson#c1:5"."""
    return (
        f"{counted(hit.frames, 'recorded frame')} in {counted(hit.connections, 'connection')} "
        f"({hit.who}), first {printable(hit.first)}"
    )


def conclusion(result: Result) -> str:
    """How a run ended, in one line."""
    if not result.old:
        return f"{result.new} is new: there is nothing to compare it with"
    if not result.changes and not result.left:
        return f"{result.new} says the same as {result.old}"
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
