"""Beside what each keyword of the dialect may stand."""

from __future__ import annotations

from voxspec.load.scalars import BOUNDS

ANNOTATIONS = frozenset(
    "description x-unit x-sensitive x-words x-note x-published-null x-max-json-length x-json-form "
    "x-relayed examples default deprecated since x-lint-ignore".split()
)
KEYWORDS: dict[str, frozenset[str]] = {
    "string": frozenset(
        {"minLength", "maxLength", "pattern", "format", "contentEncoding", "const"}
    ),
    "integer": BOUNDS | {"format", "const"},
    "number": BOUNDS,
    "boolean": frozenset({"const"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "object": frozenset({"additionalProperties"}),
    "null": frozenset(),
}
RECORD_KEYWORDS = ANNOTATIONS | frozenset(
    "type properties required oneOf x-one-of-name if then else x-extra additionalProperties "
    "published x-reserved".split()
)
