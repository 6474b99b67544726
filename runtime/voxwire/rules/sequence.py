"""Rules about sequence numbers: a session begins at 1 and goes up by 1 (protocol sections 2 and 8)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import capture, on_session
from voxwire.rules.rule import Listing, Rule
from voxwire.rules.steps import BEGUN, HELLO, IDENTIFY, OPENED, READY_TEXT, leave, server

SEQ_START: Final = Rule(
    "SEQ_START",
    group="sequence",
    severity="error",
    headline="A session starts at another number",
    meaning="A session does not start with sequence number 1.",
    why="The client asks for what it missed by the last number that it has: a session that "
    "starts elsewhere makes it ask for the wrong messages.",
    fix="Begin each new session at 1.",
    source="session",
    culprit="server",
    bad=capture(
        "→ identify  ← ready (seq 2)",
        OPENED,
        HELLO,
        IDENTIFY,
        server(READY_TEXT.replace('"seq":1', '"seq":2')),
    ),
    good=capture("→ identify  ← ready (seq 1)", *BEGUN),
    listing=Listing.ONCE,
)

SEQ_GAP: Final = Rule(
    "SEQ_GAP",
    group="sequence",
    severity="error",
    headline="Sequence numbers are missing",
    meaning="Sequence numbers are missing: messages were lost.",
    why="A WebSocket loses nothing, so that the server skipped messages or the capture lost "
    "lines. The client's view is wrong from here on, and a resume does not bring the "
    "missing ones back.",
    fix="Client: reconnect with a new session. Server: number a message when it is sent, not before.",
    source="session",
    culprit=None,
    bad=on_session("← member_leave (seq 3)  ← member_leave (seq 5)", *map(leave, (2, 3, 5))),
    good=on_session("← member_leave (seq 3)  ← member_leave (seq 4)", *map(leave, (2, 3, 4))),
    listing=Listing.PLACES,
)

SEQ_DUPLICATE: Final = Rule(
    "SEQ_DUPLICATE",
    group="sequence",
    severity="error",
    headline="A sequence number comes twice",
    meaning="A sequence number comes twice in a row.",
    why="A client that counts by the numbers takes the second message for one that it has.",
    fix="Give every message a number of its own; number them where they are sent, by one counter.",
    source="session",
    culprit="server",
    bad=on_session("← member_leave (seq 3)  ← member_leave (seq 3)", *map(leave, (2, 3, 3))),
    good=on_session("← member_leave (seq 3)  ← member_leave (seq 4)", *map(leave, (2, 3, 4))),
    listing=Listing.PLACES,
)

SEQ_REGRESSION: Final = Rule(
    "SEQ_REGRESSION",
    group="sequence",
    severity="error",
    headline="Sequence numbers go back",
    meaning="A sequence number is lower than one before it.",
    why="The client keeps the highest number: after a resume it never gets what was numbered "
    "lower.",
    fix="Send messages in the order of their numbers; two tasks that write to one connection need a "
    "lock.",
    source="session",
    culprit="server",
    bad=on_session("← member_leave (seq 4)  ← member_leave (seq 2)", *map(leave, (2, 3, 4, 2))),
    good=on_session("← member_leave (seq 4)  ← member_leave (seq 5)", *map(leave, (2, 3, 4, 5))),
    listing=Listing.PLACES,
)
