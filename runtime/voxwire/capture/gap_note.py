"""What a file that was made of another one says of what is missing there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from voxwire.capture.events import BadLine, Connection, Gap
from voxwire.rules.capture_format import CAPTURE_GAP, CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from voxwire.rules.rule import Rule

_RULES: Final = {rule.id: rule for rule in (CAPTURE_GAP, CAPTURE_PART_INVALID)}


class GapNote(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A gap of one connection, or with `any` of whatever connection, as JSON; with `again` one that has the
    cause of the gap before it."""

    message: str
    rule: str = CAPTURE_GAP.id
    hint: str = ""
    any: bool = False
    again: bool = False

    @classmethod
    def of(
        cls, message: str, rule: Rule, hint: str = "", *, of_any: bool = False, again: bool = False
    ) -> GapNote:
        """What is to be said. Rules that are about lines of another file become that of parts."""
        known = rule if rule.id in _RULES else CAPTURE_PART_INVALID
        return cls(message, known.id, hint, of_any, again)

    def event(self, connection: Connection | None, *, is_named: bool = True) -> Gap | BadLine:
        """The event that was noted with `connection`. `is_named` when it was noted by its name, and is
        not just the one that was opened last."""
        rule = _RULES.get(self.rule, CAPTURE_GAP)
        if self.any or connection is None:
            return BadLine(connection if is_named else None, rule, self.message, self.hint)
        return Gap(connection, rule, self.message, self.hint, self.again)
