"""Checks schema files against the dialect's own JSON Schema, with findings a person can use."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
import jsonschema.protocols
import referencing
import referencing.jsonschema

from voxspec.findings import Findings
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_

_KINDS = (
    "expression",
    "protocol",
    "close_codes",
    "permissions",
    "types",
    "messages",
    "session",
)
_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def meta_folder() -> Path:
    """Where the dialect's JSON Schema lies: inside the installed package, or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "schema" / "meta"
    return installed if installed.is_dir() else package.parents[1] / "schema" / "meta"


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
    documents = {
        kind: json.loads((meta_folder() / f"{kind}.schema.json").read_text("utf-8"))
        for kind in _KINDS
    }
    for document in documents.values():
        del document["$schema"]  # a reference to a schema with it would end our own validator
    registry: referencing.Registry[Any] = referencing.Registry().with_resources(
        (document["$id"], referencing.jsonschema.DRAFT202012.create_resource(document))
        for document in documents.values()
    )
    return {kind: _Validator(document, registry=registry) for kind, document in documents.items()}


def check(source: Source, kind: str, findings: Findings) -> bool:
    """Check one file against its kind's schema. True when its structure can be relied upon."""
    before = len(findings.items)
    for error in _leaves(_validators()[kind].iter_errors(source.data)):
        _report(source, error, findings)
    return len(findings.items) == before


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
                    did_you_mean(key, known) or f"known here: {', '.join(known)}",
                )
        return
    place = source.place(*path)
    if keyword == "required":
        missing = [f'"{key}"' for key in value if key not in instance]
        noun = "key" if len(missing) == 1 else "keys"
        listed = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
        findings.error("METASCHEMA_VALID", f"{_name(path)} lacks the {noun} {listed}", place)
    elif keyword == "type":
        kinds = [value] if isinstance(value, str) else value
        wanted = " or ".join(_WORDS[k] for k in kinds)
        if kinds == ["object"] and path[-1:] == ("payload",):
            wanted = "a mapping, or false for none"
        whole = kinds == ["integer"] and isinstance(instance, float) and instance.is_integer()
        hint = f"write {int(instance)}" if whole and abs(instance) < 1e15 else ""
        findings.error("METASCHEMA_VALID", f"{_name(path)} must be {wanted}", place, hint)
    elif keyword == "pattern" and path[-1:] == ("$ref",) and {*"#/"} & set(instance):
        name = re.split("[#/]", instance)[-1].partition(".")[0] or "NAME"
        findings.error(
            "METASCHEMA_VALID",
            f'"$ref" is {json.dumps(instance, ensure_ascii=False)[:80]}, and not a name',
            place,
            f"write the bare name: $ref: {name}",
        )
    elif keyword == "enum":
        choices = ", ".join(str(v) for v in value)
        hint = did_you_mean(str(instance), [str(v) for v in value])
        findings.error(
            "METASCHEMA_VALID",
            f"{_name(path)} must be one of {choices}; got {json.dumps(instance)[:80]}",
            place,
            hint,
        )
    elif keyword == "const":
        wanted = "a mapping, or false for none" if path[-1:] == ("payload",) else json.dumps(value)
        findings.error("METASCHEMA_VALID", f"{_name(path)} must be {wanted}", place)
    elif keyword == "pattern":
        is_key = (*path, instance) in source.keys
        shown = json.dumps(instance, ensure_ascii=False)[:80]
        findings.error(
            "METASCHEMA_VALID",
            f"the key {shown} of {_name(path)} does not fit the form {value}"
            if is_key
            else f"{_name(path)} is {shown}, which does not fit the form {value}",
            source.key_place(*path, instance) if is_key else place,
            _like(value, instance),
        )
    elif keyword == "dependentRequired":
        for key, needed in value.items():
            if key in instance and not {*needed} <= instance.keys():
                findings.error(
                    "METASCHEMA_VALID",
                    f'"{key}" says nothing without "{needed[0]}"',
                    source.key_place(*path, key),
                )
    elif keyword == "uniqueItems":
        again = next(i for i, item in enumerate(instance) if item in instance[:i])
        findings.error(
            "METASCHEMA_VALID",
            f"{_name(path)} lists {json.dumps(instance[again])} twice",
            source.place(*path, again),
        )
    elif keyword in _LEAST:
        if instance:
            said = f"has {len(instance)} {_LEAST[keyword]}, and needs at least {value}"
        else:
            said = "is empty"
        findings.error("METASCHEMA_VALID", f"{_name(path)} {said}", place)
    else:
        findings.error("METASCHEMA_VALID", f"{_name(path)}: {error.message[:200]}", place)


_LEAST = {"minItems": "item", "minLength": "character", "minProperties": "key"}

_FORMS = {
    "^[a-z][a-z0-9]*(_[a-z0-9]+)*$": ("small letters, digits and single underscores", "_"),
    "^[a-z][a-z0-9_]*$": ("small letters, digits and underscores", "_"),
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": ("small letters, digits and single hyphens", "-"),
    "^[A-Z][A-Z0-9_]*$": ("capitals, digits and underscores", "_"),
    "^[A-Z0-9][A-Z0-9_]*$": ("capitals, digits and underscores", "_"),
    "^[0-9]{4}$": ("four digits", ""),
    "^(client|server)/.+$": ("client/NAME or server/NAME", "/"),
}
"""What a form asks for in words, and what joins the words of a name that has it."""


def _like(form: str, given: str) -> str:
    """What a name of a form is made of, with one that is near the name given."""
    words, joint = _FORMS.get(form, ("", ""))
    near = given.upper() if form.startswith("^[A-Z") else given.lower()
    near = re.sub("[^A-Za-z0-9]+", joint, near).strip(joint)
    fits = bool(words) and re.search(form.replace("$", r"\Z"), near) is not None
    return f"{words}, such as {near[:40]}" if fits else words


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
    return f'"{path[-1]}"' if path else "the file"


def did_you_mean(word: str, known: list[str]) -> str:
    """A hint that names the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
