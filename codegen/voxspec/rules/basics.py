"""Rules about types: without them there is no code, or it does not say what was meant."""

from __future__ import annotations

from voxspec.rules.parts import client, part, protocol, said, server, types
from voxspec.rules.rule import Category, Rule

TYPE_EXPLICIT = Rule(
    id="TYPE_EXPLICIT",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Every value states its type or refers to a named one.",
    why="Without a type any JSON would be right, and models could only hold it as it is.",
    fix="State the type. Where really any JSON may stand, say x-any-json: true.",
    bad=(said("volume: {description: How loud it is.}"),),
    good=(said("volume: {type: boolean, description: Whether it is loud.}"),),
)

TYPE_USED = Rule(
    id="TYPE_USED",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Every named type is used by some message.",
    why="A type that nothing uses is never sent, and a mistake in it is never seen.",
    fix="Use the type, or delete it.",
    bad=(types("types:\n  volume: {type: boolean, description: Whether it is loud.}"),),
    good=(
        types("types:\n  volume: {type: boolean, description: Whether it is loud.}"),
        said("volume: {$ref: volume, description: Whether it is loud.}"),
    ),
)

BOUNDS_ORDERED = Rule(
    id="BOUNDS_ORDERED",
    category=Category.BASIC,
    is_loaded=True,
    sentence="A minimum is not above its maximum, and they leave some value.",
    why="No value would be right.",
    fix="Correct one of the bounds.",
    bad=(types("types:\n  nickname: {minLength: 40}"),),
    good=(types("types:\n  nickname: {minLength: 3}"),),
)

ENUM_NO_DUPLICATE = Rule(
    id="ENUM_NO_DUPLICATE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="An enum lists each value once.",
    why="The second one means nothing, or was meant to be another value.",
    fix="Delete it, or write the value that was meant.",
    bad=(types("types:\n  mood: {enum: [plain, loud, joking, loud]}"),),
    good=(types("types:\n  mood: {enum: [plain, loud, joking]}"),),
)

REQUIRED_IN_PROPERTIES = Rule(
    id="REQUIRED_IN_PROPERTIES",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Keys that rules name are among the properties.",
    why="Every frame would have to have a key of which nothing is known.",
    fix="Correct the key, or describe it under properties.",
    bad=(server("messages:\n  said:\n    payload: {required: [nickname, txt]}"),),
    good=(server("messages:\n  said:\n    payload: {required: [nickname, text]}"),),
)

UNION_HAS_TAG = Rule(
    id="UNION_HAS_TAG",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Variants of a union share one property with distinct constants.",
    why="Readers tell from that property which record they have; without it they would have to try.",
    fix="Give every variant the same required property, with a const of its own.",
    bad=(
        types("""
            types:
              wave: {type: object, description: A wave., properties: {both: {type: boolean, description: With both hands.}}}
              bow: {type: object, description: A bow., properties: {deep: {type: boolean, description: How deep.}}}
              gesture:
                description: What somebody does.
                oneOf: [{$ref: wave}, {$ref: bow}]
        """),
        said("gesture: {$ref: gesture, description: What goes with it.}"),
    ),
    good=(
        types("""
            types:
              wave: {type: object, description: A wave., required: [kind], properties: {kind: {type: string, const: wave, description: Tells it apart.}}}
              bow: {type: object, description: A bow., required: [kind], properties: {kind: {type: string, const: bow, description: Tells it apart.}}}
              gesture:
                description: What somebody does.
                oneOf: [{$ref: wave}, {$ref: bow}]
        """),
        said("gesture: {$ref: gesture, description: What goes with it.}"),
    ),
)

CHOICE_IS_CLEAR = Rule(
    id="CHOICE_IS_CLEAR",
    category=Category.BASIC,
    is_loaded=True,
    sentence="The options of a choice differ in their JSON type.",
    why="The value itself has to tell which option it is.",
    fix="Make one text of two, or give each a key of its own.",
    bad=(said("tone: {oneOf: [{type: string}, {$ref: mood}], description: The tone.}"),),
    good=(said("tone: {oneOf: [{type: boolean}, {$ref: mood}], description: The tone.}"),),
)

