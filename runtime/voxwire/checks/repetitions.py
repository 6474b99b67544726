"""What has one cause is listed once; how often it came again is counted.

A server that answers one heartbeat 130 times makes 129 mistakes with one cause. Each counts, but only
the first is listed, and how many followed is said at the end.
"""

from __future__ import annotations

from typing import Final

import msgspec

from voxwire.checks.findings import Finding
from voxwire.rules.rule import Listing, Rule, Severity

_MAX_SEPARATE: Final = 10
"""Places of one rule that are listed where each may have another cause."""
_MAX_REPEATED: Final = 1000
"""Connections and rules whose repetitions are told apart; those of more are counted together."""


class Repeated(msgspec.Struct, gc=False):
    """A rule that was broken `count` more times on a connection after what is listed.

    `connection` is None for several connections together. The last one was in frame `last_frame`,
    where it was about a frame.
    """

    file: str
    connection: int | None
    rule: Rule
    severity: Severity
    count: int = 0
    last_frame: int | None = None


class Repetitions:
    """Decides for the findings of one file which are listed, and counts the others.

    `repeated` is where the counts go when a connection has ended.
    """

    def __init__(self, file: str, repeated: list[Repeated]) -> None:
        self._file: Final = file
        self._repeated: Final = repeated
        self._listed: dict[int | None, dict[Rule, int]] = {}
        self._counted: dict[int | None, dict[Rule, Repeated]] = {}

    def is_listed(self, finding: Finding) -> bool:
        """Whether `finding` is listed; what is not, of all that it stands for, is counted."""
        connection, rule, times = finding.connection, finding.rule, finding.times
        if rule.listing is Listing.LINES:
            connection = None  # it may have been of any
        elif connection is None or rule.listing is Listing.ALL:
            return True
        listed = self._listed.setdefault(connection, {})
        number = listed.get(rule, 0)
        limit = 1 if rule.listing is Listing.ONCE else _MAX_SEPARATE
        is_listed = number < limit and not (finding.continues and number)
        if is_listed:
            listed[rule] = number + 1
            times -= 1
        if times:
            counts = self._counted.setdefault(connection, {})
            counted = counts.get(rule)
            if counted is None:
                counted = Repeated(self._file, connection, rule, finding.severity)
                counts[rule] = counted
            counted.count += times
            counted.last_frame = finding.frame
        return is_listed

    def end(self, connection: int | None) -> None:
        """Nothing of this connection comes any more."""
        self._listed.pop(connection, None)
        for counted in self._counted.pop(connection, {}).values():
            self._keep(counted)

    def end_all(self) -> None:
        """Nothing comes any more."""
        for connection in list(self._listed):
            self.end(connection)

    def _keep(self, counted: Repeated) -> None:
        if len(self._repeated) < _MAX_REPEATED:
            self._repeated.append(counted)
            return
        for other in reversed(self._repeated):
            if (other.connection, other.file, other.rule, other.severity) == (
                None,
                counted.file,
                counted.rule,
                counted.severity,
            ):
                other.count += counted.count
                return
        counted.connection = counted.last_frame = None
        self._repeated.append(counted)
