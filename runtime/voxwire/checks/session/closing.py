"""Close codes: what they mean in words, and whether they fit what happened (protocol section 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from voxmodels.v1 import CloseCode, Recovery
from voxwire.checks.findings import Finding
from voxwire.rules.closing import (
    CLOSE_CODE_INVALID,
    CLOSE_CODE_UNEXPECTED,
    CLOSE_CODE_UNKNOWN,
    CLOSE_MEANING,
    CLOSE_REASON_MISMATCH,
)
from voxwire.rules.envelope import UNKNOWN_TYPE, WRONG_DIRECTION
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
    from collections.abc import Callable, Mapping

    from voxwire.rules.rule import Rule

_ORDINARY: Final = frozenset((CloseCode.NORMAL, CloseCode.GOING_AWAY))
_GATEWAY_CODES: Final = range(4000, 5000)
_CARRIED: Final = (range(1000, 1004), range(1007, 1015), range(3000, 5000))
"""What a close frame may carry: codes of WebSocket itself, registered ones and private ones (RFC 6455
section 7.4 and the registry that it founds). 1004 and 1015 to 2999 are reserved."""
_NO_CODE: Final = 1005
"""What libraries report, and recorders write, for a close frame without a code. Like 1006, the code of
a connection that was lost without one, it is never on the wire, but says what happened."""

_NEXT: Final[Mapping[Recovery, str]] = {
    Recovery.RESUME: "reconnect and resume the session",
    Recovery.IDENTIFY: "reconnect with a new session",
    Recovery.FATAL: "do not reconnect",
}


@dataclass(slots=True)
class Story:
    """What happened on a connection, as far as close codes tell of it."""

    from_start: bool
    identified: bool = False
    asked_to_resume: bool = False
    established: bool = False
    began_otherwise: bool = False
    identified_again: bool = False
    heartbeat_late: bool = False
    rate_exceeded: bool = False
    was_unclear: bool = False
    """Whether the client sent something of which the type cannot be told."""
    client_rules: set[Rule] = field(default_factory=set)
    """The rules that frames of the client broke."""


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

_FITS: Final[Mapping[CloseCode, tuple[Callable[[Story], bool], str]]] = {
    CloseCode.UNKNOWN_TYPE: (
        lambda s: s.was_unclear or bool(s.client_rules & {UNKNOWN_TYPE, WRONG_DIRECTION}),
        "the client sent no unknown type",
    ),
    CloseCode.DECODE_ERROR: (
        lambda s: bool(s.client_rules & _BAD_JSON),
        "every frame of the client is JSON",
    ),
    CloseCode.NOT_AUTHENTICATED: (
        lambda s: s.began_otherwise or not (s.identified or s.asked_to_resume),
        "the client's first message was identify or resume",
    ),
    CloseCode.AUTH_FAILED: (
        lambda s: (s.identified or s.asked_to_resume or s.was_unclear) and not s.established,
        "no login was under way",
    ),
    CloseCode.ALREADY_AUTHENTICATED: (
        lambda s: s.identified_again or s.was_unclear,
        "the client did not identify a second time",
    ),
    CloseCode.SESSION_TIMEOUT: (
        lambda s: s.heartbeat_late,
        "the client's heartbeats were in time",
    ),
    CloseCode.SESSION_EXPIRED: (
        lambda s: (s.asked_to_resume or s.was_unclear) and not s.established,
        "the client did not ask to resume",
    ),
    CloseCode.REPLAY_EXHAUSTED: (
        lambda s: (s.asked_to_resume or s.was_unclear) and not s.established,
        "the client did not ask to resume",
    ),
    CloseCode.VERSION_MISMATCH: (
        lambda s: (s.identified or s.was_unclear) and not s.established,
        "no identify was waiting for its answer",
    ),
    CloseCode.SERVER_FULL: (
        lambda s: not s.established,
        "the session was established already",
    ),
    CloseCode.RATE_LIMITED: (
        lambda s: s.rate_exceeded or not s.established,
        "the client kept to the message rate",
    ),
}
"""Codes that say what happened: a test of the story, and what the story says instead."""


def meaning(code: int, reason: str) -> Finding | None:
    """What a close means in words; None for the ordinary ways to end."""
    try:
        known = CloseCode(code)
    except ValueError:
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
    if known in _ORDINARY:
        return None
    said = known.meaning(reason)
    delay = ", after a delay" if said.delay else ""
    named = f"{code} {known.name}" + (f" {reason}" if reason not in ("", known.name) else "")
    return Finding.of(
        CLOSE_MEANING,
        f"closed with {named}: {said.description}",
        f"next: {_NEXT[said.recovery]}{delay}",
    )


def contradiction(code: int, reason: str, story: Story) -> Finding | None:
    """How a close code or its reason contradicts what happened; None when it does not.

    A capture that began in the middle may not have what led to the close: it is not blamed.
    """
    if code not in _GATEWAY_CODES:
        return None
    names = {member.name: int(member) for member in CloseCode}
    if names.get(reason, code) != code:
        return Finding.of(
            CLOSE_REASON_MISMATCH,
            f"closed with {code}, but {reason} is the name of {names[reason]}",
        )
    entry = _FITS.get(CloseCode(code)) if code in names.values() else None
    if entry is None or not story.from_start:
        return None
    fits, instead = entry
    if fits(story):
        return None
    return Finding.of(
        CLOSE_CODE_UNEXPECTED,
        f"closed with {code} {CloseCode(code).name}, but {instead}",
        "the server gave a wrong code, or the capture lacks frames",
    )
