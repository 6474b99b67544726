"""What holds for a conversation as a whole: its states, its roles, and the parts that need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from voxspec.findings import Place
from voxspec.load.session import agreement
from voxspec.load.session.lookup import Lookup
from voxspec.load.session.states import SIDES
from voxspec.load.session.streams import check_streams
from voxspec.model import Direction, Message
from voxspec.model.session import Role, Session, StandIn, State, key_of

_ANSWERS = {"login": "established", "resume": "resumed"}
"""The role that answers a role, after whatever else is said in between."""

_PROMPT_ANSWERS = {
    "heartbeat": "heartbeat_answer",
    "server_heartbeat": "server_heartbeat_answer",
}
"""The role that answers a role at once."""


def check(lookup: Lookup, session: Session) -> None:
    """Find everything that no single part of session.yaml shows.

    The states are looked at only where all that they name is known.
    """
    if not lookup.findings:
        _check_reached(lookup, session)
        _check_dead_ends(lookup, session)
        _check_messages(lookup, session)
        _check_answers(lookup, session)
        _check_timers(lookup, session)
        agreement.check(lookup, session)
        check_streams(lookup, session)
    else:
        agreement.check_roles(lookup, session)
    _check_rule_ids(lookup)


def _check_reached(lookup: Lookup, session: Session) -> None:
    reached = _after(session, [session.states[0].name])
    for state in session.states:
        if state.name not in reached:
            lookup.error(
                "SESSION_STATE_REACHED",
                f'nothing leads to the state "{state.name}"',
                lookup.source.key_place("states", state.name),
                "let a message lead to it, or delete it",
            )


def _check_dead_ends(lookup: Lookup, session: Session) -> None:
    begins = [
        move.after
        for state in session.states
        for name in ("established", "resumed")
        for move in state.server
        if (role := session.role(name)) is not None and _is(move.subject, role)
    ]
    under_way = _after(session, begins)
    reached = _after(session, [session.states[0].name])
    for state in (state for state in session.states if state.name in reached):
        place = lookup.source.key_place("states", state.name)
        if not state.client and not state.server:
            said = (
                f'nothing may be sent in the state "{state.name}", so that nothing leads out of it'
            )
            lookup.error("SESSION_NO_DEAD_END", said, place, "close the connection instead")
        elif begins and not _after(session, [state.name]) & under_way:
            said = f'no session can begin any more in the state "{state.name}"'
            hint = "let something lead on to established or resumed"
            lookup.error("SESSION_NO_DEAD_END", said, place, hint)


def _after(session: Session, names: Iterable[str]) -> set[str]:
    """The states that a conversation can get to from these, themselves included."""
    reached: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            state = session.state(name)
            waiting += [move.after for side in SIDES for move in state.moves(side)]
    return reached


def _check_messages(lookup: Lookup, session: Session) -> None:
    """Every message has its place in some state, and one with a role is allowed in one."""
    allowed = {key_of(m.subject) for s in session.states for side in SIDES for m in s.moves(side)}
    named = allowed | {
        key_of(subject)
        for s in session.states
        for side in SIDES
        for subject, _ in s.otherwise(side)
    }
    for role in session.roles:
        if key_of(role.message) not in allowed:
            lookup.error(
                "SESSION_MESSAGE_PLACED",
                f'no state allows the {role.name} "{role.message.type}"',
                lookup.source.key_place("roles", role.name),
                f"add it to the {role.message.direction}'s messages of a state",
            )
    in_roles = {key_of(role.message) for role in session.roles}
    for message in lookup.protocol.messages():
        if key_of(message) in named | in_roles:
            continue
        stand_ins = {key_of(StandIn(message.direction, "any"))}
        if message.seq == "required":
            stand_ins.add(key_of(StandIn("server", "sequenced")))
        if not stand_ins & allowed:
            lookup.error(
                "SESSION_MESSAGE_PLACED",
                f'no state allows "{message.direction}/{message.type}"',
                lookup.source.key_place("states"),
                f'name it in a state, or allow "any" of the {message.direction}',
            )


def _check_answers(lookup: Lookup, session: Session) -> None:
    """What a state allows can be answered where it leads to."""
    for asked, answer in (*_ANSWERS.items(), *_PROMPT_ANSWERS.items()):
        asks, answers = session.role(asked), session.role(answer)
        if asks is None or answers is None:
            continue
        for state in session.states:
            for move in state.moves(asks.message.direction):
                if not _is(move.subject, asks):
                    continue
                later = {move.after} if asked in _PROMPT_ANSWERS else _after(session, [move.after])
                if not any(_allows(session.state(name), answers) for name in later):
                    lookup.error(
                        "SESSION_NO_DEAD_END",
                        f'the {asked} leads to "{move.after}", where no {answer} is allowed'
                        + ("" if asked in _PROMPT_ANSWERS else " nor ever after"),
                        _row_place(lookup, state, asks),
                        f"allow the {answer} there",
                    )


def _row_place(lookup: Lookup, state: State, role: Role) -> Place:
    """Where a state allows a role, whether by the role's name or by that of its message."""
    side = role.message.direction
    return lookup.source.keys.get(("states", state.name, side, role.name)) or (
        lookup.source.key_place("states", state.name, side, f"{side}/{role.message.type}")
    )


def _allows(state: State, role: Role) -> bool:
    return any(_is(move.subject, role) for move in state.moves(role.message.direction))


def _is(subject: Message | StandIn, role: Role) -> bool:
    return key_of(subject) == key_of(role.message)


def _check_timers(lookup: Lookup, session: Session) -> None:
    used = {name for state in session.states for name in state.timers}
    for timer in session.timers:
        if timer.name not in used:
            said = f'no state uses the timer "{timer.name}"'
            place = lookup.source.key_place("timers", timer.name)
            lookup.error("SESSION_TIMER_USED", said, place, "list it under a state's timers")
    waits: dict[str, Direction] = {timer.name: timer.waits_for for timer in session.timers}
    for state in session.states:
        for number, name in enumerate(state.timers):
            if not state.moves(waits[name]):
                lookup.error(
                    "SESSION_TIMER_USED",
                    f'"{name}" waits for the {waits[name]}, which may send nothing in this state',
                    lookup.source.place("states", state.name, "timers", number),
                )


def _check_rule_ids(lookup: Lookup) -> None:
    """No two rules have one id."""
    paths = [
        path for path in lookup.source.values if path[-1:] == ("id",) and path[-3:-2] == ("rules",)
    ]
    counts: Counter[object] = Counter()
    for path in paths:
        name = lookup.at(path)
        counts[name] += 1
        if counts[name] == 2:
            place = lookup.source.place(*path)
            lookup.error("SESSION_ONE_MEANING", f'two rules have the id "{name}"', place)
