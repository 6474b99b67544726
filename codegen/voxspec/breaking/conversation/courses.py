"""What the states of two revisions make of a conversation: where one side says what the other refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from voxspec.breaking.conversation.machine import FIRST, Machine, called, named, other, unknown
from voxspec.breaking.conversation.meeting import Meeting, Mismatch, Node, Parting, Skew
from voxspec.breaking.conversation.refused import same_states
from voxspec.breaking.conversation.standstill import Standstill, standstill
from voxspec.breaking.conversation.story import Story, refusal, some
from voxspec.breaking.conversation.waiting import Late
from voxspec.breaking.exact import exactly
from voxspec.breaking.rules import BreakingRule
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.findings import Place
from voxspec.model.session import Close, Ignored, Key, Move, Reaction, StandIn, key_of

_Row = tuple[str, Key]
"""A state of the old machine, and what a side says there."""

FIRST_ROW: _Row = ("", FIRST)

_LATER = "nobody has such a message today: one that a later revision adds is refused there"

Found = Mismatch | Late | Standstill
"""What shows that two conversations are not the same."""


def compare_courses(
    old: Machine, new: Machine, meetings: tuple[Meeting, ...], late: list[Late]
) -> Iterator[Change]:
    """A change for each cause, with the shortest conversation for everybody whom it hurts.

    Who gives up waiting (``late``) counts where the two sides are in different states; the rest is
    about timers.
    """
    causes: dict[tuple[BreakingRule, _Row], list[Found]] = {}
    same = {*same_states(meetings[0])}  # of what these pass over, they tell themselves
    for meeting in meetings:
        in_vain = (m for m in meeting.passed_over if _states(old, m.skew, m.at.node) not in same)
        for mismatch in filter(_is_own, (*meeting.mismatches, *in_vain)):
            causes.setdefault(_cause(old, new, mismatch), []).append(mismatch)
    for one in late:
        if one.at.parting is not None:
            row = _parted_at(old, new, one.skew, one.at.parting)
            causes.setdefault((rules.SESSION_SAME_COURSE, row), []).append(one)
    for stuck in _standstills(meetings, causes.values()):
        row = (
            FIRST_ROW if (at := stuck.at.parting) is None else _parted_at(old, new, stuck.skew, at)
        )
        is_told = (rules.SESSION_SAME_COURSE, row) in causes
        rule = rules.SESSION_SAME_COURSE if is_told else rules.SESSION_NO_STANDSTILL
        causes.setdefault((rule, row), []).append(stuck)
    for (rule, row), found in causes.items():
        if rule is rules.SESSION_SAME_COURSE:
            yield _parted(old, new, row, found)
        elif rule is rules.SESSION_NO_STANDSTILL:
            yield _dead_end(old, new, [s for s in found if isinstance(s, Standstill)])
        else:
            yield _row_changed(old, rule, row[0], [m for m in found if isinstance(m, Mismatch)])


def _standstills(
    meetings: tuple[Meeting, ...], found: Iterable[list[Found]]
) -> Iterator[Standstill]:
    """Where conversations come to a standstill, for those who are not hurt in another way."""
    hurt = {one.skew.who for together in found for one in together if _breaks(one)}
    for meeting in meetings:
        is_told = meeting.skew.who in hurt or any(map(_is_elsewhere, meeting.mismatches))
        stuck = None if is_told else standstill(meeting)
        if stuck is not None:
            yield stuck


def first_refusal(meeting: Meeting) -> Effect | None:
    """The shortest conversation that breaks, whatever the cause."""
    found = next((m for m in meeting.mismatches if _is_own(m) and _breaks(m)), None)
    return None if found is None else _effect(found)


# --- Causes -----------------------------------------------------------------------------------


def _is_own(mismatch: Mismatch) -> bool:
    """Whether it is about the conversation, and not about a message that only one side has."""
    speaker, hearer = _speaker(mismatch), _hearer(mismatch)
    key, side = mismatch.key, mismatch.key[0]
    if mismatch.stream:
        return False
    if key == unknown(side):
        # What happens to unknown types is told once, for all states.
        is_stricter = not isinstance(hearer.mistakes(side).unknown_type, Ignored)
        return isinstance(mismatch.reaction, Close) and not is_stricter
    if key in hearer.messages:
        return speaker.messages[key].seq == hearer.messages[key].seq
    if isinstance(mismatch.move.subject, StandIn) or isinstance(mismatch.reaction, Ignored):
        return False
    return not _is_elsewhere(mismatch)


def _is_elsewhere(mismatch: Mismatch) -> bool:
    """Whether it is told of the messages: one that is closed for since its type is not known."""
    key = mismatch.key
    return key in _speaker(mismatch).messages and _hearer(mismatch).refuses_type(key) is not None


def _cause(old: Machine, new: Machine, mismatch: Mismatch) -> tuple[BreakingRule, _Row]:
    parting = mismatch.at.parting
    if parting is not None:
        return rules.SESSION_SAME_COURSE, _parted_at(old, new, mismatch.skew, parting)
    row = (mismatch.at.node.state(mismatch.key[0]), key_of(mismatch.move.subject))
    if _speaker(mismatch) is old:
        return rules.SESSION_MOVE_NO_DELETE, row
    return rules.SESSION_MOVE_ADDED, row


def _parted_at(old: Machine, new: Machine, skew: Skew, parting: Parting) -> _Row:
    """The row of the old revision: of what stands for a message, where that is so in both."""
    state, in_new = _states(old, skew, parting)
    if parting.said is None:
        return state, FIRST
    return state, _stand_in(old, state, new, in_new, parting.said) or parting.said


def _stand_in(old: Machine, state: str, new: Machine, in_new: str, key: Key) -> Key | None:
    """What stands for a message, in a state of both revisions; None where it is not the same."""
    moves = old.move(state, key), new.move(in_new, key)
    rows = [
        key_of(move.subject)
        for move in moves
        if move is not None and isinstance(move.subject, StandIn)
    ]
    return rows[0] if len(rows) == 2 and rows[0] == rows[1] else None


def _states(old: Machine, skew: Skew, at: Parting | Node) -> tuple[str, str]:
    """The state of the old revision, and that of the new one."""
    return (at.client, at.server) if skew.client is old else (at.server, at.client)


def _speaker(mismatch: Mismatch) -> Machine:
    return mismatch.skew.of(mismatch.key[0])


def _hearer(mismatch: Mismatch) -> Machine:
    return mismatch.skew.of(other(mismatch.key[0]))


# --- Effects ----------------------------------------------------------------------------------


def is_sent(mismatch: Found) -> bool:
    """Whether somebody has what is refused: what stands for all that a later revision may add, nobody has
    today."""
    return not isinstance(mismatch, Mismatch) or mismatch.key != unknown(mismatch.key[0])


def _breaks(mismatch: Found) -> bool:
    """Whether more than news is lost: the connection, what a client asks for, or the common state."""
    if isinstance(mismatch, Standstill):
        return True
    if isinstance(mismatch, Late):
        return mismatch.breaks
    if mismatch.stream:
        return isinstance(mismatch.reaction, Close)
    side = mismatch.key[0]
    stays = mismatch.move.after == mismatch.at.node.state(side)
    return is_sent(mismatch) and (
        isinstance(mismatch.reaction, Close) or side == "client" or not stays
    )


def _effect(mismatch: Found) -> Effect:
    if not isinstance(mismatch, Mismatch):
        return mismatch.effect()
    side = mismatch.key[0]
    speaker, hearer = _speaker(mismatch), _hearer(mismatch)
    story = Story.along(mismatch.skew, mismatch.at)
    story.say(mismatch.key)
    verdict = Verdict.BREAKS if _breaks(mismatch) else Verdict.LOSES
    state, hears_in = (mismatch.at.node.state(each) for each in (side, other(side)))
    aside = "" if state == hears_in else f'which is "{hears_in}"'
    if mismatch.stream:
        is_open = isinstance(mismatch.reaction, Close)
        aside = f"for which the stream is {'open already' if is_open else 'not open'}"
    sent = f'{some(speaker, side)} may send "{story.steps[-1].said}" while "{state}"'
    if mismatch.in_vain:
        sent = f"{sent}, which {some(speaker, other(side))} passes over"
    what = f"{sent}; {refusal(hearer, other(side), mismatch.reaction, aside)}"
    refused = refusal(hearer, other(side), mismatch.reaction)
    proof = story.proof(side, refused, mismatch.reaction)
    return Effect(mismatch.skew.who, verdict, what, proof)


def effects_of(found: Sequence[Found]) -> tuple[Effect, ...]:
    """The shortest conversation for everybody who is hurt."""
    effects: dict[Who, Effect] = {}
    for mismatch in sorted(filter(is_sent, found), key=lambda m: not _breaks(m)):
        if mismatch.skew.who not in effects:
            effects[mismatch.skew.who] = _effect(mismatch)
    return tuple(effects[who] for who in Who if who in effects)


# --- Changes ----------------------------------------------------------------------------------


def _row_changed(old: Machine, rule: BreakingRule, state: str, found: list[Mismatch]) -> Change:
    """A state allows something that it does not allow in the other revision."""
    shown = next(filter(_breaks, found), found[0])
    side, hearer = shown.key[0], _hearer(shown)
    keys = [*dict.fromkeys(mismatch.key for mismatch in found)]
    subject = shown.move.subject
    is_many = isinstance(subject, StandIn) and (len(keys) > 1 or keys[0] == unknown(side))
    name = subject.kind if is_many and isinstance(subject, StandIn) else named(shown.key)
    allowed, refused = _allowed(shown.move, state), _refused(hearer, shown.reaction)
    may = "may not send" if rule is rules.SESSION_MOVE_NO_DELETE else "may send"
    now = " any more" if rule is rules.SESSION_MOVE_NO_DELETE else ""
    what = f'what "{name}" stands for' if is_many else f'"{name}"'
    is_gone = _speaker(shown) is old
    return Change(
        rule.id,
        f"session/states/{state}/{side}/{name}",
        f'while "{state}", a {side} {may} {what}{now}',
        _speaker(shown).row_place(state, subject),
        allowed if is_gone else refused,
        refused if is_gone else allowed,
        effects_of(found),
        tuple(map(called, keys)) if is_many else (),
        "" if any(map(is_sent, found)) else _LATER,
        session=True,
        exact=exactly(sorted(map(called, keys))) if is_many else "",
    )


def _parted(old: Machine, new: Machine, row: _Row, found: list[Found]) -> Change:
    """The same message leads to another state; or a connection begins in another."""
    state, key = row
    if key == FIRST:
        return Change(
            rules.SESSION_SAME_COURSE.id,
            "session/states",
            f'a connection begins as "{new.first}" and not as "{old.first}"',
            new.place("states", new.first),
            old.first,
            new.first,
            effects_of(found),
            session=True,
        )
    skew, parting = next((m.skew, m.at.parting) for m in found if m.at.parting is not None)
    in_new = _states(old, skew, parting)[1]
    shown = key if parting.said is None else parting.said
    before, after = old.move(state, shown), new.move(in_new, shown)
    was = state if before is None else before.after
    now = in_new if after is None else after.after
    place = new.place("states", in_new) if after is None else new.row_place(in_new, after.subject)
    reaches = [
        called(each)
        for each in old.messages.keys() & new.messages.keys()
        if key != shown and _stand_in(old, state, new, in_new, each) == key
    ]
    said = f'"{named(key)}"' if key == shown else f'what "{named(key)}" stands for'
    return Change(
        rules.SESSION_SAME_COURSE.id,
        f"session/states/{state}/{key[0]}/{named(key)}",
        f'after {said} in "{state}" a conversation goes on in "{now}" and not in "{was}"',
        place,
        was,
        now,
        effects_of(found),
        tuple(sorted(reaches)),
        session=True,
        exact=exactly(sorted(reaches)) if reaches else "",
    )


def _dead_end(old: Machine, new: Machine, found: list[Standstill]) -> Change:
    """Nobody is refused, and nobody can go on."""
    state, in_new = _states(old, found[0].skew, found[0].at.node)
    return Change(
        rules.SESSION_NO_STANDSTILL.id,
        f"session/states/{state}",
        f'a conversation comes to a standstill in "{state}"',
        new.place("states", in_new) if in_new in new.states else Place(new.revision.name),
        state,
        in_new,
        effects_of(found),
        session=True,
        exact=exactly([str(said) for said in found[0].at.path()]),
    )


def _allowed(move: Move, state: str) -> str:
    return "stays" if move.after == state else f"leads to {move.after}"


def _refused(hearer: Machine, then: Reaction) -> str:
    return f"closes with {hearer.close_name(then)}" if isinstance(then, Close) else "ignored"
