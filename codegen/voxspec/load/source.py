"""Reading schema files: what a file may be, and where each key and value of it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from voxspec.findings import Findings, Place
from voxspec.load.yaml_values import Path_, UnreadableYamlError, Values
from voxspec.model import JsonValue

_MAX_BYTES = 4 * 1024 * 1024
_UNWRITABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML allows in no file, but as an escape in double quotes."""


@dataclass(slots=True)
class Source:
    """One schema file: its data, and where each key and value of it stands.

    ``numbers``: the paths whose keys are numbers and not text, though the data has them as text.
    """

    name: str
    data: dict[str, JsonValue]
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    numbers: set[Path_] = field(default_factory=set)

    def place(self, *path: str | int) -> Place:
        """Where the value at ``path`` stands; where its nearest parent does when it is missing."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.name))

    def key_place(self, *path: str | int) -> Place:
        """Where the key at ``path`` stands (an item of a list: where the item does)."""
        return self.keys.get(path) or self.place(*path)


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
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tab = _tab(text, mark.line) if mark else None
        if tab is not None:
            findings.error(
                "SCHEMA_PARSES",
                "no valid YAML: a tab stands where only spaces may",
                Place(name, *tab),
                "indent with spaces",
            )
            return None
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        findings.error("SCHEMA_PARSES", f"no valid YAML: {error.problem or error.context}", place)
        return None
    except yaml.YAMLError as error:
        _report_unreadable(text, name, error, findings)
        return None
    if not isinstance(data, dict):
        said = "the file is empty" if data is None else "the file must be one mapping"
        findings.error("SCHEMA_PARSES", said, Place(name), "" if data else "delete it, or fill it")
        return None
    return Source(name, data, values.values, values.keys, values.numbers)


def _report_unreadable(text: str, name: str, error: yaml.YAMLError, findings: Findings) -> None:
    """What stops the parser before it has a place for it: a character that no file may hold."""
    found = _UNWRITABLE.search(text, int(text.startswith("\ufeff")))
    if found is None:
        findings.error("SCHEMA_PARSES", f"no valid YAML: {error}".splitlines()[0], Place(name))
        return
    before = text[: found.start()].split("\n")
    findings.error(
        "SCHEMA_PARSES",
        f"no valid YAML: the file holds the character U+{ord(found[0]):04X}",
        Place(name, len(before), len(before[-1]) + 1),
        "save it as UTF-8" if found[0] == "\x00" else "in double quotes it can be an escape",
    )


def _tab(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a tab that indents this line (counted from 0) or the one before."""
    lines = text.split("\n")
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            tab = re.match(r"[ ]*(?:[-?:][ ]+)*\t", lines[number])
            if tab is not None:
                return number + 1, tab.end()
    return None