PAYLOAD_IS_OBJECT = Rule(
    id="PAYLOAD_IS_OBJECT",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Where fields stand beside the type, a payload is a record.",
    why="A list or a text has no keys that could stand there.",
    fix="Describe the payload as an object, or give payloads a key in the envelope.",
    bad=(
        protocol("envelope:\n  payload:  # left out"),
        server("""
            messages:
              cheer:
                summary: Somebody cheers
                description: Sent to all.
                seq: required
                payload: {type: array, items: {type: boolean}}
                examples: [{summary: One, payload: [true]}]
        """),
    ),
    good=(
        protocol("envelope:\n  payload:  # left out"),
        server("""
            messages:
              cheer:
                summary: Somebody cheers
                description: Sent to all.
                seq: required
                payload: {type: object, properties: {loud: {type: boolean, description: Whether it is loud.}}}
                examples: [{summary: One, payload: {loud: true}}]
        """),
    ),
)

KEY_READABLE = Rule(
    id="KEY_READABLE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Keys hold no quotation mark, backslash or control character.",
    why="Generated models compare keys as they are written, without escapes.",
    fix="Rename the key. Where such keys come, describe the object as free JSON.",
    bad=(said("'a\\b': {type: boolean, description: Odd.}"),),
    good=(said("a_b: {type: boolean, description: Plain.}"),),
)

ENVELOPE_KEYS_DIFFER = Rule(
    id="ENVELOPE_KEYS_DIFFER",
    category=Category.BASIC,
    is_loaded=True,
    sentence="The keys of the envelope differ, also from fields beside the type.",
    why="A frame has each key once.",
    fix="Rename one of them.",
    bad=(protocol("envelope:\n  payload: {key: type}"),),
    good=(protocol("envelope:\n  payload: {key: content}"),),
)

ENVELOPE_KEY_KNOWN = Rule(
    id="ENVELOPE_KEY_KNOWN",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Messages name only the envelope's further keys that their side has.",
    why="What is said of a key that frames cannot have means nothing.",
    fix="Add the key to the envelope in protocol.yaml, or leave it out here.",
    bad=(server("messages:\n  said: {keys: {id: optional}}"),),
    good=(
        protocol("""
            envelope:
              keys:
                id: {direction: server, description: Which one., schema: {type: string}}
        """),
        server("messages:\n  said: {keys: {id: optional}}"),
    ),
)

CLASS_NAME_UNIQUE = Rule(
    id="CLASS_NAME_UNIQUE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="No two definitions become the same Python class.",
    why="One of them would hide the other in generated code.",
    fix="Rename the type, or give the message another name with x-name.",
    bad=(
        types("types:\n  said: {type: object, description: A text., properties: {text: {type: string, description: The text.}}}"),
        said("before: {$ref: said, description: What was said before.}"),
    ),
    good=(
        types("types:\n  words: {type: object, description: A text., properties: {text: {type: string, description: The text.}}}"),
        said("before: {$ref: words, description: What was said before.}"),
    ),
)  # fmt: skip

NO_PYTHON_NAME_COLLISION = Rule(
    id="NO_PYTHON_NAME_COLLISION",
    category=Category.BASIC,
    is_loaded=True,
    sentence="No two keys or values become the same Python name.",
    why="One of them could not be reached in generated code.",
    fix="Give one of them another name with x-name, or with x-enum-names for values of an enum.",
    bad=(said("tone: {type: boolean, x-name: mood, description: The tone.}"),),
    good=(said("tone: {type: boolean, x-name: is_loud, description: The tone.}"),),
)

