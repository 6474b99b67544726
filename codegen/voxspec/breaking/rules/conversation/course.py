"""Rules about what may be said when, and what happens to the rest."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.rules.conversation.made import rule, session
from voxspec.breaking.rules.rule import Edit

SESSION_STATED: Final = rule(
    "SESSION_STATED",
    "What a conversation may be is said by one revision only",
    "Without session.yaml everything may be said at any time; with it much of that is refused.",
    "Give the states that are needed, and let `any` stay where nothing is known of it.",
    Edit("session.yaml", "", ""),
    backwards=True,
)
SESSION_MOVE_NO_DELETE: Final = rule(
    "SESSION_MOVE_NO_DELETE",
    "A state does not allow a message any more",
    "Whoever runs the old revision sends it there still, and the other side refuses it.",
    "Keep allowing it, or let `_otherwise` pass over it until nobody sends it any more.",
    session("client: {heartbeat: stays}\n    server: {established", "server: {established"),
)
SESSION_MOVE_ADDED: Final = rule(
    "SESSION_MOVE_ADDED",
    "A state allows a message that it refused",
    "Whoever runs the new revision may send it there, and the old one refuses it.",
    "Send it only to who said that it can take it, with a capability or a version of its own.",
    session(
        "client_otherwise: {any: {close: 4001}}\n  joining",
        "server: {server/notice: stays}\n    client_otherwise: {any: {close: 4001}}\n  joining",
    ),
    good=(
        session(
            "server: {established: talking, heartbeat_answer",
            "server: {established: talking, server/notice: stays, heartbeat_answer",
        ),
    ),
)
SESSION_SAME_COURSE: Final = rule(
    "SESSION_SAME_COURSE",
    "A message leads to another state",
    "From there on the two sides are in different states: one says what the other does not expect.",
    "Let the message lead where it led, and give the new order to a message of its own.",
    session("{established: talking, heartbeat_answer", "{established: rejoining, heartbeat_answer"),
)
SESSION_NO_STANDSTILL: Final = rule(
    "SESSION_NO_STANDSTILL",
    "A conversation comes to a standstill",
    "Each side waits for a message that the other one does not have or does not send there.",
    "Let the state go on without the message that the other revision does not know.",
    session(
        "server: {established: talking, heartbeat_answer: stays, complaint: stays}",
        "server: {server/challenge: asked, heartbeat_answer: stays, complaint: stays}",
    ),
    session(
        "  rejoining:\n    desc",
        "  asked:\n    description: the guest is to answer\n    client: {client/answer: answered, heartbeat: stays}\n    server: {heartbeat_answer: stays}\n  answered:\n    description: the host looks at the answer\n    server: {established: talking}\n  rejoining:\n    desc",
    ),
    Edit(
        "client/talk.yaml",
        "  ping:\n",
        "  answer:\n    summary: An answer\n    description: An answer.\n    seq: never\n    payload: false\n    examples:\n      - {summary: One}\n  ping:\n",
    ),
    Edit(
        "server/talk.yaml",
        "  pong:\n",
        "  challenge:\n    summary: A question\n    description: A question.\n    seq: never\n    payload: false\n    examples:\n      - {summary: One}\n  pong:\n",
    ),
)
SESSION_REACTION_SAME: Final = rule(
    "SESSION_REACTION_SAME",
    "What a state refuses is refused in another way",
    "What a state passes over may be said, without effect; who says it loses the connection to the other revision. Who hears only another code does what that code says.",
    "Keep the reaction of the state, or tell in the description of the code what has become of it.",
    session("resume: ignored}", "resume: {close: 4001}}"),
)
SESSION_MISTAKES_SAME: Final = rule(
    "SESSION_MISTAKES_SAME",
    "A receiver does something else with mistakes",
    "Nobody is hurt by it today: no revision lets anybody send what is a mistake for it, but for binary messages that are read. Whom it will hurt are those of later revisions, with messages, values and keys that are added.",
    "Stay as lenient as before; be strict in a new version of the protocol.",
    session("of_client: {unknown_type: ignored", "of_client: {unknown_type: {close: 4000}"),
)
