"""Why a connection is closed with a code: what the tables of a protocol give each of their codes for.

Whether a code fits what happened follows from these. A code that no table gives can come at any time, and so
can one with which a client gives up: when it ran out of patience, only the client knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import msgspec

from voxwire.protocol import Close
from voxwire.rules.compression import BINARY_FROM_CLIENT
from voxwire.rules.envelope import FRAME_NOT_OBJECT, PAYLOAD_INVALID, UNKNOWN_TYPE, WRONG_DIRECTION
from voxwire.rules.json_text import (
    FRAME_TOO_LARGE,
    JSON_DUPLICATE_KEY,
    JSON_INVALID,
    JSON_LONE_SURROGATE,
    JSON_NOT_FINITE,
    JSON_NOT_UTF8,
    JSON_NUMBER_RANGE,
    JSON_TOO_DEEP,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Set

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import Mistakes
    from voxwire.rules.rule import Rule


class Story(msgspec.Struct, kw_only=True):
    """What happened on a connection, as far as close codes tell of it."""

    is_whole: bool
    """Whether the capture has all of it: from the start, and both sides."""
    has_asked: frozenset[Any] = frozenset()
    """The messages with which a client begins that it sent."""
    is_waiting_for_client: bool = False
    """Whether the server may have been waiting for the client with a timer."""
    is_in_session: bool = False
    is_late: bool = False
    """Whether the client may have been silent for too long."""
    is_over_rate: bool = False
    is_agreed: bool = False
    """Whether the server is known to have chosen one of the endpoint's subprotocols."""
    is_taken_over: bool = False
    """Whether another connection went on with the session."""
    was_unclear: bool = False
    """Whether the client sent something of which the type cannot be told."""
    earned: Set[int] = frozenset()
    """The codes for what came out of place."""
    client_rules: Set[Rule] = frozenset()
    """The rules that frames of the client broke."""
    server_rules: Set[Rule] = frozenset()


Holds: TypeAlias = "Callable[[Story], bool]"


class Cause(NamedTuple):
    """A code, whether what it is given for happened, and what happened instead."""

    code: int
    holds: Holds
    instead: str
    is_for_silent: bool = False
    """Whether a client may be given it that has said nothing."""
    is_by_client: bool = False
    """Whether it is the client that closes with it."""
    is_published_only: bool = False


_BAD_JSON: Final = frozenset(
    (
        FRAME_TOO_LARGE,
        JSON_DUPLICATE_KEY,
        JSON_INVALID,
        JSON_LONE_SURROGATE,
        JSON_NOT_FINITE,
        JSON_NOT_UTF8,
        JSON_NUMBER_RANGE,
        JSON_TOO_DEEP,
    )
)
"""What some parser or other takes for no JSON."""


