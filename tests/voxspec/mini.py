"""Small schemas written from data, and everything generated from one held against its examples."""

from __future__ import annotations

import copy
import functools
import importlib
import itertools
import json
import operator
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from tests.voxspec.in_memory import importable, module_name
from voxspec.findings import SchemaError
from voxspec.generate import TARGETS
from voxspec.model import Direction, Protocol
from voxspec.model.frame_examples import example_frames
from voxspec.pipeline import load_protocol

Data = dict[str, Any]


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes everything out: schema files have no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


_ID: Data = {"type": "integer", "format": "uint32", "description": "I."}
BASE: Data = {
    "protocol.yaml": {
        "name": "mini",
        "title": "Mini",
        "version": 1,
        "summary": "A small protocol",
        "description": "Small.",
        "python": {"package": "minimodels"},
        "envelope": {
            "description": "All frames have these.",
            "type": {"key": "type", "description": "T."},
            "payload": {"key": "d", "description": "P."},
            "sequence": {
                "key": "seq",
                "first": 1,
                "description": "S.",
                "schema": {"type": "integer", "format": "int64", "minimum": 1},
            },
        },
    },
    "client/main.yaml": {
        "area": "main",
        "title": "Main",
        "description": "Main.",
        "messages": {
            "ask": {
                "summary": "Ask",
                "description": "Ask.",
                "seq": "never",
                "payload": {"type": "object", "required": ["id"], "properties": {"id": _ID}},
                "examples": [{"summary": "One", "payload": {"id": 1}}],
            }
        },
    },
}


def message(properties: Data, example: Data, **more: Any) -> Data:
    """A message of the server; all keys of the example are required."""
    required = {"required": [*example]} if example else {}
    return {
        "summary": "A thing",
        "description": "A thing.",
        "seq": "required",
        "payload": {"type": "object", **required, "properties": properties},
        "examples": [{"summary": "One", "payload": example}],
        **more,
    }


def area(name: str, **messages: Data) -> Data:
    """The file of an area."""
    return {"area": name, "title": "Area", "description": "An area.", "messages": messages}


def field(expression: Any = None, **more: Any) -> Data:
    """A property; a string unless something else is said."""
    return {**(expression or {"type": "string"}), "description": "F.", **more}


def schema(*properties_and_example: Data, types: Data | None = None, **protocol: Any) -> Data:
    """The base with a message "thing" of the server, types, and changes to protocol.yaml."""
    files = copy.deepcopy(BASE)
    properties, example = properties_and_example or ({"id": _ID}, {"id": 1})
    files["server/main.yaml"] = area("main", thing=message(properties, example))
    if types is not None:
        files["types.yaml"] = {"types": types}
    for key, value in protocol.items():
        old = files["protocol.yaml"].get(key)
        files["protocol.yaml"][key] = _merged(old, value) if isinstance(old, dict) else value
    return files


def _merged(old: Data, new: Data) -> Data:
    return {
        **old,
        **{k: _merged(old[k], v) if isinstance(old.get(k), dict) else v for k, v in new.items()},
    }


UINT: Data = {"type": "integer", "format": "uint32"}
ANY: Data = {"x-any-json": True}
DATE_TIME: Data = {"type": "string", "format": "date-time"}
BASE64: Data = {"type": "string", "contentEncoding": "base64"}
NUMBER: Data = {"type": "number"}
BOOLEAN: Data = {"type": "boolean"}
NULL: Data = {"type": "null"}
UINT64: Data = {"type": "integer", "format": "uint64"}
INT32: Data = {"type": "integer", "format": "int32"}
BAG: Data = {"type": "object", "x-extra": True, "properties": {"a": field()}, "description": "B."}


def enum(*values: str, **more: Any) -> Data:
    """A closed enum."""
    described = dict.fromkeys(values, "V.")
    expression = {"type": "string", "x-open": False, "enum": [*values], "description": "E."}
    return {**expression, "x-enum-descriptions": described, **more}


def integers(*values: int, **more: Any) -> Data:
    """A closed enum of integers."""
    described = {str(value): "V." for value in values}
    names = {str(value): f"n{value}".replace("-", "m") for value in values}
    expression = {**INT32, "x-open": False, "enum": [*values], "description": "E."}
    return {**expression, "x-enum-names": names, "x-enum-descriptions": described, **more}


def flags(**bits: int) -> Data:
    """Flags of 32 bits."""
    named = {name: {"bit": bit, "description": f"To {name}."} for name, bit in bits.items()}
    return {**UINT, "description": "F.", "x-flags": named}


def variant(constant: Data, **fields: Data) -> Data:
    """A record for a union; all its keys are required."""
    properties = {"k": field(constant), **fields}
    return {
        "type": "object",
        "required": [*properties],
        "properties": properties,
        "description": "V.",
    }


def union(*names: str) -> Data:
    """A tagged union."""
    return {"oneOf": [{"$ref": name} for name in names], "description": "U."}


def record(*required: str, **fields: Data) -> Data:
    """A record with these keys."""
    listed = {"required": [*required]} if required else {}
    return {"type": "object", **listed, "properties": fields, "description": "R."}


def paying(payload: Data, *examples: Any, types: Data | None = None, **more: Any) -> Data:
    """A schema whose server has a message "thing" with this payload."""
    files = schema(types=types)
    entry = files["server/main.yaml"]["messages"]["thing"]
    shown = [{"summary": "One", "payload": example} for example in examples]
    entry |= {"payload": payload, "examples": shown, **more}
    return files


def choice(*options: Data) -> Data:
    """A choice."""
    return {"oneOf": [*options]}


