"""Whether a reader takes everything that a writer may write, by JSON Schema alone.

Only a proof counts as yes: what the engine cannot decide is searched for a counterexample, and
unknown when there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from voxspec.breaking.containment.described import described
from voxspec.breaking.containment.implied import with_implied
from voxspec.breaking.containment.keywords import is_named, keywords
from voxspec.breaking.containment.limited import has_limits
from voxspec.breaking.containment.spelled import spelled
from voxspec.breaking.containment.unrolled import less, more
from voxspec.breaking.containment.witness import candidates
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
    return has_limits(reader, writer) and _is_covered(_text(reader), _text(writer))


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two schemas are the same, but for what people read."""
    return _text(one) == _text(other)


def is_valid(schema: Mapping[str, Any] | bool, value: JsonValue) -> bool:
    """Whether a value is valid by a JSON Schema."""
    return bool(_validator(_text(schema)).is_valid(value))


@lru_cache(maxsize=4096)
def _is_covered(reader: str, writer: str) -> bool:
    return reader == writer or any(_engine_says(*told) for told in _tellings(reader, writer))


def _tellings(reader: str, writer: str) -> Iterator[tuple[str, str]]:
    """The two schemas as they are, and then as engines can understand more of them."""
    yield reader, writer
    takes, writes = json.loads(reader), json.loads(writer)
    told = with_implied(writes, takes)
    if told != writes:
        yield reader, _text(told)
    if "$ref" in reader or "$ref" in writer:
        yield _text(less(takes)), _text(more(told))


def _engine_says(reader: str, writer: str) -> bool:
    both = reader + writer
    if '"$ref"' in both and '"unevaluated' in both:  # it may follow that without an end
        return False
    try:
        return str(_canonical(reader).covers(_canonical(writer))) == "yes"
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _canonical(schema: str) -> Any:
    return _engine().canonicalize(json.loads(schema, parse_constant=_refuse))


def _refuse(constant: str) -> Any:
    """What is no number in JSON is null to engines."""
    raise ValueError(constant)


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
            if is_named(key, value)
            else value
            if key in ("const", "enum")
            else _bare(value)
            for key, value in schema.items()
            if not _is_said(key)
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


def covers(reader: Mapping[str, Any] | bool, writer: Mapping[str, Any] | bool) -> Containment:
    """Whether a reader takes all that a writer may write, by any two JSON Schemas.

    With "no" there is always a value that shows it; "yes" is a proof. What is neither is unknown,
    and so is what no engine takes: references to nowhere, numbers without an end, halves of
    characters.
    """
    engine = _engine()
    try:
        if json.dumps(reader, sort_keys=True) == json.dumps(writer, sort_keys=True):
            return Containment("yes")
        json.dumps([reader, writer], allow_nan=False)
        reader, writer = _of_our_draft(reader), _of_our_draft(writer)
        takes, writes = (engine.validator_for(schema).is_valid for schema in (reader, writer))
        if _is_engine_sure(reader, writer):
            return Containment("yes")
        finite = _values(writer)
        tried = chain(candidates(writer, reader), described(writer, reader))
        for value in tried if finite is None else finite:
            if writes(value) and not takes(value):
                return Containment("no", value)
        return Containment("unknown" if finite is None else "yes")
    except (ValueError, RecursionError):
        return Containment("unknown")


def _is_engine_sure(reader: Mapping[str, Any] | bool, writer: Mapping[str, Any] | bool) -> bool:
    said = keywords([reader, writer])
    if _is_nothing(writer) or _is_everything(reader):
        return True
    if not said & _ELSEWHERE:
        takes, writes = spelled(reader), spelled(writer)
        if _is_nothing(writes) or _is_everything(takes) or is_covered(takes, writes):
            return True
    return _engine_says(json.dumps(reader), json.dumps(writer))


def _of_our_draft(schema: Mapping[str, Any] | bool) -> Mapping[str, Any] | bool:
    """Without saying so, where it is of the draft that is meant anyway."""
    if isinstance(schema, Mapping) and schema.get("$schema") in _DRAFT:
        return {key: value for key, value in schema.items() if key != "$schema"}
    return schema


def _values(schema: Mapping[str, Any] | bool) -> list[JsonValue] | None:
    """All values that can be valid, where a schema lists them; None where it does not."""
    if not isinstance(schema, Mapping) or "$schema" in schema:
        return None
    if "const" in schema:
        return [schema["const"]]
    if "enum" in schema:
        return [*schema["enum"]]
    for keyword in ("anyOf", "oneOf"):
        parts = [_values(part) for part in schema.get(keyword, [None])]
        if all(part is not None for part in parts):
            return [value for part in parts for value in part or []]
    return None


def _is_everything(schema: Mapping[str, Any] | bool) -> bool:
    """Whether a schema says nothing: something, or else what is not that."""
    if not isinstance(schema, Mapping):
        return schema is True
    options = schema.get("anyOf", [])
    says_more = {*schema} - _SAID_ONLY - {"anyOf"}
    return not says_more and _has_opposites(options)


def _is_nothing(schema: Mapping[str, Any] | bool) -> bool:
    """Whether nothing can be valid: something, and what is not that."""
    if not isinstance(schema, Mapping):
        return schema is False
    return _has_opposites(schema.get("allOf", []))


def _has_opposites(schemas: list[Any]) -> bool:
    texts = {json.dumps(schema, sort_keys=True) for schema in schemas}
    return any(
        isinstance(schema, Mapping)
        and {*schema} == {"not"}
        and json.dumps(schema["not"], sort_keys=True) in texts
        for schema in schemas
    )


_DRAFT = tuple(f"https://json-schema.org/draft/2020-12/schema{end}" for end in ("", "#"))

_ELSEWHERE = frozenset(
    (
        "$id",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "$recursiveRef",
        "$recursiveAnchor",
        "$schema",
    )
)
"""Keywords by which references mean something else, or keywords do."""

_SAID_ONLY = frozenset(("title", "description", "$comment", "examples", "default", "$defs"))
"""Keywords that nothing follows from."""
