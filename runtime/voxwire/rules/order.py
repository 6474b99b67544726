"""Rules about the order of a session: greeting, login or resume, the answer, then the rest (protocol section 8)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import capture
from voxwire.rules.rule import Listing, Needs, Rule
from voxwire.rules.steps import (
    BEGUN,
    HELLO,
    IDENTIFY,
    OPENED,
    READY,
    client,
    closed,
    leave,
    resume,
    resumed,
    server,
)

HELLO_NOT_FIRST: Final = Rule(
    "HELLO_NOT_FIRST",
    group="session",
    severity="error",
    headline="The server does not greet first",
    meaning="The server's first message is not its greeting.",
    why="The greeting tells the client how often its heartbeat is due, and clients wait for it "
    "before they say who they are.",
    fix="Server: send the greeting as soon as the connection is open. Capture: keep the first lines.",
    source="session",
    culprit=None,
    bad=capture("→ identify  ← ready", OPENED, IDENTIFY, READY),
    good=capture("← hello  → identify  ← ready", *BEGUN),
    listing=Listing.ONCE,
)

HELLO_REPEATED: Final = Rule(
    "HELLO_REPEATED",
    group="session",
    severity="error",
    headline="The server greets twice",
    meaning="The greeting comes a second time; rules about order are off from there.",
    why="There is one greeting a connection. A second one mostly means that a capture mixes the "
    "lines of several connections.",
    fix='Write a header line for each connection, or "conn" on every line.',
    source="session",
    culprit=None,
    bad=capture("← hello  → identify  ← ready  ← hello", *BEGUN, HELLO),
    good=capture("← hello  → identify  ← ready", *BEGUN),
    listing=Listing.ONCE,
)

NOT_IDENTIFIED: Final = Rule(
    "NOT_IDENTIFIED",
    group="session",
    severity="error",
    headline="The client does not say who it is",
    meaning="The client begins with neither a login nor a resume.",
    why="The server does not know whose connection it is, and closes it.",
    fix="Log in or resume first; send everything else after the server's answer.",
    source="session",
    culprit="client",
    bad=capture("← hello  → typing", OPENED, HELLO, client('{"type":"typing","d":{"feed_id":1}}')),
    good=capture(
        "← hello  → identify  ← ready  → typing",
        *BEGUN,
        client('{"type":"typing","d":{"feed_id":1}}'),
    ),
    needs=Needs.BEGINNING,
    listing=Listing.ONCE,
)

IDENTIFY_REPEATED: Final = Rule(
    "IDENTIFY_REPEATED",
    group="session",
    severity="error",
    headline="The client logs in twice",
    meaning="The client logs in twice on one connection.",
    why="A connection has one session; the server closes it for a second login.",
    fix="Open a new connection for a new session.",
    source="session",
    culprit="client",
    bad=capture("← hello  → identify  ← ready  → identify", *BEGUN, IDENTIFY),
    good=capture(
        "← hello  → identify  ← ready, and → identify on the next connection",
        *BEGUN,
        closed(1000),
        *BEGUN,
    ),
    listing=Listing.ONCE,
)

RESUME_REPEATED: Final = Rule(
    "RESUME_REPEATED",
    group="session",
    severity="error",
    headline="The client resumes in a session",
    meaning="The client resumes on a connection that has a session.",
    why="The server ignores it: nothing is replayed, though the client waits for it.",
    fix="Resume with the first message of a new connection.",
    source="session",
    culprit="client",
    bad=capture("← hello  → identify  ← ready  → resume", *BEGUN, resume(1)),
    good=capture(
        "… and → resume on the next connection", *BEGUN, OPENED, HELLO, resume(1), resumed(1)
    ),
    listing=Listing.ONCE,
)

RESUME_LAST_SEQ: Final = Rule(
    "RESUME_LAST_SEQ",
    group="session",
    severity="error",
    milder="a note where the number is lower",
    headline="The client resumes after another number",
    meaning="A resume does not name the last number received.",
    why="The server replays what comes after that number. Above the true one messages are lost "
    "for good; below it they come a second time, which is allowed.",
    fix="Keep the highest number of each session, also when a message could not be read.",
    source="session",
    culprit="client",
    bad=capture(
        "… ← member_leave (seq 2), the connection drops, → resume (last_seq 5)",
        *BEGUN,
        leave(2),
        OPENED,
        HELLO,
        resume(5),
    ),
    good=capture(
        "… ← member_leave (seq 2), the connection drops, → resume (last_seq 2)",
        *BEGUN,
        leave(2),
        OPENED,
        HELLO,
        resume(2),
        resumed(2),
    ),
    listing=Listing.ONCE,
)

READY_UNASKED: Final = Rule(
    "READY_UNASKED",
    group="session",
    severity="error",
    headline="A new session that nobody asked for",
    meaning="The answer to a login comes without a login.",
    why="The client has not logged in, or has asked for its old session: it takes the numbers "
    "that follow for those of another one.",
    fix="Answer a login with it, once, and a resume with the replay or a close code.",
    source="session",
    culprit="server",
    bad=capture("← hello  → resume  ← ready", OPENED, HELLO, resume(1), READY),
    good=capture("← hello  → resume  ← resumed", OPENED, HELLO, resume(1), resumed(1)),
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

RESUMED_UNASKED: Final = Rule(
    "RESUMED_UNASKED",
    group="session",
    severity="error",
    headline="A replay that nobody asked for",
    meaning="The answer to a resume comes without a resume.",
    why="It ends a replay and says the number that is due next: without one, the client's count "
    "is wrong.",
    fix="Answer a resume with it, once, after the replayed messages.",
    source="session",
    culprit="server",
    bad=capture("← hello  → identify  ← ready  ← resumed", *BEGUN, resumed(1)),
    good=capture("← hello  → resume  ← resumed", OPENED, HELLO, resume(1), resumed(1)),
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

BEFORE_READY: Final = Rule(
    "BEFORE_READY",
    group="session",
    severity="error",
    headline="Too early for a numbered message",
    meaning="A numbered message comes before the session is there.",
    why="The first number of a session belongs to the message that begins it; a client has no "
    "session to count the message in.",
    fix="Send numbered messages after the answer to the login.",
    source="session",
    culprit="server",
    bad=capture(
        "← hello  → identify  ← presence_update (seq 1)",
        OPENED,
        HELLO,
        IDENTIFY,
        server('{"type":"presence_update","d":{"user_id":7,"status":"idle"},"seq":1}'),
    ),
    good=capture(
        "← hello  → identify  ← ready (seq 1)  ← presence_update (seq 2)",
        *BEGUN,
        server('{"type":"presence_update","d":{"user_id":7,"status":"idle"},"seq":2}'),
    ),
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

OUT_OF_PLACE: Final = Rule(
    "OUT_OF_PLACE",
    group="session",
    severity="error",
    headline="A message at the wrong time",
    meaning="A message comes in a state of the connection in which its side may not send it.",
    why="The other side does not expect it then: it passes over the message, or closes the connection.",
    fix="Wait for the answer that the protocol says comes first. The states are on the session page.",
    source="session",
    culprit="sender",
    bad=capture(
        "← hello  → identify  → typing  ← ready",
        OPENED,
        HELLO,
        IDENTIFY,
        client('{"type":"typing","d":{"feed_id":1}}'),
        READY,
    ),
    good=capture(
        "← hello  → identify  ← ready  → typing",
        *BEGUN,
        client('{"type":"typing","d":{"feed_id":1}}'),
    ),
    needs=Needs.CLIENT | Needs.SERVER,
    listing=Listing.ONCE,
)

MESSAGE_LATE: Final = Rule(
    "MESSAGE_LATE",
    group="session",
    severity="error",
    headline="The message comes too late",
    meaning="A message comes after the time that the protocol gives the client for it.",
    why="A server closes the connection of a client that takes longer; that this one did not is luck.",
    fix="Send it as soon as it can be sent.",
    source="limits",
    culprit="client",
    bad=capture(
        "← hello, 31 s later → identify",
        OPENED,
        HELLO,
        client('{"type":"identify","d":{"token":"vox_sess_example"}}', after=31),
        READY,
    ),
    good=capture("← hello  → identify  ← ready", *BEGUN),
    needs=Needs.TIME,
    listing=Listing.ONCE,
)
