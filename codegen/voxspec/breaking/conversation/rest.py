"""What else belongs to a conversation: compression, waits, masks."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair, number
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.story import some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.breaking.words import digits
from voxspec.model.session import Backoff, Number


def compare_compression(both: Comparison) -> Iterator[Change]:
    """The parameter that turns compression on, and its values."""
    machines = (both.old, both.new)
    was, now = (machine.session.compression for machine in machines)
    before = {} if was is None else {(was.parameter, value): how for value, how in was.server}
    after = {} if now is None else {(now.parameter, value): how for value, how in now.server}
    for asked in dict.fromkeys((*before, *after)):
        if (asked in before) == (asked in after) or not all(_can_ask(m, *asked) for m in machines):
            continue  # a value that only one endpoint has is told of that
        rule = rules.SESSION_COMPRESSION_ADDED
        if asked in before:
            rule = rules.SESSION_COMPRESSION_NO_DELETE
        said = "=".join(asked)
        yield both.change(
            rule,
            ("compression", "server", asked[1]),
            f"servers do something else to their messages for {said}",
            before.get(asked, "none"),
            after.get(asked, "none"),
            [e for pair in both.pairs("client") if (e := _unpacked(pair, asked, said)) is not None],
        )


def _unpacked(pair: Pair, asked: tuple[str, str], said: str) -> Effect | None:
    """A client that asks for a compression and does not get it."""
    of_client, of_server = (_compressions(machine) for machine in (pair.writer, pair.reader))
    if asked not in of_client or asked in of_server:
        return None
    one, hearer = some(pair.writer, "client"), some(pair.reader, "server")
    what = f"{one} asks for {said}; {hearer} sends everything uncompressed"
    return Effect(pair.meeting.skew.who, Verdict.LOSES, what)


def _can_ask(machine: Machine, parameter: str, value: str) -> bool:
    """Whether a client can ask for it when it connects."""
    endpoint = machine.protocol.endpoint
    asked = () if endpoint is None else endpoint.parameters
    return any(one.name == parameter and value in one.values for one in asked)


def _compressions(machine: Machine) -> dict[tuple[str, str], str]:
    found = machine.session.compression
    return {} if found is None else {(found.parameter, value): how for value, how in found.server}


def compare_clients(both: Comparison) -> Iterator[Change]:
    """What is the client's own affair: how long it waits before it connects again."""
    was, now = both.old.session.backoff, both.new.session.backoff
    if _figures(was) != _figures(now):
        yield both.change(
            rules.SESSION_BACKOFF_SAME,
            ("backoff",),
            "clients wait for other times before they connect again",
            _told(was),
            _told(now),
        )


def compare_masks(both: Comparison) -> Iterator[Change]:
    """What looks like a token, so that those who record traffic mask it."""
    was, now = (
        [(token.shown, token.masked) for token in machine.session.tokens]
        for machine in (both.old, both.new)
    )
    if was != now:
        yield both.change(
            rules.SESSION_TOKENS_SAME,
            ("tokens",),
            "something else looks like a token, and is masked",
            _masks(was),
            _masks(now),
        )


def _masks(tokens: list[tuple[str, str]]) -> str:
    return ", ".join(f"{shown} then {masked}" for shown, masked in tokens) or "none"


def _figures(backoff: Backoff | None) -> object:
    if backoff is None:
        return None
    attempts = None if backoff.attempts is None else backoff.attempts.value
    times = (_seconds(backoff.initial), _seconds(backoff.maximum))
    return (*times, backoff.factor, backoff.spread, attempts)


def _seconds(time: Number) -> float:
    return round(time.seconds or 0.0, 6)


def _told(backoff: Backoff | None) -> str:
    if backoff is None:
        return "none"
    attempts = "" if backoff.attempts is None else f", {number(backoff.attempts)}"
    pace = f"{number(backoff.initial)} to {number(backoff.maximum)}"
    return (
        f"{pace}, times {digits(backoff.factor)}, {digits(backoff.spread)} of it random{attempts}"
    )
