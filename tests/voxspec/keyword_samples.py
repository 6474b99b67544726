"""For each keyword of the dialect a schema without it, or with another value, and one with it."""

from __future__ import annotations

import copy
from typing import Any

from tests.voxspec.mini import (
    ANY,
    BAG,
    BASE64,
    NUMBER,
    UINT,
    Data,
    area,
    enum,
    field,
    flags,
    integers,
    message,
    schema,
    thing,
)

Pair = tuple[Data, Data]

TEXT: Data = {"type": "string"}
WORD: Data = {"type": "string", "description": "A word."}
UINT_TYPE: Data = {**UINT, "description": "A number."}
LIST: Data = {"type": "array", "items": TEXT}
FURTHER: Data = {"id": {"direction": "both", "description": "I.", "schema": TEXT}}
IGNORED: Data = {"x-lint-ignore": [{"rule": "FIELD_LOWER_SNAKE", "reason": "The wire has it so."}]}
RECORD: Data = {"type": "object", "properties": {"a": field(), "b": field()}, "description": "R."}
ONE_OF: Data = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
WHEN: Data = {
    "if": {"properties": {"a": {"const": "v"}}, "required": ["a"]},
    "then": {"required": ["b"]},
}


def at_field(before: Data, after: Data) -> Pair:
    """Two expressions of one key."""
    return thing(before), thing(after)


def at_type(before: Data, after: Data, example: Any = None) -> Pair:
    """Two definitions of one named type, with an example of a key that is of it."""
    payload = {} if example is None else {"e": example}
    properties = {"e": field({"$ref": "t"})}
    return tuple_of(*(schema(properties, payload, types={"t": t}) for t in (before, after)))


def at_message(before: Data, after: Data) -> Pair:
    """Two messages with other keys of their own."""
    return tuple_of(*(_with_thing(**more) for more in (before, after)))


def at_payload(before: Data, after: Data, example: Data) -> Pair:
    """Two payloads with other keywords of their own."""
    pair = []
    for more in (before, after):
        files = _with_thing()
        entry = files["server/main.yaml"]["messages"]["thing"]
        entry["payload"] = {**RECORD, **more}
        del entry["payload"]["description"]
        entry["examples"] = [{"summary": "One", "payload": example}]
        pair.append(files)
    return tuple_of(*pair)


def at_envelope(**after: Any) -> Pair:
    """The base, and the same with another envelope."""
    return schema(), schema(envelope=after)


def tuple_of(before: Data, after: Data) -> Pair:
    return before, after


def _with_thing(**more: Any) -> Data:
    files = schema()
    files["server/main.yaml"] = area("main", thing=message({"e": field(UINT)}, {"e": 1}, **more))
    return files


def _named(name: str) -> Data:
    return {"type": "object", "properties": {"名": field(**{"x-name": name})}, "description": "N."}


def _with_further_key() -> Pair:
    """A further key of all frames, and a message whose frames must have it."""
    before = _with_thing()
    before["protocol.yaml"]["envelope"]["keys"] = FURTHER
    after = copy.deepcopy(before)
    entry = after["server/main.yaml"]["messages"]["thing"]
    entry["keys"] = {"id": "required"}
    entry["examples"][0]["keys"] = {"id": "1"}
    return before, after


def _without_payload() -> Pair:
    before = _with_thing()
    after = copy.deepcopy(before)
    entry = after["server/main.yaml"]["messages"]["thing"]
    entry["payload"] = False
    entry["examples"] = [{"summary": "One"}]
    return before, after


