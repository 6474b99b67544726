"""Validating every example of the schema files, with the file and line of each that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import jsonschema.exceptions
import jsonschema.protocols

from voxspec.findings import Findings
from voxspec.model import JSON_FORMS, Direction, JsonValue, Protocol, Record
from voxspec.source import Path_, Source
from voxspec.targets.frame_examples import example_frame
from voxspec.targets.jsonschema_frames import Definitions, frame_key, needed_by

_Checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
)
_Validator: type[jsonschema.protocols.Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, type_checker=_Checker
)
"""JSON Schema 2020-12, but integers are written without a fraction, as the dialect says."""


def check_examples(
    protocol: Protocol, sources: Mapping[tuple[str, Direction], Source], findings: Findings
) -> None:
    """Check each message's examples against its frame; ``sources`` by (area, direction)."""
    definitions = Definitions(protocol, usual=True).all()
    for message in protocol.messages():
        frame = definitions[frame_key(message)]
        needed = needed_by(frame, definitions)
        validator = _Validator({**frame, "$defs": {**needed}})
        source = sources[message.area, message.direction]
        for index, example in enumerate(message.examples):
            path: Path_ = ("messages", message.type, "examples", index)
            instance = example_frame(protocol.envelope, message, example)
            for error in validator.iter_errors(instance):
                _report(protocol, source, path, error, findings)
            if isinstance(message.payload, Record) and isinstance(example.payload, dict):
                _check_lengths(source, path, message.payload, example.payload, findings)


def _report(
    protocol: Protocol,
    source: Source,
    path: Path_,
    error: jsonschema.ValidationError,
    findings: Findings,
) -> None:
    best = jsonschema.exceptions.best_match([error]) or error
    inside = list(best.absolute_path)
    if inside and inside[0] == protocol.envelope.payload.key:
        place = source.place(*path, "payload", *inside[1:])
    else:
        place = source.place(*path)
    name = f'"{inside[-1]}": ' if inside and inside[0] == protocol.envelope.payload.key else ""
    findings.error("EXAMPLE_VALID", f"the example is not valid: {name}{_said(best)}", place)


def _said(error: jsonschema.ValidationError) -> str:
    """What is wrong, in one short line."""
    if error.validator == "oneOf" and isinstance(error.validator_value, list):
        keys = [branch.get("required", [None])[0] for branch in error.validator_value]
        if all(isinstance(key, str) for key in keys):
            return f"exactly one of {', '.join(keys)} must be there"
    return error.message if len(error.message) < 160 else f"{error.message[:157]}..."


def _check_lengths(
    source: Source, path: Path_, record: Record, payload: dict[str, Any], findings: Findings
) -> None:
    for field in record.fields:
        limit = field.use.max_json_length
        value: JsonValue = payload.get(field.name)
        if limit is not None and isinstance(value, dict):
            if field.use.json_form == "spaced-ascii":
                text = json.dumps(value)
            else:
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            length = len(text)
            if length > limit:
                findings.error(
                    "EXAMPLE_VALID",
                    f'the example is not valid: "{field.name}" has {length} characters of '
                    f"{JSON_FORMS[field.use.json_form]}, the limit is {limit}",
                    source.place(*path, "payload", field.name),
                )
