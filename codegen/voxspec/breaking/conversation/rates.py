"""How much a client may send: rates by which a server refuses what another revision allows."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf

from voxspec.breaking.conversation.comparison import Comparison, Pair, number, said
from voxspec.breaking.conversation.machine import Machine, called
from voxspec.breaking.conversation.meeting import Reached
from voxspec.breaking.conversation.story import Story, refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Message
from voxspec.model.session import Close, Key, Rate, key_of

_MOST_SPREAD = 200
"""More messages than this, each of its own, are not shown."""

_Counted = tuple[Key, tuple[str, ...]]
"""What a rate counts, and what it counts apart."""


def compare_rates(both: Comparison) -> Iterator[Change]:
    """A change for each rate that is another, is new, or is gone."""
    before = {_counted(rate): rate for rate in both.old.session.rates}
    after = {_counted(rate): rate for rate in both.new.session.rates}
    names_before = {rate.name: rate for rate in before.values()}
    told: set[str] = set()
    for counted, now in after.items():
        was = before.get(counted) or names_before.get(now.name)
        if was is not None:
            told.add(was.name)
        if was is None or _words(was) != _words(now) or _pace(was) != _pace(now):
            yield _changed(both, was, now)
    for was in before.values():
        if was.name not in told:
            yield _changed(both, was, None)


def _changed(both: Comparison, was: Rate | None, now: Rate | None) -> Change:
    name = next(rate.name for rate in (now, was) if rate is not None)
    if was is None:
        message = f'a client may not send as much any more: the rate "{name}" is new'
    elif now is None:
        message = f'the rate "{name}" is gone'
    else:
        message = f'the rate "{name}" is another'
    effects = (
        _too_much(pair, *((was, now) if pair.writer is both.old else (now, was)))
        for pair in both.pairs("client")
    )
    return both.change(
        rules.SESSION_RATE_SAME,
        ("rates", name),
        message,
        _said(both.old, was),
        _said(both.new, now),
        (effect for effect in effects if effect is not None),
    )


def _too_much(pair: Pair, allowed: Rate | None, kept: Rate | None) -> Effect | None:
    """A client that sends as much as its own revision allows, to a server that takes less."""
    if kept is None or _most(allowed, kept) <= kept.count.value:
        return None
    who, count = pair.meeting.skew.who, int(kept.count.value)
    refused = refusal(pair.reader, "server", kept.then)
    time = spoken(kept.window.seconds or 0.0)
    what = f"{some(pair.writer, 'client')} may send more than {count} in {time}; {refused}"
    if not kept.enforced:
        return Effect(who, Verdict.LOSES, f"{what}, if it keeps to that at all")
    proof = _burst(pair, allowed, kept)
    if proof is None:
        return Effect(who, Verdict.UNKNOWN, what)
    verdict = Verdict.BREAKS if isinstance(kept.then, Close) else Verdict.LOSES
    return Effect(who, verdict, what, proof.proof("client", refused, kept.then))


def _most(allowed: Rate | None, kept: Rate) -> float:
    """The most messages in a window of ``kept`` that ``allowed`` lets through."""
    if allowed is None or not _covers(allowed, kept):
        return inf
    window, of_writer = kept.window.seconds or 0.0, allowed.window.seconds or 0.0
    return allowed.count.value * max(1, ceil(window / of_writer - BARELY))


def _covers(allowed: Rate, kept: Rate) -> bool:
    """Whether all that ``kept`` counts together, ``allowed`` counts together as well."""
    fields = {field.name for field in allowed.by} <= {field.name for field in kept.by}
    return _counts_like(allowed, kept) and fields


def _burst(pair: Pair, allowed: Rate | None, kept: Rate) -> Story | None:
    """One message more than the server takes, as fast as the client may send them; None where another
    rate is in the way."""
    begun = pair.meeting.under_way()
    if begun is None:
        return None
    others = [rate for rate in pair.writer.session.rates if rate is not allowed]
    others += [rate for rate in pair.reader.session.rates if rate is not kept and rate.enforced]
    for key in _sent(pair, begun, kept):
        story = _sending(pair, begun, allowed, kept, key)
        if story is not None and not any(_breaks(story, rate) for rate in others):
            return story
    return None


def _sending(
    pair: Pair, begun: Reached, allowed: Rate | None, kept: Rate, key: Key
) -> Story | None:
    """So many messages of one kind as are too many."""
    story = Story.along(pair.meeting.skew, begun)
    sent = sum(step.side == "client" for step in story.steps) if _counts_all(kept) else 0
    left = int(kept.count.value) + 1 - sent
    if left < 1:
        return None
    if allowed is not None and _counts_like(allowed, kept) and not _covers(allowed, kept):
        return _spread(story, pair, allowed, kept, key, left)
    most = left if allowed is None or not _covers(allowed, kept) else int(allowed.count.value)
    room = max(0, most - (sent if allowed is not None and _counts_all(allowed) else 0))
    while left > 0:
        burst = min(left, room)
        left -= burst
        if burst > (not left):
            story.say(key, burst - (not left))
        if left and allowed is not None:
            story.lasts(begun.node, allowed.window.seconds or 0.0)
        room = most
    story.say(key)
    return story


def _breaks(story: Story, rate: Rate) -> bool:
    """Whether the client of a story sends more than a rate lets through, wherever that is about."""
    now, times = 0.0, list[float]()
    for step in story.steps:
        now += step.seconds
        if step.side == "client" and (_counts_all(rate) or key_of(rate.counts)[1] == step.said):
            times += [now] * step.times
    most, window = int(rate.count.value), rate.window.seconds or 0.0
    return any(late - early < window for early, late in zip(times, times[most:], strict=False))


def _spread(
    story: Story, pair: Pair, allowed: Rate, kept: Rate, key: Key, left: int
) -> Story | None:
    """The client counts apart what the server counts together: each message is for another place."""
    apart = [field.name for field in allowed.by if field not in kept.by]
    known = pair.writer.fields(key)
    field = next((name for name in apart if isinstance(known.get(name), int | str)), None)
    if field is None or left > _MOST_SPREAD:
        return None
    value = known[field]
    for number_ in range(left):
        other = value + number_ if isinstance(value, int) else f"{value}{number_ or ''}"
        story.say(key, fields={field: other})
    return story


def _sent(pair: Pair, begun: Reached, kept: Rate) -> Iterator[Key]:
    """The messages that count, and that the client may send in a session as often as it likes."""
    roles = ("heartbeat", "login", "resume", "server_heartbeat_answer")
    node = begun.node
    for key in pair.writer.messages:
        if key[0] == "server" or not (_counts_all(kept) or key == key_of(kept.counts)):
            continue
        sends, takes = pair.writer.move(node.client, key), pair.reader.move(node.server, key)
        is_free = not pair.writer.has_role(key, *roles) and key not in pair.writer.streams
        if key not in pair.reader.messages or not (is_free or not _counts_all(kept)):
            continue
        if sends is None or takes is None:
            continue
        if sends.after == node.client and takes.after == node.server:
            yield key


def _counts_all(rate: Rate) -> bool:
    return not isinstance(rate.counts, Message)


def _counts_like(allowed: Rate, kept: Rate) -> bool:
    """Whether both count the same messages, or ``allowed`` more."""
    return _counts_all(allowed) or key_of(allowed.counts) == key_of(kept.counts)


def _counted(rate: Rate) -> _Counted:
    return key_of(rate.counts), tuple(sorted(field.name for field in rate.by))


def _pace(rate: Rate) -> tuple[float, float]:
    return float(rate.count.value), round(rate.window.seconds or 0.0, 6)


def _words(rate: Rate) -> tuple[object, ...]:
    then = rate.then
    close = (then.number, then.reason) if isinstance(then, Close) else None
    return _counted(rate), rate.enforced, close


def _said(machine: Machine, rate: Rate | None) -> str:
    if rate is None:
        return "none"
    by = f" for each {' and '.join(field.name for field in rate.by)}" if rate.by else ""
    enforced = "" if rate.enforced else ", not enforced"
    pace = f"{number(rate.count)} in {number(rate.window)}"
    return f"{pace} of {called(key_of(rate.counts))}{by}, {said(machine, rate.then)}{enforced}"
