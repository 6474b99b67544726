"""Whether a reader takes everything that a writer may write, by JSON Schema alone.

Only a proof counts as yes: what the engine cannot decide is searched for a counterexample, and
unknown when there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from voxspec.breaking.imported import MissingToolError
from voxspec.model import JsonValue

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Containment:
    """The answer; with "no" a value that the writer may write and the reader refuses."""

    answer: Answer
    witness: JsonValue = None


def is_covered(reader: Mapping[str, Any] | bool, writer: Mapping[str, Any] | bool) -> bool:
    """Whether it is certain that the reader takes all that the writer may write."""
    return _is_covered(_text(reader), _text(writer))


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two schemas are the same, but for what people read."""
    return _text(one) == _text(other)


def is_valid(schema: Mapping[str, Any] | bool, value: JsonValue) -> bool:
    """Whether a value is valid by a JSON Schema."""
    return bool(_validator(_text(schema)).is_valid(value))


@lru_cache(maxsize=4096)
def _is_covered(reader: str, writer: str) -> bool:
    if reader == writer:
        return True
    engine = _engine()
    try:
        return str(_canonical(reader).covers(_canonical(writer))) == "yes"
    except (ValueError, engine.ValidationError):
        return False


@lru_cache(maxsize=1024)
def _canonical(schema: str) -> Any:
    return _engine().canonicalize(json.loads(schema))


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    return _engine().validator_for(json.loads(schema))


def _text(schema: Mapping[str, Any] | bool) -> str:
    return json.dumps(_bare(schema), sort_keys=True, ensure_ascii=False)


def _bare(schema: Any) -> Any:
    """Without what people read: the same schema is then the same text."""
    if isinstance(schema, Mapping):
        return {
            key: {name: _bare(inner) for name, inner in value.items()}
            if key in ("properties", "$defs") and isinstance(value, Mapping)
            else value
            if key in ("const", "enum")
            else _bare(value)
            for key, value in schema.items()
            if key in ("properties", "$defs") or not (_is_said(key))
        }
    if isinstance(schema, list):
        return [_bare(inner) for inner in schema]
    return schema


def _is_said(keyword: str) -> bool:
    return keyword.startswith("x-") or keyword in (
        "title", "description", "examples", "default", "deprecated", "$comment", "$schema", "$id",
        "discriminator", "format", "contentEncoding",
    )  # fmt: skip


def _engine() -> Any:
    try:
        import jsonschema_rs
    except ModuleNotFoundError as error:
        raise MissingToolError(
            "jsonschema-rs is not installed; install the extra: vox-protocol[breaking]"
        ) from error
    return jsonschema_rs


def first_refused(
    reader: Mapping[str, Any] | bool, writer: Mapping[str, Any] | bool, values: Iterable[JsonValue]
) -> Containment:
    """The first of some values that the writer may write and the reader refuses."""
    for value in values:
        if is_valid(writer, value) and not is_valid(reader, value):
            return Containment("no", value)
    return Containment("unknown")
