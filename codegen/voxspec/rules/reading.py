"""Rules about files and references: without them nothing can be read."""

from __future__ import annotations

from voxspec.rules.parts import part, protocol, said, server, types
from voxspec.rules.rule import Category, Part, Rule

SCHEMA_PARSES = Rule(
    id="SCHEMA_PARSES",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Every file is UTF-8, valid YAML, one mapping, no key twice.",
    why="Most YAML readers keep the last of two keys and lose the first without a word. Tags, merge keys "
    "and aliases are refused for the same reason: what is read must be what stands there.",
    fix="Mend the YAML at the place of the finding. Of two keys, keep one.",
    bad=(Part("types.yaml", "types:\n  nickname: {type: string, description: A name.}\n  nickname: {type: string, description: Again.}", True),),
    good=(types("types:\n  nickname: {type: string, description: A name.}"),),
)  # fmt: skip

METASCHEMA_VALID = Rule(
    id="METASCHEMA_VALID",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Every file has the structure that the dialect's JSON Schema states.",
    why="A value that is no option of its key would have to be guessed at.",
    fix="Write what the finding asks for; schema/meta has the JSON Schema of each kind of file.",
    bad=(server("messages:\n  said: {seq: sometimes}"),),
    good=(server("messages:\n  said: {seq: required}"),),
)

NO_UNKNOWN_KEYWORD = Rule(
    id="NO_UNKNOWN_KEYWORD",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Only the dialect's keywords are used.",
    why="JSON Schema passes over words that it does not know, so that a mistyped limit would limit nothing.",
    fix="Write the keyword that was meant, or delete it.",
    bad=(types("types:\n  nickname: {maxlength: 20}"),),
    good=(types("types:\n  nickname: {maxLength: 20}"),),
)

KEYWORD_APPLIES = Rule(
    id="KEYWORD_APPLIES",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="A keyword stands only beside the type that it applies to.",
    why="A keyword that says nothing where it stands looks like a promise, and nobody keeps it.",
    fix="Move it beside the type that it was meant for, or delete it.",
    bad=(types("types:\n  nickname: {minimum: 1}"),),
    good=(types("types:\n  nickname: {minLength: 2}"),),
)

REF_RESOLVES = Rule(
    id="REF_RESOLVES",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Every $ref names an entry of types.yaml.",
    why="A reference that leads nowhere says nothing of the value.",
    fix="Correct the name, or define the type in types.yaml.",
    bad=(said("mood: {$ref: moood}"),),
    good=(said("mood: {$ref: mood}"),),
)

REF_NO_CYCLE = Rule(
    id="REF_NO_CYCLE",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Types do not refer to each other in a circle that no value can end.",
    why="No finite JSON would be a value of such a type. A record may hold itself where the key can be "
    "absent or null, or stands for a list.",
    fix="Leave one of the keys of the circle out of required, or let it be null.",
    bad=(
        types("""
            types:
              box:
                description: A box.
                type: object
                required: [inside]
                properties:
                  inside: {$ref: box, description: What is in it.}
        """),
        said("box: {$ref: box, description: A gift.}"),
    ),
    good=(
        types("""
            types:
              box:
                description: A box.
                type: object
                properties:
                  inside: {$ref: box, description: What is in it.}
        """),
        said("box: {$ref: box, description: A gift.}"),
    ),
)


def _deep(levels: int) -> str:
    """Types of which each but the last refers to the next."""
    lines = [
        f"  d{level}: {{type: object, description: Level {level}., "
        f"properties: {{in: {{$ref: d{level + 1}, description: The next.}}}}}}"
        for level in range(1, levels)
    ]
    last = f"  d{levels}: {{type: boolean, description: The last.}}"
    return "\n".join(("types:", *lines, last))


REF_NOT_DEEP = Rule(
    id="REF_NOT_DEEP",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Types stand in each other at most 40 levels deep.",
    why="JSON readers give up at some depth, and so do people.",
    fix="Put fewer types into each other.",
    bad=(types(_deep(41)), said("deep: {$ref: d1, description: The first.}")),
    good=(types(_deep(3)), said("deep: {$ref: d1, description: The first.}")),
)

AREA_MATCHES_FILE = Rule(
    id="AREA_MATCHES_FILE",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="A message file is called like its area.",
    why="Generated modules and pages are called like the area, and people look for the file by that name.",
    fix="Rename the file, or write its name as the area.",
    bad=(server("area: talking"),),
    good=(server("area: talk"),),
)

FILE_NAME_FITS = Rule(
    id="FILE_NAME_FITS",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="What becomes a file can be one, beside the others, on every system.",
    why="Names that differ in capitals alone are one file on some systems; names of more than 200 bytes, "
    "and those with control characters, are none.",
    fix="Take a shorter name, or one that differs in more.",
    bad=(protocol(f"pages:\n  {'long_' * 40}name: {{title: A page, body: Text.}}"),),
    good=(protocol("pages:\n  short_name: {title: A page, body: Text.}"),),
)

MESSAGE_TYPE_PLAIN = Rule(
    id="MESSAGE_TYPE_PLAIN",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="Types of messages are all text, or all integers of 64 bits.",
    why="Readers look at the type before anything else; one kind of it makes that fast and sure.",
    fix="Call all messages by names, or all by integers. Text that looks like a number stands in quotes.",
    bad=(
        server("""
            messages:
              7:
                summary: A wave
                description: Somebody waves.
                seq: required
                payload: false
                examples: [{summary: The only form}]
        """),
    ),
    good=(
        server("""
            messages:
              wave:
                summary: A wave
                description: Somebody waves.
                seq: required
                payload: false
                examples: [{summary: The only form}]
        """),
    ),
)

MESSAGE_NAME_UNIQUE_PER_DIRECTION = Rule(
    id="MESSAGE_NAME_UNIQUE_PER_DIRECTION",
    category=Category.MINIMAL,
    is_loaded=True,
    sentence="A type is defined once per direction.",
    why="A reader could not tell which of the two a frame is.",
    fix="Keep one, or give them different types. What both sides send alike stands in both/ alone.",
    bad=(
        part(
            "both/link.yaml",
            """
            area: link
            title: Link
            description: What both sides say.
            messages:
              ping:
                summary: Are you there
                description: Either side may ask.
                seq: required
                payload: false
                examples: [{summary: The only form}]
            """,
        ),
    ),
    good=(
        part(
            "both/link.yaml",
            """
            area: link
            title: Link
            description: What both sides say.
            messages:
              knock:
                summary: Are you there
                description: Either side may ask.
                seq: required
                payload: false
                examples: [{summary: The only form}]
            """,
        ),
    ),
)

ALL = (
    SCHEMA_PARSES, METASCHEMA_VALID, NO_UNKNOWN_KEYWORD, KEYWORD_APPLIES, REF_RESOLVES, REF_NO_CYCLE,
    REF_NOT_DEEP, AREA_MATCHES_FILE, FILE_NAME_FITS, MESSAGE_TYPE_PLAIN,
    MESSAGE_NAME_UNIQUE_PER_DIRECTION,
)  # fmt: skip
