"""All that two revisions of session.yaml differ in, with whom that hurts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from voxspec.breaking.conversation.bindings import compare_roles
from voxspec.breaking.conversation.codes import compare_codes
from voxspec.breaking.conversation.comparison import Comparison
from voxspec.breaking.conversation.courses import compare_courses, first_refusal
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.meeting import Meeting, Skew, meet
from voxspec.breaking.conversation.mistakes import compare_mistakes
from voxspec.breaking.conversation.overrun import overruns
from voxspec.breaking.conversation.pace import compare_heartbeats
from voxspec.breaking.conversation.quotas import compare_refusals
from voxspec.breaking.conversation.rates import compare_rates
from voxspec.breaking.conversation.refused import compare_refused
from voxspec.breaking.conversation.renames import compare_renames
from voxspec.breaking.conversation.rest import (
    compare_clients,
    compare_compression,
    compare_masks,
)
from voxspec.breaking.conversation.streams import compare_streams
from voxspec.breaking.conversation.waiting import compare_timers, lates
from voxspec.breaking.conversation.window import compare_window
from voxspec.breaking.exact import exactly
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.renaming import Renaming
from voxspec.breaking.revision import Revision
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, ConversationProof, Effect, Who

_PARTS: tuple[Callable[[Comparison], Iterator[Change]], ...] = (
    compare_roles,
    compare_refused,
    compare_mistakes,
    compare_heartbeats,
    compare_window,
    compare_rates,
    compare_refusals,
    compare_codes,
    compare_streams,
    compare_compression,
    compare_clients,
    compare_masks,
)


def compare_conversations(old: Revision, new: Revision) -> Iterator[Change]:
    """Every change of the conversation that somebody can notice, each once."""
    renaming = Renaming(Pairs(old, new).messages_renamed)
    for change in _compare(Machine(old, "old", renaming), Machine(new, "new")):
        yield _as_understood(change, renaming)
    if old.protocol.session.is_stated and new.protocol.session.is_stated:
        yield from compare_renames(old, new, renaming)


def _compare(was: Machine, now: Machine) -> Iterator[Change]:
    """What differs beside the names of messages."""
    if not (was.session.is_stated or now.session.is_stated):
        return
    meetings = (meet(Skew(Who.OLD_CLIENTS, was, now)), meet(Skew(Who.NEW_CLIENTS, now, was)))
    if was.session.is_stated != now.session.is_stated:
        yield _stated(was, now, meetings)
        return
    both = Comparison(was, now, meetings)
    late = [one for meeting in meetings for one in (*lates(meeting), *overruns(meeting))]
    yield from compare_courses(was, now, meetings, late)
    yield from compare_timers(both, [one for one in late if one.at.parting is None])
    for compare_part in _PARTS:
        yield from compare_part(both)


def _as_understood(change: Change, renaming: Renaming) -> Change:
    """The change, with words for what its proofs take for granted: that renamed messages are known
    under both names."""
    effects = tuple(_granted(effect, renaming) for effect in change.effects)
    return replace(change, effects=effects)


def _granted(effect: Effect, renaming: Renaming) -> Effect:
    if not isinstance(effect.proof, ConversationProof):
        return effect
    said = {(step.side, step.said) for step in effect.proof.steps}
    names = [
        f'"{old.text}" and "{new.text}"'
        for old, new in renaming.pairs
        if said & {(old.direction, old.text), (new.direction, new.text)}
    ]
    if not names:
        return effect
    what = f"{effect.what}, even where {', '.join(names)} are understood as the same"
    return replace(effect, what=what)


def _stated(old: Machine, new: Machine, meetings: tuple[Meeting, ...]) -> Change:
    effects = tuple(effect for m in meetings if (effect := first_refusal(m)) is not None)
    was, now = ("said" if one.session.is_stated else "not said" for one in (old, new))
    said = "is said now" if new.session.is_stated else "is not said any more"
    return Change(
        rules.SESSION_STATED.id,
        "session",
        f"what a conversation may be {said}",
        (new if new.session.is_stated else old).place(),
        was,
        now,
        effects,
        session=True,
        exact=exactly(old.session, new.session),
    )