CLOSE_CODE_POSSIBLE = Rule(
    id="CLOSE_CODE_POSSIBLE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Close codes are those that connections can end with.",
    why="RFC 6455 leaves 4000 to 4999 to protocols; libraries refuse to send others.",
    fix="Take a code from 4000 to 4999.",
    bad=(part("close_codes.yaml", "close_codes:\n  5000: {name: BROKEN, recovery: fatal, description: Broken.}"),),
    good=(part("close_codes.yaml", "close_codes:\n  4900: {name: BROKEN, recovery: fatal, description: Broken.}"),),
)  # fmt: skip

CLOSE_CODE_UNIQUE = Rule(
    id="CLOSE_CODE_UNIQUE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Close codes have distinct names.",
    why="Code and people call them by their names.",
    fix="Rename one of them.",
    bad=(part("close_codes.yaml", "close_codes:\n  4900: {name: SILENT, recovery: fatal, description: Broken.}"),),
    good=(part("close_codes.yaml", "close_codes:\n  4900: {name: BROKEN, recovery: fatal, description: Broken.}"),),
)  # fmt: skip

CLOSE_CODE_RECOVERY = Rule(
    id="CLOSE_CODE_RECOVERY",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Clients are told to resume only where sessions can be resumed.",
    why="A client would look for a message that the protocol does not have.",
    fix="Write recovery: identify, or describe how sessions are resumed in session.yaml.",
    bad=(part("close_codes.yaml", "close_codes:\n  4003: {recovery: resume}"),),
    good=(part("close_codes.yaml", "close_codes:\n  4003: {recovery: identify}"),),
)

PERMISSION_BIT_UNIQUE = Rule(
    id="PERMISSION_BIT_UNIQUE",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Permissions have distinct bits.",
    why="Who has one of them would have the other as well.",
    fix="Give one of them another bit.",
    bad=(part("permissions.yaml", """
        description: What users may do.
        permissions:
          SPEAK: {bit: 0, description: To speak.}
          INVITE: {bit: 0, description: To invite.}
    """),),
    good=(part("permissions.yaml", """
        description: What users may do.
        permissions:
          SPEAK: {bit: 0, description: To speak.}
          INVITE: {bit: 1, description: To invite.}
    """),),
)  # fmt: skip

EXAMPLE_VALID = Rule(
    id="EXAMPLE_VALID",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Every example is valid for its message or type, and has only keys that are known.",
    why="People copy examples before they read anything else. Readers pass over unknown keys, so that a "
    "mistyped one would go unseen.",
    fix="Correct the example, or describe the key. Records with x-extra may have any key that does not look "
    "like a mistyped one of theirs.",
    bad=(client("messages:\n  say:\n    examples:\n      - {summary: A joke, payload: {text: Hello, moood: joking}}"),),
    good=(client("messages:\n  say:\n    examples:\n      - {summary: A joke, payload: {text: Hello, mood: joking}}"),),
)  # fmt: skip

DEFAULT_VALID = Rule(
    id="DEFAULT_VALID",
    category=Category.BASIC,
    is_loaded=True,
    sentence="Every default is a value that its key can have.",
    why="Readers that take the default for an absent key would hold a value that no frame can have.",
    fix="Correct the default, or what the key can be.",
    bad=(said("mood: {default: 7}"),),
    good=(said("mood: {default: plain}"),),
)

ALL = (
    TYPE_EXPLICIT, TYPE_USED, BOUNDS_ORDERED, ENUM_NO_DUPLICATE, REQUIRED_IN_PROPERTIES, UNION_HAS_TAG,
    CHOICE_IS_CLEAR, PAYLOAD_IS_OBJECT, KEY_READABLE, ENVELOPE_KEYS_DIFFER, ENVELOPE_KEY_KNOWN,
    CLASS_NAME_UNIQUE, NO_PYTHON_NAME_COLLISION, CLOSE_CODE_POSSIBLE, CLOSE_CODE_UNIQUE,
    CLOSE_CODE_RECOVERY, PERMISSION_BIT_UNIQUE, EXAMPLE_VALID, DEFAULT_VALID,
)  # fmt: skip
