"""Rules that keep a protocol safe to change, and to read in every language."""

from __future__ import annotations

from voxspec.rules.parts import client, said, server, types
from voxspec.rules.rule import Category, Rule

INT_HAS_WIDTH = Rule(
    id="INT_HAS_WIDTH",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="Every integer states its width, and its bounds lie within it.",
    why="Most languages have no integers without an end, and choose a width too small where none is said.",
    fix="State format: int32, uint32, int64 or uint64.",
    bad=(said("volume: {type: integer, description: How loud it is.}"),),
    good=(said("volume: {type: integer, format: uint32, description: How loud it is.}"),),
)

BIG_INT_MARKED = Rule(
    id="BIG_INT_MARKED",
    category=Category.STANDARD,
    sentence="Where an integer can be beyond 2^53, its description says whether it is.",
    why="JavaScript, and every reader that holds numbers as doubles, takes such a number for one of its "
    "neighbours and says nothing. Who knows that values come so high reads them as big integers.",
    fix="Say in the description that values are beyond 2^53, or that they stay below; or state bounds "
    "that leave no others, where the wire has them.",
    bad=(said("likes: {type: integer, format: uint64, description: How many like it.}"),),
    good=(
        said(
            "likes: {type: integer, format: uint64, description: How many like it; never beyond 2^53.}"
        ),
    ),
)

ID_USES_ID_TYPE = Rule(
    id="ID_USES_ID_TYPE",
    category=Category.STANDARD,
    sentence="Integers that are ids are of a named type.",
    why="What ids of a kind are is said once then, and two messages cannot say it differently.",
    fix="Give ids of its kind a name in types.yaml, and refer to it. The wire does not change.",
    bad=(said("user_id: {type: integer, format: uint32, description: Who said it.}"),),
    good=(
        types("types:\n  user_id: {type: integer, format: uint32, description: Id of a user.}"),
        said("user_id: {$ref: user_id, description: Who said it.}"),
    ),
)

ONEOF_MEMBERS_OPTIONAL = Rule(
    id="ONEOF_MEMBERS_OPTIONAL",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="Keys that depend on a rule are not required as well.",
    why="A key that is always there cannot be the one of several that is there.",
    fix="Take it out of required, or out of the rule.",
    bad=(server("messages:\n  said:\n    payload: {oneOf: [{required: [text]}, {required: [mood]}]}"),),
    good=(
        server("messages:\n  said:\n    payload: {required: [nickname], oneOf: [{required: [text]}, {required: [mood]}]}\n"
        "    examples: [{summary: Words, payload: {nickname: Ada, text: Hello}}, {summary: None, payload: {nickname: Ada, mood: plain}}]"),
    ),
)  # fmt: skip

ENUM_IS_NAMED = Rule(
    id="ENUM_IS_NAMED",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="Enums are defined in types.yaml, not in place.",
    why="An enum becomes a class, and a class has a name; what its values mean is said once.",
    fix="Move it to types.yaml, and refer to it.",
    bad=(said("tone: {type: string, enum: [high, low], description: The tone.}"),),
    good=(
        types("types:\n  tone: {type: string, x-open: true, enum: [high, low], description: A tone., x-enum-descriptions: {high: As a bird., low: As a bear.}}"),
        said("tone: {$ref: tone, description: The tone.}"),
    ),
)  # fmt: skip

ENUM_OPENNESS_STATED = Rule(
    id="ENUM_OPENNESS_STATED",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="An enum says whether readers keep unknown values.",
    why="Whether a new value breaks those who read it follows from this, and from nothing else.",
    fix="Write x-open: true where readers keep values that they do not know, else x-open: false.",
    bad=(types("types:\n  mood:\n    x-open:  # left out"),),
    good=(types("types:\n  mood:\n    x-open: true"),),
)

S2C_OBJECTS_OPEN = Rule(
    id="S2C_OBJECTS_OPEN",
    category=Category.STANDARD,
    sentence="Clients pass over keys that they do not know in what servers send.",
    why="A server could never say more than it did at first: every client that is out there would refuse "
    "the new key.",
    fix="Leave out additionalProperties: false, and closed: true in the envelope. Where clients are known "
    "to refuse, ignore the rule there and say so.",
    bad=(server("messages:\n  said:\n    payload: {additionalProperties: false}"),),
    good=(client("messages:\n  say:\n    payload: {additionalProperties: false}"),),
)

NO_INLINE_NESTED_OBJECT = Rule(
    id="NO_INLINE_NESTED_OBJECT",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="Records inside others are defined in types.yaml.",
    why="A record becomes a class, and a class has a name.",
    fix="Move it to types.yaml, and refer to it.",
    bad=(said("place: {type: object, properties: {room: {type: string, description: The room.}}, description: Where.}"),),
    good=(
        types("types:\n  place: {type: object, properties: {room: {type: string, description: The room.}}, description: A place.}"),
        said("place: {$ref: place, description: Where.}"),
    ),
)  # fmt: skip

