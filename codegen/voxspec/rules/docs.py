"""Rules about what people read."""

from __future__ import annotations

from voxspec.rules.parts import part, said, server, types
from voxspec.rules.rule import Category, Rule

DESCRIPTION_MESSAGE = Rule(
    id="DESCRIPTION_MESSAGE",
    category=Category.DOCS,
    sentence="The description of a message says more than its summary or its name.",
    why="People want to know when it comes, and what follows.",
    fix="Say when it is sent, who gets it, and what the other side does then.",
    bad=(server("messages:\n  pong: {description: Answer to ping.}"),),
    good=(
        server("messages:\n  pong: {description: Sent at once; without it the client gives up.}"),
    ),
)

DESCRIPTION_FIELD = Rule(
    id="DESCRIPTION_FIELD",
    category=Category.DOCS,
    is_loaded=True,
    sentence="Every type and field has a description.",
    why="A name alone is read differently by each who reads it.",
    fix="Say in one sentence what the value means.",
    bad=(said("is_loud: {type: boolean}"),),
    good=(said("is_loud: {type: boolean, description: Whether it is loud.}"),),
)

DESCRIPTION_ENUM_VALUE = Rule(
    id="DESCRIPTION_ENUM_VALUE",
    category=Category.DOCS,
    is_loaded=True,
    sentence="Every value of an enum has a description, and every integer a name.",
    why="A value that only its name explains is used for whatever people take it for.",
    fix="Describe it under x-enum-descriptions; name an integer under x-enum-names.",
    bad=(types("types:\n  mood: {enum: [plain, loud, joking, sad]}"),),
    good=(types("types:\n  mood:\n    enum: [plain, loud, joking, sad]\n    x-enum-descriptions: {sad: With a tear.}"),),
)  # fmt: skip

_GESTURES = """
types:
  wave: {type: object, description: A wave., required: [kind], properties: {kind: {type: string, const: wave, description: Tells it apart.}}}
  bow: {type: object, description: A bow., required: [kind], properties: {kind: {type: string, const: bow, description: Tells it apart.}}}
  gesture:
    description: What somebody does.
    oneOf: [{$ref: wave}, {$ref: bow}]
"""

EXAMPLE_PRESENT = Rule(
    id="EXAMPLE_PRESENT",
    category=Category.DOCS,
    sentence="A message has an example of each variant of its payload, and of each key of which one is there.",
    why="What no example shows, people have to put together by themselves. Examples are checked, and tests "
    "are made of them.",
    fix="Add an example with what the finding names.",
    bad=(
        part("types.yaml", _GESTURES),
        server("""
            messages:
              gestured:
                summary: Somebody made a gesture
                description: Sent to all in the room.
                since: '1'
                seq: required
                payload: {$ref: gesture}
                examples:
                  - {summary: A wave, payload: {kind: wave}}
        """),
    ),
    good=(
        part("types.yaml", _GESTURES),
        server("""
            messages:
              gestured:
                summary: Somebody made a gesture
                description: Sent to all in the room.
                since: '1'
                seq: required
                payload: {$ref: gesture}
                examples:
                  - {summary: A wave, payload: {kind: wave}}
                  - {summary: A bow, payload: {kind: bow}}
        """),
    ),
)

SINCE_PRESENT = Rule(
    id="SINCE_PRESENT",
    category=Category.DOCS,
    sentence="Every message says since which version of the protocol it is there.",
    why="Who talks to an older peer wants to know what it can understand.",
    fix="Write since with the version that brought the message.",
    mend="Writes the version of the protocol where that is 0 or 1, so that there is no earlier one.",
    bad=(server("messages:\n  pong:\n    since:  # left out"),),
    good=(server("messages:\n  pong:\n    since: '1'"),),
)

ALL = (
    DESCRIPTION_MESSAGE, DESCRIPTION_FIELD, DESCRIPTION_ENUM_VALUE, EXAMPLE_PRESENT, SINCE_PRESENT,
)  # fmt: skip
