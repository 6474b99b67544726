"""Rules about the bytes of binary messages: zstd frames."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import on_compressed_session, on_session
from voxwire.rules.rule import Listing, Rule
from voxwire.rules.steps import HEARTBEAT, Filled, client_binary, server_binary

ZSTD_INVALID: Final = Rule(
    "ZSTD_INVALID",
    group="compression",
    severity="error",
    headline="Not a zstd frame",
    meaning="A binary message is no zstd frame, or a damaged one.",
    why="The message is lost to its reader, and with it a sequence number. Each message is a "
    "zstd frame of its own, without a dictionary or anything kept from the one before.",
    fix="Compress every message for itself, and send all of the compressor's output.",
    source="frames",
    culprit="sender",
    bad=on_compressed_session(
        "← a binary message that ends in the middle of its zstd frame",
        server_binary('{"type":"heartbeat_ack"}', cut_off=8),
    ),
    good=on_compressed_session(
        "the whole frame", HEARTBEAT, server_binary('{"type":"heartbeat_ack"}')
    ),
    listing=Listing.PLACES,
)

ZSTD_TOO_LARGE: Final = Rule(
    "ZSTD_TOO_LARGE",
    group="compression",
    severity="error",
    headline="Too much in a zstd frame",
    meaning="A zstd frame holds more than a frame may have.",
    why="A few bytes can hold gigabytes. Readers that allocate what the header asks for can be "
    "brought down by one message.",
    fix="Send messages that are shorter than the limit, or split what they hold.",
    source="frames",
    culprit="sender",
    bad=on_compressed_session(
        "← a few bytes that hold 2 MB",
        server_binary(
            Filled('{"type":"user_update","d":{"user_id":7,"bio":"…"},"seq":2}', "A", 2_000_000)
        ),
    ),
    good=on_compressed_session(
        "← 1 kB that hold 3 kB",
        server_binary(
            Filled('{"type":"user_update","d":{"user_id":7,"bio":"…"},"seq":2}', "A", 3000)
        ),
    ),
    listing=Listing.PLACES,
)

ZSTD_TRAILING_DATA: Final = Rule(
    "ZSTD_TRAILING_DATA",
    group="compression",
    severity="error",
    headline="Something follows the zstd frame",
    meaning="Something follows the one zstd frame of a message.",
    why="Readers take one zstd frame a message; what follows is lost to some of them and an "
    "error to others.",
    fix="Send each zstd frame as a message of its own.",
    source="frames",
    culprit="sender",
    bad=on_compressed_session(
        "← two zstd frames in one binary message",
        HEARTBEAT,
        server_binary('{"type":"heartbeat_ack"}', behind=b"{}"),
    ),
    good=on_compressed_session(
        "← one zstd frame", HEARTBEAT, server_binary('{"type":"heartbeat_ack"}')
    ),
    listing=Listing.PLACES,
)

BINARY_FROM_CLIENT: Final = Rule(
    "BINARY_FROM_CLIENT",
    group="compression",
    severity="error",
    headline="A client sent a binary message",
    meaning="A client sent a binary message; clients send text.",
    why="Compression is for what servers send. The server closes the connection for a binary "
    "message of a client.",
    fix="Send uncompressed JSON as a text message.",
    source="frames",
    culprit="sender",
    bad=on_session("→ a binary message", client_binary(b'{"type":"heartbeat"}')),
    good=on_session("→ a text message", HEARTBEAT),
    listing=Listing.ONCE,
)
