"""Rules about what readers must accept, but a sender should know: notes, and errors with ``--strict``.

A protocol grows: readers ignore fields that they do not know and keep values that are new to them.
"""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import from_server
from voxwire.rules.rule import Rule

UNKNOWN_FIELD: Final = Rule(
    "UNKNOWN_FIELD",
    group="payload",
    severity="note",
    headline="An unknown field",
    meaning="A field is not known here; readers ignore it.",
    why="Every object is open, so that new fields break no reader. A misspelt field is ignored "
    "just as silently.",
    fix="Compare the spelling with the message's fields, or leave the field out.",
    source="messages",
    culprit="sender",
    bad=from_server(
        '← member_leave `{"user_id": 7, "reason": "spam"}`',
        '{"type":"member_leave","d":{"user_id":7,"reason":"spam"},"seq":2}',
    ),
    good=from_server(
        '← member_leave `{"user_id": 7}`', '{"type":"member_leave","d":{"user_id":7},"seq":2}'
    ),
    strict=True,
)

UNKNOWN_ENUM_VALUE: Final = Rule(
    "UNKNOWN_ENUM_VALUE",
    group="payload",
    severity="note",
    headline="A new value of an open set",
    meaning="A value is new in a set that may grow; readers keep it.",
    why="Newer servers and other servers' users bring values that this schema does not list. A "
    "client that sends one may also have misspelt it.",
    fix="Readers: keep the value and have something to show for it. Senders: check the spelling.",
    source="messages",
    culprit="client",
    bad=from_server(
        '← presence_update `{"status": "away", …}`',
        '{"type":"presence_update","d":{"user_id":7,"status":"away"},"seq":2}',
    ),
    good=from_server(
        '← presence_update `{"status": "idle", …}`',
        '{"type":"presence_update","d":{"user_id":7,"status":"idle"},"seq":2}',
    ),
    strict=True,
)

UNKNOWN_SHAPE: Final = Rule(
    "UNKNOWN_SHAPE",
    group="payload",
    severity="note",
    headline="An unusual shape",
    meaning="A value does not have its usual shape; readers keep it.",
    why="The value is what some user's program supplied, and servers relay any JSON there.",
    fix="Readers: be ready for any JSON. Authors: send the usual shape, or few will show it.",
    source="messages",
    culprit="author",
    bad=from_server(
        '← message_create with `"embed": "text"`',
        '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","embed":"text"},"seq":2}',
    ),
    good=from_server(
        '← message_create with `"embed": {"title": "text"}`',
        '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","embed":{"title":"text"}},"seq":2}',
    ),
    strict=True,
)

RELAYED_VALUE: Final = Rule(
    "RELAYED_VALUE",
    group="payload",
    severity="note",
    headline="An unusual value of another client",
    meaning="Another client gave a value of unusual shape; servers pass on what clients give.",
    why="Servers do not check what they pass on. A reader that refused the frame could be "
    "disconnected by any other user.",
    fix="Readers: keep the frame. The author of the value: send what the schema describes.",
    source="messages",
    culprit="author",
    bad=from_server(
        '← presence_update `{"custom_status": {"emoji": null}, …}`',
        '{"type":"presence_update","d":{"user_id":7,"status":"idle","custom_status":{"emoji":null}},"seq":2}',
    ),
    good=from_server(
        '← presence_update `{"custom_status": {"emoji": "🌊"}, …}`',
        '{"type":"presence_update","d":{"user_id":7,"status":"idle","custom_status":{"emoji":"🌊"}},"seq":2}',
    ),
    strict=True,
)

PUBLISHED_NAME: Final = Rule(
    "PUBLISHED_NAME",
    group="payload",
    severity="note",
    headline="Only published pages have it",
    meaning="A name or null from published pages that the wire lacks.",
    why="Published pages and the wire disagree in places, and the wire wins: readers of the "
    "wire do not look for that name.",
    fix="Send what the wire has; the finding names it where there is one.",
    source="disagreements",
    culprit="sender",
    bad=from_server(
        '← member_ban `{"user_id": 7, "reason": "spam"}`',
        '{"type":"member_ban","d":{"user_id":7,"reason":"spam"},"seq":2}',
    ),
    good=from_server(
        '← member_ban `{"user_id": 7}`', '{"type":"member_ban","d":{"user_id":7},"seq":2}'
    ),
    strict=True,
)

MODEL_MISMATCH: Final = Rule(
    "MODEL_MISMATCH",
    group="payload",
    severity="error",
    headline="The models refuse a sound frame",
    meaning="The typed models refuse a frame that no rule is against.",
    why="Validators and models are made from the same schema and must agree: one of them is wrong.",
    fix="Please report it, with the frame.",
    source=None,
    culprit=None,
    bad=None,
    good=None,
)
