"""Rules about what readers must accept, but a sender should know: notes, and errors with ``--strict``.

A protocol grows: readers ignore fields that they do not know and keep values that are new to them.
"""

from __future__ import annotations

from typing import Final

from voxwire.rules.rule import Rule

UNKNOWN_FIELD: Final = Rule(
    "UNKNOWN_FIELD",
    group="payload",
    severity="note",
    headline="An unknown field",
    meaning="A field is not known here; readers ignore it.",
    why="Every object is open, so that new fields break no reader. A misspelt field is ignored just as "
    "silently.",
    fix="Compare the spelling with the message's fields, or leave the field out.",
    culprit="sender",
    example='← member_leave `{"user_id": 7, "reason": "spam"}`',
    strict=True,
)

UNKNOWN_ENUM_VALUE: Final = Rule(
    "UNKNOWN_ENUM_VALUE",
    group="payload",
    severity="note",
    headline="A new value of an open set",
    meaning="A value is new in a set that may grow; readers keep it.",
    why="Newer servers and other servers' users bring values that this schema does not list. A client "
    "that sends one may also have misspelt it.",
    fix="Readers: keep the value and have something to show for it. Senders: check the spelling.",
    culprit="client",
    example='← presence_update `{"status": "away", …}`',
    strict=True,
)

UNKNOWN_SHAPE: Final = Rule(
    "UNKNOWN_SHAPE",
    group="payload",
    severity="note",
    headline="An unusual shape",
    meaning="A value does not have its usual shape; readers keep it.",
    why="The value is what some user's program supplied, and servers relay any JSON there (section 6).",
    fix="Readers: be ready for any JSON. Authors: send the usual shape, or few will show it.",
    culprit="author",
    example='← message_create with `"embed": "text"`',
    strict=True,
)

RELAYED_VALUE: Final = Rule(
    "RELAYED_VALUE",
    group="payload",
    severity="note",
    headline="An unusual value of another client",
    meaning="Another client gave a value of unusual shape; servers pass on what clients give.",
    why="Servers do not check what they pass on. A reader that refused the frame could be disconnected "
    "by any other user.",
    fix="Readers: keep the frame. The author of the value: send what the schema describes.",
    culprit="author",
    example='← presence_update `{"custom_status": {"emoji": null}, …}`',
    strict=True,
)

PUBLISHED_NAME: Final = Rule(
    "PUBLISHED_NAME",
    group="payload",
    severity="note",
    headline="Only published pages have it",
    meaning="A name or null from published pages that the wire lacks.",
    why="Published pages and the wire disagree in places, and the wire wins (section 10): readers of "
    "the wire do not look for that name.",
    fix="Send what the wire has; the finding names it where there is one.",
    culprit="sender",
    example='← member_ban `{"user_id": 7, "reason": "spam"}`',
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
    culprit=None,
    example="a mistake in the generated models; please report it",
)
