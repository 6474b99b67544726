"""What a JSON Schema has against a value, in words: what is asked for, what was got, what to write.

The schema itself says it: its ``enum``, its bounds, its ``description`` and its ``examples``. So both
the dialect's schemas and those of messages are told of in the same words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from voxspec.load.yaml_values import number_in
from voxspec.model.text_forms import FORMS
from voxspec.near import did_you_mean

if TYPE_CHECKING:
    import jsonschema  # takes long, and whoever has an error has it already

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "object": "a mapping",
        "array": "a list",
        "string": "text",
        "integer": "an integer",
        "number": "a number",
        "boolean": "true or false",
        "null": "null",
    }
)
_BOUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "above",
        "exclusiveMaximum": "below",
    }
)
_SIZES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "minItems": ("at least", "item"),
        "minLength": ("at least", "character"),
        "minProperties": ("at least", "key"),
        "maxItems": ("at most", "item"),
        "maxLength": ("at most", "character"),
        "maxProperties": ("at most", "key"),
    }
)
_MOST: Final = 80
"""So much of a value is shown."""

PATTERNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": ("small letters, digits and single underscores", "_"),
        "^[a-z][a-z0-9_]*$": ("small letters, digits and underscores", "_"),
        "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": ("small letters, digits and single hyphens", "-"),
        "^[A-Z][A-Z0-9_]*$": ("capitals, digits and underscores", "_"),
        "^[A-Z0-9][A-Z0-9_]*$": ("capitals, digits and underscores", "_"),
        "^[0-9]{4}$": ("four digits", ""),
        "^(client|server)/.+$": ("client/NAME or server/NAME", "/"),
    }
)
"""What a form asks for in words, and what joins the words of a name that has it."""


def shown(value: Any) -> str:
    """A value as it is written, as far as a line holds it; of what is not plain, what it is."""
    if isinstance(value, dict | list):
        return TYPES["object" if isinstance(value, dict) else "array"]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def told(error: jsonschema.ValidationError) -> tuple[str, str] | None:
    """What is said after the name of a value, and the hint; None for what has no words here."""
    find = _WORDS.get(str(error.validator))
    return find(error) if find is not None else None


def schema_hint(schema: Any) -> str:
    """What a schema says of the values that it takes: examples of them, or else what they are."""
    if not isinstance(schema, dict):
        return ""
    examples = schema.get("examples")
    if examples:
        return f"such as {' or '.join(map(_written, examples))}"
    return str(schema.get("description", "")).removesuffix(".")


def missing_hint(schema: Any, missing: list[str]) -> str:
    """What the keys that are missing are for, and what they can be."""
    said = []
    for key in missing:
        of_key = schema.get("properties", {}).get(key, {}) if isinstance(schema, dict) else {}
        choices = of_key.get("enum") if isinstance(of_key, dict) else None
        hint = f"one of {_choices(choices)}" if choices else schema_hint(of_key)
        if hint:
            said.append(f"{key}: {hint}")
    return "; ".join(said)


def _written(value: Any) -> str:
    """A value as people write it in YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def _choices(values: list[Any]) -> str:
    return ", ".join(value if isinstance(value, str) else json.dumps(value) for value in values)


def _type(error: jsonschema.ValidationError) -> tuple[str, str]:
    value: Any = error.validator_value
    kinds = [value] if isinstance(value, str) else list(value)
    wanted = " or ".join(TYPES[kind] for kind in kinds)
    said = f"must be {wanted}; got {shown(error.instance)}"
    return said, _other_type(error.instance, kinds) or schema_hint(error.schema)


def _other_type(instance: Any, kinds: list[str]) -> str:
    """What to write where the value only has to be written otherwise."""
    if isinstance(instance, str):
        number = number_in(instance)
        fits = isinstance(number, int) if "integer" in kinds else "number" in kinds
        return f"write {instance} without quotes" if number is not None and fits else ""
    if isinstance(instance, float) and kinds == ["integer"]:
        return f"write {int(instance)}" if instance.is_integer() and abs(instance) < 1e15 else ""
    if isinstance(instance, bool | int | float) and kinds == ["string"]:
        return f"put it into quotes: '{json.dumps(instance)}'"
    return ""


def _enum(error: jsonschema.ValidationError) -> tuple[str, str]:
    values: Any = error.validator_value
    words = [str(value) for value in values]
    hint = did_you_mean(str(error.instance), words) if isinstance(error.instance, str) else ""
    one_of = "one of " if len(values) > 1 else ""
    said = f"must be {one_of}{_choices(values)}; got {shown(error.instance)}"
    return said, hint or schema_hint(error.schema)


def _const(error: jsonschema.ValidationError) -> tuple[str, str]:
    wanted: Any = error.validator_value
    return f"must be {_choices([wanted])}; got {shown(error.instance)}", schema_hint(error.schema)


def _bound(error: jsonschema.ValidationError) -> tuple[str, str]:
    value: Any = error.validator_value
    how = _BOUNDS[str(error.validator)]
    return f"is {shown(error.instance)}, and must be {how} {value}", ""


def _size(error: jsonschema.ValidationError) -> tuple[str, str]:
    value: Any = error.validator_value
    instance: Any = error.instance
    if not instance:
        return "is empty", schema_hint(error.schema)
    how, noun = _SIZES[str(error.validator)]
    is_many = f"{len(instance)} {noun}" if len(instance) == 1 else f"{len(instance)} {noun}s"
    needs = "needs" if how == "at least" else "may have"
    return f"has {is_many}, and {needs} {how} {value}", ""


def _pattern(error: jsonschema.ValidationError) -> tuple[str, str]:
    schema: Any = error.schema
    form = FORMS.get(schema.get("format") or schema.get("contentEncoding"))
    if (
        form is not None
        and re.search(form.pattern.replace("$", r"\Z"), str(error.instance)) is None
    ):
        return f"must be {form.said}; got {shown(error.instance)}", ""
    pattern = str(error.validator_value)
    said = f"is {shown(error.instance)}, which does not fit the form {pattern}"
    return said, like(pattern, str(error.instance)) or schema_hint(schema)


def like(form: str, given: str) -> str:
    """What a name of a form is made of, with one that is near the name given."""
    words, joint = PATTERNS.get(form, ("", ""))
    near = given.upper() if form.startswith("^[A-Z") else given.lower()
    near = re.sub("[^A-Za-z0-9]+", joint, near).strip(joint)
    fits = bool(words) and re.search(form.replace("$", r"\Z"), near) is not None
    return f"{words}, such as {near[:40]}" if fits else words


def _required(error: jsonschema.ValidationError) -> tuple[str, str]:
    needed: Any = error.validator_value
    instance: Any = error.instance
    missing = [key for key in needed if key not in instance]
    quoted = [f'"{key}"' for key in missing]
    names = " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
    noun = "key" if len(missing) == 1 else "keys"
    return f"lacks the {noun} {names}", missing_hint(error.schema, missing)


_Words: TypeAlias = "Callable[[jsonschema.ValidationError], tuple[str, str]]"
_WORDS: Final[Mapping[str, _Words]] = MappingProxyType(
    {
        "type": _type,
        "enum": _enum,
        "const": _const,
        "pattern": _pattern,
        "required": _required,
        **dict.fromkeys(_BOUNDS, _bound),
        **dict.fromkeys(_SIZES, _size),
    }
)
"""The words of each keyword."""
