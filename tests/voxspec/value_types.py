"""Schemas with constants, enums, flags, bounds of numbers and texts with a form."""

from __future__ import annotations

from typing import Any

from tests.voxspec.mini import (
    ANY,
    BASE64,
    BOOLEAN,
    DATE_TIME,
    INT32,
    NULL,
    NUMBER,
    UINT,
    Data,
    choice,
    field,
    flags,
    integers,
    paying,
    record,
    schema,
    union,
    variant,
)

TRUE: Data = {**BOOLEAN, "const": True}
FLAGS = flags(speak=0, hear=5)
OPEN: Data = {"x-open": True, "format": "uint32"}
UNION = {
    "v1": variant({**INT32, "const": 1}, a=field(UINT)),
    "v2": variant({**INT32, "const": 2}, b=field(UINT)),
    "u": union("v1", "v2"),
}


def each(expressions: Data, example: Data, types: Data | None = None, **more: Any) -> Data:
    """A schema with a key for each expression, and more keywords beside each."""
    return schema({k: field(v, **more) for k, v in expressions.items()}, example, types=types)


def switching(mode: Data, constant: Any, example: Data, types: Data | None = None) -> Data:
    """A record in which a value of the key "mode" asks for the key "x"."""
    switch = {
        **record(mode=field(mode), x=field()),
        "if": {"properties": {"mode": {"const": constant}}, "required": ["mode"]},
        "then": {"required": ["x"]},
        "else": {"not": {"required": ["x"]}},
    }
    return schema({"r": field({"$ref": "r"})}, {"r": example}, types={**(types or {}), "r": switch})


