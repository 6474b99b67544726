"""Rules about the text of a frame: is it JSON, and do all readers take it for the same?

A server relays much of what clients give it, so that of most of these only a client can be blamed.
"""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import from_client, from_server, on_compressed_session
from voxwire.rules.rule import Rule
from voxwire.rules.steps import Filled, server_binary

FRAME_TOO_LARGE: Final = Rule(
    "FRAME_TOO_LARGE",
    group="json",
    severity="warning",
    headline="A very long frame",
    meaning="A frame is longer than many clients read (1 MiB); it is not looked into.",
    why="Widely used WebSocket libraries close the connection with 1009 for a longer message, "
    "whatever the server allows.",
    fix="Send less at once.",
    source="frames",
    culprit=None,
    bad=from_server(
        "← a text of 2 MB",
        Filled(
            '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"…"},"seq":2}',
            "A",
            2_000_000,
        ),
    ),
    good=from_server(
        "← a text of 2 kB",
        Filled(
            '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"…"},"seq":2}',
            "A",
            2000,
        ),
    ),
)

JSON_INVALID: Final = Rule(
    "JSON_INVALID",
    group="json",
    severity="error",
    headline="Not JSON",
    meaning="The text of a frame is not JSON.",
    why="Nobody can read the frame. A server closes the connection for it.",
    fix="Write frames with a JSON library, not by joining texts.",
    source="frames",
    culprit="sender",
    bad=from_client("`{type: 'typing'}`", "{type: 'typing', d: {feed_id: 1}}"),
    good=from_client('`{"type": "typing", …}`', '{"type":"typing","d":{"feed_id":1}}'),
)

JSON_NOT_UTF8: Final = Rule(
    "JSON_NOT_UTF8",
    group="json",
    severity="error",
    headline="Not UTF-8",
    meaning="The bytes of a frame are not UTF-8.",
    why="Text messages are UTF-8 (RFC 6455, section 5.6), and JSON between programs is, too "
    "(RFC 8259, section 8.1). Most readers end the connection.",
    fix="Encode the text as UTF-8, and cut texts between characters, not between bytes.",
    source="frames",
    culprit="sender",
    bad=on_compressed_session(
        "one byte, E9, for the é of Latin-1",
        server_binary(
            b'{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"caf\xe9"},"seq":2}'
        ),
    ),
    good=on_compressed_session(
        "two bytes, C3 A9, for the é",
        server_binary(
            '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"café"},"seq":2}'
        ),
    ),
)

JSON_NOT_FINITE: Final = Rule(
    "JSON_NOT_FINITE",
    group="json",
    severity="error",
    headline="NaN or Infinity",
    meaning="NaN or Infinity stands where JSON has no such number.",
    why="JSON has no such numbers (RFC 8259, section 6); many parsers refuse the whole frame. "
    "Python's json module writes them unless it is told not to.",
    fix="Write null or leave the field out; in Python, `json.dumps(…, allow_nan=False)` finds them.",
    source="frames",
    culprit="client",
    bad=from_client('`{"feed_id": NaN}`', '{"type":"typing","d":{"feed_id":NaN}}'),
    good=from_client('`{"feed_id": 1}`', '{"type":"typing","d":{"feed_id":1}}'),
)

JSON_NUMBER_RANGE: Final = Rule(
    "JSON_NUMBER_RANGE",
    group="json",
    severity="error",
    headline="A number that nobody can hold",
    meaning="A number is too large or too long for any reader.",
    why="Readers make infinity of it, cut it off, or refuse the frame (RFC 8259, section 6).",
    fix="Send numbers that fit a double, or integers of the width that the field has.",
    source="frames",
    culprit="client",
    bad=from_client('`{"feed_id": 1e999}`', '{"type":"typing","d":{"feed_id":1e999}}'),
    good=from_client('`{"feed_id": 1}`', '{"type":"typing","d":{"feed_id":1}}'),
)

JSON_LONE_SURROGATE: Final = Rule(
    "JSON_LONE_SURROGATE",
    group="json",
    severity="error",
    headline="Half of a surrogate pair",
    meaning="A text holds half of a surrogate pair.",
    why="No Unicode text can hold it; some readers refuse the frame, others put a replacement "
    "character there (RFC 8259, section 8.2).",
    fix="Cut texts between characters: some take two units of UTF-16, as most emoji do.",
    source="frames",
    culprit="client",
    bad=from_server(
        r'`{"body": "\ud800"}`',
        r'{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"\ud800"},"seq":2}',
    ),
    good=from_server(
        r'`{"body": "\ud83e\uded6"}`',
        r'{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"\ud83e\uded6"},"seq":2}',
    ),
)

JSON_DUPLICATE_KEY: Final = Rule(
    "JSON_DUPLICATE_KEY",
    group="json",
    severity="error",
    headline="A key occurs twice",
    meaning="An object has a key twice; readers differ on which counts.",
    why="Most take the last, some the first, some refuse the frame (RFC 8259, section 4): what "
    "one program checks is not what another one uses.",
    fix="Write each key once.",
    source="frames",
    culprit="client",
    bad=from_client(
        '`{"feed_id": 1, "feed_id": 2}`', '{"type":"typing","d":{"feed_id":1,"feed_id":2}}'
    ),
    good=from_client('`{"feed_id": 1}`', '{"type":"typing","d":{"feed_id":1}}'),
)

JSON_TOO_DEEP: Final = Rule(
    "JSON_TOO_DEEP",
    group="json",
    severity="error",
    headline="Nested too deeply",
    meaning="Arrays and objects nest deeper than the limit.",
    why="Parsers have limits of their own, mostly 128 levels or more; beyond them some refuse "
    "the frame and some crash.",
    fix="Send flatter values; the messages themselves need a few levels only.",
    source="frames",
    culprit="client",
    bad=from_server(
        "a thousand `[` in a row",
        Filled(
            '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"embed":{"fields":…',
            "[",
            1000,
        ),
    ),
    good=from_server(
        "a few levels",
        '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","embed":{"fields":[{"name":"a","value":"b"}]}},"seq":2}',
    ),
)
