"""Rules about roles, close codes, refusals, numbers, streams and compression."""

from __future__ import annotations

from typing import Final

from voxspec.breaking.conversation.rules.rule import Rule

SESSION_ROLE_SAME: Final = Rule(
    "SESSION_ROLE_SAME",
    headline="Another message plays a part",
    why="Who gets the message that played it does not know what it is for any more.",
    fix="Give the part its old message back, or introduce the new one beside it.",
    before="roles: {complaint: {message: server/error}}",
    after="roles: {complaint: {message: server/warning}}",
)
SESSION_ROLE_SAME_FIELD: Final = Rule(
    "SESSION_ROLE_SAME_FIELD",
    headline="Something is carried by another field",
    why="One side writes it where the other does not look for it.",
    fix="Carry it in both fields until nobody reads the old one.",
    before="resume: {message: client/resume, session: session_id}",
    after="resume: {message: client/resume, session: session_name}",
)
SESSION_ROLE_SAME_ABSENCE: Final = Rule(
    "SESSION_ROLE_SAME_ABSENCE",
    headline="The absence of a field means something else",
    why="Who leaves the field out says another thing than it means.",
    fix="Keep what its absence counts as, and let who means the other thing say so.",
    before="login: {version: {field: protocol_version, when_absent: 1}}",
    after="login: {version: {field: protocol_version, when_absent: 2}}",
)
SESSION_CLOSE_CODE_SAME: Final = Rule(
    "SESSION_CLOSE_CODE_SAME",
    headline="The connection is closed with another code or reason",
    why="Programs and people take a code for what it meant before.",
    fix="Keep the code for what it stands for, and give a new meaning a code of its own.",
    before="refusals: {full: {close: 4012}}",
    after="refusals: {full: {close: 4013}}",
)
SESSION_CLOSE_CODE_SAME_RECOVERY: Final = Rule(
    "SESSION_CLOSE_CODE_SAME_RECOVERY",
    headline="After another close code, clients go on in another way",
    why="A client of the other revision gives up, or tries to go on with what is gone.",
    fix="Close with a code after which clients do the same as before.",
    before="resume: {gone: {close: 4009}}",
    after="resume: {gone: {close: 4004}}",
)
SESSION_REFUSAL_SAME: Final = Rule(
    "SESSION_REFUSAL_SAME",
    headline="A server refuses something, or has no code for it any more",
    why="Clients of the other revision do not reckon with that refusal.",
    fix="Refuse only what clients know that can be refused, or close with a code that they know.",
    before="refusals: {}",
    after="refusals: {full: {close: 4012}}",
)
SESSION_STREAM_SAME: Final = Rule(
    "SESSION_STREAM_SAME",
    headline="Other messages belong together",
    why="One side takes a stream for open that has ended for the other.",
    fix="Add a stream beside the old one.",
    before="streams: {operation: {ended_by: [server/complete, server/error]}}",
    after="streams: {operation: {ended_by: [server/complete]}}",
)
SESSION_COMPRESSION_NO_DELETE: Final = Rule(
    "SESSION_COMPRESSION_NO_DELETE",
    headline="A compression can not be asked for any more",
    why="Clients that ask for it get everything uncompressed, which costs them more.",
    fix="Keep it until no client asks for it.",
    before="compression: {server: {zstd: zstd}}",
    after="(no compression)",
)
SESSION_COMPRESSION_ADDED: Final = Rule(
    "SESSION_COMPRESSION_ADDED",
    headline="A compression can be asked for",
    why="Servers that do not know it send everything uncompressed.",
    fix="Let clients take uncompressed messages as well.",
    before="(no compression)",
    after="compression: {server: {zstd: zstd}}",
)
SESSION_TOKENS_SAME: Final = Rule(
    "SESSION_TOKENS_SAME",
    headline="Something else looks like a token",
    why="Tools of the other revision mask less, or more.",
    fix="Record traffic with the tools of the newer revision.",
    before="tokens: [{shown: vox_, masked: '[0-9a-f]+'}]",
    after="tokens: [{shown: vox_sess_, masked: '[0-9a-f]+'}]",
)
