"""From record schemas to records: fields, exactly-one-of, required-when, published names."""

from __future__ import annotations

import json
import re
from typing import cast

from voxspec.findings import Findings, Place
from voxspec.load.expressions import PLACEHOLDER, Expressions
from voxspec.load.json_types import Expression
from voxspec.load.keywords import RECORD_KEYWORDS
from voxspec.load.record_rules import exactly_one_of, known_key, required_when
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import (
    ConstType,
    Field,
    JsonValue,
    NamedType,
    PublishedName,
    Record,
    Relay,
    RequiredWhen,
    Use,
    naming,
)


def record(
    source: Source,
    path: Path_,
    expression: Expression,
    name: str,
    expressions: Expressions,
    *,
    description: str,
    relays: bool = False,
) -> Record:
    """Resolve the record schema at ``path``; mistakes go to the findings of ``expressions``.

    ``relays``: only servers send it, so that it may hold what other clients gave."""
    findings = expressions.findings
    if expression.get("type") not in ("object", ["object", "null"]):
        findings.error(
            "TYPE_EXPLICIT", f'the record "{name}" needs type: object', source.place(*path)
        )
    for key in expression:
        if key not in RECORD_KEYWORDS:
            findings.error(
                "KEYWORD_APPLIES",
                f'"{key}" does not apply to a record',
                source.key_place(*path, key),
            )
    is_closed = _is_closed(source, path, expression, findings)
    properties = cast(dict[str, Expression], expression.get("properties", {}))
    required = cast(list[str], expression.get("required", []))
    known = list(properties)
    for index, key in enumerate(required):
        known_key(source, (*path, "required", index), key, known, findings)
    fields = _fields(source, path, properties, set(required), expressions, relays)
    exactly = exactly_one_of(source, path, expression, known, set(required), findings)
    choices = {key for group in exactly for key in group}
    when = required_when(source, path, expression, known, set(required), choices, findings)
    if "x-one-of-name" in expression and "oneOf" not in expression:
        findings.error(
            "KEYWORD_APPLIES",
            '"x-one-of-name" names what exactly one of some keys says, and no oneOf is here',
            source.key_place(*path, "x-one-of-name"),
        )
    if relays:
        _check_relayed(source, path, fields, exactly, when, expressions)
    check_published(source, path, expression.get("published"), known, findings)
    return Record(
        name=name,
        python_name=naming.class_name(name),
        description=description,
        fields=fields,
        extra=bool(expression.get("x-extra")),
        exactly_one_of=exactly,
        one_of_name=cast("str | None", expression.get("x-one-of-name")),
        required_when=when,
        published=published(cast(list[JsonValue], expression.get("published", []))),
        note=cast("str | None", expression.get("x-note")),
        closed=is_closed,
    )


def _is_closed(source: Source, path: Path_, expression: Expression, findings: Findings) -> bool:
    """Whether a record has no keys but its own."""
    if "additionalProperties" not in expression:
        return False
    if expression["additionalProperties"] is not False:
        findings.error(
            "KEYWORD_APPLIES",
            '"additionalProperties" does not apply to a record, unless it is false',
            source.key_place(*path, "additionalProperties"),
            "x-extra: true keeps further keys; an object of free keys alone lists no properties",
        )
    elif "x-extra" in expression:
        findings.error(
            "KEYWORD_APPLIES",
            '"x-extra" keeps the further keys that "additionalProperties" refuses',
            source.key_place(*path, "x-extra"),
            "keep one of them",
        )
    return True


def published(entries: list[JsonValue]) -> tuple[PublishedName, ...]:
    """The published names listed in a schema file."""
    return tuple(
        PublishedName(
            name=str(entry["name"]),
            wire=cast("str | None", entry.get("wire")),
            envelope=bool(entry.get("envelope")),
            note=cast("str | None", entry.get("note")),
        )
        for entry in cast(list[dict[str, JsonValue]], entries)
    )


