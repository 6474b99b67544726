"""What the dialect's own JSON Schema has against a file, as findings that a person can use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import jsonschema
import jsonschema.protocols
import referencing
import referencing.jsonschema

from voxspec.findings import Findings
from voxspec.load.meta_schema import ENDING, KINDS, document
from voxspec.load.schema_words import like, shown, told
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.near import near_or_known


def _whole_pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[Any]:
    """As `pattern`, but "$" is the end of the text, as JSON Schema means it."""
    if isinstance(instance, str) and re.search(pattern.replace("$", r"\Z"), instance) is None:
        yield jsonschema.ValidationError("does not match")


_Validator: type[jsonschema.protocols.Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator,
    {"pattern": _whole_pattern},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)
"""JSON Schema 2020-12, but integers are written without a fraction: they become code as they are."""


@cache
def _validators() -> dict[str, jsonschema.protocols.Validator]:
    documents = {kind: {**document(kind)} for kind in KINDS}
    for found in documents.values():
        del found["$schema"]  # a reference to a schema with it would end our own validator
    registry: referencing.Registry[Any] = referencing.Registry().with_resources(
        (f"{kind}{ENDING}", referencing.jsonschema.DRAFT202012.create_resource(found))
        for kind, found in documents.items()
    )
    return {kind: _Validator(found, registry=registry) for kind, found in documents.items()}


def report(source: Source, kind: str, findings: Findings) -> None:
    """Report what is wrong with a file of a kind."""
    for error in _leaves(_validators()[kind].iter_errors(source.data)):
        _report(source, error, findings)


def _leaves(errors: Any) -> Iterator[jsonschema.ValidationError]:
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def _report(source: Source, error: jsonschema.ValidationError, findings: Findings) -> None:
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    value = cast(Any, error.validator_value)
    instance: Any = error.instance
    schema: Any = error.schema
    types = _listed_types(source, path)
    if types is not None:
        at, names = types
        findings.error(
            "METASCHEMA_VALID", '"type" lists several types', source.place(*at), _as_choice(names)
        )
        return
    if keyword == "additionalProperties" and isinstance(instance, dict):
        known = list(schema.get("properties", ()))
        for key in instance:
            if key not in known:
                findings.error(
                    "NO_UNKNOWN_KEYWORD",
                    f'unknown keyword "{key}"',
                    source.key_place(*path, key),
                    near_or_known(key, known),
                )
        return
    place = source.place(*path)
    if (keyword == "type" and path[-1:] == ("payload",) and "object" in [value]) or (
        keyword == "const" and path[-1:] == ("payload",)
    ):
        said = f'"payload" must be a mapping, or false for none; got {shown(instance)}'
        findings.error("METASCHEMA_VALID", said, place)
    elif keyword == "pattern" and path[-1:] == ("$ref",) and {*"#/"} & set(instance):
        name = re.split("[#/]", instance)[-1].partition(".")[0] or "NAME"
        findings.error(
            "METASCHEMA_VALID",
            f'"$ref" is {shown(instance)}, and not a name',
            place,
            f"write the bare name: $ref: {name}",
        )
    elif keyword == "pattern" and (*path, instance) in source.keys:
        findings.error(
            "METASCHEMA_VALID",
            f"the key {shown(instance)} of {_name(path)} does not fit the form {value}",
            source.key_place(*path, instance),
            like(value, instance),
        )
    elif keyword == "dependentRequired":
        for key, needed in value.items():
            if key in instance and not {*needed} <= instance.keys():
                findings.error(
                    "METASCHEMA_VALID",
                    f'"{key}" says nothing without "{needed[0]}"',
                    source.key_place(*path, key),
                    f'add "{needed[0]}", or delete it',
                )
    elif keyword == "uniqueItems":
        again = next(i for i, item in enumerate(instance) if item in instance[:i])
        findings.error(
            "METASCHEMA_VALID",
            f"{_name(path)} lists {shown(instance[again])} twice",
            source.place(*path, again),
            "delete one of them",
        )
    else:
        said, hint = told(error) or (f": {error.message[:200]}", "")
        findings.error("METASCHEMA_VALID", f"{_name(path)} {said}", place, hint)


_OPTIONS = {
    "integer": "{type: integer, format: int64}",
    "array": "{type: array, items: …}",
    "null": "{type: 'null'}",
}


def _listed_types(source: Source, path: tuple[str | int, ...]) -> tuple[Path_, list[Any]] | None:
    """The list of types that a path leads to or into, with its own path."""
    for end in (len(path), len(path) - 1):
        if end > 0 and path[end - 1] == "type":
            value: Any = source.data
            for step in path[:end]:
                value = value[step]
            return (path[:end], value) if isinstance(value, list) else None
    return None


def _as_choice(types: list[Any]) -> str:
    """What to write instead of a list of types."""
    names = ["null" if name is None else str(name) for name in types]
    others = [name for name in dict.fromkeys(names) if name != "null"]
    if len(others) == 1:
        nullable = f"[{others[0]}, 'null'] where it may be null"
        return f"write type: {others[0]}, or type: {nullable}"
    options = [*others, "null"] if "null" in names else others
    listed = ", ".join(_OPTIONS.get(name, f"{{type: {name}}}") for name in options)
    return f"write oneOf: [{listed}]"


def _name(path: tuple[str | int, ...]) -> str:
    """What a value is called: by its key; in a list, by its number in what lists it."""
    if not path:
        return "the file"
    last = path[-1]
    return f"entry {last + 1} of {_name(path[:-1])}" if isinstance(last, int) else f'"{last}"'
