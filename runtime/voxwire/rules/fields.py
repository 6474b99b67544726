"""Rules about the values in a payload, as the schema describes its fields."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Elsewhere, from_client, from_server
from voxwire.rules.rule import Rule
from voxwire.rules.steps import Filled

_PATTERN: Final = """\
seq: required
payload:
  type: object
  required: [name]
  properties:
    name: {type: string, pattern: '^[a-z]+$', description: Its name.}
"""
_CONST: Final = """\
seq: required
payload:
  type: object
  required: [kind]
  properties:
    kind: {type: string, const: pilot, description: Its kind.}
"""

FIELD_MISSING: Final = Rule(
    "FIELD_MISSING",
    group="payload",
    severity="error",
    headline="A field is missing",
    meaning="A required field is missing.",
    why="Readers count on it: typed ones refuse the frame, others fail where they use the field.",
    fix="Send the field.",
    source="messages",
    culprit="sender",
    bad=from_server("← member_leave `{}`", '{"type":"member_leave","d":{},"seq":2}'),
    good=from_server(
        '← member_leave `{"user_id": 7}`', '{"type":"member_leave","d":{"user_id":7},"seq":2}'
    ),
)

FIELD_TYPE: Final = Rule(
    "FIELD_TYPE",
    group="payload",
    severity="error",
    headline="A value of the wrong type",
    meaning="A field has a value of the wrong JSON type.",
    why="Typed readers refuse the frame. Ids are numbers here, not texts, and null is not the "
    "same as a field that is left out.",
    fix="Send the JSON type that the schema gives; leave out what has no value.",
    source="messages",
    culprit="sender",
    bad=from_server(
        '← member_leave `{"user_id": "7"}`', '{"type":"member_leave","d":{"user_id":"7"},"seq":2}'
    ),
    good=from_server(
        '← member_leave `{"user_id": 7}`', '{"type":"member_leave","d":{"user_id":7},"seq":2}'
    ),
)

FIELD_RANGE: Final = Rule(
    "FIELD_RANGE",
    group="payload",
    severity="error",
    headline="A number out of range",
    meaning="An integer is outside its range.",
    why="Readers hold it in an integer of the width that the schema gives, which cannot hold more.",
    fix="Send a number within the range; check that no other id or unit stands there.",
    source="messages",
    culprit="sender",
    bad=from_server(
        '← member_leave `{"user_id": -1}`', '{"type":"member_leave","d":{"user_id":-1},"seq":2}'
    ),
    good=from_server(
        '← member_leave `{"user_id": 7}`', '{"type":"member_leave","d":{"user_id":7},"seq":2}'
    ),
)

FIELD_LENGTH: Final = Rule(
    "FIELD_LENGTH",
    group="payload",
    severity="error",
    headline="A text of the wrong length",
    meaning="A text is too long or too short.",
    why="The receiver refuses or cuts it: its storage has that limit. Length is counted in "
    "characters, not in bytes.",
    fix="Check the length before sending, and say so to whoever wrote the text.",
    source="messages",
    culprit="sender",
    bad=from_client(
        "→ mls_relay with data of 16385 characters",
        Filled('{"type":"mls_relay","d":{"mls_type":"commit","data":"…"}}', "A", 16_385),
    ),
    good=from_client(
        "→ mls_relay with data of 16384 characters",
        Filled('{"type":"mls_relay","d":{"mls_type":"commit","data":"…"}}', "A", 16_384),
    ),
)

FIELD_ITEMS: Final = Rule(
    "FIELD_ITEMS",
    group="payload",
    severity="error",
    headline="Too many or too few items",
    meaning="An array has too many or too few items.",
    why="Where an empty array is not allowed, an absent field says the same, and readers check "
    "for that alone.",
    fix="Leave an empty array out, and keep to the limit of a long one.",
    source="messages",
    culprit="sender",
    bad=from_server(
        '← message_create with `"mentions": []`',
        '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","mentions":[]},"seq":2}',
    ),
    good=from_server(
        '← message_create with `"mentions": [7]`',
        '{"type":"message_create","d":{"msg_id":1,"author_id":7,"feed_id":1,"timestamp":1795376354000,"body":"hi","mentions":[7]},"seq":2}',
    ),
)

FIELD_PATTERN: Final = Rule(
    "FIELD_PATTERN",
    group="payload",
    severity="error",
    headline="A text of the wrong form",
    meaning="A text does not have its form.",
    why="Readers take the text apart by its form.",
    fix="Send a text of the form that the finding names.",
    source="messages",
    culprit="sender",
    bad=Elsewhere(
        "a text of another form",
        _PATTERN,
        '{"type":"thing","d":{"name":"Harbour 7"},"seq":1}',
        '"name" must be text of the form ^[a-z]+$; got "Harbour 7"',
    ),
    good=Elsewhere(
        "a text of that form", _PATTERN, '{"type":"thing","d":{"name":"harbour"},"seq":1}'
    ),
)

FIELD_ENUM: Final = Rule(
    "FIELD_ENUM",
    group="payload",
    severity="error",
    headline="Not one of the allowed values",
    meaning="A value is none of those that are allowed.",
    why="The set is closed: nobody knows what another value means, and servers answer it with "
    "an error.",
    fix="Send one of the values that the finding lists.",
    source="messages",
    culprit="sender",
    bad=from_client(
        '→ presence_update `{"status": "offline"}`',
        '{"type":"presence_update","d":{"status":"offline"}}',
    ),
    good=from_client(
        '→ presence_update `{"status": "invisible"}`',
        '{"type":"presence_update","d":{"status":"invisible"}}',
    ),
)

FIELD_CONST: Final = Rule(
    "FIELD_CONST",
    group="payload",
    severity="error",
    headline="Not the fixed value",
    meaning="A field does not have its one fixed value.",
    why="Readers tell records apart by it.",
    fix="Send the value that the finding names.",
    source="messages",
    culprit="sender",
    bad=Elsewhere(
        "another value",
        _CONST,
        '{"type":"thing","d":{"kind":"captain"},"seq":1}',
        '"kind" must be "pilot"; got "captain"',
    ),
    good=Elsewhere("the value itself", _CONST, '{"type":"thing","d":{"kind":"pilot"},"seq":1}'),
)

EXACTLY_ONE_OF: Final = Rule(
    "EXACTLY_ONE_OF",
    group="payload",
    severity="error",
    headline="Not exactly one of these fields",
    meaning="Of some fields exactly one must be there.",
    why="The fields exclude each other: with none or two of them nobody knows which is meant.",
    fix="Send exactly one of them.",
    source="messages",
    culprit="sender",
    bad=from_client(
        '→ typing `{"feed_id": 1, "dm_id": 2}`', '{"type":"typing","d":{"feed_id":1,"dm_id":2}}'
    ),
    good=from_client('→ typing `{"feed_id": 1}`', '{"type":"typing","d":{"feed_id":1}}'),
)

REQUIRED_WHEN: Final = Rule(
    "REQUIRED_WHEN",
    group="payload",
    severity="error",
    headline="A field is missing here",
    meaning="A field is missing that another field's value requires.",
    why="What the other field announces cannot be done without it.",
    fix="Send the field, or another value of the field that requires it.",
    source="messages",
    culprit="sender",
    bad=from_client(
        '→ cpace_relay `{"cpace_type": "new_device_key", …}` without nonce',
        '{"type":"cpace_relay","d":{"cpace_type":"new_device_key","pair_id":"p","data":"A"}}',
    ),
    good=from_client(
        "→ the same with nonce",
        '{"type":"cpace_relay","d":{"cpace_type":"new_device_key","pair_id":"p","data":"A","nonce":"B"}}',
    ),
)

FORBIDDEN_WHEN: Final = Rule(
    "FORBIDDEN_WHEN",
    group="payload",
    severity="error",
    headline="A field that does not belong here",
    meaning="A field is there that another field's value rules out.",
    why="It has no meaning beside that value, so that one of the two is wrong.",
    fix="Leave the field out, or send another value of the field that rules it out.",
    source="messages",
    culprit="sender",
    bad=from_client(
        '→ cpace_relay `{"cpace_type": "isi", …, "nonce": "…"}`',
        '{"type":"cpace_relay","d":{"cpace_type":"isi","pair_id":"p","data":"A","nonce":"B"}}',
    ),
    good=from_client(
        "→ the same without nonce",
        '{"type":"cpace_relay","d":{"cpace_type":"isi","pair_id":"p","data":"A"}}',
    ),
)

VARIANT_UNKNOWN: Final = Rule(
    "VARIANT_UNKNOWN",
    group="payload",
    severity="error",
    headline="An unknown variant",
    meaning="The field that tells variants apart names none of them.",
    why="Nobody knows which fields to expect.",
    fix="Send one of the values that the finding lists.",
    source="messages",
    culprit="sender",
    bad=from_server(
        '← interaction_create `{"type": "menu", …}`',
        '{"type":"interaction_create","d":{"id":"i","type":"menu","component_id":"c","user_id":7,"feed_id":1,"dm_id":null,"msg_id":3},"seq":2}',
    ),
    good=from_server(
        '← interaction_create `{"type": "button", …}`',
        '{"type":"interaction_create","d":{"id":"i","type":"button","component_id":"c","user_id":7,"feed_id":1,"dm_id":null,"msg_id":3},"seq":2}',
    ),
)

JSON_LENGTH: Final = Rule(
    "JSON_LENGTH",
    group="payload",
    severity="error",
    headline="Too long as JSON",
    meaning="An object is too long when written as JSON.",
    why="The server keeps the object as JSON text, with a limit on its length, and refuses "
    "more. It counts its own way of writing, with spaces or without.",
    fix="Send fewer or shorter values in it.",
    source="messages",
    culprit="sender",
    bad=from_client(
        "→ presence_update with an activity of 600 characters",
        Filled(
            '{"type":"presence_update","d":{"status":"online","activity":{"type":"playing","name":"…"}}}',
            "A",
            600,
        ),
    ),
    good=from_client(
        "→ presence_update with an activity of 60 characters",
        Filled(
            '{"type":"presence_update","d":{"status":"online","activity":{"type":"playing","name":"…"}}}',
            "A",
            20,
        ),
    ),
)
