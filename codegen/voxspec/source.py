"""Reading schema files: YAML 1.2 scalars, duplicate keys refused, a place for every value.

PyYAML's C parser gives nodes with marks; scalars are read here by the YAML 1.2 core schema, so
that ``no`` and ``on`` are strings and big integers stay exact.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from voxspec.findings import Findings, Place
from voxspec.model import JsonValue

Path_ = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\Z")
_OTHER_BASE = re.compile(r"0x[0-9a-fA-F]+\Z|0o[0-7]+\Z")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_MAX_DIGITS = 4000
"""Longer runs of digits stay text: Python itself refuses to read them as an integer."""
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True}
_BOOLEANS |= {"false": False, "False": False, "FALSE": False}
_MAX_DEPTH = 60
_MAX_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Source:
    """One schema file: its data, and where each key and value of it stands."""

    name: str
    data: dict[str, JsonValue]
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)

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
        findings.error("SCHEMA_PARSES", "the file is not UTF-8", Place(name, line))
        return None
    return parse(text, name, findings)


def parse(text: str, name: str, findings: Findings) -> Source | None:
    """Parse YAML text. None when it is no YAML, or no mapping."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
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
        findings.error("SCHEMA_PARSES", f"no valid YAML: {error}".splitlines()[0], Place(name))
        return None
    except RecursionError:
        findings.error("SCHEMA_PARSES", "nested too deeply", Place(name))
        return None
    builder = _Builder(name, findings)
    data = builder.build(node, ()) if node is not None else None
    if not isinstance(data, dict):
        findings.error("SCHEMA_PARSES", "the file must be one mapping", Place(name))
        return None
    return Source(name, data, builder.values, builder.keys)


def _tab(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a tab that indents this line (counted from 0) or the one before."""
    lines = text.split("\n")
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            tab = re.match(r"[ ]*(?:[-?:][ ]+)*\t", lines[number])
            if tab is not None:
                return number + 1, tab.end()
    return None


class _Builder:
    """Turns nodes into plain values and remembers their places."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings
        self.values: dict[Path_, Place] = {}
        self.keys: dict[Path_, Place] = {}
        self.open: set[int] = set()
        self.seen: set[int] = set()

    def place(self, node: yaml.Node) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def build(self, node: yaml.Node, path: Path_) -> JsonValue:
        place = self.place(node)
        self.values[path] = place
        if isinstance(node, yaml.ScalarNode):
            if not _is_text(node.value):
                self.findings.error("SCHEMA_PARSES", "a lone surrogate is no text", place)
            value = _scalar(node)
            if not node.style and _NO_NUMBER.match(node.value):
                self.findings.error(
                    "SCHEMA_PARSES",
                    f"JSON has no number {node.value}",
                    place,
                    "put it into quotes where it is text",
                )
            if isinstance(value, float) and not math.isfinite(value):
                self.findings.error("SCHEMA_PARSES", "the number is too large", place)
            return value
        if len(path) > _MAX_DEPTH or id(node) in self.open:
            self.findings.error("SCHEMA_PARSES", "nested too deeply, or inside itself", place)
            return None
        if id(node) in self.seen:
            self.findings.error(
                "SCHEMA_PARSES",
                "an alias stands for another part of the file",
                place,
                "write it out, or give it a name in types.yaml",
            )
            return None
        self.seen.add(id(node))
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        finally:
            self.open.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: Path_) -> JsonValue:
        result: dict[str, JsonValue] = {}
        for key_node, value_node in node.value:
            place = self.place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.findings.error("SCHEMA_PARSES", "a key must be a plain string", place)
                continue
            key = str(key_node.value)
            if key in result:
                self.findings.error(
                    "SCHEMA_PARSES",
                    f'the key "{key}" stands twice in one mapping',
                    place,
                    f"the first one is at line {self.keys[*path, key].line}",
                )
                continue
            self.keys[*path, key] = place
            result[key] = self.build(value_node, (*path, key))
        return result


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _scalar(node: yaml.ScalarNode) -> JsonValue:
    text = str(node.value)
    if node.style:  # quoted or block text; the C parser says "" for plain
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.match(text) and len(text) <= _MAX_DIGITS:
        return int(text)
    if _OTHER_BASE.match(text) and len(text) <= _MAX_DIGITS:
        return int(text, 0)
    if _FLOAT.match(text):
        return float(text)
    return text
