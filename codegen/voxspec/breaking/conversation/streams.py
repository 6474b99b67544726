"""Streams: messages that belong together for one side, and do not for the other."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison
from voxspec.breaking.conversation.courses import effects_of
from voxspec.breaking.conversation.machine import called, other
from voxspec.breaking.conversation.open_streams import kind
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model.session import Stream, key_of


def compare_streams(both: Comparison) -> Iterator[Change]:
    """A change for each stream that is another: what opens it, what is in it, what ends it."""
    for was, now in _pairs(both):
        before, after = ("none" if each is None else _told(each) for each in (was, now))
        name = next(stream.name for stream in (now, was) if stream is not None)
        if before != after:
            yield both.change(
                rules.SESSION_STREAM_SAME,
                ("streams", name),
                f'the stream "{name}" {_verb(was, now)}',
                before,
                after,
                _effects(both, was, now),
            )


def _pairs(both: Comparison) -> Iterator[tuple[Stream | None, Stream | None]]:
    """Each stream of both revisions: the same is opened by the same message, or is called the same."""
    before = {kind(stream): stream for stream in both.old.session.streams}
    after = {kind(stream): stream for stream in both.new.session.streams}
    moved = {stream.name: opened for opened, stream in after.items() if opened not in before}
    for opened, was in before.items():
        yield was, after.pop(opened if opened in after else moved.get(was.name, opened), None)
    for now in after.values():
        yield None, now


def _verb(was: Stream | None, now: Stream | None) -> str:
    if was is None:
        return "is new"
    return "is gone" if now is None else "is made of other messages, or told by another key"


def _effects(both: Comparison, was: Stream | None, now: Stream | None) -> tuple[Effect, ...]:
    """Whom it hurts that one side takes a stream for open, and the other does not."""
    mismatches = [m for meeting in both.meetings for m in meeting.mismatches if m.stream]
    names = {"old": was, "new": now}
    found = []
    for mismatch in mismatches:
        own = names[mismatch.skew.of(other(mismatch.key[0])).age]
        if own is not None and own.name == mismatch.stream:
            found.append(mismatch)
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
