"""Rules about source code that uses the generated models."""

from __future__ import annotations

from functools import partial
from typing import Final

from voxspec.breaking.rules.rule import Edit, Group, about

_BOTH = "both: {type: boolean,"


_rule = partial(about, Group.SOURCE)


RULES: Final = (
    _rule(
        "CLASS_NO_DELETE",
        "A class of the models is gone or called otherwise",
        "Code that names it does not run.",
        "Name the class in the schema (x-name), so that it stays what it was.",
        Edit("client/talk.yaml", "  wave:\n", "  wave:\n    x-name: wave_hand\n"),
    ),
    _rule(
        "ATTRIBUTE_SAME_NAME",
        "An attribute is gone or called otherwise",
        "Code that reads or gives it does not run.",
        "Leave the field, or name the attribute (x-name).",
        Edit("client/talk.yaml", _BOTH, "both: {type: boolean, x-name: with_both,"),
    ),
    _rule(
        "ATTRIBUTE_SAME_TYPE",
        "An attribute is of another type, or must be given",
        "Code that was right may not pass a type checker, not run, or do another thing.",
        "Look where it is used.",
        Edit(
            "server/talk.yaml",
            "language: {$ref: language, description: What the host speaks.}",
            "language: {type: string, description: What the host speaks.}",
        ),
    ),
    _rule(
        "ENUM_MEMBER_SAME_NAME",
        "A member of an enum is gone or called otherwise",
        "Code that names it does not run.",
        "Leave the name; where the wire has another one, the schema can state it (x-enum-names).",
        Edit("types.yaml", "enum: [plain, loud, joking]", "enum: [plain, loud, joking]\n    x-enum-names: {plain: simple}"),
    ),
    _rule(
        "MODULE_SAME_PATH",
        "Models are in another module",
        "Imports of the old one fail.",
        "Leave the name of the package; where a new version has a module of its own, keep the old one installed beside it.",
        Edit("protocol.yaml", "version: 1", "version: 2"),
    ),
)  # fmt: skip
