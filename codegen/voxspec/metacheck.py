"""Checks schema files against the dialect's own JSON Schema, with findings a person can use."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
import referencing

from voxspec.findings import Findings
from voxspec.source import Source

_KINDS = ("expression", "protocol", "close_codes", "permissions", "types", "messages")
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
    here = Path(__file__).resolve().parent
    installed = here / "schema" / "meta"
    return installed if installed.is_dir() else here.parents[1] / "schema" / "meta"


@cache
def _validators() -> dict[str, jsonschema.Draft202012Validator]:
    documents = {
        kind: json.loads((meta_folder() / f"{kind}.schema.json").read_text("utf-8"))
        for kind in _KINDS
    }
    registry: referencing.Registry[Any] = referencing.Registry().with_resources(
        (document["$id"], referencing.Resource.from_contents(document))
        for document in documents.values()
    )
    return {
        kind: jsonschema.Draft202012Validator(document, registry=registry)
        for kind, document in documents.items()
    }


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
        missing = next(k for k in value if k not in instance)
        name = f'"{path[-1]}"' if path else "the file"
        findings.error("METASCHEMA_VALID", f'{name} lacks the key "{missing}"', place)
    elif keyword == "type":
        kinds = [value] if isinstance(value, str) else value
        wanted = " or ".join(_WORDS[k] for k in kinds)
        findings.error("METASCHEMA_VALID", f"{_name(path)} must be {wanted}", place)
    elif keyword == "enum":
        wanted = ", ".join(str(v) for v in value)
        hint = did_you_mean(str(instance), [str(v) for v in value])
        findings.error(
            "METASCHEMA_VALID",
            f"{_name(path)} must be one of {wanted}; got {json.dumps(instance)[:80]}",
            place,
            hint,
        )
    elif keyword == "const":
        wanted = json.dumps(value)
        findings.error("METASCHEMA_VALID", f"{_name(path)} must be {wanted}", place)
    elif keyword == "pattern":
        findings.error(
            "METASCHEMA_VALID",
            f"{_name(path)} is {json.dumps(instance)[:80]}, which does not fit the form {value}",
            source.key_place(*path, instance) if (*path, instance) in source.keys else place,
        )
    elif keyword == "dependentRequired":
        findings.error("METASCHEMA_VALID", f"{_name(path)}: {error.message}", place)
    else:
        findings.error("METASCHEMA_VALID", f"{_name(path)}: {error.message[:200]}", place)


def _name(path: tuple[str | int, ...]) -> str:
    return f'"{path[-1]}"' if path else "the file"


def did_you_mean(word: str, known: list[str]) -> str:
    """A hint that names the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
