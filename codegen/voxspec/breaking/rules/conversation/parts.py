"""Rules about roles, close codes, refusals, streams and compression."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.rules.conversation.made import rule, session

SESSION_ROLE_SAME: Final = rule(
    "SESSION_ROLE_SAME",
    "Another message plays a part",
    "Who gets the message that plays it takes it for another one, or does not know it at all: a login is refused or never answered, heartbeats do not count.",
    "Give the part its old message back, or introduce the new one beside it.",
    session("complaint: {message: server/refused}", "complaint: {message: server/notice}"),
    session(
        "heartbeat_answer: stays, complaint: stays}\n    server_otherwise",
        "heartbeat_answer: stays, server/refused: stays}\n    server_otherwise",
    ),
    session(
        "sequenced: stays, complaint: stays}\n  talking",
        "sequenced: stays, server/refused: stays}\n  talking",
    ),
    session(
        "complaint: stays, server/notice: stays, any",
        "server/refused: stays, complaint: stays, any",
    ),
)
SESSION_ROLE_SAME_FIELD: Final = rule(
    "SESSION_ROLE_SAME_FIELD",
    "Something is carried by another field",
    "One side writes it where the other does not look for it.",
    "Carry it in both fields until nobody reads the old one.",
    session("session: session, last_seq", "session: name, last_seq"),
)
SESSION_ROLE_SAME_ABSENCE: Final = rule(
    "SESSION_ROLE_SAME_ABSENCE",
    "The absence of a field means something else",
    "Who leaves the field out says another thing than it means.",
    "Keep what its absence counts as, and let who means the other thing say so.",
    session("when_absent: 1", "when_absent: 2"),
)
SESSION_CLOSE_CODE_SAME: Final = rule(
    "SESSION_CLOSE_CODE_SAME",
    "The connection is closed with another code or reason",
    "Programs and people take a code for what it meant before.",
    "Keep the code for what it stands for, and give a new meaning a code of its own.",
    session("then: {close: 4003}}\n\nheartbeat", "then: {close: 4001}}\n\nheartbeat"),
)
SESSION_CLOSE_CODE_SAME_RECOVERY: Final = rule(
    "SESSION_CLOSE_CODE_SAME_RECOVERY",
    "After another close code, clients go on in another way",
    "A client of the other revision gives up, or tries to go on with what is gone.",
    "Close with a code after which clients do the same as before.",
    session("  gone: {close: 4005}", "  gone: {close: 4002}"),
    good=(session("  gone: {close: 4005}", "  gone: {close: 4003}"),),
)
SESSION_REFUSAL_SAME: Final = rule(
    "SESSION_REFUSAL_SAME",
    "A server refuses something, or has no code for it any more",
    "Clients of the other revision do not reckon with that refusal.",
    "Refuse only what clients know that can be refused, or close with a code that they know.",
    session("token: {close: 4002}\n", "token: {close: 4002}\n  full: {close: 4004}\n"),
)
SESSION_STREAM_SAME: Final = rule(
    "SESSION_STREAM_SAME",
    "Other messages belong together",
    "One side takes a stream for open that has ended for the other.",
    "Add a stream beside the old one.",
    session("ended_by: [server/served, client/cancel]", "ended_by: [server/served]"),
)
SESSION_COMPRESSION_NO_DELETE: Final = rule(
    "SESSION_COMPRESSION_NO_DELETE",
    "A compression can not be asked for any more",
    "Clients that ask for it get everything uncompressed, which costs them more.",
    "Keep it until no client asks for it.",
    session(
        "compression:\n  parameter: compress\n  server: {zstd: zstd}\n  client: none\n  description: Messages of the host can be packed.\n\n",
        "",
    ),
)
SESSION_COMPRESSION_ADDED: Final = rule(
    "SESSION_COMPRESSION_ADDED",
    "A compression can be asked for",
    "Servers that do not know it send everything uncompressed.",
    "Let clients take uncompressed messages as well.",
    session(
        "compression:\n  parameter: compress\n  server: {zstd: zstd}\n  client: none\n  description: Messages of the host can be packed.\n\n",
        "",
    ),
    backwards=True,
)
SESSION_TOKENS_SAME: Final = rule(
    "SESSION_TOKENS_SAME",
    "Something else looks like a token",
    "Tools of the other revision mask less, or more.",
    "Record traffic with the tools of the newer revision.",
    session("masked: '[a-z]+'", "masked: '[a-z0-9]+'"),
)
