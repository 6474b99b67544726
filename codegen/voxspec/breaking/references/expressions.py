"""JSON Schema as ``voxspec generate`` writes it, read back as expressions of the dialect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Data = dict[str, Any]
Name = Callable[[str], str]

_SAME = (
    "type format minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength pattern const "
    "contentEncoding minItems maxItems required x-unit x-sensitive x-note x-published-null "
    "x-max-json-length x-json-form x-any-json x-extra x-one-of-name x-flags x-open default description"
).split()
"""Keywords that mean the same in both."""

_SAID = ("description", "x-note", "x-unit", "x-sensitive", "x-published-null", "default")
"""Of these, what is said beside the usual shape of a relayed value."""


def expression(schema: _Data, name: Name, *, own: bool = False) -> _Data:
    """The expression that a schema was written from. ``own``: of a message, which describes it."""
    made: _Data = {key: schema[key] for key in _SAME if key in schema}
    if own:
        made.pop("description", None)
    if "x-relayed" in schema:
        said = {key: made[key] for key in _SAID if key in made}
        return {**_relayed(schema, name), **said, **_times(schema)}
    if "x-expected-shape" in schema:
        made["$ref"] = _target(schema["x-expected-shape"], name)
    if "$ref" in schema:
        made["$ref"] = _target(schema, name)
    if "anyOf" in schema:
        made["oneOf"] = [expression(option, name) for option in schema["anyOf"]]
    if "discriminator" in schema:
        made["oneOf"] = [{"$ref": _target(option, name)} for option in schema["oneOf"]]
    if "items" in schema:
        made["items"] = expression(schema["items"], name)
    if schema.get("format") == "date-time" or "contentEncoding" in schema:
        made.pop("pattern", None)
    if "x-enum-descriptions" in schema or "x-flags" in schema:  # their width says it
        made.pop("minimum", None)
        made.pop("maximum", None)
    made |= _enum(schema)
    made |= _object(schema, name)
    return made | _times(schema)


def _times(schema: _Data) -> _Data:
    """What is deprecated, and since when something is there."""
    return {
        keyword.removeprefix("x-"): schema[keyword]
        for keyword in ("x-deprecated", "x-since")
        if keyword in schema
    }


def _relayed(schema: _Data, name: Name) -> _Data:
    usual = expression(schema["x-expected-shape"], name)
    kind = schema["x-relayed"]
    return {**usual, "x-relayed": kind if kind == "int64" else True}


def _enum(schema: _Data) -> _Data:
    """Descriptions and names stand in the order of the values there, and under them here."""
    if "x-enum-descriptions" not in schema:
        return {}
    values: list[Any] = schema["enum"] if "enum" in schema else schema["examples"]
    told = schema["x-enum-descriptions"]
    made: _Data = {
        "enum": values,
        "x-enum-descriptions": {str(v): said for v, said in zip(values, told, strict=True)},
    }
    if "x-enum-varnames" in schema:
        names = schema["x-enum-varnames"]
        made["x-enum-names"] = {str(v): n.lower() for v, n in zip(values, names, strict=True)}
    return made


def _object(schema: _Data, name: Name) -> _Data:
    made: _Data = {}
    if "properties" in schema:
        made["properties"] = {
            key: expression(inner, name) for key, inner in schema["properties"].items()
        }
        for key, inner in schema["properties"].items():
            if inner.get("x-usually-there"):
                made["required"] = [*schema.get("required", []), key]
        rules = schema.get("allOf", [schema])
        for rule in rules:
            made |= _rule(rule)
    more = schema.get("additionalProperties")
    if more is False:
        made["additionalProperties"] = False
    elif isinstance(more, dict):
        made["additionalProperties"] = expression(more, name)
    return made


def _rule(rule: _Data) -> _Data:
    made: _Data = {}
    if "oneOf" in rule and "discriminator" not in rule:
        made["oneOf"] = rule["oneOf"]
    if "if" in rule:
        made |= {"if": rule["if"], "then": rule["then"]}
        if "else" in rule:
            made["else"] = {"not": {"required": [*rule["else"]["properties"]]}}
    return made


def _target(schema: _Data, name: Name) -> str:
    return name(str(schema["$ref"]).removeprefix("#/$defs/"))
