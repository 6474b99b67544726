"""The codes with which a server or a client closes, in situations that both revisions know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voxspec.breaking.conversation.comparison import Comparison, Pair, said
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.occasions import REFUSED, Path, occasion
from voxspec.breaking.conversation.situations import story_of
from voxspec.breaking.conversation.story import refusal, some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import CloseCode, Direction
from voxspec.model.session import Close, Session

_RESUME = ("too_old", "gone", "unnamed", "other_user", "taken_over")
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
        if was is not None and _told(was.then) != _told(situation.then):
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
        if len(recoveries) > 1
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
    this situation."""
    does, should = recovery(pair.writer, heard), recovery(pair.writer, meant)
    is_listed = _listed(pair.writer, heard.number) is not None
    if does == should and is_listed:
        return None
    refused = refusal(pair.reader, "server", heard)
    one = some(pair.writer, "client")
    knows = "" if is_listed else ", which it does not know"
    then, otherwise = (recovery_words(pair.writer, close) for close in (heard, meant))
    what = f"{refused}{knows}: {one} {then} then, where it {otherwise} otherwise"
    if does == should:
        what = f"{refused}, which {one} does not know"
        return Effect(pair.meeting.skew.who, Verdict.LOSES, what)
    if not _is_worse(does, should, path):
        return Effect(pair.meeting.skew.who, Verdict.LOSES, what)
    story = story_of(pair, path)
    if story is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    story.closes("server", heard)
    proof = story.proof("server", f"{one} {then}")
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, proof)


def recovery_words(client: Machine, then: Close) -> str:
    """What a client does after a close, as far as its protocol has such a thing."""
    begins = "starts a new session" if client.message_of("login") else "connects again"
    return {"resume": "resumes", "identify": begins, "fatal": "gives up"}[recovery(client, then)]


def _is_worse(does: str, should: str, path: Path) -> bool:
    """Whether the client gives up, or tries for ever to go on with a session that is gone."""
    return does == "fatal" or (does == "resume" and should == "identify" and path[0] == "resume")


def recovery(machine: Machine, then: Close) -> str:
    """What a client of this revision does after a close: after a code that its protocol does not list,
    as after a lost connection."""
    listed = _listed(machine, then.number)
    if listed is None:
        return "identify" if machine.message_of("resume") is None else "resume"
    reason = next((one for one in listed.reasons if one.reason == then.reason), None)
    return listed.recovery if reason is None else reason.recovery


def _listed(machine: Machine, number: int) -> CloseCode | None:
    return next((code for code in machine.protocol.close_codes if code.code == number), None)


def _told(then: Close) -> tuple[int, str | None]:
    return then.number, then.reason


def _sides(name: str) -> tuple[Direction, Direction]:
    return ("client", "server") if name == "heartbeat" else ("server", "client")