C2S_STRING_BOUNDED = Rule(
    id="C2S_STRING_BOUNDED",
    category=Category.STANDARD,
    sentence="Texts that clients send have a longest length.",
    why="A server has to refuse some text as too long; clients should know which, and before they send it.",
    fix="State the maxLength that servers hold clients to. A pattern from ^ to $ without * and + bounds a "
    "text as well, and x-max-json-length all that is in an object. Where servers have no bound, ignore the "
    "rule there and say what bounds the text instead.",
    bad=(said("greeting: {type: string, description: What is said first.}", "client/talk.yaml"),),
    good=(
        said("greeting: {type: string, maxLength: 80, description: What is said first.}", "client/talk.yaml"),
    ),
)  # fmt: skip

TIME_HAS_UNIT = Rule(
    id="TIME_HAS_UNIT",
    category=Category.STANDARD,
    sentence="Numbers that are times state their unit.",
    why="Seconds that are taken for milliseconds are wrong by a factor that no validator sees.",
    fix="State it with x-unit, here or at the named type.",
    mend="Writes the unit that the name itself says, such as ms of timeout_ms.",
    bad=(said("delay_ms: {type: integer, format: uint32, description: How late it is.}"),),
    good=(
        said("delay_ms: {type: integer, format: uint32, x-unit: ms, description: How late it is.}"),
    ),
)

SEQ_POLICY_STATED = Rule(
    id="SEQ_POLICY_STATED",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="Messages say whether they are numbered; client ones are not.",
    why="A client that resumes counts numbered messages alone; one that is taken for the other kind is "
    "replayed twice, or lost.",
    fix="Write seq: required for messages that are replayed, seq: never for the others.",
    mend="Writes seq: never for messages of clients, which can have no other.",
    bad=(client("messages:\n  say:\n    seq:  # left out"),),
    good=(client("messages:\n  say:\n    seq: never"),),
)

PATTERN_PORTABLE = Rule(
    id="PATTERN_PORTABLE",
    category=Category.STANDARD,
    is_loaded=True,
    sentence="A pattern is one of ECMA-262 that every target can match alike.",
    why="What \\w, $ or a flag means differs from one language to the next, and so would what is valid.",
    fix="Write the characters out, such as [a-z]; flags, \\p{…} and look-behinds of any length are refused.",
    bad=(types("types:\n  nickname: {pattern: '^\\p{L}+$'}"),),
    good=(types("types:\n  nickname: {pattern: '^[A-Za-z]+$'}"),),
)

RESERVED_NOT_USED = Rule(
    id="RESERVED_NOT_USED",
    category=Category.STANDARD,
    sentence="Names that were given up are not used again.",
    why="Peers that are out there still know the old meaning, and take the new value for it.",
    fix="Take another name. x-reserved lists the keys of a record or values of an enum that were given up, "
    "reserved in a message file its messages.",
    bad=(server("messages:\n  said:\n    payload: {x-reserved: [text, colour]}"),),
    good=(server("messages:\n  said:\n    payload: {x-reserved: [colour]}"),),
)

DEPRECATED_HAS_REPLACEMENT = Rule(
    id="DEPRECATED_HAS_REPLACEMENT",
    category=Category.STANDARD,
    sentence="What is deprecated names what to use instead, and that is not deprecated itself.",
    why="People leave something behind only when they know where to go.",
    fix='Name the message, key or type, or say that nothing takes its place: "Use text." or "Nothing '
    'replaces it."',
    bad=(server("messages:\n  said:\n    payload:\n      properties:\n        mood: {deprecated: It is old.}"),),
    good=(server("messages:\n  said:\n    payload:\n      properties:\n        mood: {deprecated: Say it in text.}"),),
)  # fmt: skip

SECRET_MARKED = Rule(
    id="SECRET_MARKED",
    category=Category.STANDARD,
    sentence="Keys that are called like secrets are marked as such.",
    why="Findings, logs and redacted captures show every value that is not marked.",
    fix="Write x-sensitive: true. Where the value is no secret, ignore the rule there and say so.",
    mend="Writes x-sensitive: true.",
    bad=(said("upload_token: {type: string, description: Lets its holder load a file up.}"),),
    good=(
        said("upload_token: {type: string, x-sensitive: true, description: Lets its holder load a file up.}"),
    ),
)  # fmt: skip

ALL = (
    INT_HAS_WIDTH, BIG_INT_MARKED, ID_USES_ID_TYPE, ONEOF_MEMBERS_OPTIONAL, ENUM_IS_NAMED,
    ENUM_OPENNESS_STATED, S2C_OBJECTS_OPEN, NO_INLINE_NESTED_OBJECT, C2S_STRING_BOUNDED, TIME_HAS_UNIT,
    SEQ_POLICY_STATED, PATTERN_PORTABLE, RESERVED_NOT_USED, DEPRECATED_HAS_REPLACEMENT, SECRET_MARKED,
)  # fmt: skip
