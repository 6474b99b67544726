"""How much a client may send: rates by which a server refuses what another revision allows."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf

from voxspec.breaking.conversation.bursts import Shown, burst, counts_like
from voxspec.breaking.conversation.comparison import Comparison, Pair, number, said
from voxspec.breaking.conversation.machine import Machine, called
from voxspec.breaking.conversation.story import Story, refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model.session import Close, Rate, key_of


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
        pair, kept, f"{what}; {refused}", burst(pair, kept, [*pair.writer.session.rates])
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
    return _proved(pair, kept, what, burst(pair, kept, others))


def _more(pair: Pair, kept: Rate) -> str:
    time = spoken(kept.window.seconds or 0.0)
    return f"{some(pair.writer, 'client')} may send more than {kept.count.value:g} in {time}"


def _severity(rate: Rate) -> int:
    """How much worse it is to go over a rate than over another: nothing happens, what is sent is passed
    over, or the connection ends."""
    return 0 if not rate.enforced else 2 if isinstance(rate.then, Close) else 1


def _proved(pair: Pair, kept: Rate, what: str, shown: Shown) -> Effect | None:
    """What a client says and nobody hears is broken as well as what ends the connection."""
    who = pair.meeting.skew.who
    if shown.is_impossible:
        return None  # another rate is in the way
    if shown.story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    refused = refusal(pair.reader, "server", kept.then)
    proof = shown.story.proof("client", refused, kept.then)
    is_unheard = not isinstance(kept.then, Close)
    return Effect(who, Verdict.BREAKS, what, proof, is_unheard=is_unheard)


def going_over(pair: Pair, name: str) -> Story | None:
    """A client that sends more than a rate of the server's revision lets through."""
    kept = next((rate for rate in pair.reader.session.rates if rate.name == name), None)
    return None if kept is None else burst(pair, kept, []).story


def _most(allowed: Rate, kept: Rate) -> float:
    """The most messages in a window of ``kept`` that ``allowed`` lets through."""
    if not _covers(allowed, kept):
        return inf
    window, of_writer = kept.window.seconds or 0.0, allowed.window.seconds or 0.0
    return allowed.count.value * max(1, ceil(window / of_writer - BARELY))


def _covers(allowed: Rate, kept: Rate) -> bool:
    """Whether all that ``kept`` counts together, ``allowed`` counts together as well."""
    fields = {field.name for field in allowed.by} <= {field.name for field in kept.by}
    return counts_like(allowed, kept) and fields


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
