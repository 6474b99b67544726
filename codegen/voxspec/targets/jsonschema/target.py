"""The jsonschema target: JSON Schema 2020-12 for every frame, as one bundle and a file a message.

The files refuse exactly what the generated validators call an error, with two exceptions that
JSON Schema cannot express and that every file's ``$comment`` states.
"""

from __future__ import annotations

import json

from voxspec.model import Message, Protocol
from voxspec.output.render import header
from voxspec.targets.jsonschema.frames import (
    Definitions,
    direction_key,
    frame_key,
    needed_by,
)
from voxspec.targets.jsonschema.types import Schema, reference

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_OPEN = "Objects are open: other keys are allowed."
_CLOSED = "Objects are open, but for those with additionalProperties: false."
LIMITS = (
    "Two rules of the protocol cannot be said in JSON"
    " Schema: x-max-json-length is the most characters that a value's compact JSON may have, and"
    " an integer is written without a fraction (JSON Schema also takes 1.0 for one)."
)


def plan(protocol: Protocol) -> dict[str, str]:
    """The files of this target: path below ``generated/`` to text.

    ``bundle.json`` has everything under ``$defs``: each named type by its name, each message's
    frame and payload, ``server_frame`` and ``client_frame``. ``server/NAME.json`` and
    ``client/NAME.json`` are one message's frame each and need no other file.
    """
    folder = f"jsonschema/{protocol.module}"
    definitions = Definitions(protocol)
    files = {f"{folder}/bundle.json": _text(_bundle(protocol, definitions))}
    for message in protocol.messages():
        path = f"{folder}/{message.direction}/{message.name}.json"
        files[path] = _text(_message(protocol, message, definitions))
    return files


def _bundle(protocol: Protocol, definitions: Definitions) -> Schema:
    return {
        **_head(protocol, "bundle"),
        "title": protocol.title,
        "description": protocol.description,
        "anyOf": [reference(direction_key("server")), reference(direction_key("client"))],
        "$defs": {**definitions},
    }


def _message(protocol: Protocol, message: Message, definitions: Definitions) -> Schema:
    frame = definitions[frame_key(message)]
    schema = {**_head(protocol, f"{message.direction}:{message.name}"), **frame}
    needed = needed_by(frame, definitions)
    return {**schema, "$defs": {**needed}} if needed else schema


def _head(protocol: Protocol, name: str) -> Schema:
    openness = _CLOSED if protocol.has_closed_records else _OPEN
    return {
        "$comment": f"{header(f'{protocol.folder}/')} {openness} {LIMITS}",
        "$schema": DIALECT,
        "$id": f"urn:{protocol.name}:{protocol.module}:{name}",
    }


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
