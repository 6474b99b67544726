"""How much a server lets an address or a user have: sessions, connections, failed logins."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from voxspec.breaking.conversation.comparison import Comparison, Pair, number, said
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.occasions import REFUSED
from voxspec.breaking.conversation.situations import logging_in
from voxspec.breaking.conversation.story import Story, refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Step, Verdict
from voxspec.model.session import Close, Quota

_QUOTAS = {
    "failures": "logins of {} have failed",
    "sessions": "sessions of {} are there",
    "connections": "connections of {} are open",
}
"""Each with what has happened so often when it is used up."""


def compare_refusals(both: Comparison) -> Iterator[Change]:
    """A change for each quota that is another, and for each refusal that only one revision has."""
    for name in _QUOTAS:
        was, now = (_quota(machine, name) for machine in (both.old, both.new))
        if _figures(was) != _figures(now):
            effects = [
                e for pair in both.pairs("client") if (e := _too_many(pair, name)) is not None
            ]
            yield both.change(
                rules.SESSION_QUOTA_SAME,
                ("refusals", name),
                f"the quota of {name} has changed",
                _said(was),
                _said(now),
                effects,
            )
    for name, what in REFUSED.items():
        before, after = (getattr(m.session.refusals, name) for m in (both.old, both.new))
        if (before is None) != (after is None):
            yield _there(both, name, what, before, after)


def _too_many(pair: Pair, name: str) -> Effect | None:
    """Somebody who has as many as its own revision lets it have, and whom the server refuses."""
    of_client, of_server = _quota(pair.writer, name), _quota(pair.reader, name)
    if of_server is None or not _is_tighter(of_server, of_client):
        return None
    who, count = pair.meeting.skew.who, int(of_server.count.value)
    refused = refusal(pair.reader, "server", of_server.then)
    allowed = f"any number of {name}" if of_client is None else _allowed(name, of_client)
    after = f"{count} for each {of_server.by}"
    what = f"{some(pair.writer, 'client')} may count on {allowed}; {refused} after {after}"
    story = _used_up(pair, name, of_server)
    if story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    proof = story.proof("client", refused, of_server.then)
    return Effect(who, Verdict.BREAKS, what, proof)


def _allowed(name: str, quota: Quota) -> str:
    """So many of something in so much time, as far as that is said."""
    window = "" if quota.window is None else f" in {spoken(quota.window.seconds or 0.0)}"
    return f"{quota.count.value:g} {name}{window} for each {quota.by}"


def _is_tighter(of_server: Quota, of_client: Quota | None) -> bool:
    """Whether a server with the one quota refuses what the other lets through."""
    if of_client is None:
        return True
    span, allowed_span = _span(of_server), _span(of_client)
    return (
        of_server.count.value < of_client.count.value
        or span > allowed_span + BARELY
        or of_server.by != of_client.by  # users have several addresses, and addresses several users
    )


def _used_up(pair: Pair, name: str, quota: Quota) -> Story | None:
    """The quota is used up by others before the client logs in."""
    story = logging_in(pair)
    if story is None:
        return None
    count = int(quota.count.value)
    by = "the same address" if quota.by == "address" else "the same user"
    story.steps.insert(0, Step(None, None, f"{count} {_QUOTAS[name].format(by)}"))
    return story


def _there(
    both: Comparison, name: str, what: str, before: Close | None, after: Close | None
) -> Change:
    """A server refuses something for which the other revision has no refusal."""
    effects = [
        Effect(
            pair.meeting.skew.who,
            Verdict.LOSES,
            f"{some(pair.reader, 'server')} may refuse {what}, which {some(pair.writer, 'client')}"
            " does not reckon with",
        )
        for pair in both.pairs("client")
        if getattr(pair.reader.session.refusals, name) is not None
    ]
    return both.change(
        rules.SESSION_REFUSAL_SAME,
        ("refusals", name),
        f"a server {'may refuse' if before is None else 'has no code any more to refuse'} {what}",
        said(both.old, before),
        said(both.new, after),
        effects,
    )


def _quota(machine: Machine, name: str) -> Quota | None:
    found: Quota | None = getattr(machine.session.refusals, name)
    return found


def _span(quota: Quota) -> float:
    """The seconds over which a quota counts."""
    return inf if quota.window is None else quota.window.seconds or 0.0


def _figures(quota: Quota | None) -> object:
    return None if quota is None else (quota.count.value, round(_span(quota), 6), quota.by)


def _said(quota: Quota | None) -> str:
    if quota is None:
        return "none"
    window = "" if quota.window is None else f" in {number(quota.window)}"
    return f"{number(quota.count)}{window} for each {quota.by}"
