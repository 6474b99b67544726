"""Which rules are off where a capture cannot say what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture.events import Lacks
from voxwire.rules.registry import RULES
from voxwire.rules.rule import Needs

if TYPE_CHECKING:
    from voxwire.rules.rule import Rule

_NEEDED: Final = {
    Lacks.CLIENT: Needs.CLIENT,
    Lacks.SERVER: Needs.SERVER | Needs.ANSWER | Needs.BEGINNING,
    Lacks.CLOSE: Needs.CLOSE,
    Lacks.TIME: Needs.TIME,
    Lacks.ADDRESS: Needs.ADDRESS,
    Lacks.IDENTITY: Needs.CLIENT | Needs.SERVER | Needs.ANSWER | Needs.BEGINNING | Needs.CLOSE,
}
"""What rules need that is not there. Where the beginning is missing, the greeting of a connection that begins
later may be there all the same; and nothing needs pings and pongs."""


def never_there(lacks: Lacks) -> Needs:
    """What a capture that lacks this never has."""
    found = Needs.NOTHING
    for one in lacks:
        found |= _NEEDED.get(one, Needs.NOTHING)
    return found


def rules_off(lacks: Lacks) -> list[Rule]:
    """The rules that are never applied to such a capture."""
    missing = never_there(lacks)
    return [rule for rule in RULES.values() if rule.needs & missing]
