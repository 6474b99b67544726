"""Rules about types that have a name."""

from __future__ import annotations

from functools import partial
from typing import Final

from voxspec.breaking.rules.rule import Edit, Group, about

_TYPES = "types.yaml"
_ENUM = "enum: [plain, loud, joking]"
_TOLD = "{plain: As it says., loud: In capitals., joking: With a wink.}"


_rule = partial(about, Group.TYPES)


def _edit(old: str, new: str) -> Edit:
    return Edit(_TYPES, old, new)


_WHISPER = (
    _edit(_ENUM, "enum: [plain, loud, joking, whispered]"),
    _edit(_TOLD, f"{_TOLD[:-1]}, whispered: For one alone.}}"),
)
_NO_JOKES = (
    _edit(_ENUM, "enum: [plain, loud]"),
    _edit(_TOLD, "{plain: As it says., loud: In capitals.}"),
)

RULES: Final = (
    _rule(
        "ENUM_VALUE_ADDED",
        "An enum has a new value",
        "Readers of a closed enum that were written before refuse it. Those of an open one keep it.",
        "Open an enum (x-open: true) that may grow when it is made; send the new value only to those who know it.",
        *_WHISPER,
    ),
    _rule(
        "ENUM_VALUE_REMOVED",
        "An enum does not have a value any more",
        "Those who were written before may send it, and readers of a closed enum refuse it.",
        "Keep it, and say in its description that it is not used any more.",
        *_NO_JOKES,
        good=(_edit("joking: With a wink.", "joking: Not used any more."),),
    ),
    _rule(
        "ENUM_VALUE_SAME_NAME",
        "A value of an enum and what it means are no longer together",
        "Each end sends the one that it has: readers of a closed enum refuse it, or it means another thing to them.",
        "Leave the value, and what it means; its name in the models can be another (x-enum-names).",
        _edit(_ENUM, "enum: [plain, loud, kidding]"),
        _edit(_TOLD, _TOLD.replace("joking", "kidding")),
    ),
    _rule(
        "ENUM_OPENED",
        "Readers of an enum keep values that they do not know",
        "Those that were written before still refuse them.",
        "Open enums that may grow when they are made; add values only when the old readers are gone.",
        _edit("x-open: false", "x-open: true"),
    ),
    _rule(
        "ENUM_CLOSED",
        "Readers of an enum refuse values that they do not know",
        "Those who were written before may send others.",
        "Leave it open.",
        _edit("    x-open: true\n    enum: [voice", "    x-open: false\n    enum: [voice"),
    ),
    _rule(
        "FLAG_SAME_BIT",
        "A flag is another bit",
        "Nothing is refused, and it means another thing to each end.",
        "Bits stay what they are; a new meaning gets a new bit.",
        _edit("invite: {bit: 1,", "invite: {bit: 2,"),
        good=(_edit("invite: {bit: 1,", "ask: {bit: 2, description: The same.}, invite: {bit: 1,"),),
    ),
    _rule(
        "FLAG_ADDED",
        "There is a new flag",
        "Readers keep bits that they do not know, and make nothing of them.",
        "Nothing to do.",
        _edit("invite: {bit: 1,", "serve: {bit: 2, description: Serve tea.}, invite: {bit: 1,"),
    ),
    _rule(
        "FLAG_REMOVED",
        "A flag is gone",
        "Who still sets its bit has no effect by it.",
        "Keep the name of a bit that must not be used again.",
        _edit(", invite: {bit: 1, description: Ask others in.}", ""),
    ),
    _rule(
        "UNION_VARIANT_ADDED",
        "A union has a new variant",
        "Readers that were written before refuse what they cannot tell.",
        "Send it as a message of its own, or only to those who know it.",
        _edit("  order:\n", "  pie:\n    description: Pie.\n    type: object\n    required: [kind]\n    properties:\n      kind: {type: string, const: pie, description: That it is pie.}\n  order:\n"),
        _edit("[{$ref: cup}, {$ref: cake}]", "[{$ref: cup}, {$ref: cake}, {$ref: pie}]"),
        Edit("server/talk.yaml", "      - {summary: Another, payload: {order: {kind: cake}}}", "      - {summary: Another, payload: {order: {kind: cake}}}\n      - {summary: Pie, payload: {order: {kind: pie}}}"),
    ),
    _rule(
        "UNION_VARIANT_REMOVED",
        "A union does not have a variant any more",
        "Those who were written before may send it.",
        "Keep it and mark it as deprecated.",
        _edit("  cake:\n    description: Cake.\n    type: object\n    required: [kind]\n    properties:\n      kind: {type: string, const: cake, description: That it is cake.}\n", "  pot:\n    description: A pot of tea.\n    type: object\n    required: [kind]\n    properties:\n      kind: {type: string, const: pot, description: That it is a pot.}\n"),
        _edit("[{$ref: cup}, {$ref: cake}]", "[{$ref: cup}, {$ref: pot}]"),
        Edit("server/talk.yaml", "{order: {kind: cake}}", "{order: {kind: pot}}"),
    ),
    _rule(
        "UNION_VARIANT_SAME_NAME",
        "A variant of a union is told by another constant",
        "Each end sends the one that it has, and readers of the other one know no such variant.",
        "Leave the constant; the type can be called otherwise.",
        _edit("const: cake,", "const: pie,"),
        Edit("server/talk.yaml", "{order: {kind: cake}}", "{order: {kind: pie}}"),
    ),
    _rule(
        "UNION_SAME_TAG",
        "Variants of a union are told apart by another key",
        "Neither end can tell what the other one sends.",
        "Leave the key as it is; its name in the models can be another (x-name).",
        _edit("    required: [kind]\n    properties:\n      kind: {type: string, const: cup,", "    required: [what]\n    properties:\n      what: {type: string, const: a cup,"),
        _edit("    required: [kind]\n    properties:\n      kind: {type: string, const: cake,", "    required: [what]\n    properties:\n      what: {type: string, const: a cake,"),
        Edit("server/talk.yaml", "{kind: cup}", "{what: a cup}"),
        Edit("server/talk.yaml", "{kind: cake}", "{what: a cake}"),
    ),
    _rule(
        "TYPE_ADDED",
        "There is a new named type",
        "By itself nothing follows from it; what uses it is said there.",
        "Nothing to do.",
        _edit("  guest:\n", "  seat:\n    description: A seat.\n    type: integer\n    format: uint32\n  guest:\n"),
        _edit("seat: {type: integer, format: uint32,", "seat: {$ref: seat,"),
    ),
    _rule(
        "TYPE_REMOVED",
        "A named type is gone",
        "On the wire nothing follows from it; source code that uses its class must be changed.",
        "Nothing to do on the wire.",
        _edit("  rights:\n    description: What somebody may do.\n    type: integer\n    format: uint32\n    x-flags: {write: {bit: 0, description: Say something.}, invite: {bit: 1, description: Ask others in.}}\n", ""),
        _edit("rights: {$ref: rights,", "rights: {type: integer, format: uint32,"),
    ),
    _rule(
        "TYPE_RENAMED",
        "A named type is called otherwise",
        "The name is not on the wire; source code that uses its class must be changed.",
        "Nothing to do on the wire.",
        _edit("  guest:\n", "  room_guest:\n"),
        Edit("server/talk.yaml", "items: {$ref: guest}", "items: {$ref: room_guest}"),
        Edit("server/talk.yaml", "guest: {$ref: guest,", "guest: {$ref: room_guest,"),
    ),
    _rule(
        "RESERVED_NOT_REUSED",
        "A name that was given up is used again",
        "Peers that are out there still know what it meant, and take the new for the old.",
        "Take another name, and leave the old one in x-reserved.",
        _edit("    x-reserved: [place]\n", ""),
        _edit(
            "seat: {type: integer, format: uint32, description: Where the guest sits.}",
            "seat: {type: integer, format: uint32, description: Where the guest sits.}\n"
            "      place: {type: string, description: The table of the guest.}",
        ),
        good=(
            _edit(
                "seat: {type: integer, format: uint32, description: Where the guest sits.}",
                "seat: {type: integer, format: uint32, description: Where the guest sits.}\n"
                "      table: {type: string, description: The table of the guest.}",
            ),
        ),
    ),
)  # fmt: skip
