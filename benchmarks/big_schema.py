"""Writes a schema some times the size of ours: copies of every message and type under other names.

    python -m benchmarks.big_schema FOLDER [--times N]

The first copy is the schema as it is, so the conversation, the close codes and the permissions stay what
they are. Every further one has areas, messages and types of its own, which refer to each other, with
their examples. What servers send in it is numbered: a message without a number needs a place in the
conversation.
"""

import argparse
import copy
import shutil
from pathlib import Path
from typing import Any

import yaml

from voxspec.findings import Findings
from voxspec.load.source import read

SCHEMA = Path(__file__).parent.parent / "schema" / "v1"
TIMES = 10

_NAMES = ("$ref", "x-one-of-name")
"""The keywords whose values are names that a copy has for itself."""


def write_schema(folder: Path, times: int = TIMES) -> None:
    """Write a schema `times` as large as ours to a new folder."""
    shutil.copytree(SCHEMA, folder)
    types = _data(SCHEMA / "types.yaml")
    every = dict(types["types"])
    for number in range(2, times + 1):
        every |= {
            _copied(name, number): _renamed(type_, number) for name, type_ in types["types"].items()
        }
        for path in sorted(SCHEMA.glob("*/*.yaml")):
            area = _copied(path.stem, number)
            data = _area(_data(path), area, number)
            if path.parent.name == "server":
                data["messages"] = {k: m | {"seq": "required"} for k, m in data["messages"].items()}
            _write(folder / path.parent.name / f"{area}.yaml", data)
    _write(folder / "types.yaml", types | {"types": every})


def _area(data: dict[str, Any], area: str, number: int) -> dict[str, Any]:
    messages = {
        _copied(name, number): _renamed(message, number)
        for name, message in data["messages"].items()
    }
    return data | {"area": area, "title": f"{data['title']} {number}", "messages": messages}


def _renamed(value: Any, number: int) -> Any:
    """A message or type whose references lead to the types of the same copy."""
    if isinstance(value, list):
        return [_renamed(item, number) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _copied(item, number)
        if key in _NAMES
        else copy.deepcopy(item)  # YAML would write what stands twice as an alias
        if key == "examples"
        else _renamed(item, number)
        for key, item in value.items()
    }


def _copied(name: str, number: int) -> str:
    return f"{name}_{number}"


def _data(path: Path) -> dict[str, Any]:
    source = read(path, str(path), Findings())
    assert source is not None
    return source.data


def _write(path: Path, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    path.write_text(text, "utf-8")


def main() -> None:
    """Write the schema to the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Write a schema some times the size of ours.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=TIMES, help="default: %(default)s")
    options = parser.parse_args()
    write_schema(options.folder, options.times)


if __name__ == "__main__":
    main()
