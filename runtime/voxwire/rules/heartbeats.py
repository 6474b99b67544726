"""Rules about heartbeats: the client beats in time, the server answers each (protocol section 8)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Told, capture
from voxwire.rules.rule import Listing, Needs, Rule
from voxwire.rules.steps import BEGUN, HEARTBEAT, HEARTBEAT_ACK, client

HEARTBEAT_LATE: Final = Rule(
    "HEARTBEAT_LATE",
    group="session",
    severity="error",
    headline="The heartbeat is overdue",
    meaning="The client's heartbeat is overdue.",
    why="The server takes a silent client for gone and closes the connection after one and a "
    "half intervals.",
    fix="Beat on a timer of its own, once an interval, whatever else the client does.",
    source="session",
    culprit="client",
    bad=capture(
        "← hello (45 s)  … and no heartbeat in the next 67.5 s",
        *BEGUN,
        client('{"type":"heartbeat"}', after=70),
    ),
    good=capture(
        "← hello (45 s)  → heartbeat 45 s later  ← heartbeat_ack",
        *BEGUN,
        client('{"type":"heartbeat"}', after=44),
        HEARTBEAT_ACK,
    ),
    needs=Needs.CLIENT | Needs.TIME,
    listing=Listing.ONCE,
)

HEARTBEAT_ACK_MISSING: Final = Rule(
    "HEARTBEAT_ACK_MISSING",
    group="session",
    severity="error",
    headline="A heartbeat was not answered",
    meaning="A heartbeat was not answered in half an interval, and not before the next one.",
    why="A client that misses two answers in a row takes the connection for dead and leaves it.",
    fix="Answer every heartbeat at once, also while a lot is to be sent.",
    source="session",
    culprit="server",
    bad=capture(
        "→ heartbeat, 45 s later → heartbeat, and no heartbeat_ack between",
        *BEGUN,
        client('{"type":"heartbeat"}', after=44),
        client('{"type":"heartbeat"}', after=45),
    ),
    good=capture(
        "→ heartbeat  ← heartbeat_ack  → heartbeat  ← heartbeat_ack",
        *BEGUN,
        client('{"type":"heartbeat"}', after=44),
        HEARTBEAT_ACK,
        client('{"type":"heartbeat"}', after=45),
        HEARTBEAT_ACK,
    ),
    needs=Needs.TIME,
    listing=Listing.PLACES,
)

HEARTBEAT_ACK_UNASKED: Final = Rule(
    "HEARTBEAT_ACK_UNASKED",
    group="session",
    severity="error",
    headline="An answer to no heartbeat",
    meaning="An answer to a heartbeat comes without a heartbeat.",
    why="A client that counts answers takes it for that of its next heartbeat, and does not "
    "notice when the connection dies.",
    fix="Answer each heartbeat once.",
    source="session",
    culprit="server",
    bad=capture(
        "→ heartbeat  ← heartbeat_ack  ← heartbeat_ack",
        *BEGUN,
        HEARTBEAT,
        HEARTBEAT_ACK,
        HEARTBEAT_ACK,
    ),
    good=capture("→ heartbeat  ← heartbeat_ack", *BEGUN, HEARTBEAT, HEARTBEAT_ACK),
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

HEARTBEAT_NOT_GIVEN_UP: Final = Rule(
    "HEARTBEAT_NOT_GIVEN_UP",
    group="session",
    severity="error",
    headline="The client stays on a dead connection",
    meaning="The client ignores that nobody answers it.",
    why="Nothing arrives on such a connection any more, and the server's buffer for a resume "
    "does not last for ever.",
    fix="Close the connection after two heartbeats in a row without an answer, and resume on a new one.",
    source="session",
    culprit="client",
    bad=capture(
        "→ heartbeat every 45 s, three times, and no heartbeat_ack",
        *BEGUN,
        client('{"type":"heartbeat"}', after=44),
        client('{"type":"heartbeat"}', after=45),
        client('{"type":"heartbeat"}', after=45),
    ),
    good=capture(
        "→ heartbeat every 45 s, each with its ← heartbeat_ack",
        *BEGUN,
        client('{"type":"heartbeat"}', after=44),
        HEARTBEAT_ACK,
        client('{"type":"heartbeat"}', after=45),
        HEARTBEAT_ACK,
    ),
    besides=(HEARTBEAT_ACK_MISSING,),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)

SERVER_HEARTBEAT_LATE: Final = Rule(
    "SERVER_HEARTBEAT_LATE",
    group="session",
    severity="error",
    headline="The server's heartbeat is overdue",
    meaning="In a protocol in which servers send heartbeats, one is overdue.",
    why="The client takes a silent server for gone and closes the connection.",
    fix="Beat on a timer of its own, once an interval, whatever else the server does.",
    source=None,
    culprit="server",
    bad=Told(
        "← hello (45 s)  … and no ping in the next 67.5 s",
        "the server sent no ping for 67.6 s; the interval is 45 s",
    ),
    good=Told("← hello (45 s)  … ← ping 45 s later"),
    needs=Needs.SERVER | Needs.TIME,
    listing=Listing.ONCE,
)

SERVER_HEARTBEAT_UNANSWERED: Final = Rule(
    "SERVER_HEARTBEAT_UNANSWERED",
    group="session",
    severity="error",
    headline="The client did not answer a heartbeat",
    meaning="A heartbeat of the server was not answered in half an interval, and not before the next one.",
    why="A server that misses answers takes the connection for dead and closes it.",
    fix="Answer every heartbeat at once, also while a lot is to be done.",
    source=None,
    culprit="receiver",
    bad=Told(
        "← ping, 45 s later ← ping, and no pong between",
        "no pong answered the ping of frame 5 in 45.0 s",
    ),
    good=Told("← ping  → pong  ← ping  → pong"),
    needs=Needs.CLIENT | Needs.TIME,
    listing=Listing.PLACES,
)

SERVER_HEARTBEAT_UNASKED: Final = Rule(
    "SERVER_HEARTBEAT_UNASKED",
    group="session",
    severity="error",
    headline="The client answers no heartbeat",
    meaning="The client answers a heartbeat that the server did not send.",
    why="A server that counts answers takes it for that of its next heartbeat, and does not notice when "
    "the connection dies.",
    fix="Answer each heartbeat once.",
    source=None,
    culprit="client",
    bad=Told(
        "← ping  → pong  → pong",
        "pong comes without a ping that it answers",
    ),
    good=Told("← ping  → pong"),
    needs=Needs.SERVER,
    listing=Listing.ONCE,
)

SERVER_HEARTBEAT_NOT_GIVEN_UP: Final = Rule(
    "SERVER_HEARTBEAT_NOT_GIVEN_UP",
    group="session",
    severity="error",
    headline="The server stays on a dead connection",
    meaning="The server ignores that its heartbeats are not answered.",
    why="Nothing arrives on such a connection any more.",
    fix="Close the connection after as many heartbeats in a row as the protocol says.",
    source=None,
    culprit="server",
    bad=Told(
        "← ping every 45 s, three times, and no pong",
        "the server goes on after 2 unanswered heartbeats in a row",
    ),
    good=Told("← ping every 45 s, each with → pong"),
    needs=Needs.CLIENT | Needs.TIME,
    listing=Listing.ONCE,
)
