"""Rules about how often a client says something (section 5)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.rule import Listing, Needs, Rule

RATE_MESSAGES: Final = Rule(
    "RATE_MESSAGES",
    group="session",
    severity="warning",
    headline="Too many messages",
    meaning="The client sends more messages than it may.",
    why="A server may close the connection of whoever sends more; the public one does not today.",
    fix="Send less often: put several changes into one message, and wait between messages.",
    culprit="client",
    example="→ presence_update, 121 times within 60 s",
    needs=Needs.TIME,
    listing=Listing.ONCE,
)

RATE_TYPING: Final = Rule(
    "RATE_TYPING",
    group="session",
    severity="note",
    headline="Typing again too soon",
    meaning="The client types again so soon that the server ignores it.",
    why="The message costs traffic and reaches nobody.",
    fix="Send it at most once in the time that the finding names, for each feed or conversation.",
    culprit="client",
    example="→ typing (feed 5)  → typing (feed 5), 2 s later",
    needs=Needs.TIME,
    listing=Listing.ONCE,
)
