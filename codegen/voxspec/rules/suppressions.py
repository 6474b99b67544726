"""Rules about parts of a schema that may break a rule (`x-lint-ignore`)."""

from __future__ import annotations

from voxspec.rules.parts import said
from voxspec.rules.rule import Category, Rule

LINT_IGNORE_KNOWN = Rule(
    id="LINT_IGNORE_KNOWN",
    category=Category.BASIC,
    sentence="x-lint-ignore names rules that there are, and that can be ignored.",
    why="A mistyped rule is not ignored, and the entry looks as if it were of use.",
    fix="Correct the name. What reading asks for cannot be ignored.",
    bad=(said("is_loud: {type: boolean, description: Whether it is loud., x-lint-ignore: [{rule: FIELD_SNAKE, reason: An old name.}]}"),),
    good=(said("isLoud: {type: boolean, description: Whether it is loud., x-lint-ignore: [{rule: FIELD_LOWER_SNAKE, reason: An old name.}]}"),),
)  # fmt: skip

LINT_IGNORE_USED = Rule(
    id="LINT_IGNORE_USED",
    category=Category.BASIC,
    sentence="What x-lint-ignore says is needed.",
    why="An exception that is kept after its cause has gone hides the next mistake.",
    fix="Delete the entry.",
    mend="Deletes the entry.",
    bad=(said("is_loud: {type: boolean, description: Whether it is loud., x-lint-ignore: [{rule: FIELD_LOWER_SNAKE, reason: An old name.}]}"),),
    good=(said("is_loud: {type: boolean, description: Whether it is loud.}"),),
)  # fmt: skip

ALL = (LINT_IGNORE_KNOWN, LINT_IGNORE_USED)
