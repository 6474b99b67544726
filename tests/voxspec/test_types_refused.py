"""What the dialect's types do not say: refused with a clear message at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.voxspec.mini import (
    ANY,
    BASE64,
    BOOLEAN,
    DATE_TIME,
    INT32,
    NULL,
    NUMBER,
    UINT,
    UINT64,
    Data,
    choice,
    enum,
    field,
    flags,
    integers,
    paying,
    record,
    schema,
    thing,
    union,
    variant,
    write,
)
from voxspec.findings import SchemaError
from voxspec.pipeline import load_protocol

TEXT: Data = {"type": "string"}
NAMES: Data = {"x-enum-names": {"1": "one"}, "x-enum-descriptions": {"1": "V."}}


def typed(expression: Data, **more: Data) -> Data:
    """A schema with a named type, and further types."""
    return schema(
        {"e": field({"$ref": "t"})}, {}, types={"t": {"description": "T.", **expression}, **more}
    )


def tagged(first: Data, second: Data) -> Data:
    """A schema with a union of two variants."""
    types = {"v1": variant(first), "v2": variant(second), "u": union("v1", "v2")}
    return schema({"u": field({"$ref": "u"})}, {}, types=types)


def switching(mode: Data, constant: object) -> Data:
    switch = {
        **record(mode=field(mode), x=field()),
        "if": {"properties": {"mode": {"const": constant}}, "required": ["mode"]},
        "then": {"required": ["x"]},
    }
    return schema({"r": field({"$ref": "r"})}, {}, types={"r": switch})


REFUSED: list[tuple[Data, str, str, str, str]] = [
    # schema, rule, file, message, hint
    (thing(choice(ANY, TEXT)), "CHOICE_IS_CLEAR", "main.yaml",
     "two options are both a JSON string",
     "a reader must be able to tell the options apart by JSON type"),
    (thing(choice(ANY, NULL)), "CHOICE_IS_CLEAR", "main.yaml",
     "any JSON value can be null already", "write x-any-json: true alone"),
    (thing({**ANY, "type": "string"}), "KEYWORD_APPLIES", "main.yaml",
     '"type" does not apply to any JSON value', ""),
    (thing({**ANY, "x-unit": "ms"}), "KEYWORD_APPLIES", "main.yaml",
     '"x-unit" says nothing of any JSON value', ""),
    (thing({**ANY, "x-published-null": True}), "KEYWORD_APPLIES", "main.yaml",
     '"x-published-null" says nothing of any JSON value', ""),
    (thing({**ANY, "x-relayed": True}), "KEYWORD_APPLIES", "main.yaml",
     '"x-relayed" says nothing of any JSON value', ""),
    (thing({**ANY, "x-max-json-length": 9}), "KEYWORD_APPLIES", "main.yaml",
     '"x-max-json-length" applies to objects only',
     "of records, to those with x-extra: the others forget keys that would count"),
    (thing({"x-any-json": False}), "METASCHEMA_VALID", "main.yaml",
     '"x-any-json" must be true; got false',
     "Any JSON value, null among them; it stands in place of a type"),
    (thing({**NULL, "x-sensitive": True}), "KEYWORD_APPLIES", "main.yaml",
     '"x-sensitive" says nothing of what is always null', ""),
    (typed(NULL), "TYPE_EXPLICIT", "types.yaml", "null alone is no type", ""),
    (thing({**INT32, "const": "5"}), "KEYWORD_APPLIES", "main.yaml",
     'the constant of "e" is no integer', ""),
    (thing({**INT32, "const": True}), "KEYWORD_APPLIES", "main.yaml",
     'the constant of "e" is no integer', ""),
    (thing({**TEXT, "const": 5}), "KEYWORD_APPLIES", "main.yaml",
     'the constant of "e" is no string', "text that looks like something else stands in quotes"),
    (thing({"type": "integer", "const": 5}), "INT_HAS_WIDTH", "main.yaml",
     'the integer "e" has no width', "add format: int32 | uint32 | int64 | uint64"),
    (thing({**UINT, "const": -5}), "INT_HAS_WIDTH", "main.yaml", "-5 is outside uint32", ""),
    (thing({**UINT64, "const": 2**63}), "INT_HAS_WIDTH", "main.yaml",
     f"{2**63} is above 2^63-1, with which no reader compares", ""),
    (thing({**INT32, "const": 5, "minimum": 0}), "KEYWORD_APPLIES", "main.yaml",
     '"minimum" says nothing beside a constant', ""),
    (thing({**NUMBER, "const": 5}), "KEYWORD_APPLIES", "main.yaml",
     '"const" does not apply to type number', ""),
    (thing(integers(1, 2)), "ENUM_IS_NAMED", "main.yaml", '"e" defines an enum in place',
     "give it a name in types.yaml and refer to it with $ref"),
    (thing(flags(a=0)), "ENUM_IS_NAMED", "main.yaml", '"e" defines flags in place',
     "give them a name in types.yaml and refer to it with $ref"),
    (typed({**integers(1), "x-enum-names": {}}), "DESCRIPTION_ENUM_VALUE", "types.yaml",
     '"1" has no name', "add it to x-enum-names: an integer gives none by itself"),
    (typed({**INT32, "x-open": False, "enum": [1, "2"], **NAMES}), "METASCHEMA_VALID",
     "types.yaml", "the value '2' is no integer", ""),
    (typed({**INT32, "x-open": False, "enum": [1, 1], **NAMES}), "ENUM_NO_DUPLICATE",
     "types.yaml", '"1" is listed twice', ""),
    (typed({**enum("a"), "enum": ["a", 1]}), "METASCHEMA_VALID", "types.yaml",
     "the value 1 is no string", "text that looks like something else stands in quotes"),
    (typed({"type": "boolean", "x-open": False, "enum": [True]}), "TYPE_EXPLICIT", "types.yaml",
     "an enum needs type: string or type: integer",
     "one of true and false is type: boolean, with const where it is always the same"),
    (typed(integers(1, 2**31)), "INT_HAS_WIDTH", "types.yaml", f"{2**31} is outside int32", ""),
    (typed({**integers(1), "type": "integer", "format": "date-time"}), "INT_HAS_WIDTH",
     "types.yaml", 'the integer "t" has no width, but the format date-time',
     "add format: int32 | uint32 | int64 | uint64"),
    (typed({**flags(a=0, b=0)}), "ENUM_NO_DUPLICATE", "types.yaml", 'bit 0 is that of "a" too', ""),
    (typed(flags(a=32)), "INT_HAS_WIDTH", "types.yaml",
     "bit 32 is above 31, the highest one of uint32", ""),
    (typed({**flags(a=63), "format": "uint64"}), "METASCHEMA_VALID", "types.yaml",
     '"bit" is 63, and must be at most 62', ""),
    (typed({**flags(a=0), "maximum": 5}), "KEYWORD_APPLIES", "types.yaml",
     '"maximum" does not apply to flags', ""),
    (typed({**flags(a=0), "type": "string"}), "TYPE_EXPLICIT", "types.yaml",
     "flags need type: integer", ""),
    (schema({"e": field({"$ref": "t"}, **{"x-relayed": "int64"})}, {}, types={"t": flags(a=0)}),
     "KEYWORD_APPLIES", "main.yaml",
     '"x-relayed" does not apply to "e": int64 is for integers; write x-relayed: true', ""),
    (tagged({**INT32, "const": 1}, {**TEXT, "const": "1"}), "UNION_HAS_TAG", "types.yaml",
     "some variants are told apart by text and others by integers",
     "let all constants have one type"),
    (tagged({**INT32, "const": 1}, {**INT32, "const": 1}), "UNION_HAS_TAG", "types.yaml",
     '"v2" and "v1" have the same tag "1"', ""),
    (tagged({**BOOLEAN, "const": True}, {**TEXT, "const": "x"}), "UNION_HAS_TAG",
     "types.yaml", 'the variant "v1" has no required constant property',
     "every variant of a tagged union is a record with the same const property"),
    (thing({**NUMBER, "minimum": 2, "maximum": 1}), "BOUNDS_ORDERED", "main.yaml",
     "minimum 2 is greater than maximum 1", ""),
    (thing({**NUMBER, "exclusiveMinimum": 1, "maximum": 1}), "BOUNDS_ORDERED", "main.yaml",
     "exclusiveMinimum 1 leaves nothing below maximum 1", ""),
    (thing({**INT32, "exclusiveMinimum": 1, "exclusiveMaximum": 2}), "BOUNDS_ORDERED",
     "main.yaml", "exclusiveMinimum 1 leaves nothing up to exclusiveMaximum 2", ""),
    (thing({**NUMBER, "minimum": 0, "exclusiveMinimum": 1}), "KEYWORD_APPLIES", "main.yaml",
     '"exclusiveMinimum" stands beside "minimum", and one of them says nothing',
     "keep one of them"),
    (thing({**NUMBER, "maximum": 10**400}), "BOUNDS_ORDERED", "main.yaml",
     "maximum is beyond every number that readers keep as a double", ""),
    (thing({**INT32, "minimum": 1.5}), "METASCHEMA_VALID", "main.yaml",
     '"minimum" must be an integer', ""),
    (thing({**INT32, "minimum": 1.0}), "METASCHEMA_VALID", "main.yaml",
     '"minimum" must be an integer', "write 1"),
    (thing({**UINT, "exclusiveMinimum": 2**32 - 1}), "INT_HAS_WIDTH", "main.yaml",
     f"exclusiveMinimum {2**32 - 1} is outside uint32", ""),
    (thing({**TEXT, "minimum": 1}), "KEYWORD_APPLIES", "main.yaml",
     '"minimum" does not apply to type string', ""),
    (thing({**TEXT, "format": "int64"}), "KEYWORD_APPLIES", "main.yaml",
     '"format" int64 does not apply to type string', "it is the width of an integer"),
    (thing({**DATE_TIME, "pattern": "Z$"}), "KEYWORD_APPLIES", "main.yaml",
     '"pattern" does not apply beside "format", which says all of the form', ""),
    (thing({**DATE_TIME, **BASE64}), "KEYWORD_APPLIES", "main.yaml",
     '"contentEncoding" does not apply beside "format", which says all of the form', ""),
    (thing({**DATE_TIME, "maxLength": 19}), "BOUNDS_ORDERED", "main.yaml",
     "no text that is date-time has a length within minLength and maxLength",
     "change one of them"),
    (thing({**UINT, **BASE64, "type": "integer"}), "KEYWORD_APPLIES", "main.yaml",
     '"contentEncoding" does not apply to type integer', ""),
    (thing({**TEXT, "contentEncoding": "base64url"}), "METASCHEMA_VALID", "main.yaml",
     '"contentEncoding" must be base64; got "base64url"', 'did you mean "base64"?'),
    (thing({"type": "array", "items": UINT, "uniqueItems": True}), "NO_UNKNOWN_KEYWORD",
     "main.yaml", 'unknown keyword "uniqueItems"', 'did you mean "minItems"?'),
    (paying({**TEXT, "x-sensitive": True}, "x"), "KEYWORD_APPLIES", "main.yaml",
     '"x-sensitive" does not apply to a payload',
     "write it where a property of a record has this type, or at a named type"),
    (typed({**record(a=field()), "additionalProperties": False, "x-extra": True}),
     "KEYWORD_APPLIES", "types.yaml",
     '"x-extra" keeps the further keys that "additionalProperties" refuses', "keep one of them"),
    (typed({**record(a=field()), "additionalProperties": UINT}), "KEYWORD_APPLIES", "types.yaml",
     '"additionalProperties" does not apply to a record, unless it is false',
     "x-extra: true keeps further keys; an object of free keys alone lists no properties"),
    (typed({**record(a=field()), "additionalProperties": True}), "METASCHEMA_VALID", "types.yaml",
     '"additionalProperties" must be false; got true', ""),
    (thing({"type": "object", "additionalProperties": False}), "KEYWORD_APPLIES", "main.yaml",
     '"additionalProperties" is false only where properties are listed',
     "without any, the object is always empty; give the record a name in types.yaml"),
    (switching(choice(UINT, BOOLEAN), 1), "KEYWORD_APPLIES", "types.yaml",
     '"mode" is one of several types, and the constant is no text',
     "let the condition ask for a text, or give the property one type"),
    (switching(UINT, -1), "KEYWORD_APPLIES", "types.yaml", '"mode" can never be "-1"',
     "name a value that the property can have"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "rule", "file", "message", "hint"), REFUSED, ids=[r[3][:60] for r in REFUSED]
)
def test_refused_with_what_to_do(
    tmp_path: Path, files: Data, rule: str, file: str, message: str, hint: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    said = [(f.rule, Path(f.where.file).name, f.message, f.hint) for f in caught.value.findings]
    assert said == [(rule, file, message, hint)]
    assert all(finding.where.line > 0 for finding in caught.value.findings)


STATED: list[tuple[Data, list[str]]] = [
    (thing({**NUMBER, "minimum": 0, "default": -1}), ["it is -1, and must be at least 0"]),
    (thing({**ANY, "default": None, "examples": [1, {}]}), []),
    (thing({**INT32, "const": 5, "default": 6}), ["it must be 5; got 6"]),
    (thing({**DATE_TIME, "examples": ["2026-01-31"]}), ["it must be a date and time of RFC 3339, such as 2026-01-31T12:00:00Z; got \"2026-01-31\""]),
    (typed({**integers(1), "default": 2}), ["it must be 1; got 2"]),
    (typed({**flags(a=0), "examples": [-1, 2]}), ["it is -1, and must be at least 0"]),
    (typed({**record(a=field()), "additionalProperties": False, "examples": [{"b": "x"}]}),
     ['"b" is no key of "t"']),
    (typed({**record(alpha=field(), mood=field()), "x-extra": True, "examples": [{"alhpa": "x"}, {"moood": "x"}, {"odom": "x"}]}),
     ['"alhpa" is no key of "t"', '"moood" is no key of "t"', '"odom" is no key of "t"']),
    (typed({**record(alpha=field(), mood=field()), "x-extra": True, "examples": [{"bravo": "x", "food": "x"}, {"alpha": "x", "alphas": "x"}]}), []),
    (paying({"type": "array", "items": {"$ref": "t"}}, [{"b": "x"}], types={"t": record(a=field())}),
     ['"b" is no key of "t"']),
    (paying(NULL, 5), ['"d" must be null; got 5']),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), STATED)
def test_stated_values_are_checked(tmp_path: Path, files: Data, said: list[str]) -> None:
    found: list[tuple[str, str]] = []
    rule = "DEFAULT_VALID" if '"default"' in json.dumps(files) else "EXAMPLE_VALID"
    try:
        load_protocol(write(files, tmp_path))
    except SchemaError as error:
        found = [(finding.rule, finding.message) for finding in error.findings]
    assert [rule for rule, _ in found] == [rule] * len(said)
    assert all(part in message for part, (_, message) in zip(said, found, strict=True))
