"""What differs in how connections end."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.connection.effects import BOTH, breaks, client, loses, server
from voxspec.breaking.exact import exactly
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Closing, Effect, Step, Who
from voxspec.findings import Place
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
                exact=exactly(code),
                effects=(loses(Who.OLD_CLIENTS, f"old clients know nothing of {number}"),),
            )
            continue
        was = before[number]
        if was.name != code.name:
            yield _named(was, code, where)
        if _recovery(was) != _recovery(code):
            yield Change(
                rule="CLOSE_CODE_SAME_RECOVERY",
                subject=f"close_codes/{number}/recovery",
                message=f"after {number} {code.name} clients {_does(code)}, and did not before",
                where=where,
                was=_recovery(was),
                now=_recovery(code),
                effects=_misread(number, number, "", _does(was), _does(code)),
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
                message=f"after {said} clients {_does(reason)}, and did not before",
                where=new.place(_FILE, "close_codes", str(code.code), "reasons"),
                was=_recovery(earlier),
                now=_recovery(reason),
                effects=_misread(said, code.code, reason.reason, _does(earlier), _does(reason)),
            )


def _named(was: CloseCode, code: CloseCode, where: Place) -> Change:
    """A code of another name: it means another thing, or the name is all that is another.

    A name is on the wire only as the reason of a close, which clients look at where a code lists
    reasons of its own.
    """
    number = code.code
    if _means(was) != _means(code):
        return Change(
            rule="CLOSE_CODE_SAME_MEANING",
            subject=f"close_codes/{number}",
            message=f"{number} means {code.name} and not {was.name}",
            where=where,
            was=was.name,
            now=code.name,
            effects=_taken(number, was.name, code.name),
            hint="give the new meaning a number of its own",
        )
    return Change(
        rule="CLOSE_CODE_RENAMED",
        subject=f"close_codes/{number}",
        message=f"the close code {number} is called {code.name} and not {was.name}, and means the same",
        where=where,
        was=was.name,
        now=code.name,
        effects=_misled(was, code),
    )


def _means(code: CloseCode) -> tuple[str, str]:
    return _recovery(code), code.description


def _recovery(code: CloseCode | CloseReason) -> str:
    return f"{code.recovery} after a wait" if code.delay else code.recovery


_DOES = {"resume": "resume", "identify": "start a new session", "fatal": "give up"}


def _does(code: CloseCode | CloseReason) -> str:
    """What clients do after a close."""
    return f"{_DOES[code.recovery]} after a wait" if code.delay else _DOES[code.recovery]


def _taken(number: int, was: str, now: str) -> tuple[Effect, ...]:
    """That each end has another name for a close."""

    def effect(who: Who) -> Effect:
        meant, taken = (now, was) if client(who) == "old" else (was, now)
        refusal = f"{client(who)} clients take it for {taken}"
        step = _closing(who, f"{number} ({meant})", number, meant)
        return breaks(who, step, refusal, by=server(who))

    return tuple(map(effect, BOTH))


def _misread(said: int | str, number: int, reason: str, was: str, now: str) -> tuple[Effect, ...]:
    """That clients do what their own revision says, and the server means them to do otherwise."""

    def effect(who: Who) -> Effect:
        meant, done = (now, was) if client(who) == "old" else (was, now)
        step = _closing(who, f"{said}, for clients to {meant}", number, reason)
        refusal = f"{client(who)} clients {done} then"
        return breaks(who, step, refusal, by=server(who))

    return tuple(map(effect, BOTH))


def _misled(was: CloseCode, code: CloseCode) -> tuple[Effect, ...]:
    """Whom the other name leads to one of the reasons that its own revision lists."""

    def effects() -> Iterator[Effect]:
        for who in BOTH:
            sent, known = (code, was) if client(who) == "old" else (was, code)
            reason = sent.sent
            listed = next((one for one in known.reasons if one.reason == reason), None)
            if listed is not None and _recovery(listed) != _recovery(known):
                said = f"{code.code} {reason}, for clients to {_does(sent)}"
                step = _closing(who, said, code.code, reason)
                refusal = f"{client(who)} clients {_does(listed)} then, for that reason"
                yield breaks(who, step, refusal, by=server(who))

    return tuple(effects())


def _closing(who: Who, said: str, number: int, reason: str) -> Step:
    """That the server closes with a code and a reason."""
    one = "an old server" if server(who) == "old" else "a new server"
    return Step(None, None, f"{one} closes with {said}", close=Closing("server", number, reason))
