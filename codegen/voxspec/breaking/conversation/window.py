"""How long and how far back a session can be resumed: by what a client counts on, and what a server keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair, number
from voxspec.breaking.conversation.situations import Away, missing, resuming
from voxspec.breaking.conversation.story import refusal, some, spoken
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.breaking.words import amount, digits
from voxspec.model.session import Close, Resume


def compare_window(both: Comparison) -> Iterator[Change]:
    """Changes of the time, the number of messages and what is kept while nobody is connected."""
    was, now = both.old.session.resume, both.new.session.resume
    if was is None or now is None:
        return  # then no message resumes either, which the states and the messages tell
    if abs(_seconds(was) - _seconds(now)) > BARELY:
        yield both.change(
            rules.SESSION_RESUME_WINDOW_SAME,
            ("resume", "lifetime"),
            f"a session can be resumed for {_spoken(now)} and not for {_spoken(was)}",
            number(was.lifetime),
            number(now.lifetime),
            _told(both, _too_late),
        )
    if was.reach.value != now.reach.value:
        yield both.change(
            rules.SESSION_RESUME_WINDOW_SAME,
            ("resume", "reach"),
            f"{amount(now.reach.value, 'messages')} can be missed, and not {digits(was.reach.value)}",
            number(was.reach),
            number(now.reach),
            _told(both, _too_many),
        )
    if was.buffered_while_away != now.buffered_while_away:
        yield both.change(
            rules.SESSION_BUFFERED_SAME,
            ("resume", "buffered_while_away"),
            "messages of the time without a connection are "
            + ("kept now" if now.buffered_while_away else "not kept any more"),
            str(was.buffered_while_away).lower(),
            str(now.buffered_while_away).lower(),
            _told(both, _lost),
        )
    tried, tries = was.attempts_without_progress, now.attempts_without_progress
    if tried.value != tries.value:
        yield both.change(
            rules.SESSION_RETRIES_SAME,
            ("resume", "attempts_without_progress"),
            "clients try to resume another number of times before they start anew",
            number(tried),
            number(tries),
        )


def _told(both: Comparison, effect: Callable[[Pair], Effect | None]) -> list[Effect]:
    return [found for pair in both.pairs("client") if (found := effect(pair)) is not None]


def _parts(pair: Pair) -> tuple[Resume, Resume]:
    """What the client counts on, and what the server does."""
    writer, reader = pair.writer.session.resume, pair.reader.session.resume
    assert writer is not None, "clients can resume"
    assert reader is not None, "servers let them"
    return writer, reader


def _too_late(pair: Pair) -> Effect | None:
    """A client that was away for longer than the server keeps its session."""
    of_client, of_server = _parts(pair)
    seconds = _seconds(of_server)
    if seconds >= _seconds(of_client) - BARELY:
        return None
    what = f"{some(pair.writer, 'client')} may resume for {_spoken(of_client)}"
    return _refused(pair, what, of_server.gone, lambda story: story.passes(seconds))


def _too_many(pair: Pair) -> Effect | None:
    """A client that missed more messages than the server can send again."""
    of_client, of_server = _parts(pair)
    if of_server.reach.value >= of_client.reach.value:
        return None
    what = (
        f"{some(pair.writer, 'client')} may have missed {amount(of_client.reach.value, 'messages')}"
    )
    away = missing(pair, int(of_server.reach.value) + 1)
    if away is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    return _refused(pair, what, of_server.too_old, away)


def _refused(pair: Pair, what: str, then: Close, away: Away) -> Effect:
    """The client resumes after it was away, and is refused."""
    who, refused = pair.meeting.skew.who, refusal(pair.reader, "server", then)
    what = f"{what}; {refused}"
    story = resuming(pair, away)
    if story is None:
        return Effect(who, Verdict.UNKNOWN, what)
    return Effect(who, Verdict.BREAKS, what, story.proof("client", refused, then))


def _lost(pair: Pair) -> Effect | None:
    of_client, of_server = _parts(pair)
    if of_server.buffered_while_away or not of_client.buffered_while_away:
        return None
    what = f"{some(pair.writer, 'client')} counts on messages of the time away, which never come"
    return Effect(pair.meeting.skew.who, Verdict.LOSES, what)


def _seconds(resume: Resume) -> float:
    return resume.lifetime.seconds or 0.0


def _spoken(resume: Resume) -> str:
    return spoken(_seconds(resume))
