"""Breaking the rules about the order of messages."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from hypothesis import reject
from hypothesis import strategies as st

from voxspec.support.python._session import Close, FrameClass, Side, Timer
from voxspec.support.strategies._breaking import Break, Breaking, Mark
from voxspec.support.strategies._envelope import SEQUENCE
from voxspec.support.strategies._tables import Tables, with_field

_LATE = 1.0
"""Seconds after a timer has ended."""


def breaks(tables: Tables) -> Iterator[tuple[str, Break]]:
    """The rules that can be broken, and how."""
    roles = tables.roles
    if roles.greeting is not None:
        if roles.login is not None and roles.established is not None:
            yield "HELLO_NOT_FIRST", _greets_late
        yield "HELLO_REPEATED", lambda course: _again(course, roles.greeting.frame)
    early = _early(tables)
    if early:
        yield "NOT_IDENTIFIED", lambda course: _speaks_early(course, early)
    if roles.established is not None and roles.login is not None:
        if not _is_legal_at_home(tables, roles.login.frame):
            yield "IDENTIFY_REPEATED", lambda course: _answered(course, roles.login.frame)
        if not _is_legal_at_home(tables, roles.established.frame):
            yield "READY_UNASKED", lambda course: _again(course, roles.established.frame)
        numbered = [kind for kind in tables.side_of if _is_event(tables, kind)]
        waiting = tables.legal["client"][_greeted(tables)].get(roles.login.frame)
        if numbered and waiting is not None:
            legal = tables.legal["server"][waiting]
            kinds = [kind for kind in numbered if kind not in legal]
            if kinds:
                yield "BEFORE_READY", lambda course: _numbers_early(course, waiting, kinds)
    if tables.may_resume:
        yield "RESUME_REPEATED", lambda course: _answered(course, roles.resume.frame)
        if roles.resume.last_seq is not None and SEQUENCE is not None:
            yield "RESUME_LAST_SEQ", _claims_too_much
        if roles.resumed is not None:
            yield "RESUMED_UNASKED", lambda course: _again(course, roles.resumed.frame)
    misplaced = list(_misplaced(tables))
    if misplaced:
        yield "OUT_OF_PLACE", lambda course: _misplaces(course, misplaced)
    late = list(_late(tables))
    if late:
        yield "MESSAGE_LATE", lambda course: _is_late(course, late)


def _greeted(tables: Tables) -> enum.Enum:
    """The state of a connection when the greeting was said, if there is one."""
    initial: enum.Enum = tables.session.initial
    greeting = tables.roles.greeting
    if greeting is None:
        return initial
    return tables.legal["server"][initial].get(greeting.frame, initial)


def _is_legal_at_home(tables: Tables, kind: FrameClass) -> bool:
    return kind in tables.legal[tables.side_of[kind]][tables.home]


def _is_event(tables: Tables, kind: FrameClass) -> bool:
    """Whether it is an ordinary numbered message."""
    return tables.counts(kind) and kind not in tables.role_of and kind not in tables.stream_of


def _greets_late(course: Breaking) -> Mark:
    """The server does not greet, and answers the login."""
    tables = course.tables
    course.connect()
    course.enter(_greeted(tables))
    course.before(tables.roles.established.frame)
    course.wait(course.tick)
    course.lead(tables.roles.established.frame)
    mark = course.here()
    course.to(tables.home)
    course.go_on()
    return mark


def _again(course: Breaking, kind: FrameClass) -> Mark:
    """The server says what nobody asked for, or what it has said."""
    course.begin()
    mark = course.misplace(kind)
    course.lose()
    return mark


def _answered(course: Breaking, kind: FrameClass) -> Mark:
    """The client says who it is where the server knows, which does what the tables say."""
    course.begin()
    reaction = course.tables.otherwise("client", course.state, kind)
    mark = course.misplace(kind)
    course.react(reaction)
    return mark


def _early(tables: Tables) -> list[FrameClass]:
    """What a client may not say before it has said who it is."""
    state = _greeted(tables)
    legal = tables.legal["client"][state]
    if not legal.keys() & tables.logins:
        return []
    kinds = [
        kind
        for kind, side in tables.side_of.items()
        if side == "client"
        and kind not in (*legal, *tables.logins)
        and kind not in tables.stream_of
    ]
    if tables.roles.greeting is None and not _says_something(tables, state):
        # The server has to be heard before it closes, or nobody knows that it was there.
        return [
            kind for kind in kinds if not isinstance(tables.otherwise("client", state, kind), Close)
        ]
    return kinds


def _says_something(tables: Tables, state: enum.Enum) -> bool:
    role = tables.roles.server_heartbeat
    return role is not None and role.frame in tables.legal["server"][state]


def _speaks_early(course: Breaking, kinds: list[FrameClass]) -> Mark:
    tables = course.tables
    course.connect()
    course.to(_greeted(tables), is_chatty=False)
    if tables.roles.greeting is None and _says_something(tables, course.state):
        course.beat("server")
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    reaction = tables.otherwise("client", course.state, kind)
    mark = course.misplace(kind)
    if isinstance(reaction, Close):
        course.react(reaction)
    else:
        course.to(tables.home)
        course.go_on()
    return mark


def _numbers_early(course: Breaking, waiting: enum.Enum, kinds: list[FrameClass]) -> Mark:
    """The server sends a numbered message before the session is there."""
    tables = course.tables
    course.connect()
    course.to(waiting, is_chatty=False)
    mark = course.misplace(kinds[course.draw(st.integers(0, len(kinds) - 1))])
    established = tables.roles.established.frame
    if tables.counts(established):  # else the numbers would begin twice
        course.to(tables.home)
        course.go_on()
    else:
        course.lose()
    return mark


def _claims_too_much(course: Breaking) -> Mark:
    """The client resumes with a number that it never got."""
    tables = course.tables
    course.begin()
    course.lose()
    course.pause()
    course.connect()
    resume = tables.roles.resume
    course.before(resume.frame)
    assert course.session is not None, "there is one to resume"
    seq = (course.session.seq or 0) + course.draw(st.integers(1, 5))
    course.wait(course.tick)
    course.say(resume.frame, with_field(course.made(resume.frame), resume.last_seq, seq))
    mark = course.here()
    if tables.roles.resumed is not None:
        if tables.counts(tables.roles.resumed.frame):
            # The answer has the number after the one that the client named.
            course.session.seq = seq
        course.wait(course.tick)
        course.say(tables.roles.resumed.frame)
    course.lose()
    return mark


def _misplaced(tables: Tables) -> Iterator[tuple[enum.Enum, FrameClass]]:
    """Messages without a part that are not legal in a state where nobody has to log in."""
    for state in tables.rows:
        if tables.logins & tables.legal["client"][state].keys() or state is tables.session.initial:
            continue
        for kind, side in tables.side_of.items():
            is_plain = kind not in tables.role_of and kind not in tables.stream_of
            is_plain = is_plain and kind not in tables.legal[side][state]
            if is_plain and (side == "client" or _may_misplace(tables, state, kind)):
                yield state, kind


def _may_misplace(tables: Tables, state: enum.Enum, kind: FrameClass) -> bool:
    """Whether a message of the server is just out of place: while a session is set up, there are other
    words for it where messages are numbered."""
    if SEQUENCE is None:
        return True
    return not (tables.counts(kind) or _waits_for_server(tables, state))


def _waits_for_server(tables: Tables, state: enum.Enum) -> bool:
    return any(after is not state for after in tables.legal["server"][state].values())


def _misplaces(course: Breaking, misplaced: list[tuple[enum.Enum, FrameClass]]) -> Mark:
    tables = course.tables
    reachable = course.reachable()
    places: list[tuple[str, Side]] = sorted(
        {(state.name, tables.side_of[kind]) for state, kind in misplaced if state in reachable}
    )
    name, side = places[course.draw(st.integers(0, len(places) - 1))]
    course.connect()
    # By what that side says itself, if it can: then it knows where it is.
    state = next(state for state in tables.rows if state.name == name)
    course.to(state, is_chatty=False, first=side)
    kinds = [kind for there, kind in misplaced if there is state and course.is_misplaced(kind)]
    kinds = [kind for kind in kinds if tables.side_of[kind] == side]
    if not kinds:
        reject()
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    reaction = tables.otherwise(side, state, kind)
    mark = course.misplace(kind)
    if side == "client" and _waits_for_server(tables, state):
        course.lead_any("server")
    if isinstance(reaction, Close):
        course.react(reaction, "server" if side == "client" else "client")
    else:
        course.lose()
    return mark


def _late(tables: Tables) -> Iterator[tuple[Timer, enum.Enum, FrameClass]]:
    """What ends the time that a server gives, in states that something leads to."""
    for timer in tables.session.timers.values():
        runs_in = {state for state, row in tables.rows.items() if timer.name in row.timers}
        is_certain = timer.waits_for == "client" and not timer.adjustable
        if not is_certain or _is_longer_than_patience(tables, timer):
            continue
        for state in runs_in - {tables.session.initial}:
            for kind in tables.leads("client", state):
                is_last = tables.legal["client"][state][kind] not in runs_in
                if is_last and tables.role_of.get(kind) != "resume":
                    yield timer, state, kind


def _is_longer_than_patience(tables: Tables, timer: Timer) -> bool:
    return any(
        pulse.rules.interval is not None
        and pulse.patience is not None
        and pulse.rules.interval * pulse.patience <= timer.seconds + 2 * _LATE
        for pulse in tables.pulses
    )


def _is_late(course: Breaking, late: list[tuple[Timer, enum.Enum, FrameClass]]) -> Mark:
    timer, state, kind = late[course.draw(st.integers(0, len(late) - 1))]
    course.connect()
    course.to(state, is_chatty=False)
    course.now += timer.seconds + _LATE
    course.say(kind)
    mark = course.here()
    course.to(course.tables.home)
    course.go_on()
    return mark
