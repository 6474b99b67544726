"""Validating every value that schema files state: examples, defaults, and those of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from voxspec.examples.flaws import Flaw, envelope_flaws, payload_flaws, value_flaws
from voxspec.examples.values import Values
from voxspec.findings import Findings
from voxspec.load.expressions import Stated
from voxspec.load.schema_words import told
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import Direction, JsonValue, Protocol, Record
from voxspec.model.frame_examples import example_frame
from voxspec.model.resolved import plain_options
from voxspec.targets.jsonschema.frames import Definitions, frame_key

if TYPE_CHECKING:
    import jsonschema


def check_examples(
    protocol: Protocol, sources: Mapping[tuple[str, Direction], Source], findings: Findings
) -> None:
    """Check each message's examples against its frame; ``sources`` by (area, direction)."""
    definitions = Definitions(protocol, usual=True)
    values = Values(definitions)
    for message in protocol.messages():
        frame = definitions[frame_key(message)]
        source = sources[message.area, message.direction]
        for index, example in enumerate(message.examples):
            path: Path_ = ("messages", message.text, "examples", index)
            instance = example_frame(protocol.envelope, message, example)
            for error in values.errors(frame, instance):
                _report(protocol, source, path, error, findings)
            if message.payload is not None and example.present:
                flaws = payload_flaws(protocol, message, example.payload)
                _report_flaws(source, (*path, "payload"), "example", flaws, findings)
            flaws = envelope_flaws(protocol, message, example)
            _report_flaws(source, path, "example", flaws, findings)


def check_stated(protocol: Protocol, stated: Iterable[Stated], findings: Findings) -> None:
    """Check the defaults and examples that expressions state against what they are stated for."""
    definitions = Definitions(protocol)
    values = Values(definitions)
    for entry in stated:
        schema = definitions.shape(entry.shape)
        for place, noun, value in _stated(entry):
            rule = "DEFAULT_VALID" if noun == "default" else "EXAMPLE_VALID"
            for error in values.errors(schema, value):
                at = (*place, *error.absolute_path)
                findings.error(
                    rule,
                    f"the {noun} is not valid: {_said(error)}",
                    entry.source.place(*at),
                    _hint(error),
                )
            flaws = value_flaws(protocol, entry.shape, value)
            _report_flaws(entry.source, place, noun, flaws, findings, rule)


def _stated(entry: Stated) -> Iterator[tuple[Path_, str, JsonValue]]:
    """The stated values, with where they stand and what they are called."""
    if "default" in entry.expression:
        yield (*entry.path, "default"), "default", entry.expression["default"]
    examples = entry.expression.get("examples", [])
    for index, value in enumerate(examples if isinstance(examples, list) else []):
        yield (*entry.path, "examples", index), "example", value


def _report_flaws(
    source: Source,
    path: Path_,
    noun: str,
    flaws: Iterable[Flaw],
    findings: Findings,
    rule: str = "EXAMPLE_VALID",
) -> None:
    for flaw in flaws:
        place = (source.key_place if flaw.is_key else source.place)(*path, *flaw.path)
        findings.error(rule, f"the {noun} is not valid: {flaw.said}", place, flaw.hint)


def check_conditions(
    protocol: Protocol,
    sources: Mapping[tuple[str, Direction], Source],
    types: Source | None,
    findings: Findings,
) -> None:
    """The value that a condition asks for is one that the property can have."""
    definitions = Definitions(protocol)
    values = Values(definitions)
    for source, path, record in _records(protocol, sources, types):
        for rule in record.required_when:
            at = (*path, "if", "properties", rule.field, "const")
            schema = definitions.shape(record.field(rule.field).use)
            if any(values.errors(schema, rule.equals)):
                findings.error(
                    "KEYWORD_APPLIES",
                    f'"{rule.field}" can never be "{rule.equals}"',
                    source.place(*at),
                    "name a value that the property can have",
                )
            elif not isinstance(rule.equals, str) and _is_choice(protocol, record, rule.field):
                findings.error(
                    "KEYWORD_APPLIES",
                    f'"{rule.field}" is one of several types, and the constant is no text',
                    source.place(*at),
                    "let the condition ask for a text, or give the property one type",
                )


def _is_choice(protocol: Protocol, record: Record, key: str) -> bool:
    return len([*plain_options(protocol, (record.field(key).use,))]) > 1


def _records(
    protocol: Protocol, sources: Mapping[tuple[str, Direction], Source], types: Source | None
) -> Iterator[tuple[Source, Path_, Record]]:
    """Every record, with its source and the path to it."""
    for definition in protocol.types:
        if isinstance(definition, Record) and types is not None:
            yield types, ("types", definition.name), definition
    for message in protocol.messages():
        if isinstance(message.payload, Record):
            source = sources[message.area, message.direction]
            yield source, ("messages", message.text, "payload"), message.payload


def _report(
    protocol: Protocol,
    source: Source,
    path: Path_,
    error: jsonschema.ValidationError,
    findings: Findings,
) -> None:
    inside = [*error.absolute_path]
    envelope = protocol.envelope
    if inside and envelope.payload is not None and inside[0] == envelope.payload.key:
        place = source.place(*path, "payload", *inside[1:])
    elif inside and inside[0] not in envelope.keys:
        place = source.place(*path, "payload", *inside)
    elif inside:
        place = source.place(*path, "keys", *inside)
    else:
        place = source.place(*path)
    is_named = place != source.place(*path)
    what = inside[-1] if is_named else "it"
    name = f"entry {what + 1}" if isinstance(what, int) else f'"{what}"' if is_named else what
    said = _said(error, name)
    findings.error("EXAMPLE_VALID", f"the example is not valid: {said}", place, _hint(error))


def _hint(error: jsonschema.ValidationError) -> str:
    words = None if error.schema is False else told(error)
    return "" if words is None else words[1]


def _said(error: jsonschema.ValidationError, name: str = "it") -> str:
    """What is wrong with what is called ``name``, in one short line."""
    if error.validator == "oneOf" and isinstance(error.validator_value, list):
        keys = [branch.get("required", [None])[0] for branch in error.validator_value]
        if all(isinstance(key, str) for key in keys):
            return f"exactly one of {', '.join(keys)} must be there"
    if error.schema is False:
        return "the message has no such key"
    words = told(error)
    if words is not None:
        return f"{name} {words[0]}"
    return error.message if len(error.message) < 160 else f"{error.message[:157]}..."
