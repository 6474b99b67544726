"""Keywords that say something about values and not what they may be: where they apply.

What would say nothing where it stands is refused, because whoever wrote it relies on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.findings import Findings
from voxspec.load.json_types import Expression, JsonTypes
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import Type

_OF_PROPERTIES = ("deprecated", "since", "x-published-null", "x-note")
"""What is said of a key of a record, and means nothing elsewhere; a note also of a named type."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Checks where such keywords stand."""

    json: JsonTypes
    findings: Findings

    def refuse_marks(self, source: Source, path: Path_, expression: Expression, what: str) -> None:
        """Findings for what is said of values in vain where a record, enum or union is defined."""
        self.refuse_relayed(source, path, expression)
        self.refuse_elsewhere(source, path, expression)
        for key in ("x-sensitive", "x-words", "x-unit", "x-max-json-length", "x-json-form"):
            if key in expression:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" does not apply to {what}',
                    source.key_place(*path, key),
                    "write it where a property of a record has this type, or at a named type",
                )

    def refuse_elsewhere(self, source: Source, path: Path_, expression: Expression) -> None:
        is_named = len(path) == 2 or path[-1] == "payload"  # these have notes
        for key in _OF_PROPERTIES:
            if key in expression and not (is_named and key == "x-note"):
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" applies to properties only',
                    source.key_place(*path, key),
                    "write it where a property of a record has this type",
                )

    def check_unit(self, source: Source, path: Path_, expression: Expression) -> None:
        if "x-unit" in expression and "number" not in self.json.of(expression):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-unit" applies to numbers only',
                source.key_place(*path, "x-unit"),
                "of an array of numbers, write it beside the type of its items",
            )

    def check_any(self, source: Source, path: Path_, expression: Expression) -> None:
        """What is said of any JSON value in vain."""
        for key in ("x-unit", "x-published-null", "x-relayed"):
            if key in expression:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" says nothing of any JSON value',
                    source.key_place(*path, key),
                )

    def check_null(self, source: Source, path: Path_, expression: Expression) -> None:
        """What is said of null in vain."""
        for key in ("x-published-null", "x-relayed", "x-sensitive", "x-words"):
            if key in expression:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    f'"{key}" says nothing of what is always null',
                    source.key_place(*path, key),
                )

    def refuse_relayed(self, source: Source, path: Path_, expression: Expression) -> None:
        """A finding when something is called relayed that no server passes on by itself."""
        if "x-relayed" in expression:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-relayed" applies to properties of messages that only servers send',
                source.key_place(*path, "x-relayed"),
                "write it beside the property of the server message; what is inside is relayed too",
            )

    def check_json_form(self, source: Source, path: Path_, expression: Expression) -> None:
        if "x-json-form" in expression and "x-max-json-length" not in expression:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-json-form" says how x-max-json-length counts, and there is none',
                source.key_place(*path, "x-json-form"),
            )

    def check_json_length(
        self,
        source: Source,
        path: Path_,
        expression: Expression,
        type_: Type,
        is_property: bool,
    ) -> None:
        if "x-max-json-length" not in expression:
            return
        place = source.key_place(*path, "x-max-json-length")
        if not self.json.is_object(type_):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-max-json-length" applies to objects only',
                place,
                "of records, to those with x-extra: the others forget keys that would count",
            )
        elif not is_property:
            self.findings.error(
                "KEYWORD_APPLIES",
                '"x-max-json-length" applies to properties only',
                place,
                "write it where a property of a record has this type",
            )
