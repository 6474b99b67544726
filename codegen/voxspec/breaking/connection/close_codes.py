"""What differs in how connections end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voxspec.breaking.connection.effects import BOTH, breaks, client, loses, server
from voxspec.breaking.exact import exactly
from voxspec.breaking.renumbered import exchanged, renumbered
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Closing, Effect, Step, Who
from voxspec.findings import Place
from voxspec.model import CloseCode, CloseReason

_FILE = "close_codes.yaml"

_NEVER_SENT = frozenset({1005, 1006, 1015})
"""What WebSocket itself calls an end without a close: no side can send one of these."""


def close_codes(old: Revision, new: Revision) -> Iterator[Change]:
    """Close codes by their numbers: what they mean, and what a client does then."""
    before = {code.code: code for code in old.protocol.close_codes}
    after = {code.code: code for code in new.protocol.close_codes}
    moved = renumbered(old.protocol, new.protocol)
    taken = {code.code for code in moved.values()}
    circles = exchanged(old.protocol, new.protocol)
    for circle in circles:
        yield _exchanged(circle, before, after, new)
    for number, code in after.items():
        if any(number in circle for circle in circles):
            continue
        if number in before:
            yield from _kept(before[number], code, new)
        elif number not in taken:
            yield _added(code, new.place(_FILE, "close_codes", str(number)))
    for number, code in before.items():
        if number in moved:
            to = moved[number]
            yield _renumbered(code, to, new.place(_FILE, "close_codes", str(to.code)))
        elif number not in after:
            yield _removed(code, old.place(_FILE, "close_codes", str(number)))


def _exchanged(
    circle: tuple[int, ...],
    before: Mapping[int, CloseCode],
    after: Mapping[int, CloseCode],
    new: Revision,
) -> Change:
    """Codes that have each other's numbers."""
    number = circle[0]
    was, now = (", ".join(f"{n} {codes[n].name}" for n in circle) for codes in (before, after))
    means = " and ".join(f"{n} means {after[n].name}" for n in circle)
    return Change(
        rule="CLOSE_CODE_SAME_MEANING",
        subject=f"close_codes/{number}",
        message=f"close codes have each other's numbers: {means}",
        where=new.place(_FILE, "close_codes", str(number)),
        was=was,
        now=now,
        effects=_taken(number, before[number].name, after[number].name),
        hint="leave the numbers as they were",
    )


def _kept(was: CloseCode, code: CloseCode, new: Revision) -> Iterator[Change]:
    """What differs in a code that both revisions list."""
    number = code.code
    where = new.place(_FILE, "close_codes", str(number))
    if was.name != code.name:
        yield _named(was, code, where)
    elif _recovery(was) != _recovery(code):
        yield Change(
            rule="CLOSE_CODE_SAME_RECOVERY",
            subject=f"close_codes/{number}/recovery",
            message=f"after {number} {code.name} clients {_does(code)}, and did not before",
            where=where,
            was=_recovery(was),
            now=_recovery(code),
            effects=_misread(code, number, was, code),
        )
    yield from _reasons(was, code, new)


def _added(code: CloseCode, where: Place) -> Change:
    again = ", and connect again where new ones give up" if code.recovery == "fatal" else ""
    unknown = f"old clients know nothing of {code.code}{again}"
    return Change(
        rule="CLOSE_CODE_ADDED",
        subject=f"close_codes/{code.code}",
        message=f"there is a new close code {code.code} {code.name}",
        where=where,
        now=code.name,
        exact=exactly(code),
        effects=() if code.code in _NEVER_SENT else (loses(Who.OLD_CLIENTS, unknown),),
    )


def _removed(code: CloseCode, where: Place) -> Change:
    return Change(
        rule="CLOSE_CODE_REMOVED",
        subject=f"close_codes/{code.code}",
        message=f"there is no close code {code.code} {code.name} any more",
        where=where,
        was=code.name,
        effects=_not_known(Who.NEW_CLIENTS, code),
    )


