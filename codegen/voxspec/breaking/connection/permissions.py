"""What differs in the permissions of a protocol, which are told by their bits on the wire."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.connection.effects import BOTH, breaks, client, server
from voxspec.breaking.meanings import bits
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Effect

_FILE = "permissions.yaml"


def permissions(old: Revision, new: Revision) -> Iterator[Change]:
    """Permissions by their names: the bits are what is on the wire."""
    before = {permission.name: permission.bit for permission in old.protocol.permissions}
    after = {permission.name: permission.bit for permission in new.protocol.permissions}
    taken = bits(old.protocol.permissions, new.protocol.permissions)
    reused = {name: was for was, name in taken.reused.items()}
    for name, bit in after.items():
        where = new.place(_FILE, "permissions", name)
        if name in taken.renamed.values():
            continue
        if name in reused:
            yield Change(
                rule="PERMISSION_SAME_BIT",
                subject=f"permissions/{reused[name]}",
                message=f"bit {bit} is the permission {name} now and was {reused[name]}",
                where=where,
                was=reused[name],
                now=name,
                effects=_misread((reused[name], bit), (name, bit)),
            )
        elif name not in before:
            yield Change(
                rule="PERMISSION_ADDED",
                subject=f"permissions/{name}",
                message=f"there is a new permission {name} (bit {bit})",
                where=where,
                now=f"bit {bit}",
            )
        elif before[name] != bit:
            yield Change(
                rule="PERMISSION_SAME_BIT",
                subject=f"permissions/{name}",
                message=f"the permission {name} is bit {bit} and not bit {before[name]}",
                where=where,
                was=f"bit {before[name]}",
                now=f"bit {bit}",
                effects=_misread((name, before[name]), (name, bit)),
            )
    for name, bit in before.items():
        if name not in {*after, *taken.renamed, *taken.reused}:
            yield Change(
                rule="PERMISSION_REMOVED",
                subject=f"permissions/{name}",
                message=f"there is no permission {name} any more (bit {bit})",
                where=old.place(_FILE, "permissions", name),
                was=f"bit {bit}",
            )


def _misread(was: tuple[str, int], now: tuple[str, int]) -> tuple[Effect, ...]:
    """What servers grant is not what clients of the other revision take it for."""
    of = {"old": was, "new": now}
    effects = []
    for who in BOTH:
        (granted, bit), (expected, at) = of[server(who)], of[client(who)]
        taken = f"look for it at bit {at}" if granted == expected else f"take it for {expected}"
        step = f"the server grants {granted}: bit {bit}"
        effects.append(breaks(who, step, f"{client(who)} clients {taken}", by=server(who)))
    return tuple(effects)
