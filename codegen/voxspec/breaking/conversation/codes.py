"""The codes with which a server or a client closes, in situations that both revisions know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.breaking.conversation.comparison import Comparison, Pair, said
from voxspec.breaking.conversation.occasions import REFUSED, Path, occasion
from voxspec.breaking.conversation.recovering import (
    listed,
    recovers,
    recovery,
    recovery_words,
)
from voxspec.breaking.conversation.situations import story_of, waiting
from voxspec.breaking.conversation.story import refusal, some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Direction
from voxspec.model.session import Close, Session

_RESUME = ("too_old", "gone", "unnamed", "other_user", "taken_over")
_AGAIN = frozenset({"subprotocol", "login", "token", "version", "malformed"})
"""Refusals for which a client that comes back is refused again."""
_QUOTAS = ("failures", "sessions", "connections")


@dataclass(frozen=True, slots=True)
class Situation:
    """Something for which a side closes the connection."""

    path: Path
    by: Direction
    then: Close


def compare_codes(both: Comparison) -> Iterator[Change]:
    """A change for each situation in which the connection is closed with another code."""
    before = {situation.path: situation for situation in situations(both.old.session)}
    for situation in situations(both.new.session):
        was = before.get(situation.path)
        if was is None:
            continue
        if both.told(both.old, was.then) != both.told(both.new, situation.then):
            yield _changed(both, was, situation)


def situations(session: Session) -> Iterator[Situation]:
    """All for which a connection is closed, but for mistakes and what states refuse."""
    for timer in session.timers:
        by: Direction = "server" if timer.waits_for == "client" else "client"
        yield Situation(("timers", timer.name, "then"), by, timer.then)
    for name, part in (
        ("heartbeat", session.heartbeat),
        ("server_heartbeat", session.server_heartbeat),
    ):
        if part is None:
            continue
        beater, hearer = _sides(name)
        if part.missed_then is not None:
            yield Situation((name, "missed_answers", "then"), beater, part.missed_then)
        if part.silence_then is not None:
            yield Situation((name, "silence", "then"), hearer, part.silence_then)
    if session.resume is not None:
        for name in _RESUME:
            yield Situation(("resume", name), "server", getattr(session.resume, name))
    for name in REFUSED:
        then = getattr(session.refusals, name)
        if then is not None:
            yield Situation(("refusals", name), "server", then)
    for name in _QUOTAS:
        quota = getattr(session.refusals, name)
        if quota is not None:
            yield Situation(("refusals", name, "then"), "server", quota.then)
    for rate in session.rates:
        if isinstance(rate.then, Close):
            yield Situation(("rates", rate.name, "then"), "server", rate.then)
    for stream in session.streams:
        yield Situation(("streams", stream.name, "duplicate"), "server", stream.duplicate)


def _changed(both: Comparison, was: Situation, now: Situation) -> Change:
    effects: list[Effect] = []
    if now.by == "server":
        for pair in both.pairs("client"):
            heard, meant = (now, was) if pair.reader is both.new else (was, now)
            effect = _misled(pair, heard.path, heard.then, meant.then)
            if effect is not None:
                effects.append(effect)
    recoveries = {recovery(machine, s.then) for machine, s in ((both.old, was), (both.new, now))}
    rule = (
        rules.SESSION_CLOSE_CODE_SAME_RECOVERY
        if len(recoveries) > 1 or any(e.verdict is not Verdict.LOSES for e in effects)
        else rules.SESSION_CLOSE_CODE_SAME
    )
    before, after = said(both.old, was.then), said(both.new, now.then)
    message = (
        f"the {now.by} closes with {after.removeprefix('close ')} and not with "
        f"{before.removeprefix('close ')} {occasion(now.path)}"
    )
    return both.change(rule, now.path, message, before, after, effects)


def _misled(pair: Pair, path: Path, heard: Close, meant: Close) -> Effect | None:
    """A client that does something else after the code that it hears than its own revision does in
    this situation. That breaks where it gives up, or comes back each time though it should give up."""
    client = pair.writer
    is_listed = listed(client, heard.number) is not None
    if not is_listed and recovery(pair.reader, heard) == "fatal" and client.age == "new":
        return None  # it was given up: that clients come back after it is told of the code
    has_session = _has_session(pair, path)
    goes_on = has_session and (is_listed or path[0] != "resume")  # what refuses a resume ends it
    does = recovers(client, heard, has_session=goes_on)
    should = recovers(client, meant, has_session=has_session)
    if does == should and is_listed:
        return None
    who, one = pair.meeting.skew.who, some(client, "client")
    refused = refusal(pair.reader, "server", heard)
    if does == should:
        return Effect(who, Verdict.LOSES, f"{refused}, which {one} does not know")
    then, otherwise = (
        recovery_words(client, each, has_session=has_session) for each in (does, should)
    )
    said = f"{refused}: {one}" if is_listed else f"{refused}, which {one} does not know: it"
    what = f"{said} {then} then, where it {otherwise} otherwise"
    comes_back = recovery(pair.reader, heard) == "fatal" or path[-1] in _AGAIN
    if does != "fatal" and (should != "fatal" or not comes_back):
        return Effect(who, Verdict.LOSES, what)
    story = story_of(pair, path)
    if story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    story.closes("server", heard)
    return Effect(who, Verdict.BREAKS, what, story.proof("server", f"{one} {then}"))


def _has_session(pair: Pair, path: Path) -> bool:
    """Whether a client has a session to go on with where it is closed for this."""
    if path[0] == "timers":
        at = waiting(pair, path[1])
        return at is not None and at.node.can_resume
    return path[0] != "refusals" and pair.writer.message_of("resume") is not None


def _sides(name: str) -> tuple[Direction, Direction]:
    return ("client", "server") if name == "heartbeat" else ("server", "client")
