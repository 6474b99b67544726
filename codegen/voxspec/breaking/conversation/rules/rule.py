"""What a rule about conversations is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule that changes name, and all that there is to know about it.

    ``before`` and ``after`` are pieces of session.yaml: a change from the one to the other breaks it.
    """

    id: str
    headline: str
    why: str
    fix: str
    before: str
    after: str

    def __str__(self) -> str:
        return self.id
