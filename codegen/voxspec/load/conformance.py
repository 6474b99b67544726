"""Whether a value keeps to a JSON Schema: yes or no, in a fifth of the time of a validator.

Almost every value of a schema folder is as it should be, and then nothing else is asked. What is wrong
with one that is not, and how it is said, is for a validator, which takes as long to import alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from types import MappingProxyType
from typing import Any, Final, TypeAlias

Rule: TypeAlias = Callable[["Conformance", Any, Any, Mapping[str, Any]], bool]
"""Whether a value keeps to a keyword: by what the keyword says, the value, and what stands beside it."""


class NotUnderstoodError(Exception):
    """A keyword that nobody has taught this module."""


class Conformance:
    """Looks at values as JSON Schema 2020-12 does, but integers are written without a fraction.

    ``resolve`` gives the schema that a reference leads to. ``rules``: keywords that have a meaning of
    their own here.
    """

    def __init__(
        self, resolve: Callable[[str], Any], rules: Mapping[str, Rule] = MappingProxyType({})
    ) -> None:
        self._resolve = resolve
        self._rules = {**_RULES, **rules}

    def surely(self, schema: Any, value: Any) -> bool:
        """Whether a value is valid beyond doubt; what is not, a validator has to look at."""
        try:
            return self.holds(schema, value)
        except NotUnderstoodError:
            return False

    def holds(self, schema: Any, value: Any) -> bool:
        """Whether a value is valid; NotUnderstoodError where that is not known."""
        if schema is True or schema is False:
            return bool(schema)
        rules = self._rules
        for keyword, asked in schema.items():
            if keyword in rules:
                if not rules[keyword](self, asked, value, schema):
                    return False
            elif keyword not in _ANNOTATIONS and not keyword.startswith("x-"):
                raise NotUnderstoodError(keyword)
        return True

    def refer(self, reference: str, value: Any) -> bool:
        """Whether a value keeps to what a reference leads to."""
        return self.holds(self._resolve(reference), value)


_ANNOTATIONS: Final = frozenset(
    (
        *("$id", "$schema", "$comment", "$defs", "title", "description", "examples", "default"),
        *("deprecated", "format", "contentEncoding", "discriminator"),
        *("then", "else"),  # `if` looks at them
    )
)


def _type(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    if isinstance(asked, str):
        return _TYPES[asked](value)
    return any(_TYPES[name](value) for name in asked)


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "object": lambda value: isinstance(value, dict),
        "array": lambda value: isinstance(value, list),
        "string": lambda value: isinstance(value, str),
        "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
        "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": lambda value: isinstance(value, bool),
        "null": lambda value: value is None,
    }
)


def _is_equal(one: Any, other: Any) -> bool:
    """Whether two values are the same for JSON, where true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _const(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    return _is_equal(asked, value)


def _enum(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    return any(_is_equal(one, value) for one in asked)


def _ref(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return self.refer(asked, value)


# --- Objects --------------------------------------------------------------------------------


def _required(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    return not isinstance(value, dict) or all(key in value for key in asked)


def _properties(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    holds = self.holds
    return all(holds(asked[key], item) for key, item in value.items() if key in asked)


def _other_keys(self: Conformance, asked: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    if asked is True or not isinstance(value, dict):
        return True
    known = schema.get("properties", ())
    return all(self.holds(asked, item) for key, item in value.items() if key not in known)


def _names(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return not isinstance(value, dict) or all(self.holds(asked, key) for key in value)


def _needs_others(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    return all(other in value for key, others in asked.items() if key in value for other in others)


# --- Arrays ---------------------------------------------------------------------------------


def _items(self: Conformance, asked: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, list):
        return True
    first = len(schema.get("prefixItems", ()))
    return all(self.holds(asked, item) for item in value[first:])


def _first_items(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return not isinstance(value, list) or all(map(self.holds, asked, value))


def _unique(_: Conformance, asked: Any, value: Any, __: Mapping[str, Any]) -> bool:
    if not asked or not isinstance(value, list):
        return True
    return not any(_is_equal(value[i], value[j]) for i in range(len(value)) for j in range(i))


# --- Sizes and bounds -----------------------------------------------------------------------


def _least(kind: type[Sized]) -> Rule:
    """A bound for the size of values of a kind."""
    return lambda _, asked, value, __: not isinstance(value, kind) or len(value) >= asked


def _most(kind: type[Sized]) -> Rule:
    return lambda _, asked, value, __: not isinstance(value, kind) or len(value) <= asked


def _bound(keeps: Callable[[Any, Any], bool]) -> Rule:
    """A bound for numbers."""
    return lambda _, asked, value, __: not _TYPES["number"](value) or keeps(value, asked)


# --- Schemas made of others -----------------------------------------------------------------


def _all_of(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return all(self.holds(one, value) for one in asked)


def _any_of(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return any(self.holds(one, value) for one in asked)


def _one_of(self: Conformance, asked: Any, value: Any, _: Mapping[str, Any]) -> bool:
    return sum(self.holds(one, value) for one in asked) == 1


def _if(self: Conformance, asked: Any, value: Any, schema: Mapping[str, Any]) -> bool:
    return self.holds(schema.get("then" if self.holds(asked, value) else "else", True), value)


_RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "type": _type,
        "const": _const,
        "enum": _enum,
        "$ref": _ref,
        "required": _required,
        "properties": _properties,
        "additionalProperties": _other_keys,
        "propertyNames": _names,
        "dependentRequired": _needs_others,
        "items": _items,
        "prefixItems": _first_items,
        "uniqueItems": _unique,
        "minLength": _least(str),
        "maxLength": _most(str),
        "minItems": _least(list),
        "maxItems": _most(list),
        "minProperties": _least(dict),
        "maxProperties": _most(dict),
        "minimum": _bound(lambda value, asked: value >= asked),
        "maximum": _bound(lambda value, asked: value <= asked),
        "exclusiveMinimum": _bound(lambda value, asked: value > asked),
        "exclusiveMaximum": _bound(lambda value, asked: value < asked),
        "allOf": _all_of,
        "anyOf": _any_of,
        "oneOf": _one_of,
        "if": _if,
    }
)
