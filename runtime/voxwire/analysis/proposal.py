"""What was seen, as the schema's own YAML would say it: expressions of types as plain data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Container

    from voxwire.analysis.observed import Observed

_FORMATS: Final = (
    ("uint32", 0, 2**32 - 1),
    ("int64", -(2**63), 2**63 - 1),
    ("uint64", 0, 2**64 - 1),
)
_TEXT: Final = "text"
"""Stands for every string in an example: what was seen may be a secret."""


class Proposals:
    """Makes expressions. Records inside others get a name, and are in `types`."""

    def __init__(self, taken: Container[str]) -> None:
        """`taken` are names that there are already."""
        self.types: Final[dict[str, Any]] = {}
        self._taken: Final = taken

    def expression(self, observed: Observed, name: str) -> dict[str, Any]:
        """What a value is, without a description; `name` is what a record of it would be called."""
        kinds = set(observed.kinds)
        if "number" in kinds:
            kinds.discard("integer")
        is_nullable = "null" in kinds and len(kinds) > 1
        options = [self._of_kind(kind, observed, name) for kind in sorted(kinds - {"null"})]
        if not options:
            return {"type": "null"}
        if len(options) == 1:
            (only,) = options
            if not is_nullable:
                return only
            if isinstance(only.get("type"), str):
                return only | {"type": [only["type"], "null"]}
        return {"oneOf": [*options, {"type": "null"}] if is_nullable else options}

    def record(self, observed: Observed, name: str) -> dict[str, Any]:
        """What an object with these keys is, each with a description."""
        assert observed.keys is not None
        objects = observed.kinds["object"]
        properties = {
            key: self.described(inner, objects, f"{name}_{key}")
            for key, inner in observed.keys.items()
        }
        required = [key for key, inner in observed.keys.items() if inner.count == objects]
        listed = {"required": required} if required else {}
        return {"type": "object", **listed, "properties": properties}

    def described(self, observed: Observed, of: int, name: str) -> dict[str, Any]:
        """The expression of a property that was seen in so many records."""
        seen = f"Seen in {observed.count:,} of {of:,}."
        return {**self.expression(observed, name), "description": seen}

    def type_named(self, observed: Observed, name: str) -> str:
        """Make a record a type; gives its name."""
        unique = self._unused(name)
        self.types[unique] = {}  # its own records are not called the same
        self.types[unique] |= {
            "description": "Seen in traffic.",
            **self.record(observed, unique),
        }
        return unique

    def _of_kind(self, kind: str, observed: Observed, name: str) -> dict[str, Any]:
        if kind == "integer":
            return {"type": "integer", "format": integer_format(observed)}
        if kind == "array":
            items = observed.items
            any_json: dict[str, Any] = {"x-any-json": True}
            inner = any_json if items is None else self.expression(items, f"{name}_item")
            return {"type": "array", "items": inner}
        if kind != "object":
            return {"type": kind}
        if observed.values is not None:
            values = self.expression(observed.values, f"{name}_value")
            return {"type": "object", "additionalProperties": values}
        if not observed.keys:
            return {"type": "object"}
        return {"$ref": self.type_named(observed, name)}

    def _unused(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "record"
        base = base if base[0].isalpha() else f"record_{base}"
        unique, number = base, 2
        while unique in self._taken or unique in self.types:
            unique, number = f"{base}_{number}", number + 1
        return unique

    def example(self, expression: dict[str, Any]) -> Any:
        """A value of an expression, with what is required, and none of the values that were seen."""
        if "oneOf" in expression:
            return self.example(expression["oneOf"][0])
        if "$ref" in expression:
            return self.example(self.types[expression["$ref"]])
        kind = expression.get("type")
        match kind[0] if isinstance(kind, list) else kind:
            case "string":
                return _TEXT
            case "integer":
                return 1
            case "number":
                return 1.5
            case "boolean":
                return True
            case "array":
                return []
            case "object":
                properties = expression.get("properties", {})
                return {
                    key: self.example(properties[key]) for key in expression.get("required", ())
                }
        return None


def integer_format(observed: Observed) -> str:
    """The format that integers like these fit into."""
    least, most = observed.least or 0, observed.most or 0
    return next(
        (name for name, lowest, highest in _FORMATS if lowest <= least and most <= highest),
        "uint64",
    )
