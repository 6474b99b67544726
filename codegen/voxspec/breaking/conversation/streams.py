"""Streams: messages that belong together for one side, and do not for the other."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison
from voxspec.breaking.conversation.courses import effects_of
from voxspec.breaking.conversation.machine import called
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model.session import Stream, key_of


def compare_streams(both: Comparison) -> Iterator[Change]:
    """A change for each stream that is another: what opens it, what is in it, what ends it."""
    before = {stream.name: stream for stream in both.old.session.streams}
    after = {stream.name: stream for stream in both.new.session.streams}
    renamed = {_told(stream) for stream in before.values()} & {
        _told(stream) for stream in after.values()
    }
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        told = {_told(stream) for stream in (was, now) if stream is not None}
        if was is not None and now is not None and len(told) == 1:
            continue
        if (was is None or now is None) and told <= renamed:
            continue
        yield both.change(
            rules.SESSION_STREAM_SAME,
            ("streams", name),
            f'the stream "{name}" {_verb(was, now)}',
            "none" if was is None else _told(was),
            "none" if now is None else _told(now),
            _effects(both, name, was, now),
        )


def _verb(was: Stream | None, now: Stream | None) -> str:
    if was is None:
        return "is new"
    return "is gone" if now is None else "is made of other messages, or told by another key"


def _effects(
    both: Comparison, name: str, was: Stream | None, now: Stream | None
) -> tuple[Effect, ...]:
    """Whom it hurts that one side takes a stream for open, and the other does not."""
    found = [m for meeting in both.meetings for m in meeting.mismatches if m.stream == name]
    if found or (was is not None and now is not None and was.key == now.key):
        return effects_of(found)
    what = "one side takes a message for part of a stream, which it is not for the other"
    return tuple(Effect(meeting.skew.who, Verdict.UNKNOWN, what) for meeting in both.meetings)


def _told(stream: Stream) -> str:
    """A stream in few words."""
    ends = ", ".join(sorted(called(key_of(message)) for message in stream.ended_by))
    items = ", ".join(sorted(called(key_of(message)) for message in stream.items))
    opened = called(key_of(stream.opened_by))
    return f"by {stream.key}: {opened}, then {items}, until {ends}"