class Causes:
    """All that a protocol closes connections for."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation: Final = conversation
        found = [*self._for_place(), *self._for_time(), *self._for_login(), *self._for_mistakes()]
        self._by_code: dict[int, list[Cause]] = {}
        for cause in found:
            self._by_code.setdefault(cause.code, []).append(cause)
        self.answering: Final = frozenset(
            code
            for code, causes in self._by_code.items()
            if any(not (cause.is_by_client or cause.is_published_only) for cause in causes)
            and not any(cause.is_for_silent for cause in causes)
        )
        """What a server closes with for nothing but something that the client said."""

    def contradiction(self, code: int, story: Story) -> str | None:
        """What happened instead of what the code is given for; None where it fits."""
        causes = self._by_code.get(code)
        if causes is None or any(cause.holds(story) for cause in causes):
            return None
        return causes[0].instead

    def _for_place(self) -> Iterator[Cause]:
        """What comes at the wrong time."""
        tables, roles, logins = (
            self._conversation.tables,
            self._conversation.roles,
            self._conversation.login_frames,
        )
        for row in tables.rows.values():
            for frame, reaction in row.client_otherwise.items():
                code = self._code(reaction)
                if code is None:
                    continue
                if roles.login is not None and frame is roles.login.frame:
                    instead = f"the client did not send {roles.login.type} a second time"
                elif logins & row.client.keys():
                    instead = f"the client's first message was {self._conversation.logins}"
                else:
                    instead = "every message of the client was in its place"
                is_login = frame in logins
                yield Cause(code, _earned(code, or_unclear=is_login), instead)
            for reaction in row.server_otherwise.values():
                yield from self._out_of_place(reaction, "server")
        for stream in tables.streams:
            code = self._code(stream.duplicate)
            if code is not None:
                yield Cause(
                    code, _earned(code), f"the client used each {stream.key} once at a time"
                )

    def _out_of_place(self, reaction: object, side: str) -> Iterator[Cause]:
        code = self._code(reaction)
        if code is not None:
            instead = f"every message of the {side} was in its place"
            yield Cause(code, _earned(code), instead, is_by_client=side == "server")

    def _for_time(self) -> Iterator[Cause]:
        """What comes too late, or too often, or never."""
        tables = self._conversation.tables
        for timer in tables.timers.values():
            code = self._code(timer.then)
            if code is not None and timer.waits_for == "client":
                said = f"the client sent {self._conversation.logins or 'what it was to send'}"
                yield Cause(code, lambda s: s.is_waiting_for_client, said, is_for_silent=True)
            elif code is not None:
                yield _patience(code)
        beats, of_server = tables.heartbeat, tables.server_heartbeat
        code = None if beats is None else self._code(beats.silence_then)
        if code is not None:
            said = "the client's heartbeats were in time"
            yield Cause(code, lambda s: s.is_late, said, is_for_silent=True)
        lost = [None if beats is None else beats.missed_then]
        lost += [] if of_server is None else [of_server.missed_then, of_server.silence_then]
        for given_up in lost:
            code = self._code(given_up)
            if code is not None:
                yield _patience(code)
        for rate in tables.rates:
            code = self._code(rate.then)
            if code is not None:
                said = "the client kept to the message rate"
                yield Cause(code, lambda s: s.is_over_rate, said)

    def _for_login(self) -> Iterator[Cause]:
        """Refusals: of a login, of a resume, or of anybody."""
        tables, roles = self._conversation.tables, self._conversation.roles
        refusals, resume = tables.refusals, tables.resume
        no_resume = "the client did not ask to resume"
        version = f"no {roles.login.type} was waiting for its answer" if roles.login else ""
        full = "the session was established already"
        of_login = frozenset(() if roles.login is None else (roles.login.frame,))
        of_resume = frozenset(() if roles.resume is None else (roles.resume.frame,))
        listed: list[tuple[object, Holds, str]] = [
            (refusals.login, _asked(self._conversation.login_frames), "no login was under way"),
            (refusals.token, _asked(self._conversation.login_frames), "no login was under way"),
            (refusals.malformed, _asked(self._conversation.login_frames), "no login was under way"),
            (refusals.version, _asked(of_login), version),
        ]
        if resume is not None and of_resume:
            refused = (resume.too_old, resume.gone, resume.unnamed, resume.other_user)
            listed += [(refusal, _asked(of_resume), no_resume) for refusal in refused]
            listed.append((resume.taken_over, lambda s: s.is_taken_over, no_resume))
        for reaction, holds, instead in listed:
            code = self._code(reaction)
            if code is not None:
                yield Cause(code, holds, instead)
        yield from self._for_anybody()
        quotas = (refusals.failures, refusals.sessions, refusals.connections)
        for refusal in (refusals.full, *(quota.then for quota in quotas if quota is not None)):
            code = self._code(refusal)
            if code is not None:
                yield Cause(code, lambda s: not s.is_in_session, full, is_for_silent=True)

    def _for_anybody(self) -> Iterator[Cause]:
        """What a connection may be closed with that has said nothing."""
        refusals = self._conversation.tables.refusals
        code = self._code(refusals.subprotocol)
        if code is not None:
            said = "the server took the connection with its subprotocol"
            yield Cause(
                code, lambda s: not (s.is_in_session or s.is_agreed), said, is_for_silent=True
            )
        code = self._code(refusals.internal)
        if code is not None:
            yield Cause(code, lambda _: True, "", is_for_silent=True)

    def _for_mistakes(self) -> Iterator[Cause]:
        """What is no message, or breaks the rules of one."""
        tables = self._conversation.tables
        kinds = list(_kinds(tables.mistakes_of_client))
        codes = [self._code(reaction) for reaction, _, _ in kinds]
        for code, (_, rules, instead) in zip(codes, kinds, strict=True):
            if code is not None:
                is_only = codes.count(code) == 1
                said = instead if is_only else "the client's frames break no rule"
                yield Cause(code, _broke(rules), said)
        published = self._code(tables.mistakes_of_client.unknown_type_published)
        if published is not None:
            said = "the client sent no unknown type"
            yield Cause(published, _broke(_UNKNOWN), said, is_published_only=True)
        for reaction, rules, _ in _kinds(tables.mistakes_of_server):
            code = self._code(reaction)
            if code is not None:
                said = "the server's frames break no rule"
                yield Cause(code, _broke(rules, of_server=True), said, is_by_client=True)
        yield from self._out_of_place(tables.mistakes_of_client.out_of_place, "client")
        yield from self._out_of_place(tables.mistakes_of_server.out_of_place, "server")

    def _code(self, reaction: object) -> int | None:
        """The code of a reaction that closes. None, too, where its reason makes another thing of the code
        than it stands for by itself."""
        if not isinstance(reaction, Close):
            return None
        if reaction.reason is not None:
            listed = self._conversation.protocol.close_codes
            known: Any = listed(reaction.code) if reaction.code in set(listed) else None
            if known is not None and known.meaning(reaction.reason) != known.meaning(""):
                return None
        return reaction.code


def _earned(code: int, *, or_unclear: bool = False) -> Holds:
    """Something came out of place for which the code is given."""
    return lambda story: code in story.earned or (or_unclear and story.was_unclear)


def _asked(requests: frozenset[Any]) -> Holds:
    """One of these messages was waiting for its answer."""
    return lambda story: (
        (bool(requests & story.has_asked) or story.was_unclear) and not story.is_in_session
    )


def _broke(rules: frozenset[Rule] | None, *, of_server: bool = False) -> Holds:
    """A frame broke one of these rules; None for any."""

    def holds(story: Story) -> bool:
        broken = story.server_rules if of_server else story.client_rules
        if rules is _UNKNOWN and story.was_unclear and not of_server:
            return True
        return bool(broken) if rules is None else bool(rules & broken)

    return holds


_UNKNOWN: Final = frozenset((UNKNOWN_TYPE, WRONG_DIRECTION))


def _kinds(mistakes: Mistakes) -> Iterator[tuple[object, frozenset[Rule] | None, str]]:
    """Each kind of mistake: the reaction, the rules that it breaks, and what a side does without it."""
    yield mistakes.not_json, _BAD_JSON, "every frame of the client is JSON"
    yield (
        mistakes.not_object,
        frozenset((FRAME_NOT_OBJECT,)),
        "every frame of the client is an object",
    )
    yield (
        mistakes.payload_not_object,
        frozenset((PAYLOAD_INVALID,)),
        "every payload of the client is an object",
    )
    yield mistakes.binary, frozenset((BINARY_FROM_CLIENT,)), "the client sent no binary message"
    if mistakes.wrong_direction is None:
        yield mistakes.unknown_type, _UNKNOWN, "the client sent no unknown type"
    else:
        of_other = frozenset((WRONG_DIRECTION,))
        yield mistakes.unknown_type, _UNKNOWN - of_other, "the client sent no unknown type"
        yield mistakes.wrong_direction, of_other, "the client sent no message of the server"
    yield mistakes.invalid, None, "the client's frames break no rule"


def _patience(code: int) -> Cause:
    """A side gives up as nothing came in time."""
    return Cause(code, lambda _: True, "", is_for_silent=True, is_by_client=True)
