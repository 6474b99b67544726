"""Rules about the text of a frame: is it JSON, and do all readers take it for the same?

A server relays much of what clients give it, so that of most of these only a client can be blamed.
"""

from __future__ import annotations

from typing import Final

from voxwire.rules.rule import Rule

FRAME_TOO_LARGE: Final = Rule(
    "FRAME_TOO_LARGE",
    group="json",
    severity="warning",
    headline="A very long frame",
    meaning="A frame is longer than many clients read (1 MiB); it is not looked into.",
    why="Widely used WebSocket libraries close the connection with 1009 for a longer message, whatever "
    "the server allows.",
    fix="Send less at once.",
    culprit=None,
    example="← a text of 10 MB",
)

JSON_INVALID: Final = Rule(
    "JSON_INVALID",
    group="json",
    severity="error",
    headline="Not JSON",
    meaning="The text of a frame is not JSON.",
    why="Nobody can read the frame. A server closes the connection for it (section 2).",
    fix="Write frames with a JSON library, not by joining texts.",
    culprit="sender",
    example="`{type: 'typing'}`",
)

JSON_NOT_UTF8: Final = Rule(
    "JSON_NOT_UTF8",
    group="json",
    severity="error",
    headline="Not UTF-8",
    meaning="The bytes of a frame are not UTF-8.",
    why="Text messages are UTF-8 (RFC 6455, section 5.6), and JSON between programs is, too (RFC 8259, "
    "section 8.1). Most readers end the connection.",
    fix="Encode the text as UTF-8, and cut texts between characters, not between bytes.",
    culprit="sender",
    example="the byte FF inside a text",
)

JSON_NOT_FINITE: Final = Rule(
    "JSON_NOT_FINITE",
    group="json",
    severity="error",
    headline="NaN or Infinity",
    meaning="NaN or Infinity stands where JSON has no such number.",
    why="JSON has no such numbers (RFC 8259, section 6); many parsers refuse the whole frame. Python's "
    "json module writes them unless it is told not to.",
    fix="Write null or leave the field out; in Python, `json.dumps(…, allow_nan=False)` finds them.",
    culprit="client",
    example='`{"feed_id": NaN}`',
)

JSON_NUMBER_RANGE: Final = Rule(
    "JSON_NUMBER_RANGE",
    group="json",
    severity="error",
    headline="A number that nobody can hold",
    meaning="A number is too large or too long for any reader.",
    why="Readers make infinity of it, cut it off, or refuse the frame (RFC 8259, section 6).",
    fix="Send numbers that fit a double, or integers of the width that the field has.",
    culprit="client",
    example='`{"feed_id": 1e999}`',
)

JSON_LONE_SURROGATE: Final = Rule(
    "JSON_LONE_SURROGATE",
    group="json",
    severity="error",
    headline="Half of a surrogate pair",
    meaning="A text holds half of a surrogate pair.",
    why="No Unicode text can hold it; some readers refuse the frame, others put a replacement character "
    "there (RFC 8259, section 8.2).",
    fix="Cut texts between characters: some take two units of UTF-16, as most emoji do.",
    culprit="client",
    example=r'`{"body": "\ud800"}`',
)

JSON_DUPLICATE_KEY: Final = Rule(
    "JSON_DUPLICATE_KEY",
    group="json",
    severity="error",
    headline="A key occurs twice",
    meaning="An object has a key twice; readers differ on which counts.",
    why="Most take the last, some the first, some refuse the frame (RFC 8259, section 4): what one "
    "program checks is not what another one uses.",
    fix="Write each key once.",
    culprit="client",
    example='`{"feed_id": 1, "feed_id": 2}`',
)

JSON_TOO_DEEP: Final = Rule(
    "JSON_TOO_DEEP",
    group="json",
    severity="error",
    headline="Nested too deeply",
    meaning="Arrays and objects nest deeper than the limit.",
    why="Parsers have limits of their own, mostly 128 levels or more; beyond them some refuse the frame "
    "and some crash.",
    fix="Send flatter values; the messages themselves need a few levels only.",
    culprit="client",
    example="a thousand `[` in a row",
)
