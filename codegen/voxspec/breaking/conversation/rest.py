"""What else belongs to a conversation: its numbers, compression, waits, masks."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation import rules
from voxspec.breaking.conversation.comparison import Comparison, Pair, number
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.story import Story, some
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model.session import Backoff, Number


def compare_sequence(both: Comparison) -> Iterator[Change]:
    """Where the numbers of a session begin."""
    was, now = (machine.protocol.envelope.sequence for machine in (both.old, both.new))
    if was is None or now is None or was.first == now.first:
        return
    effects = [e for pair in both.pairs("server") if (e := _wrong_start(pair)) is not None]
    yield Change(
        rules.SEQ_SAME_START.id,
        "envelope/sequence/first",
        f"the numbers of a session begin at {now.first} and not at {was.first}",
        both.new.revision.place("protocol.yaml", "envelope", "sequence", "first"),
        str(was.first),
        str(now.first),
        tuple(effects),
        session=True,
    )


def _wrong_start(pair: Pair) -> Effect | None:
    """A client that gets another number at first than it expects."""
    said, expected = (m.protocol.envelope.sequence for m in (pair.writer, pair.reader))
    if said is None or expected is None:
        return None
    what = f"{some(pair.reader, 'client')} expects {expected.first} at first, and gets {said.first}"
    at = next(
        (
            at
            for at in pair.meeting.reached
            if isinstance(at.said, tuple) and pair.writer.counts(at.said)
        ),
        None,
    )
    begun = at or pair.meeting.under_way()
    if begun is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    story = Story.along(pair.meeting.skew, begun)
    if at is None:
        numbered = (key for key in pair.writer.messages if pair.writer.counts(key))
        key = next((k for k in numbered if pair.meeting.allows(begun.node, k)), None)
        if key is None:
            return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
        story.say(key)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, story.proof("server", what))


def compare_compression(both: Comparison) -> Iterator[Change]:
    """The parameter that turns compression on, and its values."""
    was, now = both.old.session.compression, both.new.session.compression
    before = {} if was is None else {(was.parameter, value): how for value, how in was.server}
    after = {} if now is None else {(now.parameter, value): how for value, how in now.server}
    for asked in dict.fromkeys((*before, *after)):
        if asked in before and asked in after:
            continue
        rule = rules.COMPRESSION_ADDED if asked in after else rules.COMPRESSION_NO_DELETE
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
            " ".join(shown for shown, _ in was) or "none",
            " ".join(shown for shown, _ in now) or "none",
        )


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
    return f"{pace}, times {backoff.factor:g}, {backoff.spread:g} of it random{attempts}"
