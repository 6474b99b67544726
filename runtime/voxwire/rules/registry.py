"""Every rule that a finding can name: what it means and why it matters.

``voxwire rules`` prints this; rule ids are stable, and a finding never has one that is not here.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from voxwire.rules.blame import Culprit

Severity = Literal["error", "warning", "note"]


class Rule(NamedTuple):
    """A rule. `severity` is the usual one; `strict` when ``--strict`` makes an error of it. `culprit`
    is who breaks it, None where that cannot be told from a capture."""

    id: str
    severity: Severity
    group: str
    meaning: str
    culprit: Culprit | None
    strict: bool = False


def _group(name: str, culprit: Culprit | None, *rules: tuple[str, Severity, str]) -> list[Rule]:
    return [Rule(id_, severity, name, meaning, culprit) for id_, severity, meaning in rules]


_ALL: Final = [
    *_group(
        "capture",
        "capture",
        ("CAPTURE_UNREADABLE", "error", "The file cannot be opened, is damaged or no capture."),
        ("CAPTURE_EMPTY", "error", "The file holds nothing, so that nothing was checked."),
        ("CAPTURE_LINE_INVALID", "error", "A line does not have the capture format."),
        (
            "CAPTURE_LINE_TOO_LONG",
            "error",
            "A line is longer than any frame can be; it is skipped.",
        ),
        ("CAPTURE_NO_HEADER", "note", "A connection has no header line, so its start is unknown."),
        (
            "CAPTURE_ONE_SIDED",
            "note",
            "Only one side of a connection is there; rules that need the other are off.",
        ),
        (
            "CAPTURE_TIME_UNIT",
            "note",
            "Times are not Unix time in seconds; rules about time are off.",
        ),
        (
            "CAPTURE_TIME_MISSING",
            "note",
            "Lines have no time, or all the same; rules about time are off.",
        ),
        (
            "CAPTURE_TIME_BACKWARDS",
            "note",
            "Times run backwards; rules about time are off from there.",
        ),
    ),
    *_group(
        "compression",
        "sender",
        ("ZSTD_INVALID", "error", "A binary message is no zstd frame, or a damaged one."),
        ("ZSTD_TOO_LARGE", "error", "A zstd frame holds more than a frame may have."),
        ("ZSTD_TRAILING_DATA", "error", "Something follows the one zstd frame of a message."),
        ("BINARY_FROM_CLIENT", "error", "A client sent a binary message; clients send text."),
    ),
    *_group(
        "json",
        "sender",
        (
            "FRAME_TOO_LARGE",
            "warning",
            "A frame is longer than many clients read (1 MiB); it is not looked into.",
        ),
        ("JSON_INVALID", "error", "The text of a frame is not JSON."),
        ("JSON_NOT_UTF8", "error", "The bytes of a frame are not UTF-8."),
        ("JSON_NOT_FINITE", "error", "NaN or Infinity stands where JSON has no such number."),
        ("JSON_NUMBER_RANGE", "error", "A number is too large or too long for any reader."),
        ("JSON_LONE_SURROGATE", "error", "A text holds half of a surrogate pair."),
        (
            "JSON_DUPLICATE_KEY",
            "error",
            "An object has a key twice; readers differ on which counts.",
        ),
        ("JSON_TOO_DEEP", "error", "Arrays and objects nest deeper than the limit."),
    ),
    *_group(
        "envelope",
        "sender",
        ("FRAME_NOT_OBJECT", "error", "A frame is JSON, but no object."),
        ("TYPE_MISSING", "error", "A frame does not say its message type."),
        ("TYPE_INVALID", "error", "The message type of a frame is not a string."),
        ("UNKNOWN_TYPE", "note", "The message type is not known here; readers ignore the frame."),
        ("WRONG_DIRECTION", "error", "Only the other side sends messages of this type."),
        ("PAYLOAD_MISSING", "error", "A message lacks its payload."),
        ("PAYLOAD_INVALID", "error", "The payload of a message is not an object."),
        ("PAYLOAD_FORBIDDEN", "error", "A message that carries no payload has one."),
        ("SEQ_MISSING", "error", "A numbered message lacks its sequence number."),
        ("SEQ_INVALID", "error", "A sequence number is not an integer from 1 upwards."),
        ("SEQ_FORBIDDEN", "error", "A message that is not numbered has a sequence number."),
    ),
    *_group(
        "payload",
        "sender",
        ("FIELD_MISSING", "error", "A required field is missing."),
        ("FIELD_TYPE", "error", "A field has a value of the wrong JSON type."),
        ("FIELD_RANGE", "error", "An integer is outside its range."),
        ("FIELD_LENGTH", "error", "A text is too long or too short."),
        ("FIELD_ITEMS", "error", "An array has too many or too few items."),
        ("FIELD_PATTERN", "error", "A text does not have its form."),
        ("FIELD_ENUM", "error", "A value is none of those that are allowed."),
        ("FIELD_CONST", "error", "A field does not have its one fixed value."),
        ("EXACTLY_ONE_OF", "error", "Of some fields exactly one must be there."),
        ("REQUIRED_WHEN", "error", "A field is missing that another field's value requires."),
        ("FORBIDDEN_WHEN", "error", "A field is there that another field's value rules out."),
        ("VARIANT_UNKNOWN", "error", "The field that tells variants apart names none of them."),
        ("JSON_LENGTH", "error", "An object is too long when written as JSON."),
        ("UNKNOWN_FIELD", "note", "A field is not known here; readers ignore it."),
        ("UNKNOWN_ENUM_VALUE", "note", "A value is new in a set that may grow; readers keep it."),
        ("UNKNOWN_SHAPE", "note", "A value does not have its usual shape; readers keep it."),
        (
            "RELAYED_VALUE",
            "note",
            "Another client gave a value of unusual shape; servers pass on what clients give.",
        ),
        ("PUBLISHED_NAME", "note", "A name or null from published pages that the wire lacks."),
        ("MODEL_MISMATCH", "error", "The typed models refuse a frame that no rule is against."),
    ),
    *_group(
        "sequence",
        "server",
        ("SEQ_START", "error", "A session does not start with sequence number 1."),
        ("SEQ_GAP", "error", "Sequence numbers are missing: messages were lost."),
        ("SEQ_DUPLICATE", "error", "A sequence number comes twice in a row."),
        ("SEQ_REGRESSION", "error", "A sequence number is lower than one before it."),
    ),
    *_group(
        "session",
        None,
        ("ENDPOINT_QUERY", "error", "The address has a parameter value that does not exist."),
        ("COMPRESSION_MISSING", "error", "The server sends plain text although zstd was asked."),
        ("COMPRESSION_UNASKED", "error", "The server compresses although nobody asked for it."),
        ("HELLO_NOT_FIRST", "error", "The server's first message is not hello."),
        (
            "HELLO_REPEATED",
            "error",
            "hello comes a second time; rules about order are off from there.",
        ),
        ("NOT_IDENTIFIED", "error", "The client begins with neither identify nor resume."),
        ("IDENTIFY_REPEATED", "error", "The client identifies twice on one connection."),
        ("RESUME_REPEATED", "error", "The client resumes on a connection that has a session."),
        (
            "RESUME_LAST_SEQ",
            "error",
            "A resume does not name the last number received; a note if lower.",
        ),
        ("READY_UNASKED", "error", "ready comes without an identify that it answers."),
        ("RESUMED_UNASKED", "error", "resumed comes without a resume that it answers."),
        ("BEFORE_READY", "error", "A numbered message comes before the session is there."),
        ("HEARTBEAT_LATE", "error", "The client's heartbeat is overdue."),
        (
            "HEARTBEAT_ACK_MISSING",
            "error",
            "A heartbeat was not answered in half an interval, and not before the next one.",
        ),
        ("HEARTBEAT_ACK_UNASKED", "error", "heartbeat_ack comes without a heartbeat."),
        ("HEARTBEAT_NOT_GIVEN_UP", "error", "The client ignores that nobody answers it."),
        ("RATE_MESSAGES", "warning", "The client sends more messages than it may."),
        ("RATE_TYPING", "note", "The client types again so soon that the server ignores it."),
        ("FRAME_AFTER_CLOSE", "error", "A frame follows the close of its connection."),
        ("CLOSE_CODE_UNEXPECTED", "error", "The close code does not fit what happened."),
        ("CLOSE_CODE_UNKNOWN", "error", "The protocol has no such close code."),
        (
            "CLOSE_CODE_INVALID",
            "error",
            "No close frame can carry this code (RFC 6455 section 7.4). 1005 and 1006 cannot either, "
            "but libraries report them for a close without a code and for a lost connection.",
        ),
        ("CLOSE_REASON_MISMATCH", "error", "The close reason is the name of another code."),
        ("CLOSE_MEANING", "note", "What the close code means, and what to do next."),
    ),
]

_STRICT: Final = frozenset(
    (
        "UNKNOWN_TYPE",
        "UNKNOWN_FIELD",
        "UNKNOWN_ENUM_VALUE",
        "UNKNOWN_SHAPE",
        "RELAYED_VALUE",
        "PUBLISHED_NAME",
    )
)

_CULPRITS: Final[Mapping[str, Culprit | None]] = {
    "FRAME_TOO_LARGE": None,
    "JSON_NOT_FINITE": "client",
    "JSON_NUMBER_RANGE": "client",
    "JSON_LONE_SURROGATE": "client",
    "JSON_DUPLICATE_KEY": "client",
    "JSON_TOO_DEEP": "client",
    "UNKNOWN_ENUM_VALUE": "client",
    "UNKNOWN_SHAPE": "author",
    "RELAYED_VALUE": "author",
    "MODEL_MISMATCH": None,
    "SEQ_GAP": None,
    "ENDPOINT_QUERY": "client",
    "COMPRESSION_MISSING": "server",
    "COMPRESSION_UNASKED": "server",
    "NOT_IDENTIFIED": "client",
    "IDENTIFY_REPEATED": "client",
    "RESUME_REPEATED": "client",
    "RESUME_LAST_SEQ": "client",
    "READY_UNASKED": "server",
    "RESUMED_UNASKED": "server",
    "BEFORE_READY": "server",
    "HEARTBEAT_LATE": "client",
    "HEARTBEAT_ACK_MISSING": "server",
    "HEARTBEAT_ACK_UNASKED": "server",
    "HEARTBEAT_NOT_GIVEN_UP": "client",
    "RATE_MESSAGES": "client",
    "RATE_TYPING": "client",
}
"""Where a rule's culprit is another than its group's. What a server relays may hold any number or
text of a client, so that only a client is known to have written what JSON does not have. A gap, an odd
close and an odd hello may also come from a capture that lacks something, or from either side."""

RULES: Final[Mapping[str, Rule]] = {
    rule.id: rule._replace(culprit=_CULPRITS.get(rule.id, rule.culprit), strict=rule.id in _STRICT)
    for rule in _ALL
}
"""All rules by id, in the order in which a frame is looked at."""
