"""Rules about the end of a connection: its close code, and what follows it (protocol section 8)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import capture
from voxwire.rules.rule import Listing, Needs, Rule
from voxwire.rules.steps import BEGUN, HELLO, IDENTIFY, OPENED, closed, leave

CLOSE_MEANING: Final = Rule(
    "CLOSE_MEANING",
    group="session",
    severity="note",
    headline="What the close code means",
    meaning="What the close code means, and what to do next.",
    why="Nothing is wrong: it says in words what the number means, as the list of close codes "
    "has it.",
    fix="Do what the finding says comes next.",
    source="close codes",
    culprit=None,
    bad=capture("… closed with 4000 UNKNOWN_ERROR", *BEGUN, closed(4000, "UNKNOWN_ERROR")),
    good=capture("… closed with 1000", *BEGUN, closed(1000)),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)

FRAME_AFTER_CLOSE: Final = Rule(
    "FRAME_AFTER_CLOSE",
    group="session",
    severity="error",
    headline="A frame after the close",
    meaning="A frame follows the close of its connection.",
    why="Nothing is sent after a close (RFC 6455, section 5.5.1), so that the lines are out of "
    "order or of several connections.",
    fix='Write the close when the connection has ended, and "conn" on every line of a file with several.',
    source="close codes",
    culprit=None,
    bad=capture("… closed with 1000  ← member_leave", *BEGUN, closed(1000), leave(2)),
    good=capture("… ← member_leave  closed with 1000", *BEGUN, leave(2), closed(1000)),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)

CLOSE_CODE_UNEXPECTED: Final = Rule(
    "CLOSE_CODE_UNEXPECTED",
    group="session",
    severity="error",
    headline="The close code does not fit",
    meaning="The close code does not fit what happened.",
    why="Clients decide by the code whether they resume, log in again or give up: with the "
    "wrong one they stay away, or come back for nothing.",
    fix="Close with the code that the list has for what happened.",
    source="close codes",
    culprit=None,
    bad=capture(
        "← hello  → identify  ← ready  closed with 4005",
        *BEGUN,
        closed(4005, "ALREADY_AUTHENTICATED"),
    ),
    good=capture(
        "← hello  → identify  closed with 4004",
        OPENED,
        HELLO,
        IDENTIFY,
        closed(4004, "AUTH_FAILED"),
    ),
    besides=(CLOSE_MEANING,),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)

CLOSE_CODE_UNKNOWN: Final = Rule(
    "CLOSE_CODE_UNKNOWN",
    group="session",
    severity="error",
    headline="An unknown close code",
    meaning="The protocol has no such close code.",
    why="Clients do not know whether they may come back.",
    fix="Close with a code of the protocol's list.",
    source="close codes",
    culprit=None,
    bad=capture("… closed with 4999", *BEGUN, closed(4999)),
    good=capture("… closed with 1000", *BEGUN, closed(1000)),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)

CLOSE_CODE_INVALID: Final = Rule(
    "CLOSE_CODE_INVALID",
    group="session",
    severity="error",
    headline="No close frame can carry this code",
    meaning="No close frame can carry this code (RFC 6455 section 7.4). 1005 and 1006 cannot either, "
    "but libraries report them for a close without a code and for a lost connection.",
    why="A WebSocket library refuses to send or to read it, so that the capture is wrong, or "
    "one side has no proper library.",
    fix="Close with 1000, or with a code from 3000 to 4999 that both sides know.",
    source="close codes",
    culprit=None,
    bad=capture("… closed with 999", *BEGUN, closed(999)),
    good=capture("… closed with 1000", *BEGUN, closed(1000)),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)

CLOSE_REASON_MISMATCH: Final = Rule(
    "CLOSE_REASON_MISMATCH",
    group="session",
    severity="error",
    headline="The reason names another code",
    meaning="The close reason is the name of another code.",
    why="Code and reason say different things to do next, and programs go by the code.",
    fix="Take both from the same line of the list.",
    source="close codes",
    culprit=None,
    bad=capture(
        "… closed with 4004 SESSION_EXPIRED",
        OPENED,
        HELLO,
        IDENTIFY,
        closed(4004, "SESSION_EXPIRED"),
    ),
    good=capture(
        "… closed with 4004 AUTH_FAILED", OPENED, HELLO, IDENTIFY, closed(4004, "AUTH_FAILED")
    ),
    besides=(CLOSE_MEANING,),
    needs=Needs.CLOSE,
    listing=Listing.ONCE,
)
