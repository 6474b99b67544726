"""The three judges of a frame: the typed decoder, the generated validator and JSON Schema.

They share no code, so when they agree on a verdict it is probably right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, TypeChecker
from jsonschema.validators import extend

Frame = dict[str, Any]


def _is_integer(_: TypeChecker, value: object) -> bool:
    """JSON Schema takes 1.0 for an integer; the dialect does not."""
    return isinstance(value, int) and not isinstance(value, bool)


SchemaValidator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


@dataclass(frozen=True)
class Judges:
    """The judges of one message.

    ``decode`` raises one of ``refusals`` for a frame that it does not accept; ``validate`` returns
    problems; ``schema`` is the JSON Schema of the frame.
    """

    decode: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    validate: Callable[[object], list[Any]]
    schema: Mapping[str, Any]

    def decoder_accepts(self, data: bytes) -> bool:
        """Whether the typed decoder takes this JSON."""
        try:
            self.decode(data)
        except self.refusals:
            return False
        return True

    def errors(self, frame: Frame) -> list[tuple[str, str]]:
        """Rule and pointer of every error that the validator finds."""
        return [(p.rule, p.pointer) for p in self.validate(frame) if p.severity == "error"]

    def schema_accepts(self, frame: Frame) -> bool:
        """Whether the frame is valid against the JSON Schema."""
        valid: bool = SchemaValidator(self.schema).is_valid(frame)
        return valid
