"""The values of a YAML text, with a place for each: YAML 1.2 scalars, and nothing read in silence.

PyYAML's C parser gives events, which are read here without recursion in C, so that no text is too
deep for it. Scalars have the YAML 1.2 core schema, so that ``no`` and ``on`` are strings and big
integers stay exact. What could be misread is refused: keys that stand twice, tags, merge keys, and
aliases of more than a scalar.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import yaml

from voxspec.findings import Findings, Place
from voxspec.model import JsonValue

Path_ = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\Z")
_OTHER_BASE = re.compile(r"0x[0-9a-fA-F]+\Z|0o[0-7]+\Z")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")
_NUMBER = re.compile("|".join(form.pattern for form in (_INTEGER, _FLOAT, _OTHER_BASE, _NO_NUMBER)))
_MAX_DIGITS = 4000
"""Longer numbers are refused: Python itself neither reads nor writes them."""
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True}
_BOOLEANS |= {"false": False, "False": False, "FALSE": False}
_MAX_DEPTH = 60
_Tagged = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent


class UnreadableYamlError(Exception):
    """A text that cannot be read on: what is wrong, where, and what to do about it."""

    def __init__(self, said: str, place: Place, hint: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.place = place
        self.hint = hint


class Values:
    """Reads one text; ``values`` and ``keys`` say where the value or key at each path stands.

    All keys are read as text; ``numbers`` has the paths of those that YAML takes for numbers.
    ``is_whole``: whether every value could be read; else something stands in for one.
    """

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.findings = findings
        self.values: dict[Path_, Place] = {}
        self.keys: dict[Path_, Place] = {}
        self.numbers: set[Path_] = set()
        self.is_whole = True
        self._anchors: dict[str, JsonValue] = {}
        self._collections: set[str] = set()
        self._events: Iterator[yaml.Event] = iter(())

    def read(self, text: str) -> JsonValue:
        """The value of the one document; None when there is none.

        Raises UnreadableYamlError, or yaml.YAMLError where the text is no YAML.
        """
        self._events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            return None
        value = self._value(next(self._events), ())
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise UnreadableYamlError(
                    "a second document begins here", self._place(event), "one document is one file"
                )
        return value

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)

    def _error(self, said: str, place: Place, hint: str = "") -> None:
        self.is_whole = False
        self.findings.error("SCHEMA_PARSES", said, place, hint)

    def _value(self, event: yaml.Event, path: Path_) -> JsonValue:
        place = self._place(event)
        self.values[path] = place
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        assert isinstance(event, _Tagged)
        self._refuse_tag(event, place)
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, place)
            if event.anchor is not None:
                self._anchors[event.anchor] = value
            return value
        if len(path) > _MAX_DEPTH:
            raise UnreadableYamlError("nested too deeply", place, f"at most {_MAX_DEPTH} levels")
        if event.anchor is not None:
            self._collections.add(event.anchor)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        return self._list(path)

    def _alias(self, event: yaml.AliasEvent, place: Place) -> JsonValue:
        anchor = str(event.anchor)
        if anchor in self._collections:
            self._error(
                "an alias stands for another part of the file",
                place,
                "write it out, or give it a name in types.yaml",
            )
        elif anchor not in self._anchors:
            self._error(f"no value before has the anchor &{anchor}", place, "write the value")
        return self._anchors.get(anchor)

    def _refuse_tag(self, event: _Tagged, place: Place) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "write the value as it is, text that looks like something else in quotes"
            self._error(f"the tag {tag} is not read", place, hint)

    def _list(self, path: Path_) -> JsonValue:
        result: list[JsonValue] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            result.append(self._value(event, (*path, len(result))))
        return result

    def _mapping(self, path: Path_) -> JsonValue:
        result: dict[str, JsonValue] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            place = self._place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise UnreadableYamlError("a key must be a plain string", place)
            self._refuse_tag(event, place)
            key = str(event.value)
            if key == "<<" and event.implicit[0]:
                self._error("keys cannot be merged", place, "write out what they stand for")
            if key in result:
                self._error(
                    f'the key "{key}" stands twice in one mapping',
                    place,
                    f"the first one is at line {self.keys[*path, key].line}",
                )
                self._value(next(self._events), (*path, key, "again"))
                continue
            self.keys[*path, key] = place
            if event.implicit[0] and _NUMBER.match(key):
                self.numbers.add((*path, key))
            result[key] = self._value(next(self._events), (*path, key))
        return result

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> JsonValue:
        text = str(event.value)
        if not _is_text(text):
            self._error("a lone surrogate is no text", place)
        if not event.implicit[0]:  # quoted or block text
            return text
        if _NO_NUMBER.match(text):
            self._error(f"JSON has no number {text}", place, "put it into quotes where it is text")
        value = _plain(text)
        if value is None and text not in _NULLS:
            hint = "write a smaller one, or put it into quotes where it is text"
            self._error("the number is too large", place, hint)
            return 0
        return value


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def number_in(text: str) -> int | float | None:
    """The number that a text would be without quotes; None where it would be none."""
    value = _plain(text) if _NUMBER.match(text) else None
    return value if isinstance(value, int | float) else None


def _plain(text: str) -> JsonValue:
    """The value of a plain scalar; None also for a number that is too large."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.match(text):
        return int(text) if len(text) <= _MAX_DIGITS else None
    if _OTHER_BASE.match(text):
        number = int(text, 0)
        return number if number < 10**_MAX_DIGITS else None
    if _FLOAT.match(text):
        fraction = float(text)
        return fraction if math.isfinite(fraction) else None
    return text