def thing(expression: Data, *values: Any) -> Data:
    """A schema with one optional key, and examples of it."""
    files = schema({"e": field(expression)}, {})
    if values:
        examples = [{"summary": "One", "payload": {"e": value}} for value in values]
        files["server/main.yaml"]["messages"]["thing"]["examples"] = examples
    return files


def write(files: Data, folder: Path) -> Path:
    """The schema as files, a line for each key."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
        target.write_text(text, "utf-8")
    return folder


def refused(files: Data, folder: Path) -> list[tuple[str, str, str]]:
    """Rule and file of every finding, and what stands at its place."""
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, folder))
    found = []
    for finding in caught.value.findings:
        path = Path(finding.where.file)
        line = path.read_text("utf-8").split("\n")[finding.where.line - 1]
        found.append((finding.rule, path.name, line[finding.where.column - 1 :]))
    return found


def all_frames(known: Any, side: str) -> Any:
    """The frames of a side, of the wide classes where there are some."""
    infos = getattr(known, side).values()
    classes = [known.wide.get(info.frame, info.frame) for info in infos]
    return functools.reduce(operator.or_, classes) if classes else getattr(known, f"{side}_frame")


class Mini:
    """A generated package, imported."""

    def __init__(self, protocol: Protocol, files: dict[str, str]) -> None:
        package = f"{protocol.package}.{protocol.module}"
        self.protocol = protocol
        self.files = files
        self.models: Any = importlib.import_module(package)
        self.known: Any = importlib.import_module(f"{package}.protocol").PROTOCOL
        self.validate: Any = importlib.import_module(f"{package}.validate")
        self.strategies: Any = importlib.import_module(f"{package}.strategies")
        self.bundle = json.loads(files[f"jsonschema/{protocol.module}/bundle.json"])
        for path in files:
            if path.endswith(".py"):
                importlib.import_module(module_name(path))

    def errors(self, side: str, frame: Any) -> list[tuple[str, str]]:
        """Rule and pointer of every error that the validator finds."""
        problems = getattr(self.validate, f"{side}_frame")(frame)
        return [(p.rule, p.pointer) for p in problems if p.severity == "error"]

    def decode(self, side: str, frame: Any) -> Any:
        """The typed frame. What the usual classes do not take is read by the wide ones, which take all
        and make the same of it."""
        text = json.dumps(frame)
        decoded = msgspec.json.decode(text, type=all_frames(self.known, side))
        try:
            usual = msgspec.json.decode(text, type=getattr(self.known, f"{side}_frame"))
        except msgspec.ValidationError:
            return decoded
        assert (usual, type(usual)) == (decoded, type(decoded))
        return usual

    def schema_accepts(self, side: str, frame: Any) -> bool:
        """Whether the frame is valid against the JSON Schema."""
        schema = {"$ref": f"#/$defs/{side}_frame", "$defs": self.bundle["$defs"]}
        return bool(jsonschema.Draft202012Validator(schema).is_valid(frame))

    def hold(self, *, draws: int = 5) -> None:
        """Validator, models, JSON Schema and strategies agree about every example and draw.

        Of many messages, only some are drawn with flaws.
        """
        for message in self.protocol.messages():
            side = message.direction
            for frame in example_frames(self.protocol.envelope, message):
                assert self.errors(side, frame) == []
                assert self.models.frames.to_wire(self.decode(side, frame)) == frame
                assert self.schema_accepts(side, frame)
        sides: tuple[Direction, ...] = ("server", "client")
        for side in sides:
            if not [*self.protocol.messages(side)]:
                continue
            wire = getattr(self.strategies, f"{side}_wire")()
            drawn(wire, functools.partial(self._right, side), draws)
            names = [message.type for message in self.protocol.messages(side)]
            for name in names[:: 1 + len(names) // 10]:
                misses = self.strategies.near_misses(side, name)
                if not misses.is_empty:  # a frame that is nothing but its type has none
                    drawn(misses, functools.partial(self._wrong, side), draws)

    def _right(self, side: str, frame: Any) -> None:
        problems = getattr(self.validate, f"{side}_frame")(frame)
        assert [p for p in problems if p.severity == "error"] == []
        if any(p.rule == "RELAYED_VALUE" for p in problems):  # of any shape that a client gave it
            self.models.relayed.server_frame(frame)
        else:
            self.decode(side, frame)

    def _wrong(self, side: str, miss: Any) -> None:
        assert self.errors(side, miss.frame) == [(miss.rule, miss.pointer)]

    def each_near_miss(self, side: str, name: str | int) -> None:
        """Every flaw that strategies offer can be drawn, and is the only one."""
        for way in self.strategies.each_near_miss(side, name):
            drawn(way, functools.partial(self._wrong, side), 2)


def drawn(strategy: SearchStrategy[Any], check: Callable[[Any], None], count: int) -> None:
    """Some values of a strategy, checked."""
    few = settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.nested_given, HealthCheck.too_slow],
    )

    def each(value: Any) -> None:
        check(value)

    few(given(strategy)(each))()


@contextmanager
def generated(files: Data, folder: Path) -> Iterator[Mini]:
    """The package of a schema, without the formatting that it needs for people alone."""
    package = next(name for name in map("mini_{}".format, itertools.count()) if not _used(name))
    files = {**files, "protocol.yaml": {**files["protocol.yaml"], "python": {"package": package}}}
    protocol = load_protocol(write(files, folder / "schema"))
    texts = {
        path: text for target in TARGETS.values() for path, text in target.plan(protocol).items()
    }
    with importable(texts):
        yield Mini(protocol, texts)


def _used(package: str) -> bool:
    """Whether the name belongs to another package that is still there."""
    return package in sys.modules


def module_of(mini: Mini, path: str) -> ModuleType:
    """A module of the package, by its path below it."""
    return importlib.import_module(f"{mini.protocol.package}.{mini.protocol.module}.{path}")
