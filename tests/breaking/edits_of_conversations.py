"""Edits of the example of conversations, one of each kind: what both commands say of them is in ``told.txt``."""

from __future__ import annotations

from voxspec.breaking.rules import Edit

SAY = "client/talk.yaml"
PROTOCOL = "protocol.yaml"
SESSION = "session.yaml"

RULE = (
    "    rules:\n      - id: join_first\n        title: First {login}\n        text: >-\n"
    "          The first message of a guest is {login}. Anything else, or nothing at all within\n"
    "          {timers.first_message}, closes with {timers.first_message.then}.\n"
)
TIMER = "first_message: {value: 30, unit: s, limit: join_time, description: To join., "

OF_LINE: dict[str, tuple[Edit, ...]] = {
    "a time, of which a text tells": (Edit(SESSION, TIMER, TIMER.replace("30", "10")),),
    "a time in another unit": (
        Edit(SESSION, TIMER, TIMER.replace("30, unit: s", "30000, unit: ms")),
    ),
    "the text of a rule, at its end": (
        Edit(SESSION, "{timers.first_message}, closes with", "{timers.first_message}, ends with"),
    ),
    "a time that runs no more": (
        Edit(SESSION, "    timers: [first_message]\n", ""),
        Edit(
            SESSION,
            "    client: {heartbeat: stays}\n    server: {established",
            "    timers: [first_message]\n    client: {heartbeat: stays}\n    server: {established",
        ),
    ),
    "a state with another name": (
        Edit(SESSION, "  talking:\n", "  chatting:\n"),
        Edit(SESSION, "established: talking", "established: chatting"),
        Edit(SESSION, "resumed: talking", "resumed: chatting"),
    ),
    "a message that is not allowed any more": (
        Edit(
            SESSION, "client: {heartbeat: stays}\n    server: {established", "server: {established"
        ),
    ),
    "a message that leads elsewhere": (
        Edit(SESSION, "server: {established: talking,", "server: {established: rejoining,"),
    ),
    "what is not due": (Edit(SESSION, "resume: ignored}", "resume: {close: 4001}}"),),
    "a type that is not known": (
        Edit(
            SESSION,
            "of_client: {unknown_type: ignored,",
            "of_client: {unknown_type: {close: 4000},",
        ),
    ),
    "a rate that is gone": (
        Edit(
            SESSION,
            "rates:\n  looks:\n    counts: client/look\n    count: {value: 2, unit: messages}\n"
            "    window: {value: 5, unit: s}\n    then: {close: 4004}\n    enforced: true\n",
            "",
        ),
    ),
    "a rate that is not enforced": (
        Edit(SESSION, "    enforced: true\n", "    enforced: false\n"),
    ),
    "no end to silence": (
        Edit(SESSION, "  silence: {value: 2, unit: intervals, then: {close: 4003}}\n", ""),
    ),
    "a factor of 0": (Edit(SESSION, "spread: 0.5", "spread: 0"),),
    "a timer and a rate with other names": (
        Edit(SESSION, "timers: [first_message]", "timers: [opening]"),
        Edit(SESSION, "  first_message: {value", "  opening: {value"),
        Edit(
            SESSION,
            "{timers.first_message}, closes with {timers.first_message.then}",
            "{timers.opening}, closes with {timers.opening.then}",
        ),
        Edit(SESSION, "  looks:\n", "  glances:\n"),
    ),
    "silence of heartbeats": (Edit(SESSION, "silence: {value: 2,", "silence: {value: 1.5,"),),
    "the first heartbeat": (Edit(SESSION, "first: regular", "first: jittered"),),
    "a smaller window": (
        Edit(SESSION, "buffer: {value: 1000,", "buffer: {value: 100,"),
        Edit(SESSION, "reach: {value: 999,", "reach: {value: 99,"),
    ),
    "the field of a role": (
        Edit(
            SESSION,
            "token: token, session: session, last_seq",
            "token: token, session: name, last_seq",
        ),
    ),
    "another meaning of an absence": (Edit(SESSION, "when_absent: 1}", "when_absent: 0}"),),
    "a role with another name": (
        Edit(SAY, "  join:\n", "  enter:\n"),
        Edit(SESSION, "login: {message: client/join,", "login: {message: client/enter,"),
    ),
    "who ends a stream": (
        Edit(SESSION, "ended_by: [server/served, client/cancel]", "ended_by: [server/served]"),
    ),
    "a name for a number": (
        Edit(
            SESSION,
            "lifetime: {value: 300, unit: s}",
            "lifetime: {value: 300, unit: s, limit: lifetime, description: How long.}",
        ),
    ),
    "a key of frames with another type": (
        Edit(
            PROTOCOL, "      schema: {type: string}", "      schema: {type: string, maxLength: 20}"
        ),
    ),
    "a key of frames that all may have": (
        Edit(PROTOCOL, "presence: forbidden", "presence: optional"),
    ),
}
"""By what they do, edits of the example of conversations; its state "greeted" has a rule, and its
timer a name among the limits."""

GREETED = "    client_otherwise: {any: {close: 4001}}\n"
BEFORE = (
    Edit(SESSION, GREETED, f"{GREETED}{RULE}"),
    Edit(SESSION, "first_message: {value: 30, unit: s, ", TIMER),
)
"""What is there before."""
