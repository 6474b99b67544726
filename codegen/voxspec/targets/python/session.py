"""The tables of a conversation as Python expressions, for the template of ``session.py``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from voxspec.model import Message, Protocol
from voxspec.model.naming import constant
from voxspec.model.session import (
    CLOSED,
    CLOSING,
    CONNECTING,
    Binding,
    Close,
    Heartbeats,
    Ignored,
    Mistakes,
    Move,
    Quota,
    Rate,
    Reaction,
    Read,
    Refusals,
    Resume,
    Role,
    StandIn,
    State,
    Stream,
    Subject,
    Timer,
)
from voxspec.output.render import constant_literal, literal
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python

_STAND_INS = {
    ("client", "any"): "AnyClientMessage",
    ("server", "any"): "AnyServerMessage",
    ("server", "sequenced"): "SequencedMessage",
}


@dataclass(frozen=True, slots=True)
class SessionView:
    """What the template shows: each text is an expression, or one argument of one."""

    members: tuple[tuple[str, str], ...]
    """The states with their descriptions."""
    initial: str
    roles: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    timers: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]


def session_view(protocol: Protocol) -> SessionView:
    """The view of a protocol's conversation."""
    session = protocol.session
    own = [(state.member, state.description) for state in session.states]
    fixed = [(constant(name), text) for name, text in (CONNECTING, CLOSING, CLOSED)]
    return SessionView(
        members=_told_apart((fixed[0], *own, *fixed[1:])),
        initial=session.states[0].member,
        roles=tuple((role.name, _role(role)) for role in session.roles),
        rows=tuple((state.member, tuple(_row(protocol, state))) for state in session.states),
        timers=tuple((timer.name, _timer(timer)) for timer in session.timers),
        parts=tuple(_parts(protocol)),
    )


