"""Whether values are what a protocol says, by its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from voxspec.load.conformance import Conformance
from voxspec.model import JsonValue
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python
from voxspec.targets.jsonschema.frames import Definitions, needed_by
from voxspec.targets.jsonschema.types import Schema

if TYPE_CHECKING:
    import jsonschema


class Values:
    """Looks at values; what a definition is called by, its schema may refer to."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._conformance = Conformance(
            lambda reference: definitions[reference.removeprefix("#/$defs/")],
            {"pattern": _matches, "not": _excludes},
        )

    def errors(self, schema: Schema, value: JsonValue) -> Iterator[jsonschema.ValidationError]:
        """What is wrong with a value, each by what shows it best."""
        if self._conformance.surely(schema, value):
            return
        from voxspec.examples import judge  # jsonschema takes longer to import than most files

        needed = needed_by(schema, self._definitions)
        yield from judge.errors({**schema, "$defs": needed}, value)


def _matches(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    return not isinstance(value, str) or _compiled(asked).search(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(to_python(parse(pattern)))


def _excludes(self: Conformance, asked: Any, value: Any, around: Mapping[str, Any]) -> bool:
    """As `not`; beside a pattern it is for readers that allow a line feed before the end."""
    return "pattern" in around or not self.holds(asked, value)
