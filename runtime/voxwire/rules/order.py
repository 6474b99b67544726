"""Rules about the order of a session: greeting, login or resume, the answer, then the rest (section 8)."""

from __future__ import annotations

from typing import Final

from voxwire.rules.rule import Listing, Needs, Rule

HELLO_NOT_FIRST: Final = Rule(
    "HELLO_NOT_FIRST",
    group="session",
    severity="error",
    headline="The server does not greet first",
    meaning="The server's first message is not hello.",
    why="The greeting tells the client how often its heartbeat is due, and clients wait for it before "
    "they say who they are.",
    fix="Server: send the greeting as soon as the connection is open. Capture: keep the first lines.",
    culprit=None,
    example="→ identify  ← ready",
    listing=Listing.ONCE,
)

HELLO_REPEATED: Final = Rule(
    "HELLO_REPEATED",
    group="session",
    severity="error",
    headline="The server greets twice",
    meaning="hello comes a second time; rules about order are off from there.",
    why="There is one greeting a connection. A second one mostly means that a capture mixes the lines of "
    "several connections.",
    fix='Write a header line for each connection, or "conn" on every line.',
    culprit=None,
    example="← hello  → identify  ← ready  ← hello",
    listing=Listing.ONCE,
)

NOT_IDENTIFIED: Final = Rule(
    "NOT_IDENTIFIED",
    group="session",
    severity="error",
    headline="The client does not say who it is",
    meaning="The client begins with neither identify nor resume.",
    why="The server does not know whose connection it is, and closes it.",
    fix="Log in or resume first; send everything else after the server's answer.",
    culprit="client",
    example="← hello  → typing",
    needs=Needs.GREETING,
    listing=Listing.ONCE,
)

IDENTIFY_REPEATED: Final = Rule(
    "IDENTIFY_REPEATED",
    group="session",
    severity="error",
    headline="The client logs in twice",
    meaning="The client identifies twice on one connection.",
    why="A connection has one session; the server closes it for a second login.",
    fix="Open a new connection for a new session.",
    culprit="client",
    example="← hello  → identify  ← ready  → identify",
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
    culprit="client",
    example="← hello  → identify  ← ready  → resume",
    listing=Listing.ONCE,
)

RESUME_LAST_SEQ: Final = Rule(
    "RESUME_LAST_SEQ",
    group="session",
    severity="error",
    headline="The client resumes after another number",
    meaning="A resume does not name the last number received; a note if lower.",
    why="The server replays what comes after that number. Above the true one messages are lost for "
    "good; below it they come a second time, which is allowed.",
    fix="Keep the highest number of each session, also when a message could not be read.",
    culprit="client",
    example="… ← typing_start (seq 41), the connection drops, → resume (last_seq 45)",
    listing=Listing.ONCE,
)

READY_UNASKED: Final = Rule(
    "READY_UNASKED",
    group="session",
    severity="error",
    headline="A new session that nobody asked for",
    meaning="ready comes without an identify that it answers.",
    why="The client has not logged in, or has asked for its old session: it takes the numbers that follow "
    "for those of another one.",
    fix="Answer a login with it, once, and a resume with the replay or a close code.",
    culprit="server",
    example="← hello  → resume  ← ready",
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

RESUMED_UNASKED: Final = Rule(
    "RESUMED_UNASKED",
    group="session",
    severity="error",
    headline="A replay that nobody asked for",
    meaning="resumed comes without a resume that it answers.",
    why="It ends a replay and says the number that is due next: without one, the client's count is wrong.",
    fix="Answer a resume with it, once, after the replayed messages.",
    culprit="server",
    example="← hello  → identify  ← ready  ← resumed",
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)

BEFORE_READY: Final = Rule(
    "BEFORE_READY",
    group="session",
    severity="error",
    headline="Too early for a numbered message",
    meaning="A numbered message comes before the session is there.",
    why="The first number of a session belongs to the message that begins it; a client has no session to "
    "count the message in.",
    fix="Send numbered messages after the answer to the login.",
    culprit="server",
    example="← hello  → identify  ← presence_update (seq 1)",
    needs=Needs.CLIENT,
    listing=Listing.ONCE,
)