def _renumbered(was: CloseCode, code: CloseCode, where: Place) -> Change:
    """The same code under another number: neither end knows that of the other."""
    return Change(
        rule="CLOSE_CODE_REMOVED",
        subject=f"close_codes/{was.code}",
        message=f"the close code {code.name} is {code.code} and not {was.code}",
        where=where,
        was=str(was.code),
        now=str(code.code),
        effects=(*_not_known(Who.OLD_CLIENTS, code), *_not_known(Who.NEW_CLIENTS, was)),
        hint=f"keep {was.code} for what closes with it",
    )


def _not_known(who: Who, code: CloseCode) -> tuple[Effect, ...]:
    """That clients hear a code that their own revision does not list: for them the connection is lost."""
    if code.code in _NEVER_SENT:
        return ()
    clients = f"{client(who)} clients"
    if code.recovery != "fatal":
        return (loses(who, f"{clients} know nothing of {code.code}"),)
    said = f"{code.code} {code.name}, for clients to give up"
    step = _closing(who, said, code.code, code.sent)
    refusal = f"{clients} do not know that code, and connect again each time"
    return (breaks(who, step, refusal, by=server(who)),)


def _reasons(was: CloseCode, code: CloseCode, new: Revision) -> Iterator[Change]:
    """Reasons that a code lists: for any other one, clients do what they do after the code."""
    before = {reason.reason: reason for reason in was.reasons}
    after = {reason.reason: reason for reason in code.reasons}
    for name in dict.fromkeys((*after, *before)):
        earlier, later = before.get(name, was), after.get(name, code)
        is_told = earlier is was and later is code
        if is_told or _recovery(earlier) == _recovery(later):
            continue
        said = f"{code.code} {name}"
        yield Change(
            rule="CLOSE_CODE_SAME_RECOVERY",
            subject=f"close_codes/{code.code}/reasons/{name}",
            message=f"after {said} clients {_does(later)}, and did not before",
            where=new.place(_FILE, "close_codes", str(code.code), "reasons"),
            was=_recovery(earlier),
            now=_recovery(later),
            effects=_misread(code, said, earlier, later),
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
            effects=() if number in _NEVER_SENT else _taken(number, was.name, code.name),
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


def _misread(
    code: CloseCode, said: int | str, was: CloseCode | CloseReason, now: CloseCode | CloseReason
) -> tuple[Effect, ...]:
    """That clients do what their own revision says, and the server means them to do otherwise.

    That breaks where one of the two is to give up: the client stays away for no reason, or comes back
    each time. To log in and to resume, and sooner or later, is taken by every server.
    """
    if code.code in _NEVER_SENT:
        return ()

    def effect(who: Who) -> Effect:
        meant, done = (now, was) if client(who) == "old" else (was, now)
        reason = meant.reason if isinstance(meant, CloseReason) else meant.sent
        step = _closing(who, f"{said}, for clients to {_does(meant)}", code.code, reason)
        refusal = f"{client(who)} clients {_does(done)} then"
        return _does_other(who, step, refusal, {was.recovery, now.recovery})

    return tuple(map(effect, BOTH))


def _does_other(who: Who, step: Step, refusal: str, recoveries: set[str]) -> Effect:
    """What it is that clients do another thing than the server means them to."""
    if "fatal" in recoveries and len(recoveries) > 1:
        return breaks(who, step, refusal, by=server(who))
    return loses(who, f"{step.said}; {refusal}")


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
                yield _does_other(who, step, refusal, {listed.recovery, sent.recovery})

    return tuple(effects())


def _closing(who: Who, said: str, number: int, reason: str) -> Step:
    """That the server closes with a code and a reason."""
    one = "an old server" if server(who) == "old" else "a new server"
    return Step(None, None, f"{one} closes with {said}", close=Closing("server", number, reason))
