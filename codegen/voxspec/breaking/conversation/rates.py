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

_MOST_WINDOWS = 3
"""For as many windows it is tried to send too much in one."""


def compare_rates(both: Comparison) -> Iterator[Change]:
    """A change for each rate that is another, is new, or is gone."""
    for was, now in _pairs([*both.old.session.rates], [*both.new.session.rates]):
        if was is None or now is None or _all_of(was) != _all_of(now):
            yield _changed(both, was, now)


def _pairs(before: list[Rate], after: list[Rate]) -> Iterator[tuple[Rate | None, Rate | None]]:
    """Each rate with what it was: what says the same, or has its name, or counts the same."""
    of: dict[str, Rate] = {}
    for sign in (_all_of, _name, _counted):
        for now in after:
            was = next((rate for rate in before if sign(rate) == sign(now)), None)
            if now.name not in of and was is not None:
                of[now.name] = was
                before.remove(was)
    yield from ((of.get(now.name), now) for now in after)
    yield from ((was, None) for was in before)


def _changed(both: Comparison, was: Rate | None, now: Rate | None) -> Change:
    name = next(rate.name for rate in (now, was) if rate is not None)
    if was is None:
        message = f'a client may not send as much any more: the rate "{name}" is new'
    elif now is None:
        message = f'the rate "{name}" is gone'
    else:
        message = f'the rate "{name}" has changed'
    effects = (
        _too_much(pair, now if pair.reader is both.new else was) for pair in both.pairs("client")
    )
    return both.change(
        rules.SESSION_RATE_SAME,
        ("rates", name),
        message,
        _said(both.old, was),
        _said(both.new, now),
        (effect for effect in effects if effect is not None),
    )


def _too_much(pair: Pair, kept: Rate | None) -> Effect | None:
    """A client that sends as much as its own revision lets it, to a server that takes less."""
    if kept is None:
        return None
    in_time = [rate for rate in pair.writer.session.rates if _most(rate, kept) <= kept.count.value]
    if in_time:
        return _gone_over(pair, kept, in_time)
    what, refused = _more(pair, kept), refusal(pair.reader, "server", kept.then)
    if not kept.enforced:
        says = f"{what}; {refused}, if it keeps to that at all"
        return Effect(pair.meeting.skew.who, Verdict.LOSES, says)
    return _proved(
        pair, kept, f"{what}; {refused}", _burst(pair, kept, [*pair.writer.session.rates])
    )


def _gone_over(pair: Pair, kept: Rate, own: list[Rate]) -> Effect | None:
    """A client that sends more than that, which its own revision puts up with, and the server does not."""
    usual = max(own, key=_severity)
    if _severity(usual) >= _severity(kept):
        return None
    does = "passes over" if usual.enforced else "puts up with"
    refused = refusal(pair.reader, "server", kept.then)
    what = f"{_more(pair, kept)}, which {some(pair.writer, 'server')} {does}; {refused}"
    others = [rate for rate in pair.writer.session.rates if rate not in own]
    return _proved(pair, kept, what, _burst(pair, kept, others))


def _more(pair: Pair, kept: Rate) -> str:
    time = spoken(kept.window.seconds or 0.0)
    return f"{some(pair.writer, 'client')} may send more than {kept.count.value:g} in {time}"


def _severity(rate: Rate) -> int:
    """How much worse it is to go over a rate than over another: nothing happens, what is sent is passed
    over, or the connection ends."""
    return 0 if not rate.enforced else 2 if isinstance(rate.then, Close) else 1


def _proved(pair: Pair, kept: Rate, what: str, story: Story | None) -> Effect:
    """What a client says and nobody hears is broken as well as what ends the connection."""
    who = pair.meeting.skew.who
    if story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    proof = story.proof("client", refusal(pair.reader, "server", kept.then), kept.then)
    is_unheard = not isinstance(kept.then, Close)
    return Effect(who, Verdict.BREAKS, what, proof, is_unheard=is_unheard)


def going_over(pair: Pair, name: str) -> Story | None:
    """A client that sends more than a rate of the server's revision lets through."""
    kept = next((rate for rate in pair.reader.session.rates if rate.name == name), None)
    return None if kept is None else _burst(pair, kept, [])


def _most(allowed: Rate, kept: Rate) -> float:
    """The most messages in a window of ``kept`` that ``allowed`` lets through."""
    if not _covers(allowed, kept):
        return inf
    window, of_writer = kept.window.seconds or 0.0, allowed.window.seconds or 0.0
    return allowed.count.value * max(1, ceil(window / of_writer - BARELY))


def _covers(allowed: Rate, kept: Rate) -> bool:
    """Whether all that ``kept`` counts together, ``allowed`` counts together as well."""
    fields = {field.name for field in allowed.by} <= {field.name for field in kept.by}
    return _counts_like(allowed, kept) and fields


