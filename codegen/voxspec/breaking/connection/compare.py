"""Everything about a whole connection that differs between two revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voxspec.breaking.connection.capabilities import capabilities
from voxspec.breaking.connection.close_codes import close_codes
from voxspec.breaking.connection.endpoint import endpoint
from voxspec.breaking.connection.envelope import envelope
from voxspec.breaking.connection.limits import limits
from voxspec.breaking.connection.permissions import permissions
from voxspec.breaking.connection.reserved import reserved
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Category, Change

_WIRE = {Category.CLIENT, Category.SERVER, Category.SESSION}


def compare_connections(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare what is of no single message."""
    for compare in (envelope, endpoint, close_codes, capabilities, limits, permissions, reserved):
        yield from compare(old, new)


def version_bumped(old: Revision, new: Revision, changes: Sequence[Change]) -> Iterator[Change]:
    """A note where ends of the same version may not understand each other."""
    breaking = sum(1 for change in changes if change.categories & _WIRE)
    if breaking and old.protocol.version == new.protocol.version:
        noun = "change breaks" if breaking == 1 else "changes break"
        yield Change(
            rule="VERSION_BUMPED_ON_BREAK",
            subject="version",
            message=f"{breaking} {noun} what is out there, and the version is still {new.protocol.version}",
            where=new.place("protocol.yaml", "version"),
            was=str(old.protocol.version),
            now=str(new.protocol.version),
            hint="raise it: then the models of both versions can be installed beside each other",
        )
