"""Valid conversations: what is said next is drawn from what the tables allow now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from voxspec.support.python._session import Close, FrameClass, Side, Stream
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._conversation import Conversation
from voxspec.support.strategies._pace import FullError
from voxspec.support.strategies._tables import BOTH, Tables
from voxspec.support.strategies._talk import Draw, Talk

MAX_SIZE = 40
"""The most frames of a conversation, unless more are asked for."""

MAX_CONNECTIONS = 3

_MOST_MISSED = 3
"""The most messages that are replayed."""

_MOVES = 2**8
"""More than what can be said at a time."""

Move = Callable[[], object]


class Course(Talk):
    """A conversation that goes on as it is drawn."""

    def __init__(
        self, tables: Tables, draw: Draw, max_size: int, compression: bool | None = None
    ) -> None:
        super().__init__(tables, draw, max_size)
        self.speakers: tuple[Side, ...] = BOTH
        """The sides whose messages are drawn."""
        self.compression = compression
        self._enough = max(4, max_size * 2 // 5)
        """One move in so many is the last one of its connection."""
        self._numbers = st.integers(0, self._enough * _MOVES - 1)
        intervals = [pulse.rules.interval for pulse in tables.pulses if pulse.rules.interval]
        interval = min(intervals, default=60.0)
        self._pauses = [self.tick * ticks for ticks in (0, 0, 1, 2, 8)]
        self._pauses += [interval / 8, interval / 2, interval * 1.25]

    # --- Connections --------------------------------------------------------------------------

    def connect(self) -> None:
        """A connection to an address that the protocol has."""
        endpoint, compression = self.tables.protocol.endpoint, self.tables.session.compression
        is_compressed = False
        if compression is not None and self.compression is not False:
            is_compressed = self.compression or self.draw(st.booleans())
        given: dict[str, str] = {}
        if compression is not None and is_compressed:
            given[compression.parameter] = next(iter(compression.values))
        query = endpoint.query(**given)
        url = endpoint.url or "wss://host/"
        self.open(f"{url}?{query}" if query else url, is_compressed=is_compressed)

    def run(self) -> None:
        """The moves of one connection, until there are enough."""
        while number := self.draw(self._numbers):
            if number % self._enough == 0 or not self.draw(_move(self, number // self._enough)):
                return

    def move(self, number: int, *, leads: bool = True) -> bool:
        """One move, which ``number`` chooses; False where there is none. Without ``leads`` it changes
        nothing."""
        pauses = self._pauses
        pause = self.draw(st.integers(0, len(pauses) - 1))
        moves = self._moves(leads=leads and (not self.is_established or number % 4 == 3))
        if not moves:
            return False
        self.wait(self.tick + pauses[pause])
        moves[number % len(moves)]()
        return True

    def end(self) -> None:
        """The connection ends, in one of the ways in which it may."""
        endings = self._endings()
        choice = self.draw(st.integers(0, len(endings) - 1))
        endings[choice]()
        self.finish()

    def pause(self) -> None:
        """Nobody is connected, but the session can still be resumed."""
        rules = self.tables.session.resume
        longest = 60.0 if rules is None else rules.lifetime / 4
        self.now += max(self.tick, self.draw(st.sampled_from((0.0, 0.25, 1.0))) * longest)

    # --- What may come next -------------------------------------------------------------------

    def _moves(self, *, leads: bool) -> list[Move]:
        """What may be said now; most of it leads on where there is no session yet."""
        leading = self.leads() if leads else []
        moves: list[Move] = []
        for side in self.speakers:
            kinds = self.plain(side)
            if kinds:
                moves.append(partial(self._say_any, kinds))
        moves += [partial(self.beat, side) for side in self._beaters()]
        moves += [move for stream in self.tables.session.streams for move in self._of(stream)]
        return moves + leading if self.is_established else leading * (1 + len(moves)) + moves

    def leads(self) -> list[Move]:
        """What leads on from here."""
        kinds = [
            kind
            for side in self.speakers
            for kind in self.tables.leads(side, self.state)
            if self.may_lead(kind)
        ]
        resumes = [kind for kind in kinds if self.tables.role_of.get(kind) == "resume"]
        return [partial(self.lead, kind) for kind in (*kinds, *resumes)]

    def may_lead(self, kind: FrameClass) -> bool:
        """Whether a message that leads on can be sent, besides that its state allows it."""
        role = self.tables.role_of.get(kind)
        if role == "resume":
            return self.is_resumable
        if role == "resumed" or (role is None and self.tables.counts(kind)):
            return self.missed <= 0 or self.is_established
        return kind not in self.tables.stream_of and role not in ("heartbeat", "server_heartbeat")

    def lead(self, kind: FrameClass) -> None:
        """Send what leads on; a resume has to get what was missed."""
        self.say(kind)
        if self.tables.role_of.get(kind) == "resume":
            self.choose_missed()

    def choose_missed(self) -> None:
        """The client resumes: how many messages did it miss?"""
        rules = self.tables.session.resume
        can_replay = any(map(self.tables.counts, self.tables.plain("server", self.state)))
        most = min(_MOST_MISSED, rules.reach) if rules is not None and can_replay else 0
        self.missed = self.draw(st.integers(0, most))

    @property
    def is_resumable(self) -> bool:
        """Whether there is a session to resume."""
        session, rules = self.session, self.tables.session.resume
        return (
            self.tables.may_resume
            and session is not None
            and isinstance(session.name, str)
            and self.now < session.renewed + rules.lifetime / 2
        )

    def plain(self, side: Side) -> list[FrameClass]:
        """What a side may send that changes nothing."""
        kinds = self.tables.plain(side, self.state)
        if side == "client" or self.is_established or self.missed > 0:
            return kinds
        return [kind for kind in kinds if not self.tables.counts(kind)]

    def _say_any(self, kinds: list[FrameClass]) -> None:
        kind = kinds[self.draw(st.integers(0, len(kinds) - 1))]
        frame = self.made(kind)
        if self.tables.side_of[kind] == "server" or self.keeps_rates(kind, frame):
            self.say(kind, frame)

    def _beaters(self) -> list[Side]:
        return [
            side for side, beats in self.beats.items() if self.can_beat(beats) and not beats.answers
        ]

    # --- Streams ------------------------------------------------------------------------------

    def _of(self, stream: Stream) -> list[Move]:
        """What may be said of a stream."""
        keys = self.open_keys[stream.name]
        kinds = [
            kind
            for side in self.speakers
            for kind in self.tables.legal[side][self.state]
            if self.tables.stream_of.get(kind) is stream and (kind is stream.opened_by or keys)
        ]
        return [partial(self.say_of, stream, kind) for kind in kinds]

    def say_of(self, stream: Stream, kind: FrameClass) -> None:
        """Open a stream, or say something of one that is open."""
        frame = self.made(kind)
        if kind is not stream.opened_by:
            keys = self.open_keys[stream.name]
            frame = keyed(stream, frame, keys[self.draw(st.integers(0, len(keys) - 1))])
        elif key_of(stream, frame) in (*self.open_keys[stream.name], *self.left_keys[stream.name]):
            return
        if self.tables.side_of[kind] == "server" or self.keeps_rates(kind, frame):
            self.say(kind, frame)

    # --- The end ------------------------------------------------------------------------------

    def _endings(self) -> list[Move]:
        endings: list[Move] = [lambda: None]
        endings += [
            partial(self.close, "client", 1000, ""),
            partial(self.close, "server", 1001, ""),
        ]
        endings += [partial(self._refuse, then) for then in self._refusals()]
        for timer in self.running():
            ends_at = self.timers[timer.name] + timer.seconds
            if timer.waits_for == "client" and self._only_waits_for(timer.name, ends_at):
                endings.append(partial(self._expire, ends_at, timer.then))
        endings += [
            partial(self.close, "server", code, self.tables.codes[code])
            for code in sorted(self.tables.free_codes)
        ]
        return endings

    def _refusals(self) -> list[Close]:
        """What a server may answer instead of the session that the client asks for."""
        if self.asked is None or self.is_established:
            return []
        refusals, resume = self.tables.session.refusals, self.tables.session.resume
        quotas = (refusals.failures, refusals.sessions, refusals.connections)
        thens: list[Close | None] = [refusals.login, refusals.token, refusals.full]
        thens += [quota.then for quota in quotas if quota is not None]
        if resume is not None and self.tables.role_of[self.asked] == "resume":
            thens.append(resume.gone)
        return [then for then in thens if then is not None]

    def _refuse(self, then: Close) -> None:
        self.session = None
        self.close("server", int(then.code), self.tables.reason_of(then))

    def _only_waits_for(self, name: str, ends_at: float) -> bool:
        others = [
            self.timers[timer.name] + timer.seconds
            for timer in self.running()
            if timer.name != name
        ]
        others += [beats.last + beats.interval for beats in self.beats.values() if beats.interval]
        return all(ends_at <= other for other in others)

    def _expire(self, at: float, then: Close) -> None:
        self.now = max(self.now, at)
        self.close("server", int(then.code), self.tables.reason_of(then))


@st.composite
def _move(draw: DrawFn, course: Course, number: int) -> bool:
    """One move, drawn as a whole, so that it can be left out as a whole; False where there is none."""
    before, course.draw = course.draw, draw
    try:
        return course.move(number)
    except FullError:
        return False
    finally:
        course.draw = before


def key_of(stream: Stream, frame: Object) -> Any:
    """Which stream a message is of."""
    return frame[stream.wire_key or stream.key]


def keyed(stream: Stream, frame: Object, key: Any) -> Object:
    """The message for another stream."""
    return {**frame, stream.wire_key or stream.key: key}


def conversations(
    tables: Tables, max_size: int, max_connections: int, compression: bool | None
) -> SearchStrategy[Conversation]:
    """Valid conversations."""

    @st.composite
    def conversation(draw: DrawFn) -> Conversation:
        course = Course(tables, draw, max_size, compression)
        while True:
            course.connect()
            course.run()
            course.end()
            is_last = len(course.connections) >= max_connections or course.room <= 0
            if is_last or not draw(st.booleans()):
                return course.conversation()
            course.pause()

    return conversation()
