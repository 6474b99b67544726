"""What a JSON Schema has against a value: the long way, for values that are not right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import jsonschema.exceptions
import jsonschema.protocols

from voxspec.model import JsonValue
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python


def errors(schema: Mapping[str, Any], value: JsonValue) -> Iterator[jsonschema.ValidationError]:
    """What is wrong with a value, each by what shows it best."""
    for error in _Validator(schema).iter_errors(value):
        best = jsonschema.exceptions.best_match([error]) or error
        if not _is_flaw(best):
            yield best


def _is_flaw(error: jsonschema.ValidationError) -> bool:
    """Whether an error is told otherwise: keys that a record has not are among the flaws."""
    return error.validator == "additionalProperties" and error.validator_value is False


def _matches(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[jsonschema.ValidationError]:
    """As `pattern`, with the meaning of ECMA-262 and not of Python."""
    if isinstance(instance, str) and re.search(to_python(parse(pattern)), instance) is None:
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _excludes(
    validator: Any, schema: Any, instance: Any, around: Any
) -> Iterator[jsonschema.ValidationError]:
    """As `not`; beside a pattern it is for readers that allow a line feed before the end."""
    if "pattern" not in around:
        yield from jsonschema.Draft202012Validator.VALIDATORS["not"](
            validator, schema, instance, around
        )


_Checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
)
_Validator: type[jsonschema.protocols.Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _matches, "not": _excludes}, type_checker=_Checker
)
"""JSON Schema 2020-12, but integers are written without a fraction, as the dialect says."""
