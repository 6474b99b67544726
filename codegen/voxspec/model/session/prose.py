"""What people read about a conversation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SessionRule:
    """What people read about one thing of a conversation."""

    id: str
    title: str
    text: str
    note: str | None = None
