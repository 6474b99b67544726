"""Which findings and frames count: the choices of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from voxwire.capture import Direction
from voxwire.checks.findings import Finding

if TYPE_CHECKING:
    from voxwire.protocol import MessageType


class Selection(NamedTuple):
    """What to look for; by default everything.

    `rules` and `types` of None select all. `types` and `direction` choose frames: those of other
    types and directions are read, as the sequence of a connection needs them, but neither counted nor
    reported. Findings about no frame are always reported.
    """

    rules: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()
    types: frozenset[str] | None = None
    direction: Direction | None = None
    strict: bool = False

    def has_frame(self, direction: Direction, type_: MessageType | None) -> bool:
        """Whether frames of this direction and message type count."""
        return (self.direction is None or direction == self.direction) and (
            self.types is None or (type_ is not None and str(type_) in self.types)
        )

    def select(self, finding: Finding) -> Finding | None:
        """`finding` with the severity that it has here; None when it does not count."""
        rule = finding.rule
        if rule in self.ignored or (self.rules is not None and rule not in self.rules):
            return None
        if finding.direction is not None and not self.has_frame(finding.direction, finding.type):
            return None
        if self.strict and finding.severity == "note" and rule.strict:
            return msgspec.structs.replace(finding, severity="error")
        return finding