EVERYTHING: Data = {
    "any": ANY,
    "int": {**INT32, "const": 5},
    "true": TRUE,
    "closed": {"$ref": "closed"},
    "open": {"$ref": "open"},
    "flags": {"$ref": "flags"},
    "number": {**NUMBER, "minimum": 0},
    "date": DATE_TIME,
    "list": {"type": "array", "items": {"$ref": "closed"}},
}
TYPES = {"closed": integers(0, 1), "open": integers(0, 1, **OPEN), "flags": FLAGS}
NOW = "2024-02-29T12:00:00Z"
VALUES = {
    "any": [None, 1],
    "int": 5,
    "true": True,
    "closed": 0,
    "open": 7,
    "flags": 33,
    "number": 0,
    "date": NOW,
    "list": [0],
}
RELAYED = {k: v for k, v in EVERYTHING.items() if k not in ("any", "int", "true")}
RIGHT: dict[str, Data] = {
    "any JSON": each(
        {
            "a": ANY,
            "b": {"type": "array", "items": ANY},
            "c": {"type": "object", "additionalProperties": ANY},
        },
        {"a": None, "b": [None, 1], "c": {"x": {}}},
    ),
    "null": each(
        {
            "a": NULL,
            "b": {"type": "array", "items": NULL},
            "c": {"type": "object", "additionalProperties": NULL},
        },
        {"a": None, "b": [None], "c": {"x": None}},
    ),
    "constants": each(
        {
            "a": {**INT32, "const": 5},
            "b": TRUE,
            "c": {**BOOLEAN, "const": False},
            "d": {"type": ["integer", "null"], "format": "int32", "const": -3},
            "e": {"type": ["boolean", "null"], "const": True},
            "f": {"type": "array", "items": TRUE},
            "g": choice(
                {**BOOLEAN, "const": False},
                {"type": "string", "const": "x"},
                {**INT32, "const": 0},
            ),
            "h": {"type": "object", "additionalProperties": {"$ref": "t"}},
        },
        {
            "a": 5,
            "b": True,
            "c": False,
            "d": None,
            "e": None,
            "f": [True],
            "g": 0,
            "h": {"x": True},
        },
        {"t": {**TRUE, "description": "T."}},
    ),
    "enums of integers": each(
        {
            "a": {"$ref": "closed"},
            "b": {"$ref": "open"},
            "c": {"$ref": "wide"},
            "d": choice({"$ref": "open"}, NULL),
            "e": {"type": "array", "items": {"$ref": "closed"}},
            "f": choice({"$ref": "closed"}, {"type": "string"}),
        },
        {"a": 0, "b": 7, "c": 2**64 - 1, "d": None, "e": [1], "f": "s"},
        {
            "closed": integers(0, 1, -4),
            "open": integers(0, 1, **OPEN),
            "wide": integers(5, **{**OPEN, "format": "uint64"}),
        },
    ),
    "flags": each(
        {"a": {"$ref": "f"}, "b": {"$ref": "wide"}, "c": choice({"$ref": "f"}, NULL)},
        {"a": 33, "b": 2**64 - 1, "c": None},
        {"f": FLAGS, "wide": {**flags(high=62), "format": "uint64"}},
    ),
    "a union by an integer": each(
        {"a": {"$ref": "u"}, "b": {"type": "array", "items": {"$ref": "u"}}},
        {"a": {"k": 1, "a": 2}, "b": [{"k": 2, "b": 3}]},
        UNION,
    ),
    "a payload that is one": paying({"$ref": "u"}, {"k": 1, "a": 2}, types=UNION),
    "a union whose variants share another constant": each(
        {"a": {"$ref": "u"}},
        {"a": {"version": 1, "k": 2, "b": 3}},
        {
            **{
                name: {
                    **entry,
                    "properties": {"version": field({**INT32, "const": 1}), **entry["properties"]},
                    "required": ["version", *entry["required"]],
                }
                for name, entry in UNION.items()
                if name != "u"
            },
            "u": UNION["u"],
        },
    ),
    "bounds of numbers": each(
        {
            "a": {**NUMBER, "minimum": 0.5, "maximum": 2},
            "b": {**NUMBER, "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "c": {"type": ["number", "null"], "minimum": -1e300},
            "d": {"type": "array", "items": {**NUMBER, "maximum": -0.0}},
            "e": choice({**NUMBER, "maximum": 5}, BOOLEAN),
            "f": {**INT32, "exclusiveMinimum": 0, "exclusiveMaximum": 10},
            "g": {"type": "object", "additionalProperties": {"$ref": "n"}},
            "h": {**NUMBER, "minimum": 3, "maximum": 3},
        },
        {"a": 1, "b": 0.5, "c": None, "d": [-1], "e": True, "f": 1, "g": {"x": 1.5}, "h": 3},
        {"n": {**NUMBER, "minimum": 1, "description": "N."}},
    ),
    "texts with a form": each(
        {
            "a": DATE_TIME,
            "b": {**BASE64, "minLength": 4, "maxLength": 8},
            "c": {**BASE64, "type": ["string", "null"]},
            "d": {"type": "array", "items": {"$ref": "t"}},
        },
        {"a": NOW, "b": "QUJD", "c": None, "d": ["2026-01-31t12:00:00.5+01:30"]},
        {"t": {**DATE_TIME, "description": "T."}},
    ),
    "base64 with any unused bits": each(
        {"a": BASE64, "b": BASE64, "c": {**BASE64, "x-sensitive": True}},
        {"a": "QR==", "b": "QUJDQUJ=", "c": "QQ=="},
    ),
    "a switch of an integer": switching(
        {"$ref": "e"}, 1, {"mode": 1, "x": "y"}, {"e": integers(0, 1)}
    ),
    "a switch of a boolean": switching(
        {"type": ["boolean", "null"]}, True, {"mode": True, "x": "y"}
    ),
    "secrets": each(EVERYTHING, VALUES, TYPES, **{"x-sensitive": True}),
    "relayed": each(RELAYED, {k: VALUES[k] for k in RELAYED}, TYPES, **{"x-relayed": True}),
    "values of a choice between keys": schema(
        {"r": field({"$ref": "r"})},
        {"r": {"any": 1}},
        types={
            **TYPES,
            "r": {
                **record(**{k: field(v) for k, v in EVERYTHING.items()}),
                "x-one-of-name": "pick",
                "oneOf": [{"required": [key]} for key in EVERYTHING],
            },
        },
    ),
}


def frame(payload: Any) -> Data:
    return {"type": "thing", "d": payload, "seq": 1}
