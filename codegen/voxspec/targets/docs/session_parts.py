"""The numbers of the session's page: timers, heartbeats, resume, rates, refusals, waits, mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.model import Direction
from voxspec.model.session import (
    Backoff,
    Heartbeats,
    Ignored,
    Mistakes,
    Quota,
    Rate,
    Read,
    Resume,
    Session,
    StandIn,
    Stream,
)
from voxspec.targets.docs.markdown import Markdown, code, listing, prose
from voxspec.targets.docs.session_words import OTHER, Row, Words, quantity

_MOST_WAITS = 12
"""The most waits that are listed; they hardly change by then."""

_MISTAKES = (
    ("text that is no JSON", "not_json"),
    ("JSON that is no object", "not_object"),
    ("a payload that is no object", "payload_not_object"),
    ("a binary frame that is not due", "binary"),
    ("a message of an unknown type", "unknown_type"),
    ("a message that only the receiver sends", "wrong_direction"),
    ("a message that breaks its own rules", "invalid"),
    ("a message out of place", "out_of_place"),
)


class Parts:
    """The tables of everything beside the states of one conversation."""

    def __init__(self, session: Session, words: Words) -> None:
        self.session = session
        self.words = words

    def timers(self) -> Iterator[Row]:
        for timer in self.session.timers:
            yield (
                code(timer.name),
                Markdown(f"{quantity(timer.time)}{', usually' * timer.adjustable}"),
                Markdown(f"the {timer.waits_for}{', anew in each state' * timer.restarts}"),
                self.words.reaction(timer.then, OTHER[timer.waits_for]),
                prose(timer.time.description, self.words.link),
            )

    def heartbeats(self, part: Heartbeats, sender: Direction) -> Iterator[Row]:
        session = self.session
        name = "heartbeat" if sender == "client" else "server_heartbeat"
        role, answer = session.role(name), session.role(f"{name}_answer")
        if role is not None:
            yield Markdown("message"), self.words.message(role.message)
        if answer is not None:
            unasked = ", also unasked" if part.unasked_answers else ""
            echo = ", with the same payload" if part.echoes_payload else ""
            said = f"{self.words.message(answer.message)}{echo}{unasked}"
            yield Markdown("answer"), Markdown(said)
        if part.interval is None:
            yield Markdown("interval"), Markdown("none: at any time, or never")
            return
        greeting = session.role("greeting")
        if part.from_greeting and greeting is not None:
            field = dict(greeting.bindings)["heartbeat_interval"].field
            said = f"{code(field.name)} of {self.words.message(greeting.message)}, usually"
            yield Markdown("interval"), Markdown(f"{said} {quantity(part.interval)}")
        else:
            yield Markdown("interval"), quantity(part.interval)
        first = "after a random part of the interval" if part.jittered else "after one interval"
        yield Markdown("first"), Markdown(first)
        if part.missed_answers is not None and part.missed_then is not None:
            then = self.words.reaction(part.missed_then, sender)
            yield (
                Markdown("without an answer"),
                Markdown(f"after {quantity(part.missed_answers)} in a row {then}"),
            )
        if part.silence is not None and part.silence_then is not None:
            then = self.words.reaction(part.silence_then, OTHER[sender])
            yield (
                Markdown("without a heartbeat"),
                Markdown(f"after {quantity(part.silence)} {then}"),
            )

    def resume(self, resume: Resume) -> Iterator[Row]:
        kept = "kept" if resume.buffered_while_away else "lost"
        yield Markdown("a session can be resumed for"), quantity(resume.lifetime)
        yield Markdown("the server keeps"), quantity(resume.buffer)
        yield Markdown("at most missed"), quantity(resume.reach)
        yield Markdown("what happens while nobody is connected"), Markdown(f"is {kept}")
        yield (
            Markdown("resumes in a row without a new message, then a new session"),
            quantity(resume.attempts_without_progress),
        )
        for what, close in (
            ("more was missed", resume.too_old),
            ("no such session, or not any more", resume.gone),
            ("no session or no token is named", resume.unnamed),
            ("the token of another user", resume.other_user),
            ("another connection takes the session over", resume.taken_over),
        ):
            yield Markdown(what), self.words.reaction(close, "server")

    def stream(self, stream: Stream) -> Iterator[Row]:
        yield Markdown("key of the envelope"), code(stream.key)
        yield Markdown("opened by"), self.words.message(stream.opened_by)
        yield Markdown("carries"), listing(map(self.words.message, stream.items))
        yield Markdown("ended by"), listing(map(self.words.message, stream.ended_by), "or")
        yield Markdown("a key that is in use"), self.words.reaction(stream.duplicate, "server")

    def rates(self) -> Iterator[Row]:
        for rate in self.session.rates:
            yield (
                Markdown("all messages") if _is_any(rate) else self.words.subject(rate.counts),
                quantity(rate.count),
                quantity(rate.window),
                listing((code(field.name) for field in rate.by), "and") or Markdown("client"),
                self.beyond(rate),
            )

    def beyond(self, rate: Rate) -> Markdown:
        then = self.words.reaction(rate.then, "server")
        return then if rate.enforced else Markdown(f"{then}, though no server is known to")

    def refusals(self) -> Iterator[Row]:
        refusals = self.session.refusals
        for what, close in (
            ("the subprotocol is not offered", refusals.subprotocol),
            ("the server does not let the client in", refusals.login),
            ("a token that is not valid", refusals.token),
            ("a version that does not fit", refusals.version),
            (_malformed(self.session), refusals.malformed),
            ("a full server", refusals.full),
            ("the server's own code fails", refusals.internal),
        ):
            if close is not None:
                yield Markdown(what), self.words.reaction(close, "server")
        for quota in (refusals.failures, refusals.sessions, refusals.connections):
            if quota is not None:
                yield self.quota(quota), self.words.reaction(quota.then, "server")

    def quota(self, quota: Quota) -> Markdown:
        within = f" in {quantity(quota.window)}" if quota.window is not None else ""
        article = "an address" if quota.by == "address" else "a user"
        return Markdown(f"more than {quantity(quota.count)} of {article}{within}")

    def mistakes(self) -> Iterator[Row]:
        client, server = self.session.mistakes_of_client, self.session.mistakes_of_server
        for what, name in _MISTAKES:
            if getattr(client, name) is None and getattr(server, name) is None:
                continue
            yield (
                Markdown(what + (self.beyond_login() if name == "invalid" else "")),
                self.mistake(client, name, "server"),
                self.mistake(server, name, "client"),
            )

    def beyond_login(self) -> str:
        """What the row of invalid messages is not about, where refusals say it already."""
        if self.session.refusals.malformed is None:
            return ""
        return f", but for a {_login_or_resume(self.session)} (see Refusals above)"

    def mistake(self, mistakes: Mistakes, name: str, receiver: Direction) -> Markdown:
        reaction = getattr(mistakes, name)
        if reaction is None:  # a message of the wrong direction is of an unknown type then
            reaction = mistakes.unknown_type
        if isinstance(reaction, Read):
            return Markdown(f"the {receiver} reads it like text")
        if name == "invalid" and isinstance(reaction, Ignored):
            return Markdown(f"the {receiver} reads of it what it can")
        shown = self.words.reaction(reaction, receiver)
        if name == "payload_not_object" and mistakes.empty_payload_is_none:
            return Markdown(f"{shown}; null, false, 0 and what is empty count as no payload")
        published = mistakes.unknown_type_published
        if name == "unknown_type" and published is not None:
            return Markdown(f"{shown}; published pages say {self.words.close(published)}")
        return shown


def waits(backoff: Backoff) -> Iterator[Row]:
    """How long a client waits before each attempt, until it waits longest."""
    longest, wait = backoff.maximum.seconds or 0.0, backoff.initial.seconds or 0.0
    most = None if backoff.attempts is None else backoff.attempts.value
    for attempt in range(1, _MOST_WAITS + 1):
        wait = min(wait, longest)
        is_last = wait >= longest or backoff.factor == 1 or attempt in (_MOST_WAITS, most)
        number = str(attempt)
        if is_last and attempt == most:
            number += ", the last"
        elif is_last:
            number += " and later" if most is None else f" to {most}"
        yield Markdown(number), _between(wait * (1 - backoff.spread), wait)
        if is_last:
            return
        wait *= backoff.factor


def _between(low: float, high: float) -> Markdown:
    return Markdown(f"{high:g} s" if low == high else f"{low:g} to {high:g} s")


def _is_any(rate: Rate) -> bool:
    return isinstance(rate.counts, StandIn)


def _malformed(session: Session) -> str:
    """The messages whose values are refused: those in which clients say who they are."""
    return f"a value of a wrong type in a {_login_or_resume(session)}"


def _login_or_resume(session: Session) -> str:
    return " or ".join(role for role in ("login", "resume") if session.role(role) is not None)