def _told_apart(members: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The states with descriptions that are no other's: members of an enum with one value are one."""
    times = Counter(text for _, text in members)
    return tuple((name, text if times[text] == 1 else f"{text} ({name})") for name, text in members)


def _role(role: Role) -> str:
    bindings = [(name, _field(binding)) for name, binding in role.bindings]
    return call(
        "Role",
        [
            ("name", literal(role.name)),
            ("side", literal(role.message.direction)),
            ("frame", frame(role.message)),
            ("type", constant_literal(role.message.type)),
            *bindings,
        ],
    )


def _field(binding: Binding) -> str:
    arguments = [literal(binding.field.attribute), literal(binding.field.name)]
    if binding.seconds is not None:
        arguments.append(f"seconds={binding.seconds!r}")
    if binding.when_absent is not None:
        value = binding.when_absent
        shown = literal(value) if isinstance(value, str) else repr(value)
        arguments.append(f"when_absent={shown}")
    return f"Field({', '.join(arguments)})"


def _row(protocol: Protocol, state: State) -> Iterable[str]:
    members = {other.name: other.member for other in protocol.session.states}
    yield f"description=State.{state.member}.value"
    for side in ("client", "server"):
        yield f"{side}={_moves(state.client if side == 'client' else state.server, members)}"
    yield f"client_otherwise={_reactions(state.client_otherwise)}"
    yield f"server_otherwise={_reactions(state.server_otherwise)}"
    if state.timers:
        yield f"timers=({', '.join(map(literal, state.timers))},)"


def _moves(moves: Iterable[Move], members: Mapping[str, str]) -> str:
    items = (f"{subject(move.subject)}: State.{members[move.after]}" for move in moves)
    return f"{{{', '.join(items)}}}"


def _reactions(reactions: Iterable[tuple[Subject, Reaction]]) -> str:
    items = (f"{subject(about)}: {reaction(then)}" for about, then in reactions)
    return f"{{{', '.join(items)}}}"


def _timer(timer: Timer) -> str:
    arguments = [
        ("name", literal(timer.name)),
        ("seconds", repr(timer.time.seconds)),
        ("waits_for", literal(timer.waits_for)),
        ("then", reaction(timer.then)),
    ]
    arguments += [(name, "True") for name in ("restarts", "adjustable") if getattr(timer, name)]
    return call("Timer", arguments)


def _parts(protocol: Protocol) -> Iterable[str]:
    """The arguments for what a conversation may have."""
    session = protocol.session
    if session.heartbeat is not None:
        yield f"heartbeat={_heartbeats(session.heartbeat)}"
    if session.server_heartbeat is not None:
        yield f"server_heartbeat={_heartbeats(session.server_heartbeat)}"
    if session.resume is not None:
        yield f"resume={_resume(session.resume)}"
    if session.rates:
        yield f"rates=({', '.join(map(_rate, session.rates))},)"
    refusals = list(_refusals(session.refusals))
    if refusals:
        yield f"refusals={call('Refusals', refusals)}"
    if session.backoff is not None:
        backoff = session.backoff
        arguments = [
            ("initial", repr(backoff.initial.seconds)),
            ("maximum", repr(backoff.maximum.seconds)),
            ("factor", repr(backoff.factor)),
            ("spread", repr(backoff.spread)),
            *([("attempts", repr(backoff.attempts.value))] if backoff.attempts else []),
        ]
        yield f"backoff={call('Backoff', arguments)}"
    if session.compression is not None:
        compression = session.compression
        values = ", ".join(f"{literal(k)}: {literal(v)}" for k, v in compression.server)
        parameter = literal(compression.parameter)
        yield (
            f"compression=Compression(parameter={parameter}, values=MappingProxyType({{{values}}}))"
        )
    yield f"mistakes_of_client={_mistakes(session.mistakes_of_client)}"
    yield f"mistakes_of_server={_mistakes(session.mistakes_of_server)}"
    if session.streams:
        yield f"streams=({', '.join(map(_stream, session.streams))},)"
    if session.tokens:
        patterns = (
            f"({to_python(parse(token.shown))})(?:{to_python(parse(token.masked))})"
            for token in session.tokens
        )
        yield f"tokens={literal('|'.join(patterns))}"


def _heartbeats(heartbeats: Heartbeats) -> str:
    interval, missed = heartbeats.interval, heartbeats.missed_answers
    silence = heartbeats.silence
    arguments = [
        ("interval", repr(interval and interval.seconds)),
        ("from_greeting", repr(heartbeats.from_greeting)),
        ("jittered", repr(heartbeats.jittered)),
        ("missed_answers", repr(missed and missed.value)),
        ("missed_then", _optional(heartbeats.missed_then)),
        ("silence_factor", repr(silence and float(silence.value))),
        ("silence_then", _optional(heartbeats.silence_then)),
    ]
    flags = ("unasked_answers", "echoes_payload")
    arguments += [(name, "True") for name in flags if getattr(heartbeats, name)]
    return call("HeartbeatRules", arguments)


def _optional(close: Close | None) -> str:
    return "None" if close is None else reaction(close)


def _resume(resume: Resume) -> str:
    closes = ("too_old", "gone", "unnamed", "other_user", "taken_over")
    return call(
        "ResumeRules",
        [
            ("lifetime", repr(resume.lifetime.seconds)),
            ("buffer", repr(resume.buffer.value)),
            ("reach", repr(resume.reach.value)),
            *((name, reaction(getattr(resume, name))) for name in closes),
            ("buffered_while_away", repr(resume.buffered_while_away)),
            ("attempts_without_progress", repr(resume.attempts_without_progress.value)),
        ],
    )


def _rate(rate: Rate) -> str:
    by = "".join(f"Field({literal(f.attribute)}, {literal(f.name)}), " for f in rate.by)
    return call(
        "Rate",
        [
            ("name", literal(rate.name)),
            ("counts", subject(rate.counts)),
            ("by", f"({by})"),
            ("count", repr(rate.count.value)),
            ("window", repr(rate.window.seconds)),
            ("then", reaction(rate.then)),
            ("enforced", repr(rate.enforced)),
        ],
    )


def _refusals(refusals: Refusals) -> Iterable[tuple[str, str]]:
    for name in ("subprotocol", "login", "token", "version", "malformed", "full", "internal"):
        close = getattr(refusals, name)
        if close is not None:
            yield name, reaction(close)
    for name in ("failures", "sessions", "connections"):
        quota = getattr(refusals, name)
        if quota is not None:
            yield name, _quota(quota)


def _quota(quota: Quota) -> str:
    arguments = [
        ("count", repr(quota.count.value)),
        ("window", repr(quota.window and quota.window.seconds)),
        ("by", literal(quota.by)),
        ("then", reaction(quota.then)),
    ]
    return call("Quota", arguments)


def _mistakes(mistakes: Mistakes) -> str:
    said = {field.name: getattr(mistakes, field.name) for field in fields(mistakes)}
    is_none = said.pop("empty_payload_is_none")
    arguments = [
        (name, "READ" if isinstance(then, Read) else reaction(then))
        for name, then in said.items()
        if then is not None
    ]
    if is_none:
        arguments.append(("empty_payload_is_none", "True"))
    return call("Mistakes", arguments)


def _stream(stream: Stream) -> str:
    def frames(messages: Iterable[Message]) -> str:
        return f"frozenset(({', '.join(map(frame, messages))},))"

    return call(
        "Stream",
        [
            ("name", literal(stream.name)),
            ("key", literal(stream.attribute)),
            *([("wire_key", literal(stream.key))] if stream.key != stream.attribute else []),
            ("opened_by", frame(stream.opened_by)),
            ("items", frames(stream.items)),
            ("ended_by", frames(stream.ended_by)),
            ("duplicate", reaction(stream.duplicate)),
        ],
    )


def call(name: str, arguments: Iterable[tuple[str, str]]) -> str:
    """A call with keyword arguments."""
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments)})"


def frame(message: Message) -> str:
    """The class of a message's frames."""
    return f"{message.direction}.{message.frame_name}"


def subject(about: Subject) -> str:
    """The class that a table has for a message or a stand-in."""
    if isinstance(about, StandIn):
        return _STAND_INS[about.side, about.kind]
    return frame(about)


def reaction(then: Reaction) -> str:
    """What a receiver does."""
    if isinstance(then, Ignored):
        return "IGNORED"
    code = str(then.code) if isinstance(then.code, int) else f"CloseCode.{then.code.name}"
    return f"Close({code}, {literal(then.reason)})" if then.reason is not None else f"Close({code})"
