"""Rules about what may be said when, and what happens to the rest."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.conversation.rules.rule import Rule

SESSION_STATED: Final = Rule(
    "SESSION_STATED",
    headline="What a conversation may be is said by one revision only",
    why="Without session.yaml everything may be said at any time; with it much of that is refused.",
    fix="Give the states that are needed, and let `any` stay where nothing is known of it.",
    before="(no session.yaml)",
    after="states:\n  greeted: {client: {login: identifying}}",
)
SESSION_MOVE_NO_DELETE: Final = Rule(
    "SESSION_MOVE_NO_DELETE",
    headline="A state does not allow a message any more",
    why="Whoever runs the old revision sends it there still, and the other side refuses it.",
    fix="Keep allowing it, or let `_otherwise` pass over it until nobody sends it any more.",
    before="identifying: {client: {heartbeat: stays}}",
    after="identifying: {client: {}}",
)
SESSION_MOVE_ADDED: Final = Rule(
    "SESSION_MOVE_ADDED",
    headline="A state allows a message that it refused",
    why="Whoever runs the new revision may send it there, and the old one refuses it.",
    fix="Send it only to who said that it can take it, with a capability or a version of its own.",
    before="greeted: {server: {complaint: stays}}",
    after="greeted: {server: {complaint: stays, server/notice: stays}}",
)
SESSION_SAME_COURSE: Final = Rule(
    "SESSION_SAME_COURSE",
    headline="A message leads to another state",
    why="From there on the two sides are in different states: one says what the other does not expect.",
    fix="Let the message lead where it led, and give the new order to a message of its own.",
    before="identifying: {server: {established: ready}}",
    after="identifying: {server: {established: joining}}",
)
SESSION_NO_STANDSTILL: Final = Rule(
    "SESSION_NO_STANDSTILL",
    headline="A conversation comes to a standstill",
    why="Each side waits for a message that the other one does not have or does not send there.",
    fix="Let the state go on without the message that the other revision does not know.",
    before="greeted: {client: {login: identifying}}",
    after="greeted: {server: {server/challenge: challenged}}",
)
SESSION_REACTION_SAME: Final = Rule(
    "SESSION_REACTION_SAME",
    headline="What a state refuses is refused in another way",
    why="Who says it anyway was passed over, and loses the connection now; or hears another code.",
    fix="Keep the reaction of the state, or tell in the description of the code what has become of it.",
    before="ready: {client_otherwise: {resume: ignored}}",
    after="ready: {client_otherwise: {resume: {close: 4005}}}",
)
SESSION_MISTAKES_SAME: Final = Rule(
    "SESSION_MISTAKES_SAME",
    headline="A receiver takes mistakes otherwise",
    why="What a receiver put up with, senders rely on without knowing it.",
    fix="Stay as lenient as before; be strict in a new version of the protocol.",
    before="mistakes: {of_client: {unknown_type: ignored}}",
    after="mistakes: {of_client: {unknown_type: {close: 4001}}}",
)
