"""The JSON Schema of every server message in generated/, compiled by the two validators."""

import json
from pathlib import Path

import jsonschema
import jsonschema_rs

FOLDER = Path(__file__).parent.parent / "generated" / "jsonschema" / "v1"


def bundle() -> dict[str, dict[str, object]]:
    """The file that has every definition, under `$defs`."""
    schema: dict[str, dict[str, object]] = json.loads((FOLDER / "bundle.json").read_text("utf-8"))
    return schema


def server_schemas() -> dict[str, dict[str, object]]:
    """Message type to the schema of that message's frame."""
    return {
        path.stem: json.loads(path.read_text("utf-8"))
        for path in sorted((FOLDER / "server").glob("*.json"))
    }


def compiled_server_schemas() -> dict[str, jsonschema_rs.Draft202012Validator]:
    """Message type to its schema, compiled by jsonschema-rs."""
    return {
        name: jsonschema_rs.Draft202012Validator(schema)
        for name, schema in server_schemas().items()
    }


def interpreted_server_schemas() -> dict[str, jsonschema.Draft202012Validator]:
    """Message type to its schema, ready for the jsonschema library."""
    return {
        name: jsonschema.Draft202012Validator(schema) for name, schema in server_schemas().items()
    }