def check_published(
    source: Source, path: Path_, entries: JsonValue, known: list[str], findings: Findings
) -> None:
    """The real names that published names stand for are among the ``known`` keys."""
    for index, entry in enumerate(cast(list[dict[str, JsonValue]], entries or [])):
        wire = entry.get("wire")
        if wire is not None and not entry.get("envelope"):
            known_key(source, (*path, "published", index, "wire"), str(wire), known, findings)


def _fields(
    source: Source,
    path: Path_,
    properties: dict[str, Expression],
    required: set[str],
    expressions: Expressions,
    relays: bool,
) -> tuple[Field, ...]:
    findings = expressions.findings
    taken: dict[str, str] = {}
    fields = []
    for key, expression in properties.items():
        place = (*path, "properties", key)
        attribute = naming.attribute(str(expression.get("x-name", key)))
        check_key(key, source.key_place(*place), findings)
        if attribute in taken:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'"{key}" and "{taken[attribute]}" both become the Python name "{attribute}"',
                source.key_place(*place),
                "give one of them another name with x-name",
            )
        taken.setdefault(attribute, key)
        if "description" not in expression:
            findings.error(
                "DESCRIPTION_FIELD",
                f'"{key}" has no description',
                source.key_place(*place),
                "say in one sentence what the value means",
            )
        if "x-published-null" in expression and key in required:
            findings.error(
                "KEYWORD_APPLIES",
                '"x-published-null" applies to optional properties only',
                source.key_place(*place, "x-published-null"),
            )
        fields.append(
            Field(
                name=key,
                attribute=attribute,
                use=expressions.use(
                    source,
                    place,
                    _but(expression, "x-name"),
                    is_property=True,
                    relayable=relays,
                ),
                required=key in required,
                description=str(expression.get("description", "")),
                note=cast("str | None", expression.get("x-note")),
                deprecated=cast("str | None", expression.get("deprecated")),
                since=cast("str | None", expression.get("since")),
                published_null=bool(expression.get("x-published-null")),
                default=expression.get("default"),
                null_default="default" in expression and expression["default"] is None,
                relayed=_relayed(expression),
            )
        )
    return tuple(fields)


def _relayed(expression: Expression) -> Relay | None:
    stated = expression.get("x-relayed")
    return "json" if stated is True else cast("Relay | None", stated)


def _check_relayed(
    source: Source,
    path: Path_,
    fields: tuple[Field, ...],
    exactly: tuple[tuple[str, ...], ...],
    when: tuple[RequiredWhen, ...],
    expressions: Expressions,
) -> None:
    """Nothing relies on a relayed value, because it can be anything."""
    ruled = {key for group in exactly for key in group}
    ruled |= {key for rule in when for key in (rule.field, *rule.required)}
    for field in (f for f in fields if f.relayed is not None and f.use is not PLACEHOLDER):
        match field.use:
            case _ if field.name in ruled:
                problem = "a rule between keys cannot rely on it"
            case Use(type=ConstType()):
                problem = "a constant tells shapes apart"
            case Use(type=NamedType(open=True)):
                problem = "with x-open readers keep any value already"
            case Use(max_json_length=int()):
                problem = "nobody holds another client's value to a length"
            case use if field.relayed == "int64" and not expressions.json.is_integer(use.type):
                problem = "int64 is for integers; write x-relayed: true"
            case _:
                continue
        expressions.findings.error(
            "KEYWORD_APPLIES",
            f'"x-relayed" does not apply to "{field.name}": {problem}',
            source.key_place(*path, "properties", field.name, "x-relayed"),
        )


def _but(expression: Expression, keyword: str) -> Expression:
    return {key: value for key, value in expression.items() if key != keyword}


UNREADABLE = re.compile(r'["\\\x00-\x1f\ufdd0]')
"""What generated models cannot read in a key."""


def check_key(key: str, place: Place, findings: Findings) -> None:
    """A key of frames has only characters that generated models can read in a key."""
    found = UNREADABLE.search(key)
    if found is not None:
        findings.error(
            "KEY_READABLE",
            f"the key {json.dumps(key)} holds the character U+{ord(found[0]):04X}",
            place,
            "generated models read no keys with quotation marks, backslashes or control characters;"
            " where such keys come, describe the object as free JSON",
        )
