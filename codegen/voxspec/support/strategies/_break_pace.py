"""Breaking the rules about heartbeats and rates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hypothesis import reject
from hypothesis import strategies as st

from voxspec.support.python._session import FrameClass, Rate
from voxspec.support.strategies._breaking import Break, Breaking, Mark
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._pace import key_of_rate
from voxspec.support.strategies._tables import Pulse, Tables, field_of, rate_rule

_LATE = 0.5
"""Seconds after the time that is allowed; captures are not exact to a tenth of one."""

_MOST_BEATS = 10
"""Where more heartbeats of the other side come between, it takes too long to break a rule."""

_MOST_MESSAGES = 500
"""A rate that allows more takes too long to exceed."""


def breaks(tables: Tables) -> Iterator[tuple[str, Break]]:
    """The rules that can be broken, and how."""
    for pulse in tables.pulses:
        yield from _of_heartbeats(tables, pulse)
    for rate in tables.session.rates:
        kinds = _too_often(tables, rate)
        if kinds and rate.count <= _MOST_MESSAGES:
            yield (
                rate_rule(rate),
                partial(_hurries, rate=rate, kinds=kinds),
            )


def _of_heartbeats(tables: Tables, pulse: Pulse) -> Iterator[tuple[str, Break]]:
    legal, home = tables.legal, tables.home
    if pulse.rules.interval is None or pulse.beat.frame not in legal[pulse.beater][home]:
        return
    prefix, missing = ("", "ACK_MISSING") if pulse.beater == "client" else ("SERVER_", "UNANSWERED")
    unasked = "ACK_UNASKED" if pulse.beater == "client" else "UNASKED"
    if pulse.patience is not None:
        yield f"{prefix}HEARTBEAT_LATE", lambda course: _beats_late(course, pulse)
    if pulse.answer is None or pulse.answer.frame not in legal[pulse.answerer][home]:
        return
    rule = f"{prefix}HEARTBEAT_{missing}"
    most = pulse.rules.missed_answers
    beats = _beats_of_others(tables, pulse.rules.interval)
    if (most is None or most > 1) and beats < _MOST_BEATS:
        yield rule, lambda course: _leaves_unanswered(course, pulse)
    if most is not None and beats * (most + 1) < _MOST_BEATS:
        yield (
            f"{prefix}HEARTBEAT_NOT_GIVEN_UP",
            lambda course: _never_gives_up(course, pulse, most, frozenset({rule})),
        )
    if not pulse.rules.unasked_answers:
        yield f"{prefix}HEARTBEAT_{unasked}", lambda course: _answers_nothing(course, pulse)


def _beats_of_others(tables: Tables, seconds: float) -> float:
    """How many heartbeats there are of the other side meanwhile."""
    intervals = [pulse.rules.interval for pulse in tables.pulses]
    return max(seconds / interval for interval in intervals if interval is not None)


def _interval(course: Breaking, pulse: Pulse) -> float:
    interval = course.beats[pulse.beater].interval
    if interval is None:
        reject()
    return interval


def _silent(course: Breaking, pulse: Pulse, seconds: float) -> None:
    """Time goes by without a heartbeat of one side."""
    beats = course.beats[pulse.beater]
    interval, beats.interval = beats.interval, None
    course.wait(beats.last + seconds - course.now)
    beats.interval = interval


def _beats_late(course: Breaking, pulse: Pulse) -> Mark:
    course.begin()
    course.answer_all()
    course.beat(pulse.beater)  # from here on it is clear since when there was none
    course.wait(_LATE)
    assert pulse.patience is not None, "somebody waits"
    _silent(course, pulse, _interval(course, pulse) * pulse.patience + _LATE)
    course.beat(pulse.beater)
    mark = course.here()
    course.go_on()
    return mark


def _leaves_unanswered(course: Breaking, pulse: Pulse) -> Mark:
    course.begin()
    course.answer_all()
    course.wait(course.tick)
    course.beat(pulse.beater, is_answered=False)
    mark = course.here()
    _silent(course, pulse, _interval(course, pulse))
    course.beat(pulse.beater)
    course.go_on()
    return mark


def _never_gives_up(course: Breaking, pulse: Pulse, most: int, also: frozenset[str]) -> Mark:
    course.begin()
    course.answer_all()
    course.wait(course.tick)
    for _ in range(most):
        course.beat(pulse.beater, is_answered=False)
        _silent(course, pulse, _interval(course, pulse))
    course.beat(pulse.beater)
    mark = course.here(also=also)
    course.lose()
    return mark


def _answers_nothing(course: Breaking, pulse: Pulse) -> Mark:
    course.begin()
    course.answer_all()
    course.beat(pulse.beater)
    course.wait(_LATE)
    assert pulse.answer is not None, "there are answers"
    course.say(pulse.answer.frame)
    mark = course.here()
    course.wait(_LATE)
    course.go_on()
    return mark


def _too_often(tables: Tables, rate: Rate) -> list[FrameClass]:
    """What a client can say too often for one rate and no other."""
    others = [other for other in tables.session.rates if other is not rate]
    any_message = tables.session.any_client_message
    kinds = tables.plain("client", tables.home)
    if rate.counts is not any_message:
        beat = tables.roles.heartbeat
        beats = [] if beat is None else [beat.frame]
        kinds = [kind for kind in (*kinds, *beats) if kind is rate.counts]
    return [
        kind
        for kind in kinds
        if kind in tables.legal["client"][tables.home]
        and not any(
            other.counts in (kind, any_message) and other.count <= rate.count + 10
            for other in others
        )
    ]


def _hurries(course: Breaking, rate: Rate, kinds: list[FrameClass]) -> Mark:
    course.begin(is_chatty=False)
    kind = kinds[course.draw(st.integers(0, len(kinds) - 1))]
    frame, key = _countable(course, rate, kind)
    pause = min(course.tick, rate.window / (2 * rate.count + 2))
    course.room += rate.count * 2
    beat = course.tables.roles.heartbeat
    while len(course.sent(rate, key)) < rate.count:
        course.wait(pause)
        course.say(kind, frame)
        if beat is not None and kind is beat.frame:
            course.beats["client"].answers.append(course.now)
    course.answer_all()
    course.wait(pause)
    if course.now - course.sent(rate, key)[0] >= rate.window - course.tick:
        reject()
    course.say(kind, frame, is_allowed=False)
    mark = course.here()
    course.react(rate.then)
    return mark


def _countable(course: Breaking, rate: Rate, kind: FrameClass) -> tuple[Object, object]:
    """A message that counts, and what for."""
    if not rate.by:
        return course.made(kind), None

    def counted(frame: Object) -> list[object]:
        values = ((field, field_of(frame, field)) for field in rate.by)
        return [key_of_rate(field, value) for field, value in values if type(value) in (int, str)]

    frame = course.draw(course.tables.message_of[kind].brief.filter(counted))
    return course.without_number(frame), counted(frame)[0]
