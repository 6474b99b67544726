"""Rules about the values in a payload, as the schema describes its fields."""

from __future__ import annotations

from typing import Final

from voxwire.rules.rule import Rule

FIELD_MISSING: Final = Rule(
    "FIELD_MISSING",
    group="payload",
    severity="error",
    headline="A field is missing",
    meaning="A required field is missing.",
    why="Readers count on it: typed ones refuse the frame, others fail where they use the field.",
    fix="Send the field.",
    culprit="sender",
    example="← member_leave `{}`",
)

FIELD_TYPE: Final = Rule(
    "FIELD_TYPE",
    group="payload",
    severity="error",
    headline="A value of the wrong type",
    meaning="A field has a value of the wrong JSON type.",
    why="Typed readers refuse the frame. Ids are numbers here, not texts, and null is not the same as a "
    "field that is left out.",
    fix="Send the JSON type that the schema gives; leave out what has no value.",
    culprit="sender",
    example='← member_leave `{"user_id": "7"}`',
)

FIELD_RANGE: Final = Rule(
    "FIELD_RANGE",
    group="payload",
    severity="error",
    headline="A number out of range",
    meaning="An integer is outside its range.",
    why="Readers hold it in an integer of the width that the schema gives, which cannot hold more "
    "(section 3).",
    fix="Send a number within the range; check that no other id or unit stands there.",
    culprit="sender",
    example='← member_leave `{"user_id": -1}`',
)

FIELD_LENGTH: Final = Rule(
    "FIELD_LENGTH",
    group="payload",
    severity="error",
    headline="A text of the wrong length",
    meaning="A text is too long or too short.",
    why="The receiver refuses or cuts it: its storage has that limit. Length is counted in characters, "
    "not in bytes.",
    fix="Check the length before sending, and say so to whoever wrote the text.",
    culprit="sender",
    example="→ mls_relay with data of 16385 characters",
)

FIELD_ITEMS: Final = Rule(
    "FIELD_ITEMS",
    group="payload",
    severity="error",
    headline="Too many or too few items",
    meaning="An array has too many or too few items.",
    why="Where an empty array is not allowed, an absent field says the same, and readers check for that "
    "alone.",
    fix="Leave an empty array out, and keep to the limit of a long one.",
    culprit="sender",
    example='← message_create with `"mentions": []`',
)

FIELD_PATTERN: Final = Rule(
    "FIELD_PATTERN",
    group="payload",
    severity="error",
    headline="A text of the wrong form",
    meaning="A text does not have its form.",
    why="Readers take the text apart by its form.",
    fix="Send a text of the form that the finding names.",
    culprit="sender",
    example="a text that has not the form that the schema gives",
)

FIELD_ENUM: Final = Rule(
    "FIELD_ENUM",
    group="payload",
    severity="error",
    headline="Not one of the allowed values",
    meaning="A value is none of those that are allowed.",
    why="The set is closed: nobody knows what another value means, and servers answer it with an error "
    "(section 5).",
    fix="Send one of the values that the finding lists.",
    culprit="sender",
    example='→ presence_update `{"status": "offline"}`',
)

FIELD_CONST: Final = Rule(
    "FIELD_CONST",
    group="payload",
    severity="error",
    headline="Not the fixed value",
    meaning="A field does not have its one fixed value.",
    why="Readers tell records apart by it.",
    fix="Send the value that the finding names.",
    culprit="sender",
    example="a tag that has not its one value",
)

EXACTLY_ONE_OF: Final = Rule(
    "EXACTLY_ONE_OF",
    group="payload",
    severity="error",
    headline="Not exactly one of these fields",
    meaning="Of some fields exactly one must be there.",
    why="The fields exclude each other: with none or two of them nobody knows which is meant "
    "(section 5).",
    fix="Send exactly one of them.",
    culprit="sender",
    example='→ typing `{"feed_id": 1, "dm_id": 2}`',
)

REQUIRED_WHEN: Final = Rule(
    "REQUIRED_WHEN",
    group="payload",
    severity="error",
    headline="A field is missing here",
    meaning="A field is missing that another field's value requires.",
    why="What the other field announces cannot be done without it (section 5).",
    fix="Send the field, or another value of the field that requires it.",
    culprit="sender",
    example='→ cpace_relay `{"cpace_type": "new_device_key", …}` without nonce',
)

FORBIDDEN_WHEN: Final = Rule(
    "FORBIDDEN_WHEN",
    group="payload",
    severity="error",
    headline="A field that does not belong here",
    meaning="A field is there that another field's value rules out.",
    why="It has no meaning beside that value, so that one of the two is wrong (section 5).",
    fix="Leave the field out, or send another value of the field that rules it out.",
    culprit="sender",
    example='→ cpace_relay `{"cpace_type": "isi", …, "nonce": "…"}`',
)

VARIANT_UNKNOWN: Final = Rule(
    "VARIANT_UNKNOWN",
    group="payload",
    severity="error",
    headline="An unknown variant",
    meaning="The field that tells variants apart names none of them.",
    why="Nobody knows which fields to expect (section 6).",
    fix="Send one of the values that the finding lists.",
    culprit="sender",
    example='← interaction_create `{"type": "menu", …}`',
)

JSON_LENGTH: Final = Rule(
    "JSON_LENGTH",
    group="payload",
    severity="error",
    headline="Too long as JSON",
    meaning="An object is too long when written as JSON.",
    why="The server keeps the object as JSON text, with a limit on its length, and refuses more "
    "(section 5). It counts its own way of writing, with spaces or without.",
    fix="Send fewer or shorter values in it.",
    culprit="sender",
    example="→ presence_update with an activity of 600 characters",
)
