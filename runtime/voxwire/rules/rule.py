"""What a rule is: its id, and all that there is to know about it."""

from __future__ import annotations

import enum
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from voxwire.rules.blame import Culprit
    from voxwire.rules.example import Elsewhere, Example, Told

Severity = Literal["error", "warning", "note"]

Group = Literal["capture", "compression", "json", "envelope", "payload", "sequence", "session"]
"""What a rule is about, in the order in which a frame is looked at."""


Source = Literal[
    "captures",
    "endpoint",
    "frames",
    "messages",
    "limits",
    "session",
    "close codes",
    "disagreements",
]
"""What a rule is taken from: parts of the reference, or the page of the capture format."""


class Needs(enum.Flag):
    """What a capture must hold before a finding is certain. Until it does, the finding waits."""

    NOTHING = 0
    CLIENT = enum.auto()
    """Something that the client sent; a log of what a client receives holds nothing of it."""
    SERVER = enum.auto()
    """Something that the server sent, be it the code with which it closes."""
    ANSWER = enum.auto()
    """The server's answer to what the client asked for: it shows that it was not lost before."""
    BEGINNING = enum.auto()
    """The beginning of the connection, of which the server's greeting is the proof."""
    TIME = enum.auto()
    """Times that move on."""
    CLOSE = enum.auto()
    """How the connection ended."""
    ADDRESS = enum.auto()
    """The address that was connected to."""


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
    milder: str = ""
    """Which one a finding has in which case instead, in words; empty where each has the usual one."""
    headline: str
    """What it is called, in a few words."""
    meaning: str
    """What is wrong, in a sentence."""
    why: str
    """Why it matters."""
    fix: str
    """What to do about it."""
    source: Source | None
    """Where the protocol says so; None for what is no rule of the protocol."""
    culprit: Culprit | None
    """Who breaks it; None where that cannot be told from a capture."""
    bad: Example | Elsewhere | Told | None
    """What breaks it, and nothing else; None where nothing is known that does."""
    good: Example | Elsewhere | Told | None
    """Nearly the same, and in order."""
    besides: tuple[Rule, ...] = ()
    """Rules that whatever breaks this one breaks as well."""
    needs: Needs = Needs.NOTHING
    """What a capture must hold before it can be applied."""
    listing: Listing = Listing.ALL
    strict: bool = False
    """Whether ``--strict`` makes an error of it."""

    def __new__(cls, id_: str, **_: object) -> Self:
        return super().__new__(cls, id_)

    def __repr__(self) -> str:
        return f"<Rule {self.id}>"
