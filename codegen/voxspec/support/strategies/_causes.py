"""What each close code is given for, as far as the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from voxspec.support.python._session import Close, Mistakes

Cause: TypeAlias = Literal[
    "place",
    "time",
    "patience",
    "silence",
    "rate",
    "login",
    "resume",
    "full",
    "mistake",
    "any mistake",
]
"""Out of place; too slow; nothing came; no heartbeat; too often; refused; a frame breaks a rule."""


def causes(session: Any, close_codes: Any) -> dict[int, set[Cause]]:
    """For each code what it is given for. A code that stands for something else with the reason that
    the tables give counts for nothing."""
    found: dict[int, set[Cause]] = {}
    listed = {int(code): code for code in close_codes}
    for reaction, cause in _reactions(session):
        if not isinstance(reaction, Close):
            continue
        known = listed.get(int(reaction.code))
        is_special = (
            reaction.reason is not None
            and known is not None
            and known.meaning(reaction.reason) != known.meaning("")
        )
        if is_special:
            continue
        found.setdefault(int(reaction.code), set()).add(cause)
    if session.refusals.internal is not None:  # which may happen at any time
        found.pop(int(session.refusals.internal.code), None)
    return found


def _reactions(session: Any) -> Iterator[tuple[object, Cause]]:
    for row in session.rows.values():
        for reaction in (*row.client_otherwise.values(), *row.server_otherwise.values()):
            yield reaction, "place"
    for stream in session.streams:
        yield stream.duplicate, "place"
    for timer in session.timers.values():
        yield timer.then, "time" if timer.waits_for == "client" else "patience"
    yield from _of_heartbeats(session)
    for rate in session.rates:
        yield rate.then, "rate"
    yield from _of_logins(session)
    for mistakes in (session.mistakes_of_client, session.mistakes_of_server):
        yield from _of_mistakes(mistakes)


def _of_heartbeats(session: Any) -> Iterator[tuple[object, Cause]]:
    beats, of_server = session.heartbeat, session.server_heartbeat
    if beats is not None:
        yield beats.silence_then, "silence"
        yield beats.missed_then, "patience"
    if of_server is not None:
        yield of_server.silence_then, "patience"
        yield of_server.missed_then, "patience"


def _of_logins(session: Any) -> Iterator[tuple[object, Cause]]:
    refusals, resume = session.refusals, session.resume
    for reaction in (refusals.login, refusals.token, refusals.version, refusals.malformed):
        yield reaction, "login"
    yield refusals.full, "full"
    yield refusals.subprotocol, "full"
    for quota in (refusals.failures, refusals.sessions, refusals.connections):
        if quota is not None:
            yield quota.then, "full"
    if resume is not None:
        for reaction in (resume.too_old, resume.gone, resume.unnamed, resume.other_user):
            yield reaction, "resume"
        yield resume.taken_over, "resume"


def _of_mistakes(mistakes: Mistakes) -> Iterator[tuple[object, Cause]]:
    for reaction in (
        mistakes.not_json,
        mistakes.not_object,
        mistakes.payload_not_object,
        mistakes.binary,
        mistakes.unknown_type,
        mistakes.unknown_type_published,
        mistakes.wrong_direction,
    ):
        yield reaction, "mistake"
    yield mistakes.invalid, "any mistake"
    yield mistakes.out_of_place, "place"
