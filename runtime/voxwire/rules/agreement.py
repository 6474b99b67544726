"""Rules about what the address of a connection asks for (protocol section 1)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import capture
from voxwire.rules.rule import Listing, Needs, Rule
from voxwire.rules.steps import BEGUN, BEGUN_ZSTD, OPENED, OPENED_ZSTD, opened

ENDPOINT_QUERY: Final = Rule(
    "ENDPOINT_QUERY",
    group="session",
    severity="error",
    headline="The address asks for what does not exist",
    meaning="The address has a parameter value that does not exist.",
    why="A server that does not know the value ignores it or refuses the connection: the client "
    "does not get what it asked for.",
    fix="Ask for one of the values that the finding lists.",
    source="endpoint",
    culprit="client",
    bad=capture("`wss://host/gateway?v=2&encoding=json`", opened("v=2&encoding=json"), *BEGUN[1:]),
    good=capture("`wss://host/gateway?v=1&encoding=json`", *BEGUN),
    needs=Needs.ADDRESS,
    listing=Listing.PLACES,
)

COMPRESSION_MISSING: Final = Rule(
    "COMPRESSION_MISSING",
    group="session",
    severity="error",
    headline="Plain text instead of zstd",
    meaning="The server sends plain text although zstd was asked.",
    why="A client that asked for compression decompresses every message, and fails at this one.",
    fix="Send every message as a binary one when the address asks for compression, the first as well.",
    source="endpoint",
    culprit="server",
    bad=capture("connected with compress=zstd, then ← a text message", OPENED_ZSTD, *BEGUN[1:]),
    good=capture("connected with compress=zstd, then ← binary messages", *BEGUN_ZSTD),
    needs=Needs.ADDRESS,
    listing=Listing.ONCE,
)

COMPRESSION_UNASKED: Final = Rule(
    "COMPRESSION_UNASKED",
    group="session",
    severity="error",
    headline="Compression that nobody asked for",
    meaning="The server compresses although nobody asked for it.",
    why="A client that did not ask for compression may have no decompressor.",
    fix="Compress only when the address asks for it, with the exact value.",
    source="endpoint",
    culprit="server",
    bad=capture("connected without compress, then ← a binary message", OPENED, *BEGUN_ZSTD[1:]),
    good=capture("connected without compress, then ← text messages", *BEGUN),
    needs=Needs.ADDRESS,
    listing=Listing.ONCE,
)
