"""What else belongs to a conversation: its numbers, its streams, compression, waits, masks."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation import rules
from voxspec.breaking.conversation.comparison import Comparison, Pair, number
from voxspec.breaking.conversation.machine import Machine, called
from voxspec.breaking.conversation.story import Story, some
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model.session import Backoff, Number, Stream, key_of


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
        if before.get(asked) == after.get(asked):
            continue
        rule = rules.COMPRESSION_SAME_FRAMING
        if asked not in after:
            rule = rules.COMPRESSION_NO_DELETE
        elif asked not in before:
            rule = rules.COMPRESSION_ADDED
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
    if asked not in of_client or of_client[asked] == of_server.get(asked):
        return None
    one, hearer = some(pair.writer, "client"), some(pair.reader, "server")
    if asked not in of_server:
        what = f"{one} asks for {said}; {hearer} sends everything uncompressed"
        return Effect(pair.meeting.skew.who, Verdict.LOSES, what)
    what = f"{one} asks for {said}, and cannot read what {hearer} sends"
    return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)


def _compressions(machine: Machine) -> dict[tuple[str, str], str]:
    found = machine.session.compression
    return {} if found is None else {(found.parameter, value): how for value, how in found.server}


def compare_streams(both: Comparison) -> Iterator[Change]:
    """Which messages belong together: what opens a stream, what is in it, what ends it."""
    before = {stream.name: stream for stream in both.old.session.streams}
    after = {stream.name: stream for stream in both.new.session.streams}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            twin = _twin(was or now, after if now is None else before)
            if twin is None:
                yield _stream(both, name, (), was, now)
            continue
        for part in ("key", "opened_by", "items", "ended_by"):
            if _part(was, part) != _part(now, part):
                yield _stream(both, name, (part,), was, now)


def _twin(stream: Stream | None, others: dict[str, Stream]) -> Stream | None:
    """The same stream under another name, which nobody sees."""
    parts = ("key", "opened_by", "items", "ended_by")
    if stream is None:
        return None
    return next(
        (one for one in others.values() if all(_part(one, p) == _part(stream, p) for p in parts)),
        None,
    )


def _stream(
    both: Comparison, name: str, part: tuple[str, ...], was: Stream | None, now: Stream | None
) -> Change:
    before, after = (
        "none" if one is None else " ".join(_part(one, *part or ("key",))) for one in (was, now)
    )
    what = "one side takes a message for part of a stream that is none for the other"
    return both.change(
        rules.SESSION_STREAM_SAME,
        ("streams", name, *part),
        f'the stream "{name}" is another' + (f": its {part[0].replace('_', ' ')}" if part else ""),
        before,
        after,
        [Effect(meeting.skew.who, Verdict.UNKNOWN, what) for meeting in both.meetings],
    )


def _part(stream: Stream, part: str) -> tuple[str, ...]:
    found = getattr(stream, part)
    if isinstance(found, str):
        return (found,)
    messages = found if isinstance(found, tuple) else (found,)
    return tuple(sorted(called(key_of(message)) for message in messages))


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
