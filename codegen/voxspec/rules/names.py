"""Rules about how things are called."""

from __future__ import annotations

from voxspec.rules.parts import part, said, server, types
from voxspec.rules.rule import Category, Rule

MESSAGE_LOWER_SNAKE = Rule(
    id="MESSAGE_LOWER_SNAKE",
    category=Category.BASIC,
    sentence="Types of messages are in lower_snake_case.",
    why="One way of writing names leaves nobody guessing, and becomes code in every language.",
    fix="Rename the message while nobody uses it. Where the wire has the name already, ignore the rule "
    "there and say so.",
    bad=(server("""
        messages:
          roomOpened:
            summary: A room opened
            description: Sent to all.
            seq: required
            payload: false
            examples: [{summary: The only form}]
    """),),
    good=(server("""
        messages:
          room_opened:
            summary: A room opened
            description: Sent to all.
            seq: required
            payload: false
            examples: [{summary: The only form}]
    """),),
)  # fmt: skip

FIELD_LOWER_SNAKE = Rule(
    id="FIELD_LOWER_SNAKE",
    category=Category.BASIC,
    sentence="Keys of records and of the envelope are in lower_snake_case.",
    why="One way of writing names leaves nobody guessing, and becomes code in every language.",
    fix="Rename the key while nobody uses it. Where the wire has it already, ignore the rule there and say "
    "so.",
    bad=(said("isLoud: {type: boolean, description: Whether it is loud.}"),),
    good=(said("is_loud: {type: boolean, description: Whether it is loud.}"),),
)

ENUM_VALUE_LOWER_SNAKE = Rule(
    id="ENUM_VALUE_LOWER_SNAKE",
    category=Category.BASIC,
    sentence="Texts of enums are in lower_snake_case.",
    why="One way of writing values leaves nobody guessing how the next one is written.",
    fix="Rename the value while nobody uses it. Where the wire has it already, ignore the rule there and "
    "say so; value names the one that is meant.",
    bad=(
        types("""
            types:
              mood:
                enum: [plain, loud, joking, SAD]
                x-enum-descriptions: {SAD: With a tear.}
        """),
    ),
    good=(
        types("""
            types:
              mood:
                enum: [plain, loud, joking, SAD]
                x-enum-descriptions: {SAD: With a tear.}
                x-lint-ignore:
                  - {rule: ENUM_VALUE_LOWER_SNAKE, value: SAD, reason: Servers send it so.}
        """),
    ),
)

_SMALL_TALK = """
area: {name}
title: Small talk
description: What is said besides.
messages:
  nod:
    summary: Somebody nods
    description: Sent to all.
    seq: required
    payload: false
    examples: [{{summary: The only form}}]
"""

FILE_LOWER_SNAKE = Rule(
    id="FILE_LOWER_SNAKE",
    category=Category.BASIC,
    sentence="Message files are called in lower_snake_case.",
    why="The file's name becomes that of a module, and of a page.",
    fix="Rename the file and its area; the wire does not change.",
    bad=(part("server/small-talk.yaml", _SMALL_TALK.format(name="small-talk")),),
    good=(part("server/small_talk.yaml", _SMALL_TALK.format(name="small_talk")),),
)

ALL = (MESSAGE_LOWER_SNAKE, FIELD_LOWER_SNAKE, ENUM_VALUE_LOWER_SNAKE, FILE_LOWER_SNAKE)
