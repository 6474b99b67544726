"""Rules about messages that belong together by a key, in protocols that have such streams."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Told
from voxwire.rules.rule import Listing, Needs, Rule

STREAM_KEY_IN_USE: Final = Rule(
    "STREAM_KEY_IN_USE",
    group="session",
    severity="error",
    headline="A key that is in use",
    meaning="The client opens a stream under the key of one that is not over.",
    why="Nobody could tell the messages of the two apart, so the server closes the connection.",
    fix="Take a new key for each stream, or wait for the end of the old one.",
    source=None,
    culprit="client",
    bad=Told(
        "→ subscribe (id 1)  → subscribe (id 1)",
        "subscribe has the id 1 of one that is not over",
    ),
    good=Told("→ subscribe (id 1)  ← complete (id 1)  → subscribe (id 1)"),
    needs=Needs.SERVER,
    listing=Listing.PLACES,
)

STREAM_OVER: Final = Rule(
    "STREAM_OVER",
    group="session",
    severity="error",
    headline="More after the end",
    meaning="The server sends a message of a stream that it has ended itself.",
    why="The client has forgotten the stream, or uses its key for another one.",
    fix="Send the end of a stream last.",
    source=None,
    culprit="server",
    bad=Told(
        "→ subscribe (id 1)  ← complete (id 1)  ← next (id 1)",
        "next comes after the end of the operation 1",
    ),
    good=Told("→ subscribe (id 1)  ← next (id 1)  ← complete (id 1)"),
    needs=Needs.CLIENT,
    listing=Listing.PLACES,
)

STREAM_UNKNOWN: Final = Rule(
    "STREAM_UNKNOWN",
    group="session",
    severity="note",
    headline="A stream that nobody opened",
    meaning="The server sends a message of a stream that the client never opened.",
    why="The client ignores it: what was to arrive is lost.",
    fix="Answer under the key that the client gave.",
    source=None,
    culprit="server",
    bad=Told(
        "→ subscribe (id 1)  ← next (id 2)",
        "next is for the operation 2, which the client never began",
    ),
    good=Told("→ subscribe (id 1)  ← next (id 1)"),
    needs=Needs.CLIENT,
    listing=Listing.PLACES,
)
