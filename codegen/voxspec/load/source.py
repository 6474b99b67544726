"""Reading schema files: what a file may be, and where each key and value of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from voxspec.findings import Findings, Place
from voxspec.load import yaml_mistakes
from voxspec.load.yaml_values import Path_, UnreadableYamlError, Values
from voxspec.model import JsonValue

_MAX_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Source:
    """One schema file: its data, and where each key and value of it stands.

    ``numbers``: the paths whose keys are numbers and not text, though the data has them as text.
    ``unread``: some value could not be read, which was said; something stands in for it.
    ``text``: the file itself.
    """

    name: str
    data: dict[str, JsonValue]
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    numbers: set[Path_] = field(default_factory=set)
    unread: bool = False
    text: str = ""

    def place(self, *path: str | int) -> Place:
        """Where the value at ``path`` stands; where its nearest parent does when it is missing."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.name))

    def key_place(self, *path: str | int) -> Place:
        """Where the key at ``path`` stands (an item of a list: where the item does)."""
        return self.keys.get(path) or self.place(*path)

    def place_within(self, path: Path_, part: str, before: int = 0) -> Place:
        """Where ``part`` of the text at ``path`` stands: after ``before`` others that are like it.

        Where the text begins, if its parts do not stand in the file as they are (escapes).
        """
        begins = self.place(*path)
        following = [
            place for place in (*self.values.values(), *self.keys.values()) if place > begins
        ]
        lines = self.text.split("\n")
        end = min(following, default=Place(self.name, len(lines) + 1))
        for number, column in _found(lines, part, begins):
            place = Place(self.name, number, column)
            if place >= end:
                break
            if before == 0:
                return place
            before -= 1
        return begins


def read(path: Path, name: str, findings: Findings) -> Source | None:
    """Read one file; ``name`` is how findings call it. None when it cannot be used at all."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            findings.error("SCHEMA_PARSES", "the file is larger than 4 MiB", Place(name))
            return None
        text = raw.decode("utf-8")
    except OSError as error:
        findings.error("SCHEMA_PARSES", f"cannot be read: {error.strerror}", Place(name))
        return None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8"
        findings.error("SCHEMA_PARSES", "the file is not UTF-8", Place(name, line), hint)
        return None
    return parse(text, name, findings)


def parse(text: str, name: str, findings: Findings) -> Source | None:
    """Parse YAML text. None when it is no YAML, or no mapping."""
    values = Values(name, findings)
    try:
        data = values.read(text)
    except UnreadableYamlError as problem:
        findings.error("SCHEMA_PARSES", problem.said, problem.place, problem.hint)
        return None
    except yaml.YAMLError as error:
        said, place, hint = yaml_mistakes.told(text, name, error)
        findings.error("SCHEMA_PARSES", f"no valid YAML: {said}", place, hint)
        return None
    if not isinstance(data, dict):
        said = "the file is empty" if data is None else "the file must be one mapping"
        findings.error("SCHEMA_PARSES", said, Place(name), "" if data else "delete it, or fill it")
        return None
    return Source(name, data, values.values, values.keys, values.numbers, not values.is_whole, text)


def _found(lines: list[str], part: str, begins: Place) -> Iterator[tuple[int, int]]:
    """Line and column of every ``part`` from a place on."""
    for number in range(begins.line, len(lines) + 1):
        line = lines[number - 1]
        at = line.find(part, begins.column - 1 if number == begins.line else 0)
        while at >= 0:
            yield number, at + 1
            at = line.find(part, at + 1)
