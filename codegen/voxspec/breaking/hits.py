"""What recorded traffic would have met: frames and connections that a change hits, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voxspec.breaking.verdict import Who


@dataclass(frozen=True, slots=True)
class Hit:
    """How many recorded frames are hit, in how many connections; ``first`` is where the first one is.

    ``who``: whose traffic it is.
    """

    who: Who
    frames: int
    connections: int
    first: str
    said: str
    """What the first one is told."""


@dataclass(frozen=True, slots=True)
class Hits:
    """All of it. ``by_change`` are the hits that a change explains, by its fingerprint; ``others`` those
    that none does. ``frames`` and ``connections`` are what was looked at, ``whose`` what of it is hit by
    anything, ``unread`` the files that could not be read and why. ``remarks`` say what else is wrong with
    captures, a line each; ``is_damaged`` if some of it could not be judged for that. ``known`` frames
    are of messages that one of the revisions knows.
    """

    frames: int
    connections: int
    whose: tuple[Hit, ...] = ()
    by_change: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    others: tuple[Hit, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    known: int = 0
    is_damaged: bool = False

    @property
    def are_whole(self) -> bool:
        """Whether all of what was recorded could be judged."""
        return self.known > 0 and not self.unread and not self.is_damaged
