"""Rules about how often a client says something (protocol section 5)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Told, capture
from voxwire.rules.rule import Listing, Needs, Rule
from voxwire.rules.steps import BEGUN, client

RATE_MESSAGES: Final = Rule(
    "RATE_MESSAGES",
    group="session",
    severity="warning",
    headline="Too many messages",
    meaning="The client sends more messages than it may.",
    why="A server may close the connection of whoever sends more; the public one does not today.",
    fix="Send less often: put several changes into one message, and wait between messages.",
    source="limits",
    culprit="client",
    bad=capture(
        "→ presence_update, 121 times within 60 s",
        *BEGUN,
        client('{"type":"presence_update","d":{"status":"idle"}}', after=0.3, times=121),
    ),
    good=capture(
        "→ presence_update, 12 times within 40 s",
        *BEGUN,
        client('{"type":"presence_update","d":{"status":"idle"}}', after=3, times=12),
    ),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)

RATE_TYPING: Final = Rule(
    "RATE_TYPING",
    group="session",
    severity="note",
    headline="Repeated too soon",
    meaning="The client repeats a message so soon that the server ignores it.",
    why="The message costs traffic and reaches nobody.",
    fix="Send it at most once in the time that the finding names.",
    source="limits",
    culprit="client",
    bad=capture(
        "→ typing (feed 5)  → typing (feed 5), 2 s later",
        *BEGUN,
        client('{"type":"typing","d":{"feed_id":5}}', after=1),
        client('{"type":"typing","d":{"feed_id":5}}', after=2),
    ),
    good=capture(
        "→ typing (feed 5)  → typing (feed 5), 6 s later",
        *BEGUN,
        client('{"type":"typing","d":{"feed_id":5}}', after=1),
        client('{"type":"typing","d":{"feed_id":5}}', after=6),
    ),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)

RATE_EXCEEDED: Final = Rule(
    "RATE_EXCEEDED",
    group="session",
    severity="error",
    headline="One kind of message too often",
    meaning="The client sends messages of one kind more often than it may.",
    why="A server may close the connection of whoever sends more.",
    fix="Send less often: put several changes into one message, and wait between messages.",
    source=None,
    culprit="client",
    bad=Told(
        "→ search, 11 times within 10 s",
        "the client sent more than 10 messages search in 10 s",
    ),
    good=Told("→ search, 10 times within 10 s"),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)

RATE_IGNORED: Final = Rule(
    "RATE_IGNORED",
    group="session",
    severity="note",
    headline="A message too soon after another",
    meaning="The client sends a message so soon after another of its kind that the server ignores it.",
    why="The message costs traffic and reaches nobody.",
    fix="Wait between two for the time that the finding names.",
    source=None,
    culprit="client",
    bad=Told(
        "→ knock (door 5)  → knock (door 5), 2 s later",
        "the client sends knock again in door 5 after 2.0 s",
    ),
    good=Told("→ knock (door 5)  → knock (door 6), 2 s later"),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)
