"""Rules about a capture itself: its lines, what it lacks, and whether its times can be trusted."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Example, capture, har
from voxwire.rules.rule import Listing, Rule
from voxwire.rules.steps import BEGUN, HELLO, IDENTIFY, OPENED, READY, Filled, Line, leave, server

_HAR_HELLO: Final = (
    '{"type": "receive", "time": 1795376354.15, "opcode": 1, '
    '"data": "{\\"type\\":\\"hello\\",\\"d\\":{\\"heartbeat_interval\\":45000}}"}'
)

CAPTURE_UNREADABLE: Final = Rule(
    "CAPTURE_UNREADABLE",
    group="capture",
    severity="error",
    headline="The file cannot be read",
    meaning="The file cannot be opened, is damaged or no capture.",
    why="What was not read was not checked: no finding means nothing then. What comes before "
    "the damage is checked all the same.",
    fix="Check the path and the permissions; copy or record the file again if it is cut off.",
    source="captures",
    culprit="capture",
    bad=Example("a compressed file, cut off in the middle", BEGUN, cut_off=40),
    good=Example("the whole file", BEGUN, cut_off=0),
)

CAPTURE_EMPTY: Final = Rule(
    "CAPTURE_EMPTY",
    group="capture",
    severity="error",
    headline="The capture is empty",
    meaning="The file holds nothing, or nothing of the protocol, so that nothing was checked.",
    why="A recorder that wrote nothing would otherwise look like traffic without a mistake.",
    fix="Check that the recorder saw any traffic, and that this is the file that it wrote; --all takes "
    "connections to other addresses than the gateway's as well.",
    source="captures",
    culprit="capture",
    bad=Example("a file of 0 bytes"),
    good=capture("a connection", *BEGUN),
)

CAPTURE_LINE_INVALID: Final = Rule(
    "CAPTURE_LINE_INVALID",
    group="capture",
    severity="error",
    headline="A line is not of the capture format",
    meaning="A line does not have the capture format.",
    why="The line may have been anything, of any connection: rules about order, times and "
    "sequence numbers begin anew behind it.",
    fix="Write one JSON object a line, each a header, a frame or a close, in UTF-8.",
    source="captures",
    culprit="capture",
    bad=capture(
        '`{"ts": 1795376354.15, "dir": "s2c", "opc`',
        *BEGUN,
        Line('{"ts": 1795376354.5, "dir": "s2c", "opc'),
    ),
    good=capture("the whole line", *BEGUN, leave(2)),
    listing=Listing.LINES,
)

CAPTURE_LINE_TOO_LONG: Final = Rule(
    "CAPTURE_LINE_TOO_LONG",
    group="capture",
    severity="error",
    headline="A line is too long",
    meaning="A line is longer than any frame can be; it is skipped.",
    why="The longest line that a frame can become is a small multiple of the longest frame. A "
    "file with longer ones is most likely no capture, and would fill the memory.",
    fix="Write each frame on a line of its own, and leave out frames that no reader takes.",
    source="captures",
    culprit="capture",
    bad=capture(
        "a line of 10 MB",
        *BEGUN,
        Line(Filled('{"ts": 1795376354.5, "note": "…"}', "A", 10_000_000)),
    ),
    good=capture(
        "a line of 1 kB",
        *BEGUN,
        server(Filled('{"type":"emoji_delete","d":{"emoji_id":1},"seq":2}…', " ", 1000)),
    ),
    listing=Listing.LINES,
)

CAPTURE_PART_INVALID: Final = Rule(
    "CAPTURE_PART_INVALID",
    group="capture",
    severity="error",
    headline="A part of the capture cannot be read",
    meaning="A part of a file that has no lines, or not one for each message, cannot be read.",
    why="The part may have been anything. What stands before and behind it is checked all the same; "
    "rules about order, times and sequence numbers begin anew behind it.",
    fix="Export or record the file again; if the tool writes it like this, say so to its authors.",
    source="captures",
    culprit="capture",
    bad=har(
        "a HAR file in which a message has no data",
        f'{_HAR_HELLO},\n  {{"type": "receive", "time": 1795376354.2, "opcode": 1}}',
    ),
    good=har("a HAR file in which each message has its data", _HAR_HELLO),
    listing=Listing.LINES,
)

CAPTURE_GAP: Final = Rule(
    "CAPTURE_GAP",
    group="capture",
    severity="warning",
    headline="Something of a connection was not recorded",
    meaning="A capture shows that it lacks messages of a connection, or bytes of them.",
    why="Nobody sent less because of it, so that nobody is accused of what is missing: rules about "
    "order, times and sequence numbers begin anew behind it. What is missing was not checked.",
    fix="Record the traffic again, with whole packets and whole messages.",
    source="captures",
    culprit="capture",
    bad=har("a HAR file with a WebSocket, but without its messages", _HAR_HELLO, ""),
    good=har("a HAR file with the messages of each WebSocket", _HAR_HELLO, _HAR_HELLO),
    listing=Listing.LINES,
)

CAPTURE_NO_HEADER: Final = Rule(
    "CAPTURE_NO_HEADER",
    group="capture",
    severity="note",
    headline="A connection has no header line",
    meaning="A connection has no header line, so its start is unknown.",
    why="The header holds the address and the time of the start. Without it the capture may "
    "begin in the middle of a connection, so that rules about its beginning are off.",
    fix='Write a line with "url" and "ts" when a connection is opened.',
    source="captures",
    culprit="capture",
    bad=capture(
        '`{"ts": 1795376354.15, "dir": "s2c", …}` as the first line', HELLO, IDENTIFY, READY
    ),
    good=capture("the header first", *BEGUN),
)

CAPTURE_ONE_SIDED: Final = Rule(
    "CAPTURE_ONE_SIDED",
    group="capture",
    severity="note",
    headline="One side is missing",
    meaning="Only one side of a connection is there; rules that need the other are off.",
    why="A program often logs only what it receives. What the other side did cannot be told "
    "from that, and nobody is accused of what is merely not there.",
    fix="Record both directions, for instance with `voxwire record`.",
    source="captures",
    culprit="capture",
    bad=capture(
        "← hello  ← ready  ← typing_start, and nothing of the client",
        OPENED,
        HELLO,
        READY,
        server('{"type":"typing_start","d":{"user_id":7,"feed_id":1},"seq":2}'),
    ),
    good=capture(
        "← hello  → identify  ← ready  ← typing_start",
        *BEGUN,
        server('{"type":"typing_start","d":{"user_id":7,"feed_id":1},"seq":2}'),
    ),
)

CAPTURE_TIME_UNIT: Final = Rule(
    "CAPTURE_TIME_UNIT",
    group="capture",
    severity="note",
    headline="Times are not Unix time in seconds",
    meaning="Times are not Unix time in seconds; rules about time are off.",
    why="Heartbeats and rates are counted in seconds. Of times in another unit, or of made-up "
    "ones, none of that can be told for certain.",
    fix='Write "ts" as Unix time in seconds, with a fraction.',
    source="captures",
    culprit="capture",
    bad=capture('`{"ts": 1795376354150, …}`: milliseconds', *BEGUN, per_second=1000),
    good=capture("seconds, with a fraction", *BEGUN),
)

CAPTURE_TIME_MISSING: Final = Rule(
    "CAPTURE_TIME_MISSING",
    group="capture",
    severity="note",
    headline="There are no times",
    meaning="Lines have no time, or all the same; rules about time are off.",
    why="Without times nobody knows whether a heartbeat was late or a rate exceeded.",
    fix='Write "ts" on every line, when the frame was sent or received.',
    source="captures",
    culprit="capture",
    bad=capture('`{"dir": "s2c", "opcode": "text", "text": "…"}`', *BEGUN, per_second=0),
    good=capture('`{"ts": 1795376354.1, "dir": "s2c", …}`', *BEGUN),
)

CAPTURE_TIME_BACKWARDS: Final = Rule(
    "CAPTURE_TIME_BACKWARDS",
    group="capture",
    severity="note",
    headline="Times run backwards",
    meaning="Times run backwards; rules about time are off from there.",
    why="Either the lines are out of order or the clock was set: no time span can be trusted.",
    fix="Write lines in the order of the frames, with the times of one clock.",
    source="captures",
    culprit="capture",
    bad=capture("a line an hour before the one above it", *BEGUN, leave(2, after=-3600)),
    good=capture("a line a second later", *BEGUN, leave(2, after=1)),
)

UNREAD: Final = frozenset(
    (
        CAPTURE_UNREADABLE,
        CAPTURE_EMPTY,
        CAPTURE_LINE_INVALID,
        CAPTURE_LINE_TOO_LONG,
        CAPTURE_PART_INVALID,
        CAPTURE_GAP,
    )
)
"""What is broken when something of a capture is not there to be looked at."""