SAMPLES: dict[str, Pair] = {
    "$ref": (
        schema({"e": field(), "f": field({"$ref": "t"})}, {}, types={"t": WORD}),
        schema({"e": field({"$ref": "t"}), "f": field({"$ref": "t"})}, {}, types={"t": WORD}),
    ),
    "type": at_field(TEXT, {"type": "boolean"}),
    "format": at_field(UINT, {"type": "integer", "format": "int64"}),
    "minimum": at_field(UINT, {**UINT, "minimum": 5}),
    "maximum": at_field(UINT, {**UINT, "maximum": 5}),
    "minLength": at_field(TEXT, {**TEXT, "minLength": 5}),
    "maxLength": at_field(TEXT, {**TEXT, "maxLength": 5}),
    "pattern": at_field(TEXT, {**TEXT, "pattern": "^[a-z]+$"}),
    "const": (
        schema({"e": field(TEXT)}, {"e": "this"}),
        schema({"e": field({**TEXT, "const": "this"})}, {"e": "this"}),
    ),
    "enum": at_type(enum("a", "b"), enum("a", "c")),
    "x-open": at_type(enum("a", "b"), enum("a", "b", **{"x-open": True})),
    "x-enum-descriptions": at_type(
        enum("a"), enum("a", **{"x-enum-descriptions": {"a": "Another."}})
    ),
    "x-enum-names": at_type(integers(1), integers(1, **{"x-enum-names": {"1": "first"}})),
    "x-flags": at_type(UINT_TYPE, {**UINT_TYPE, "x-flags": flags(a=0)["x-flags"]}),
    "x-any-json": at_field({"type": "object"}, ANY),
    "exclusiveMinimum": at_field(NUMBER, {**NUMBER, "exclusiveMinimum": 5}),
    "exclusiveMaximum": at_field(NUMBER, {**NUMBER, "exclusiveMaximum": 5}),
    "contentEncoding": at_field(TEXT, BASE64),
    "x-name": at_type(_named("one"), _named("two")),
    "items": at_field(LIST, {**LIST, "items": UINT}),
    "minItems": at_field(LIST, {**LIST, "minItems": 2}),
    "maxItems": at_field(LIST, {**LIST, "maxItems": 2}),
    "properties": at_type(
        RECORD, {**RECORD, "properties": {"a": field(), "c": field()}}, {"a": "x"}
    ),
    "additionalProperties": at_field(
        {"type": "object"}, {"type": "object", "additionalProperties": UINT}
    ),
    "required": at_payload({}, {"required": ["a"]}, {"a": "x"}),
    "oneOf": at_payload({}, ONE_OF, {"a": "x"}),
    "if": at_payload({}, WHEN, {"a": "v", "b": "x"}),
    "then": at_payload({}, WHEN, {"a": "v", "b": "x"}),
    "else": at_payload(WHEN, {**WHEN, "else": {"not": {"required": ["b"]}}}, {"a": "v", "b": "x"}),
    "x-one-of-name": at_payload(ONE_OF, {**ONE_OF, "x-one-of-name": "target"}, {"a": "x"}),
    "x-extra": at_type({k: v for k, v in BAG.items() if k != "x-extra"}, BAG),
    "published": at_payload({}, {"published": [{"name": "z", "wire": "a"}]}, {"a": "x"}),
    "description": at_type(WORD, {**WORD, "description": "Another."}),
    "x-unit": at_field(UINT, {**UINT, "x-unit": "ms"}),
    "x-sensitive": at_field(TEXT, {**TEXT, "x-sensitive": True}),
    "x-words": at_field(TEXT, {**TEXT, "x-words": True}),
    "x-note": at_field(TEXT, {**TEXT, "x-note": "A note."}),
    "x-published-null": at_field(TEXT, {**TEXT, "x-published-null": True}),
    "x-relayed": at_field(TEXT, {**TEXT, "x-relayed": True}),
    "x-max-json-length": at_field({"type": "object"}, {"type": "object", "x-max-json-length": 99}),
    "x-json-form": at_field(
        {"type": "object", "x-max-json-length": 99},
        {"type": "object", "x-max-json-length": 99, "x-json-form": "spaced-ascii"},
    ),
    "examples": at_field(TEXT, {**TEXT, "examples": ["one"]}),
    "default": at_field(TEXT, {**TEXT, "default": "one"}),
    "deprecated": at_field(TEXT, {**TEXT, "deprecated": "Use f."}),
    "since": at_field(TEXT, {**TEXT, "since": "2"}),
    "x-reserved": at_type(RECORD, {**RECORD, "x-reserved": ["z"]}, {"a": "x"}),
    "x-lint-ignore": at_field(TEXT, {**TEXT, **IGNORED}),
    "message.x-lint-ignore": at_message({}, IGNORED),
    "message.summary": at_message({}, {"summary": "Another"}),
    "message.description": at_message({}, {"description": "Another."}),
    "message.seq": at_message({}, {"seq": "never"}),
    "message.payload": _without_payload(),
    "message.payload_optional": at_message({}, {"payload_optional": True}),
    "message.examples": at_message({}, {"examples": [{"summary": "Another", "payload": {"e": 2}}]}),
    "message.since": at_message({}, {"since": "2"}),
    "message.deprecated": at_message({}, {"deprecated": "Use ask."}),
    "message.note": at_message({}, {"note": "A note."}),
    "message.audience": at_message({}, {"audience": "everybody"}),
    "message.x-name": at_message({}, {"x-name": "other"}),
    "message.keys": _with_further_key(),
    "message.published": at_message(
        {"seq": "never"}, {"seq": "never", "published": [{"name": "seq", "envelope": True}]}
    ),
    "envelope.type": at_envelope(type={"key": "kind"}),
    "envelope.payload": at_envelope(payload={"key": "data"}),
    "envelope.sequence": at_envelope(sequence={"key": "number"}),
    "envelope.description": at_envelope(description="Another."),
    "envelope.note": at_envelope(note="A note."),
    "envelope.keys": at_envelope(keys=FURTHER),
    "envelope.closed": at_envelope(closed=True),
}
