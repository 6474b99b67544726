"""What a rule is: its id, and all that there is to know about it."""

from __future__ import annotations

import enum
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from voxwire.rules.blame import Culprit

Severity = Literal["error", "warning", "note"]

Group = Literal["capture", "compression", "json", "envelope", "payload", "sequence", "session"]
"""What a rule is about, in the order in which a frame is looked at."""


class Needs(enum.Flag):
    """What a capture must hold before a finding is certain. Until it does, the finding waits."""

    NOTHING = 0
    CLIENT = enum.auto()
    """Something that the client sent; a log of what a client receives holds nothing of it."""
    GREETING = enum.auto()
    """The server's greeting: the capture then has the beginning of the connection."""
    TIME = enum.auto()
    """Times that move on."""


class Listing(enum.Enum):
    """Which of the findings of one rule are listed; the others are counted."""

    ALL = "each of them"
    ONCE = "the first of a connection: what follows has the same cause"
    PLACES = "the first ten places of a connection: each may have another cause"
    LINES = "the first ten lines of a file"


@dataclass(frozen=True, eq=False, repr=False)
class Rule(str):
    """A rule that findings name.

    It is a text, its id, so that whoever compares, counts or writes ids needs to know no more. Ids are
    stable: UPPER_SNAKE, and never changed once they are released.
    """

    id: str
    _: KW_ONLY
    group: Group
    severity: Severity
    """The usual one; a finding may have another."""
    headline: str
    """What it is called, in a few words."""
    meaning: str
    """What is wrong, in a sentence."""
    why: str
    """Why it matters, and where that is said."""
    fix: str
    """What to do about it."""
    culprit: Culprit | None
    """Who breaks it; None where that cannot be told from a capture."""
    example: str
    """A line, a frame, or what happens on the connection, in order."""
    needs: Needs = Needs.NOTHING
    """What a capture must hold before it can be applied."""
    listing: Listing = Listing.ALL
    strict: bool = False
    """Whether ``--strict`` makes an error of it."""

    def __new__(cls, id_: str, **_: object) -> Self:
        return super().__new__(cls, id_)

    def __repr__(self) -> str:
        return f"<Rule {self.id}>"
