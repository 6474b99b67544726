"""What differs in how connections end."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.connection.effects import BOTH, breaks, client, loses, server
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Effect, Who
from voxspec.model import CloseCode, CloseReason

_FILE = "close_codes.yaml"


def close_codes(old: Revision, new: Revision) -> Iterator[Change]:
    """Close codes by their numbers: what they mean, and what a client does then."""
    before = {code.code: code for code in old.protocol.close_codes}
    after = {code.code: code for code in new.protocol.close_codes}
    for number, code in after.items():
        where = new.place(_FILE, "close_codes", str(number))
        if number not in before:
            yield Change(
                rule="CLOSE_CODE_ADDED",
                subject=f"close_codes/{number}",
                message=f"there is a new close code {number} {code.name}",
                where=where,
                now=code.name,
                effects=(loses(Who.OLD_CLIENTS, f"old clients know nothing of {number}"),),
            )
            continue
        was = before[number]
        if was.name != code.name:
            yield Change(
                rule="CLOSE_CODE_SAME_MEANING",
                subject=f"close_codes/{number}",
                message=f"{number} means {code.name} and not {was.name}",
                where=where,
                was=was.name,
                now=code.name,
                effects=_misread(number, was.name, code.name, "take it for"),
                hint="give the new meaning a number of its own",
            )
        if _recovery(was) != _recovery(code):
            yield Change(
                rule="CLOSE_CODE_SAME_RECOVERY",
                subject=f"close_codes/{number}/recovery",
                message=f"after {number} {code.name} a client does another thing: {_recovery(code)}",
                where=where,
                was=_recovery(was),
                now=_recovery(code),
                effects=_misread(number, _recovery(was), _recovery(code), "then"),
            )
        yield from _reasons(was, code, new)
    for number, code in before.items():
        if number not in after:
            yield Change(
                rule="CLOSE_CODE_REMOVED",
                subject=f"close_codes/{number}",
                message=f"there is no close code {number} {code.name} any more",
                where=old.place(_FILE, "close_codes", str(number)),
                was=code.name,
                effects=(loses(Who.NEW_CLIENTS, f"new clients know nothing of {number}"),),
            )


def _reasons(was: CloseCode, code: CloseCode, new: Revision) -> Iterator[Change]:
    before = {reason.reason: reason for reason in was.reasons}
    for reason in code.reasons:
        earlier = before.get(reason.reason)
        if earlier is not None and _recovery(earlier) != _recovery(reason):
            said = f"{code.code} {reason.reason}"
            yield Change(
                rule="CLOSE_CODE_SAME_RECOVERY",
                subject=f"close_codes/{code.code}/reasons/{reason.reason}",
                message=f"after {said} a client does another thing: {_recovery(reason)}",
                where=new.place(_FILE, "close_codes", str(code.code), "reasons"),
                was=_recovery(earlier),
                now=_recovery(reason),
                effects=_misread(said, _recovery(earlier), _recovery(reason), "then"),
            )


def _recovery(code: CloseCode | CloseReason) -> str:
    return f"{code.recovery} after a wait" if code.delay else code.recovery


def _misread(number: int | str, was: str, now: str, verb: str) -> tuple[Effect, ...]:
    def effect(who: Who) -> Effect:
        meant, taken = (now, was) if client(who) == "old" else (was, now)
        step = f"an {server(who)} server" if server(who) == "old" else "a new server"
        return breaks(
            who,
            f"{step} closes with {number} ({meant})",
            f"{client(who)} clients {verb} {taken}",
            by=server(who),
        )

    return tuple(map(effect, BOTH))