def _burst(pair: Pair, kept: Rate, own: list[Rate]) -> Story | None:
    """One message more than the server takes, as fast as these rates of the client's revision and the
    others of the server let it; None where they are in the way."""
    begun = pair.meeting.under_way()
    if begun is None:
        return None
    others = [rate for rate in pair.reader.session.rates if rate is not kept and rate.enforced]
    apart = [rate for rate in own if _counts_like(rate, kept) and not _covers(rate, kept)]
    for key in _sent(pair, begun, kept):
        story = _sending(pair, begun, [*own, *others], kept, key)
        if story is not None:
            return story
        for rate in apart:
            story = _spread(pair, begun, rate, kept, key)
            rest = [each for each in (*own, *others) if each is not rate]
            if story is not None and not any(_breaks(story, each) for each in rest):
                return story
    return None


def _sending(pair: Pair, begun: Reached, rates: list[Rate], kept: Rate, key: Key) -> Story | None:
    """So many messages of one kind as are too many, as fast as other rates let the client."""
    story = Story.along(pair.meeting.skew, begun)
    counting = [rate for rate in rates if _counts(rate, key[1])]
    sent = [_times(story, rate) for rate in counting]
    times, now, burst = _times(story, kept), 0.0, 0
    most, window = int(kept.count.value), kept.window.seconds or 0.0
    while len(times) <= most or times[-1] - times[-1 - most] >= window - BARELY:
        free = max([now, *(_free(rate, at) for rate, at in zip(counting, sent, strict=True))])
        if free > _MOST_WINDOWS * window:
            return None
        if free > now:
            if burst:
                story.say(key, burst)
            story.lasts(begun.node, free - now)
            now, burst = free, 0
            sent, times = [_times(story, rate) for rate in counting], _times(story, kept)
            if _is_over(kept, times):
                return _until(story, kept)  # a heartbeat is too much already
        else:
            burst += 1
            for each in (times, *sent):
                each.append(now)
    if not burst:
        return None  # it was too much before
    if burst > 1:
        story.say(key, burst - 1)
    story.say(key)
    return story


def _free(rate: Rate, times: list[float]) -> float:
    """When one more may be sent after those of these times."""
    most = int(rate.count.value)
    return times[-most] + (rate.window.seconds or 0.0) if len(times) >= most else 0.0


def _counts(rate: Rate, said: str) -> bool:
    """Whether a rate counts a message of the client."""
    return _counts_all(rate) or key_of(rate.counts)[1] == said


def _breaks(story: Story, rate: Rate) -> bool:
    """Whether the client of a story sends more than a rate lets through, wherever that is about."""
    return _is_over(rate, _times(story, rate))


def _times(story: Story, rate: Rate) -> list[float]:
    """When a rate counted a message of a story."""
    now, times = 0.0, list[float]()
    for step in story.steps:
        now += step.seconds
        if step.side == "client" and _counts(rate, step.said):
            times += [now] * step.times
    return times


def _is_over(rate: Rate, times: list[float]) -> bool:
    most, window = int(rate.count.value), rate.window.seconds or 0.0
    pairs = zip(times, times[most:], strict=False)
    return any(late - early < window - BARELY for early, late in pairs)


def _until(story: Story, rate: Rate) -> Story:
    """A story up to the first message that goes over a rate."""
    steps, story.steps = story.steps, []
    while not _breaks(story, rate):
        story.steps.append(steps[len(story.steps)])
    return story


def _spread(pair: Pair, begun: Reached, allowed: Rate, kept: Rate, key: Key) -> Story | None:
    """The client counts apart what the server counts together: each message is for another place."""
    apart = [field.name for field in allowed.by if field not in kept.by]
    known = pair.writer.fields(key)
    field = next((name for name in apart if isinstance(known.get(name), int | str)), None)
    story = Story.along(pair.meeting.skew, begun)
    said = [step.said for step in story.steps if step.side == "client"]
    left = int(kept.count.value) + 1 - sum(_counts(kept, each) for each in said)
    if field is None or not 0 < left <= _MOST_SPREAD:
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


def _counted(rate: Rate) -> object:
    return key_of(rate.counts), tuple(sorted(field.name for field in rate.by))


def _all_of(rate: Rate) -> object:
    """All that a rate says; with which code a server closes for it is told of its codes."""
    pace = float(rate.count.value), round(rate.window.seconds or 0.0, 6)
    return _counted(rate), rate.enforced, isinstance(rate.then, Close), pace


def _name(rate: Rate) -> object:
    return rate.name


def _said(machine: Machine, rate: Rate | None) -> str:
    if rate is None:
        return "none"
    by = f" for each {' and '.join(sorted(field.name for field in rate.by))}" if rate.by else ""
    enforced = "" if rate.enforced else ", not enforced"
    pace = f"{number(rate.count)} in {number(rate.window)}"
    return f"{pace} of {called(key_of(rate.counts))}{by}, {said(machine, rate.then)}{enforced}"
