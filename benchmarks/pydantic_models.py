"""pydantic models of the server frames, made by datamodel-code-generator from our JSON Schema."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.json_schemas import bundle, server_schemas

ROOT_CLASS = "AnyServerFrame"


def generate(folder: Path) -> Path:
    """Write the models into `folder`; give the path of the module."""
    schema = folder / "frames.json"
    schema.write_text(json.dumps(_server_frames_by_type()), "utf-8")
    module = folder / "pydantic_frames.py"
    command = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator"]
    command += ["--input", str(schema), "--input-file-type", "jsonschema"]
    command += ["--output", str(module), "--output-model-type", "pydantic_v2.BaseModel"]
    command += ["--class-name", ROOT_CLASS, "--use-annotated", "--use-union-operator"]
    command += ["--target-python-version", "3.11", "--disable-timestamp"]
    subprocess.run(command, check=True)
    return module


def job(module: Path) -> Callable[[bytes], object]:
    """What turns the bytes of a frame into a pydantic model."""
    spec = importlib.util.spec_from_file_location(module.stem, module)
    if spec is None or spec.loader is None:
        raise ImportError(f"{module} is no module")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module.stem] = loaded
    spec.loader.exec_module(loaded)
    parse: Callable[[bytes], object] = getattr(loaded, ROOT_CLASS).model_validate_json
    return parse


def _server_frames_by_type() -> dict[str, object]:
    """The bundle's server frames as one union that says which key tells them apart.

    The bundle picks a frame's schema with if and then, which the generator does not read; and it
    forbids keys with `false`, for which models have no word.
    """
    definitions = bundle()["$defs"]
    references = {name: f"#/$defs/server_{name}_frame" for name in server_schemas()}
    for direction in ("server_frame", "client_frame"):
        definitions.pop(direction)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ROOT_CLASS,
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "type", "mapping": references},
        "$defs": _without_false(definitions),
    }


def _without_false(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: _without_false(inner)
            for key, inner in value.items()
            if inner is not False and key != "x-enum-descriptions"
        }
    if isinstance(value, list):
        return [_without_false(inner) for inner in value]
    return value
