"""Close codes: what they mean in words, and whether they fit what happened (protocol section 8)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from voxwire.checks.findings import Finding
from voxwire.checks.session.conversation import codes
from voxwire.rules.closing import (
    CLOSE_CODE_INVALID,
    CLOSE_CODE_UNEXPECTED,
    CLOSE_CODE_UNKNOWN,
    CLOSE_MEANING,
    CLOSE_REASON_MISMATCH,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.checks.session.causes import Causes, Story
    from voxwire.protocol import AnyProtocol

_ORDINARY: Final = (1000, 1001)
"""A close on purpose, and one side that leaves (RFC 6455 section 7.4.1)."""
_GATEWAY_CODES: Final = range(4000, 5000)
_CARRIED: Final = (range(1000, 1004), range(1007, 1015), range(3000, 5000))
"""What a close frame may carry: codes of WebSocket itself, registered ones and private ones (RFC 6455
section 7.4 and the registry that it founds). 1004 and 1015 to 2999 are reserved."""
_NO_CODE: Final = 1005
"""What libraries report, and recorders write, for a close frame without a code. Like 1006, the code of
a connection that was lost without one, it is never on the wire, but says what happened."""

_NEXT: Final[Mapping[str, str]] = {
    "resume": "reconnect and resume the session",
    "identify": "reconnect with a new session",
    "fatal": "do not reconnect",
}
"""What a client does next, by the name that close codes have for it."""

_NEXT_WITHOUT_SESSIONS: Final[Mapping[str, str]] = {**_NEXT, "identify": "connect again"}
"""The same where nothing can be resumed, so that each connection begins anew anyway."""


def meaning(code: int, reason: str, protocol: AnyProtocol) -> Finding | None:
    """What a close means in words; None for the ordinary ways to end."""
    if code in _ORDINARY:
        return None
    known = _listed(protocol).get(code)
    if known is None:
        if code == _NO_CODE:
            return Finding.of(CLOSE_MEANING, f"closed with {code}: the close had no code")
        if not any(code in codes for codes in _CARRIED):
            return Finding.of(
                CLOSE_CODE_INVALID,
                f"closed with {code}, which no close frame can carry",
                "it can carry 1000 to 1003, 1007 to 1014 and 3000 to 4999",
            )
        if code in _GATEWAY_CODES:
            return Finding.of(
                CLOSE_CODE_UNKNOWN, f"closed with {code}, which the protocol does not have"
            )
        return Finding.of(CLOSE_MEANING, f"closed with {code}")
    said = known.meaning(reason)
    delay = ", after a delay" if said.delay else ""
    is_of_either = said.recovery == "fatal" and code in _of_clients(protocol)
    named = f"{code} {known.name}" + (f" {reason}" if reason not in ("", known.name) else "")
    has_sessions = protocol.session.roles.resume is not None
    next_ = (_NEXT if has_sessions else _NEXT_WITHOUT_SESSIONS).get(said.recovery, said.recovery)
    return Finding.of(
        CLOSE_MEANING,
        f"closed with {named}: {said.description}",
        f"next: {next_}{delay}{', if the server closed' if is_of_either else ''}",
    )


def contradiction(
    code: int, reason: str, story: Story, causes: Causes, protocol: AnyProtocol
) -> Finding | None:
    """How a close code or its reason contradicts what happened; None when it does not.

    A capture that began in the middle may not have what led to the close: it is not blamed.
    """
    if code not in _GATEWAY_CODES:
        return None
    listed = _listed(protocol)
    names = _numbers(protocol)
    if names.get(reason, code) != code:
        return Finding.of(
            CLOSE_REASON_MISMATCH,
            f"closed with {code}, but {reason} is the name of {names[reason]}",
        )
    if code not in listed or not story.is_whole:
        return None
    instead = causes.contradiction(code, story)
    if instead is None:
        return None
    return Finding.of(
        CLOSE_CODE_UNEXPECTED,
        f"closed with {code} {listed[code].name}, but {instead}",
        "the server gave a wrong code, or the capture lacks frames",
    )


@cache
def _of_clients(protocol: AnyProtocol) -> frozenset[int]:
    """The codes that clients close with themselves: they say nothing about what the server wants."""
    tables, of_server = protocol.session, protocol.session.mistakes_of_server
    beats = tables.heartbeat
    return frozenset(
        codes(
            (
                *(timer.then for timer in tables.timers.values() if timer.waits_for == "server"),
                None if beats is None else beats.missed_then,
                of_server.not_json,
                of_server.not_object,
                of_server.payload_not_object,
                of_server.binary,
                of_server.unknown_type,
                of_server.invalid,
                of_server.out_of_place,
            )
        )
    )


@cache
def _listed(protocol: AnyProtocol) -> Mapping[int, Any]:
    """The members of the close codes, by number."""
    return {int(code): code for code in protocol.close_codes}


@cache
def _numbers(protocol: AnyProtocol) -> Mapping[str, int]:
    """The numbers of the close codes, by their names and the reasons that go with them."""
    listed = _listed(protocol).items()
    said = [(text, number) for number, known in listed for text in (known.name, known.reason)]
    return {text: number for text, number in said if text}
