"""Edits of the example of the rules, one of each kind: what both commands say of them is in ``told.txt``."""

from __future__ import annotations

from voxspec.breaking.rules import Edit

SAY = "client/talk.yaml"
SAID = "server/talk.yaml"
TYPES = "types.yaml"
PROTOCOL = "protocol.yaml"
CODES = "close_codes.yaml"

TEXT = "text: {type: string, maxLength: 500, description: What is said.}"

OF_ROOM: dict[str, tuple[Edit, ...]] = {
    "a field is required now": (
        Edit(SAID, "required: [guest, text]", "required: [guest, text, score]"),
        Edit(SAID, "text: Hello}}", "text: Hello, score: 0}}"),
    ),
    "a field gets another type, with its bounds": (
        Edit(SAY, TEXT, "text: {type: integer, format: uint32, description: What is said.}"),
        Edit(SAY, "{text: Hello, mood", "{text: 5, mood"),
    ),
    "a bound that becomes 0": (
        Edit(SAID, "score: {type: number, minimum: 0,", "score: {type: number, minimum: -1,"),
    ),
    "a bound that is taken away": (
        Edit(SAY, "text: {type: string, maxLength: 500,", "text: {type: string,"),
    ),
    "a pattern": (
        Edit(
            SAY,
            "text: {type: string, maxLength: 500,",
            "text: {type: string, pattern: '^[a-z]{1,20}$', maxLength: 500,",
        ),
        Edit(SAY, "{text: Hello, mood", "{text: hello, mood"),
    ),
    "a default that is false": (
        Edit(SAY, "both: {type: boolean,", "both: {type: boolean, default: false,"),
    ),
    "a default of 0": (Edit(SAY, "wait: {type: integer,", "wait: {type: integer, default: 0,"),),
    "a field that is a secret now": (
        Edit(SAY, "token: {type: string,", "token: {type: string, x-sensitive: true,"),
    ),
    "a field in another unit": (Edit(SAY, "x-unit: s,", "x-unit: min,"),),
    "a field may be null": (Edit(SAY, "both: {type: boolean,", "both: {type: [boolean, 'null'],"),),
    "a field that is deprecated": (
        Edit(SAY, "With both hands.}", "With both hands., deprecated: Wave with one.}"),
    ),
    "a field with another name": (
        Edit(SAID, "required: [guest, text]", "required: [guest, words]"),
        Edit(
            SAID,
            "        text: {type: string, description: What was said.}",
            "        words: {type: string, description: What was said.}",
        ),
        Edit(SAID, "text: Hello}}", "words: Hello}}"),
    ),
    "fields that are called like lists": (
        Edit(
            SAY,
            "        both: {type: boolean,",
            "        examples: {type: string, description: Such as these.}\n"
            "        keys: {type: string, description: Of the room.}\n"
            "        both: {type: boolean,",
        ),
    ),
    "two things of one field": (
        Edit(
            SAY,
            "wait: {type: integer, format: uint32, x-unit: s,",
            "wait: {type: string, maxLength: 5,",
        ),
        Edit(SAY, "required: [text, mood]", "required: [text, mood, wait]"),
        Edit(SAY, "{text: Hello, mood: plain, room", "{text: Hello, mood: plain, wait: a, room"),
    ),
    "a choice that need not be": (
        Edit(SAY, "      oneOf: [{required: [room_id]}, {required: [guest_id]}]\n", ""),
    ),
    "a value of a closed enum less": (
        Edit(TYPES, "enum: [plain, loud, joking]", "enum: [plain, loud]"),
        Edit(TYPES, ", joking: With a wink.}", "}"),
    ),
    "an enum is closed": (
        Edit(TYPES, "x-open: true\n    enum: [voice", "x-open: false\n    enum: [voice"),
    ),
    "a record is closed": (
        Edit(
            TYPES,
            "    x-reserved: [place]\n",
            "    x-reserved: [place]\n    additionalProperties: false\n",
        ),
    ),
    "another bit": (
        Edit(TYPES, "invite: {bit: 1,", "invite: {bit: 0,"),
        Edit(TYPES, "write: {bit: 0,", "write: {bit: 2,"),
    ),
    "another name of a tag": (
        Edit(TYPES, "kind: {type: string, const: cup,", "sort: {type: string, const: cup,"),
        Edit(TYPES, "kind: {type: string, const: cake,", "sort: {type: string, const: cake,"),
        Edit(
            TYPES,
            "description: Tea.\n    type: object\n    required: [kind]",
            "description: Tea.\n    type: object\n    required: [sort]",
        ),
        Edit(
            TYPES,
            "description: Cake.\n    type: object\n    required: [kind]",
            "description: Cake.\n    type: object\n    required: [sort]",
        ),
        Edit(SAID, "{order: {kind: cup}}", "{order: {sort: cup}}"),
        Edit(SAID, "{order: {kind: cake}}", "{order: {sort: cake}}"),
    ),
    "a variant more": (
        Edit(
            TYPES,
            "oneOf: [{$ref: cup}, {$ref: cake}]",
            "oneOf: [{$ref: cup}, {$ref: cake}, {$ref: pie}]",
        ),
        Edit(
            TYPES,
            "  cake:\n",
            "  pie:\n    description: Pie.\n    type: object\n    required: [kind]\n    properties:\n      kind: {type: string, const: pie, description: That it is pie.}\n  cake:\n",
        ),
    ),
    "the order of values, variants and required fields": (
        Edit(TYPES, "enum: [plain, loud, joking]", "enum: [joking, loud, plain]"),
        Edit(TYPES, "oneOf: [{$ref: cup}, {$ref: cake}]", "oneOf: [{$ref: cake}, {$ref: cup}]"),
        Edit(SAID, "required: [guest, text]", "required: [text, guest]"),
    ),
    "a type with another name": (
        Edit(TYPES, "  message_id:", "  message_number:"),
        Edit(SAY, "$ref: message_id", "$ref: message_number"),
        Edit(SAID, "$ref: message_id", "$ref: message_number"),
    ),
    "a type with a name that is far from it": (
        Edit(TYPES, "  message_id:", "  answered:"),
        Edit(SAY, "$ref: message_id", "$ref: answered"),
        Edit(SAID, "$ref: message_id", "$ref: answered"),
    ),
    "a payload that was none": (
        Edit(
            SAY,
            "    payload: false\n    examples:\n      - {summary: One}\n",
            "    payload:\n      type: object\n      properties:\n        why: {type: string, description: Why.}\n    examples:\n      - {summary: One, payload: {why: Late}}\n",
        ),
    ),
    "a payload that may be left out": (
        Edit(
            SAID,
            "  served:\n    summary: Something is served\n",
            "  served:\n    payload_optional: true\n    summary: Something is served\n",
        ),
    ),
    "a message more": (
        Edit(
            SAY,
            "  leave:\n",
            "  bow:\n    summary: Bow\n    description: Everybody sees it.\n    seq: never\n    payload: false\n    examples:\n      - {summary: One}\n  leave:\n",
        ),
    ),
    "a message less": (
        Edit(
            SAY,
            "  leave:\n    summary: Leave\n    description: The last message.\n    seq: never\n    payload: false\n    examples:\n      - {summary: One}\n",
            "",
        ),
    ),
    "another description, and a summary": (
        Edit(
            SAY,
            "summary: Wave\n    description: Everybody sees it.",
            "summary: Wave a hand\n    description: All see it.",
        ),
    ),
    "another example": (Edit(SAY, "mood: plain, room_id: 1}}", "mood: loud, room_id: 1}}"),),
    "a key of all frames": (
        Edit(
            PROTOCOL,
            "    description: Number of the message.\n",
            "    description: Number of the message.\n  keys:\n    id:\n      direction: both\n      presence: optional\n      schema: {type: string}\n      description: An id.\n",
        ),
    ),
    "another key of the payload": (Edit(PROTOCOL, "key: data,", "key: body,"),),
    "the first number": (Edit(PROTOCOL, "first: 1\n", "first: 0\n"),),
    "frames with no other keys": (
        Edit(
            PROTOCOL,
            "  description: Every frame has these keys.\n",
            "  description: Every frame has these keys.\n  closed: true\n",
        ),
    ),
    "another URL, another name": (
        Edit(PROTOCOL, "url: wss://host/tea", "url: wss://host/tea/v2"),
        Edit(PROTOCOL, "title: Tea room protocol", "title: Protocol of the tea room"),
    ),
    "a parameter need not be there": (
        Edit(PROTOCOL, "v: {required: true,", "v: {required: false,"),
    ),
    "a value of a parameter less": (Edit(PROTOCOL, "values: [en, de],", "values: [en],"),),
    "a limit is lower": (Edit(PROTOCOL, "text_length: {value: 500,", "text_length: {value: 100,"),),
    "a limit of 0": (Edit(PROTOCOL, "rooms: {value: 20,", "rooms: {value: 0,"),),
    "another meaning of a close code": (
        Edit(CODES, "{name: TOO_MANY, recovery: identify", "{name: TOO_MANY, recovery: fatal"),
    ),
    "another bit of a permission": (Edit("permissions.yaml", "POUR: {bit: 0,", "POUR: {bit: 2,"),),
    "another version": (Edit(PROTOCOL, "version: 1\n", "version: 2\n"),),
    "texts that Markdown would take for something": (
        Edit(
            SAY,
            "  leave:\n",
            "  bow:\n    summary: '*Bow* to @all, <b>low</b>: a_b | `c`, see #1'\n    description: Everybody sees it.\n    seq: never\n    payload: false\n    examples:\n      - {summary: One}\n  leave:\n",
        ),
    ),
}
"""By what they do, edits of the example of the rules."""
