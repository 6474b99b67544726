"""What differs in the named numbers of a protocol."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from voxspec.breaking.connection.effects import breaks, loses
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Who
from voxspec.breaking.words import SECONDS, amount
from voxspec.model import Limit, Protocol

_FILE = "protocol.yaml"


def limits(old: Revision, new: Revision) -> Iterator[Change]:
    """The limits of protocol.yaml; those of a conversation are compared with it."""
    before, after = _own(old.protocol), _own(new.protocol)
    for name, limit in after.items():
        if name in before and (before[name].value, before[name].unit) != (limit.value, limit.unit):
            yield _limit(new, before[name], limit)
    for name, limit in before.items():
        if name not in after and name not in {other.name for other in new.protocol.limits}:
            yield Change(
                rule="LIMIT_REMOVED",
                subject=f"limits/{name}",
                message=f"there is no limit {name} any more",
                where=old.place(_FILE, "limits", name),
                was=_said(limit),
            )
    for name, limit in after.items():
        if name not in before and name not in {other.name for other in old.protocol.limits}:
            yield Change(
                rule="LIMIT_ADDED",
                subject=f"limits/{name}",
                message=f"there is a new limit {name}: {_said(limit)}",
                where=new.place(_FILE, "limits", name),
                now=_said(limit),
                effects=(loses(Who.OLD_CLIENTS, f"old clients know no limit {name}"),),
            )


def _own(protocol: Protocol) -> dict[str, Limit]:
    of_session = {limit.name for limit in protocol.session.limits}
    return {limit.name: limit for limit in protocol.limits if limit.name not in of_session}


def _limit(new: Revision, was: Limit, now: Limit) -> Change:
    same_unit = was.unit == now.unit
    before, after = _amounts(was, now)
    lowered = after < before if before is not None and after is not None else not same_unit
    rule = "SIZE_OR_RATE_LIMIT_LOWERED" if lowered else "LIMIT_RAISED"
    step = f"a client goes up to the limit {now.name} as it knows it: {_said(was)}"
    refusal = f"new servers take up to {_said(now)}"
    return Change(
        rule=rule if same_unit else "LIMIT_SAME_UNIT",
        subject=f"limits/{now.name}",
        message=f"the limit {now.name} is {_said(now)} and not {_said(was)}",
        where=new.place(_FILE, "limits", now.name),
        was=_said(was),
        now=_said(now),
        effects=(breaks(Who.OLD_CLIENTS, step, refusal, by="old"),) if lowered else (),
    )


def _amounts(was: Limit, now: Limit) -> tuple[Fraction | None, Fraction | None]:
    """What two limits come to in one unit, if there is such a unit."""
    if was.unit == now.unit:
        return Fraction(was.value), Fraction(now.value)
    one, other = SECONDS.get(was.unit), SECONDS.get(now.unit)
    if one is None or other is None:
        return None, None
    return Fraction(str(was.value)) * one, Fraction(str(now.value)) * other


def _said(limit: Limit) -> str:
    return amount(limit.value, limit.unit)
