"""The strictest rules: types that every language has alike, and no others."""

from __future__ import annotations

from voxspec.rules.parts import said
from voxspec.rules.rule import Category, Rule

NO_ANY_OBJECT = Rule(
    id="NO_ANY_OBJECT",
    category=Category.STRICT,
    sentence="No value is any JSON, or any object.",
    why="Nothing is known of it: neither validators nor models help with what is in it.",
    fix="Describe what is in it: a record, or a map of values of one type.",
    bad=(said("extra: {type: object, description: More about it.}"),),
    good=(
        said(
            "extra: {type: object, additionalProperties: {type: string}, description: More about it.}"
        ),
    ),
)

NO_UNION_TYPES = Rule(
    id="NO_UNION_TYPES",
    category=Category.STRICT,
    sentence="No value is of one of several JSON types.",
    why="Many languages have no type for it, and leave it to whoever reads it.",
    fix="Give each type a key of its own, or make a tagged union of records. Null beside one type is "
    "allowed.",
    bad=(said("tone: {oneOf: [{type: boolean}, {type: string}], description: The tone.}"),),
    good=(said("tone: {oneOf: [{type: string}, {type: 'null'}], description: The tone.}"),),
)

NO_FLOAT = Rule(
    id="NO_FLOAT",
    category=Category.STRICT,
    sentence="No number has a fraction.",
    why="Fractions are rounded differently from one language to the next, and 0.1 is none of them.",
    fix="Count in a smaller unit, and make it an integer.",
    bad=(said("volume: {type: number, description: 'How loud it is, up to 1.'}"),),
    good=(
        said(
            "volume: {type: integer, format: uint32, x-unit: percent, description: How loud it is.}"
        ),
    ),
)

ALL = (NO_ANY_OBJECT, NO_UNION_TYPES, NO_FLOAT)
