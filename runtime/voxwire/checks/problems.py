"""A finding about a connection, before it has its place in the capture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from voxwire.rules.blame import Blame
    from voxwire.rules.rule import Rule, Severity


class Place(NamedTuple):
    """An earlier frame of the client, and when it was sent."""

    frame: int
    ts: float


class Problem(NamedTuple):
    """`pointer` is a JSON Pointer into the frame, None where the finding is about no part of it.

    `severity` and `blame` are those of the rule unless they are given. `place` is the frame that the
    finding is about where that is not the one that has just come. `continues` when it has the same
    cause as the one before it of this rule.
    """

    rule: Rule
    pointer: str | None
    message: str
    hint: str = ""
    severity: Severity | None = None
    blame: Blame | Literal["by rule"] | None = "by rule"
    place: Place | None = None
    continues: bool = False
