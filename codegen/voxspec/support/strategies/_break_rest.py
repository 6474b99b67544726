"""Breaking the rules about numbers, streams, the address and closes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from voxspec.support.python._session import FrameClass, Stream
from voxspec.support.strategies._breaking import Break, Breaking, Mark
from voxspec.support.strategies._causes import Cause
from voxspec.support.strategies._course import key_of, keyed
from voxspec.support.strategies._envelope import FIRST_SEQ, SEQUENCE
from voxspec.support.strategies._tables import Tables

_IMPOSSIBLE_CODES = (999, 1004, 1005 + 10, 1016, 2999, 5000)
"""Codes that no close frame can carry."""

_OWN_CODES = range(4000, 5000)

_REASON = 41
"""Characters of a reason that a close frame can hold in any case: 123 bytes of UTF-8."""

_AT_ANY_TIME: frozenset[Cause] = frozenset({"patience", "silence", "any mistake"})
"""Causes of which a conversation does not tell for certain that they are not there."""

_BEFORE_SESSION: frozenset[Cause] = frozenset({"login", "full"})


def breaks(tables: Tables) -> Iterator[tuple[str, Break]]:
    """The rules that can be broken, and how."""
    yield from _of_numbers(tables)
    for stream in tables.session.streams:
        yield from _of_stream(tables, stream)
    yield from _of_address(tables)
    if _said_afterwards(tables):
        yield "FRAME_AFTER_CLOSE", _speaks_after_close
    wrong = _wrong_codes(tables)
    if wrong:
        yield "CLOSE_CODE_UNEXPECTED", lambda course: _closes(course, wrong)
    unlisted = [code for code in _OWN_CODES if code not in tables.codes]
    yield "CLOSE_CODE_UNKNOWN", lambda course: _closes(course, unlisted)
    yield "CLOSE_CODE_INVALID", lambda course: _closes(course, list(_IMPOSSIBLE_CODES))
    own = [code for code in tables.codes if code in _OWN_CODES]
    if own and len(set(tables.codes.values())) > 1:
        yield "CLOSE_REASON_MISMATCH", lambda course: _names_another(course, own)


# --- Numbers ----------------------------------------------------------------------------------


def _of_numbers(tables: Tables) -> Iterator[tuple[str, Break]]:
    if SEQUENCE is None:
        return
    established = tables.roles.established
    if established is not None and tables.counts(established.frame):
        yield "SEQ_START", _starts_wrong
    kinds = [kind for kind in tables.plain("server", tables.home) if tables.counts(kind)]
    if kinds:
        yield "SEQ_GAP", lambda course: _misnumbers(course, kinds, 1)
        yield "SEQ_DUPLICATE", lambda course: _misnumbers(course, kinds, 0)
        yield "SEQ_REGRESSION", lambda course: _misnumbers(course, kinds, -1)


def _starts_wrong(course: Breaking) -> Mark:
    kind = course.tables.roles.established.frame
    course.connect()
    course.before(kind)
    course.wait(course.tick)
    number = FIRST_SEQ + course.draw(st.integers(1, 5))
    course.say(kind, {**course.made(kind), str(SEQUENCE): number})
    mark = course.here()
    course.to(course.tables.home)
    course.go_on()
    return mark


def _misnumbers(course: Breaking, kinds: list[FrameClass], step: int) -> Mark:
    """The number is too high (1), the latest one (0), or an older one (-1)."""
    course.begin()
    session = course.session
    assert session is not None, "there is one at home"
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    while session.seq is None or session.seq < FIRST_SEQ + 1:
        course.wait(course.tick)
        course.say(kind)
    by = 0 if step == 0 else course.draw(st.integers(1, 5 if step > 0 else session.seq - FIRST_SEQ))
    number = session.seq + 1 + by if step > 0 else session.seq - by
    course.wait(course.tick)
    course.say(kind, {**course.made(kind), str(SEQUENCE): number})
    mark = course.here()
    course.go_on()
    return mark


# --- Streams ----------------------------------------------------------------------------------


def _of_stream(tables: Tables, stream: Stream) -> Iterator[tuple[str, Break]]:
    legal = tables.legal["server"][tables.home]
    if stream.opened_by not in tables.legal["client"][tables.home]:
        return
    yield "STREAM_KEY_IN_USE", lambda course: _opens_twice(course, stream)
    enders = [kind for kind in stream.ended_by if kind in legal]
    kinds = [kind for kind in (*stream.items, *enders) if kind in legal]
    if enders:
        yield "STREAM_OVER", lambda course: _outlives(course, stream, enders[0], kinds)
    if kinds:
        yield "STREAM_UNKNOWN", lambda course: _says_of_nothing(course, stream, kinds)


def _opened(course: Breaking, stream: Stream) -> Any:
    """A stream that is open; gives its key."""
    while not course.open_keys[stream.name]:
        course.wait(course.tick)
        course.say_of(stream, stream.opened_by)
    return course.open_keys[stream.name][-1]


def _opens_twice(course: Breaking, stream: Stream) -> Mark:
    course.begin()
    key = _opened(course, stream)
    course.wait(course.tick)
    frame = keyed(stream, course.made(stream.opened_by), key)
    course.say(stream.opened_by, frame, is_allowed=False)
    mark = course.here()
    reason = stream.duplicate.reason
    named = None if reason is None else reason.replace("{key}", str(key))[:_REASON]
    course.react(replace(stream.duplicate, reason=named))
    return mark


def _outlives(course: Breaking, stream: Stream, ender: FrameClass, kinds: list[FrameClass]) -> Mark:
    course.begin()
    key = _opened(course, stream)
    course.wait(course.tick)
    course.say(ender, keyed(stream, course.made(ender), key))
    mark = _say_of(course, stream, kinds, key)
    course.go_on()
    return mark


def _says_of_nothing(course: Breaking, stream: Stream, kinds: list[FrameClass]) -> Mark:
    course.begin()
    opener = course.tables.message_of[stream.opened_by]
    known = (course.open_keys, course.left_keys, course.over_keys)
    taken = [key for keys in known for key in keys[stream.name]]
    free = opener.brief.map(lambda frame: key_of(stream, frame)).filter(
        lambda key: key not in taken
    )
    mark = _say_of(course, stream, kinds, course.draw(free))
    course.lose()
    return mark


def _say_of(course: Breaking, stream: Stream, kinds: list[FrameClass], key: Any) -> Mark:
    course.wait(course.tick)
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    course.say(kind, keyed(stream, course.made(kind), key), is_allowed=False)
    return course.here()


# --- The address ------------------------------------------------------------------------------


def _of_address(tables: Tables) -> Iterator[tuple[str, Break]]:
    endpoint, compression = tables.protocol.endpoint, tables.session.compression
    if endpoint.parameters:
        yield "ENDPOINT_QUERY", _asks_for_something_else
    if compression is not None:
        yield "COMPRESSION_MISSING", lambda course: _ignores_the_agreement(course, asked=True)
        if endpoint.query():  # without any query, nobody knows what was asked for
            yield "COMPRESSION_UNASKED", lambda course: _ignores_the_agreement(course, asked=False)


def _asks_for_something_else(course: Breaking) -> Mark:
    parameters = course.tables.protocol.endpoint.parameters
    name = course.draw(st.sampled_from(sorted(parameters)))
    values = parameters[name].values
    value = course.draw(st.text("abcxyz019", min_size=1).filter(lambda text: text not in values))
    course.compression = False
    course.connect()
    course.url += f"{'&' if '?' in course.url else '?'}{name}={value}"
    course.to(course.tables.home)
    mark = course.broken()
    course.go_on()
    return mark


def _ignores_the_agreement(course: Breaking, *, asked: bool) -> Mark:
    course.compression = asked
    course.connect()
    course.is_compressed = not asked
    course.to(course.tables.home)
    sides = [said.side for said in course.said]
    mark = course.broken(sides.index("server") + 1)
    course.go_on()
    return mark


# --- Closes -----------------------------------------------------------------------------------


def _said_afterwards(tables: Tables) -> list[FrameClass]:
    return tables.plain("server", tables.home) or tables.plain("client", tables.home)


def _speaks_after_close(course: Breaking) -> Mark:
    course.begin()
    course.close("client", 1000, "")
    kinds = _said_afterwards(course.tables)
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    course.now += course.tick
    course.say(kind, is_allowed=False)
    mark = course.here()
    course.finish()
    return mark


def _wrong_codes(tables: Tables) -> list[int]:
    """Codes that are given for nothing that can have happened in a session."""
    never = _AT_ANY_TIME
    if tables.roles.established is None or not tables.logins:
        never |= _BEFORE_SESSION
    if not tables.logins or any(
        tables.session.timers[name].waits_for == "client"
        for name in tables.rows[tables.home].timers
    ):
        never |= {"time"}
    return [
        code
        for code, causes in tables.causes.items()
        if code in tables.codes and code in _OWN_CODES and not causes & never
    ]


def _closes(course: Breaking, codes: list[int]) -> Mark:
    """A close with one of these codes, in a session."""
    course.begin()
    course.wait(course.tick)
    code = codes[course.draw(st.integers(0, len(codes) - 1))]
    course.close("server", code, course.tables.codes.get(code, ""))
    mark = course.broken()
    course.finish()
    return mark


def _names_another(course: Breaking, own: list[int]) -> Mark:
    """A close whose reason is the name of another code."""
    names = course.tables.codes
    course.begin()
    course.wait(course.tick)
    code = own[course.draw(st.integers(0, len(own) - 1))]
    others = sorted(name for name in names.values() if name != names[code])
    course.close("server", code, others[course.draw(st.integers(0, len(others) - 1))])
    mark = course.broken()
    course.finish()
    return mark
