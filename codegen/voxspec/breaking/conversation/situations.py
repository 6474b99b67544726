"""Stories of how a server comes to close a connection: a login, a resume, a silence, a burst."""

from __future__ import annotations

from collections.abc import Callable

from voxspec.breaking.conversation.comparison import Pair
from voxspec.breaking.conversation.intervals import interval_of, part_of
from voxspec.breaking.conversation.meeting import Reached
from voxspec.breaking.conversation.rates import going_over
from voxspec.breaking.conversation.story import Story
from voxspec.model.session import Key, key_of

Away = Callable[[Story], None]

_RESUMED = {
    "unnamed": "the server finds no session or no token named",
    "other_user": "the token is another user's",
    "taken_over": "another connection resumes the session",
}
"""What happens besides, where a resume is refused."""

_REFUSED = {
    "subprotocol": "the client has not offered the subprotocol",
    "login": "the server has a reason of its own to refuse it",
    "token": "the server does not take the token",
    "version": "the server does not speak the version",
    "malformed": "the server takes a value for one of a wrong type",
    "full": "the server is full",
    "internal": "the server's own code fails",
    "failures": "too many logins have failed",
    "sessions": "there are too many sessions",
    "connections": "there are too many connections",
}
"""The same where a login is."""


def story_of(pair: Pair, path: tuple[str, ...]) -> Story | None:
    """How a client comes to be closed for what stands at a path of the server's revision; None where
    the two sides do not get so far."""
    match path:
        case ("timers", name, _):
            return timed_out(pair, name)
        case (("heartbeat" | "server_heartbeat") as name, _, _):
            return silent(pair, name)
        case ("resume", name):
            return _resume_refused(pair, name)
        case ("refusals", name, *_):
            return _refused(pair, name)
        case ("rates", name, _):
            return going_over(pair, name)
        case ("streams", name, _):
            return _opened_twice(pair, name)
    return None


def _refused(pair: Pair, name: str) -> Story | None:
    """The server does not let the client in."""
    if name == "subprotocol":
        story: Story | None = Story(pair.meeting.skew)
    else:
        story = logging_in(pair)
    if story is not None and name in _REFUSED:
        story.happens(_REFUSED[name])
    return story


def _opened_twice(pair: Pair, name: str) -> Story | None:
    """The client opens two streams under one key."""
    stream = next((each for each in pair.reader.session.streams if each.name == name), None)
    key = None if stream is None else key_of(stream.opened_by)
    at = None if key is None else first_allowing(pair, key)
    if key is None or at is None:
        return None
    story = Story.along(pair.meeting.skew, at)
    story.say(key)
    story.steps.append(story.steps[-1])
    return story


def logging_in(pair: Pair) -> Story | None:
    """The client says who it is."""
    login = pair.writer.message_of("login")
    at = None if login is None else first_allowing(pair, login)
    if at is None or login is None:
        return None
    story = Story.along(pair.meeting.skew, at)
    story.say(login)
    return story


def resuming(pair: Pair, away: Away | None = None) -> Story | None:
    """The client resumes, after something has happened while it was away."""
    resume = pair.writer.message_of("resume")
    at = None if resume is None else first_allowing(pair, resume)
    if at is None or resume is None:
        return None
    story = Story.along(pair.meeting.skew, at, away)
    story.say(resume)
    return story


def waiting(pair: Pair, name: str) -> Reached | None:
    """The shortest way to where a timer of the server runs."""
    states = [state.name for state in pair.reader.session.states if name in state.timers]
    return pair.meeting.first(lambda node: node.server in states)


def timed_out(pair: Pair, name: str) -> Story | None:
    """The client says nothing until the server's timer is over."""
    timer = next((timer for timer in pair.reader.session.timers if timer.name == name), None)
    at = waiting(pair, name)
    if timer is None or at is None:
        return None
    story = Story.along(pair.meeting.skew, at)
    story.lasts(at.node, timer.time.seconds or 0.0)
    return story


def silent(pair: Pair, name: str) -> Story | None:
    """One side sends no heartbeats until the other gives up."""
    part, interval = part_of(pair.reader, name), interval_of(pair.reader, name, pair.meeting.skew)
    at = listening(pair, name)
    if at is None or part is None or part.silence is None or interval is None:
        return None
    story = Story.along(pair.meeting.skew, at)
    patience = part.silence.value * interval
    has_others = any(name != beat and every < patience for beat, every in story.pulses(at.node))
    missed = f"a heartbeat of the {pair.side}" if has_others else "a heartbeat"
    story.lasts(at.node, patience, name, missed)
    return story


def listening(pair: Pair, name: str) -> Reached | None:
    """The shortest way to a session in which the reader waits for heartbeats."""
    beat = pair.reader.message_of(name)
    if beat is None:
        return None
    begun = pair.meeting.under_way()
    for at in (*([] if begun is None else [begun]), *pair.meeting.reached):
        if pair.reader.move(at.node.state(pair.reading), beat) is not None:
            return at
    return None


def missing(pair: Pair, count: int) -> Away | None:
    """So many messages are on their way when the connection is lost."""
    begun = pair.meeting.under_way()
    numbered = None if begun is None else _numbered(pair, begun)
    if numbered is None:
        return None

    def away(story: Story) -> None:
        lost = story.steps.pop()
        story.say(numbered, count, is_heard=False)
        story.steps.append(lost)

    return away


def first_allowing(pair: Pair, key: Key) -> Reached | None:
    """The shortest way to where somebody may say something, and the other one takes it."""
    role = pair.writer.roles.get(key)
    return pair.meeting.first(
        lambda node: (node.can_resume or role != "resume") and pair.meeting.allows(node, key)
    )


def _resume_refused(pair: Pair, name: str) -> Story | None:
    rules = pair.reader.session.resume
    if rules is None:
        return None
    if name == "gone":
        return resuming(pair, lambda story: story.passes(rules.lifetime.seconds or 0.0))
    if name == "too_old":
        away = missing(pair, int(rules.reach.value) + 1)
        return None if away is None else resuming(pair, away)
    if name == "taken_over":
        begun = pair.meeting.under_way()
        story = None if begun is None else Story.along(pair.meeting.skew, begun)
    else:
        story = resuming(pair)
    if story is not None:
        story.happens(_RESUMED[name])
    return story


def _numbered(pair: Pair, begun: Reached) -> Key | None:
    """A numbered message that the server may send in a session and that changes nothing."""
    server, client = pair.reader, pair.writer
    for key in server.messages:
        if key[0] == "client" or not server.counts(key) or key not in client.messages:
            continue
        move = server.move(begun.node.server, key)
        is_heard = client.move(begun.node.client, key) is not None
        if move is not None and move.after == begun.node.server and is_heard:
            return key
    return None
