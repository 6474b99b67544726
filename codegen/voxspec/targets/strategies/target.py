"""The strategies target: Hypothesis strategies for every payload and frame, valid and almost valid.

The generated modules only state the shapes of the messages; what can be drawn from a shape, and how
it can be broken in exactly one way, stands in support modules that are the same for every protocol.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import jinja2

from voxspec.model import (
    Area,
    Direction,
    Message,
    Protocol,
    Record,
    naming,
)
from voxspec.model.circles import circles, levels, ordered
from voxspec.output.render import constant_literal, docstring, header, literal
from voxspec.output.support import support_files
from voxspec.output.templates import environment
from voxspec.targets.strategies.shapes import Shapes, json_kinds, texts

_MORE_LEVELS = 2
"""How many levels more than it must a type that holds itself is drawn."""

_DIRECTIONS: tuple[Direction, ...] = ("client", "server")


def plan(protocol: Protocol) -> dict[str, str]:
    """The files of this target: path below ``generated/`` to text."""
    return _Plan(protocol).files()


@dataclass(frozen=True, slots=True)
class _MessageView:
    """What the template of an area needs to know about a message."""

    type: str | int
    function: str
    constant: str
    payload: str
    frame: str
    doc: str
    arguments: tuple[str, ...]


@functools.cache  # what it has compiled is of use to the next protocol, too
def _templates() -> jinja2.Environment:
    jinja = environment("strategies")
    jinja.filters["literal"] = literal
    jinja.filters["constant"] = constant_literal
    jinja.filters["docstring"] = docstring
    return jinja


class _Plan:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.folder = f"{protocol.package}/{protocol.module}/strategies"
        self.templates = _templates()

    def files(self) -> dict[str, str]:
        files = {
            "__init__.py": self.render("package", "the schema", **self._package()),
            "_envelope.py": self.render("envelope", "protocol.yaml", **self._envelope()),
            **self._support(),
        }
        if self.protocol.types:
            files["_types.py"] = self.render("types", "types.yaml", **self._types())
        for direction in _DIRECTIONS:
            areas = self.protocol.areas_of(direction)
            views = {area.name: self._messages(area) for area in areas}
            files[f"{direction}/__init__.py"] = self.render(
                "direction", f"{direction}/*.yaml", **self._direction(direction, views)
            )
            for area in areas:
                files[f"{direction}/{naming.module(area.name)}.py"] = self.render(
                    "area", f"{direction}/{area.name}.yaml", **self._area(area, views[area.name])
                )
        return {f"{self.folder}/{path}": text for path, text in files.items()}

    def render(self, template: str, source: str, **values: object) -> str:
        protocol = self.protocol
        return self.templates.get_template(f"{template}.py.j2").render(
            header=header(f"{protocol.name} v{protocol.version}, {source}"),
            package=protocol.package,
            module=protocol.module,
            type_of_types="int" if protocol.has_integer_types else "str",
            **values,
        )

    def _support(self) -> dict[str, str]:
        protocol = self.protocol
        homes = {
            "python": protocol.package,
            "strategies": f"{protocol.package}.{protocol.module}.strategies",
        }
        named = f"{protocol.name} v{protocol.version}"
        return support_files("strategies", named, homes, but={"_envelope.py"})

    def _package(self) -> dict[str, object]:
        example = next((m.type for m in self.protocol.messages("server")), "message")
        return {"example": example}

    def _envelope(self) -> dict[str, object]:
        shapes = Shapes(self.protocol, prefix="_types.")
        envelope = self.protocol.envelope
        sequence = shapes.use(envelope.sequence.use) if envelope.sequence else shapes.name("UINT64")
        further = [(f.field.name, shapes.field(f.field)) for f in envelope.further]
        shapes.name("Shape")
        return {
            "envelope": envelope,
            "sequence": sequence,
            "further": further,
            "imports": shapes.imports(),
            "uses_types": shapes.uses_types,
        }

    def _types(self) -> dict[str, object]:
        shapes = Shapes(self.protocol)
        circle_of = circles(self.protocol.types)
        least = levels(self.protocol.types)
        types: list[dict[str, object]] = []
        functions: list[dict[str, object]] = []
        for definition in ordered(self.protocol.types):
            shapes.circle = circle_of.get(definition.name, frozenset())
            code = shapes.definition(definition)
            constant = naming.shape(definition.name)
            if not shapes.circle:
                types.append({"constant": constant, "code": code, "functions": []})
                continue
            shapes.name("levels")
            shapes.name("Shape")
            function = f"_{naming.function(definition.name)}"
            kinds = [literal(kind) for kind in json_kinds(self.protocol, definition)]
            functions.append({"name": function, "kinds": kinds, "code": code})
            depth = least[definition.name] + _MORE_LEVELS
            types.append({"constant": constant, "code": f"{function}({depth})", "functions": []})
            if len(functions) == len(shapes.circle):  # a circle stands together: now it is whole
                types[-len(functions)]["functions"] = functions
                functions = []
        return {"types": types, "imports": shapes.imports()}

    def _direction(
        self, direction: Direction, views: dict[str, list[_MessageView]]
    ) -> dict[str, object]:
        areas = [
            {"module": naming.module(name), "functions": sorted(m.function for m in messages)}
            for name, messages in views.items()
        ]
        names = sorted(m.function for messages in views.values() for m in messages)
        return {
            "doc": f"Payloads of the messages that the {direction} sends: a function a message.",
            "direction": direction,
            "areas": areas,
            "names": [literal(name) for name in ["MESSAGES", *names]],
        }

    def _area(self, area: Area, messages: list[_MessageView]) -> dict[str, object]:
        shapes = Shapes(self.protocol, prefix="_types.")
        shapes.name("Message")
        for message in area.messages:
            self._arguments(message, shapes)
        return {
            "doc": f"{area.title}: what the {area.direction} sends. {area.description}",
            "direction": area.direction,
            "relays": any(self.protocol.relayed_fields(message) for message in area.messages),
            "unset": any(message.payload is None for message in area.messages),
            "uses_types": shapes.uses_types,
            "imports": shapes.imports(),
            "names": [literal(name) for name in sorted(m.function for m in messages)],
            "messages": messages,
        }

    def _messages(self, area: Area) -> list[_MessageView]:
        return [
            _MessageView(
                type=message.type,
                function=naming.function(message.name),
                constant=naming.shape(message.name),
                payload=f"_payloads.{message.python_name}" if message.payload else "UnsetType",
                frame=message.frame_name,
                doc=f"{message.summary.rstrip('.')}.",
                arguments=tuple(self._arguments(message, Shapes(self.protocol, "_types."))),
            )
            for message in area.messages
        ]

    def _arguments(self, message: Message, shapes: Shapes) -> list[str]:
        """The arguments of ``Message`` after the frame's class."""
        arguments = []
        match message.payload:
            case Record() as record:
                arguments.append(shapes.record(record))
            case None:
                pass
            case other:
                arguments.append(shapes.type(other))
        if message.payload_optional:
            arguments.append("payload_optional=True")
        if message.payload_nullable:
            arguments.append("payload_nullable=True")
        if message.seq == "required":
            arguments.append("sequenced=True")
        if self.protocol.relayed_fields(message):
            arguments.append("read=_relayed.server_frame")
        for name, required in (("keys", True), ("optional_keys", False)):
            keys = [field.name for field in message.keys if field.required is required]
            if keys:
                arguments.append(f"{name}={texts(keys)}")
        published = [key for key in self._absent_keys(message) if key in message.tolerated_keys]
        if published:
            arguments.append(f"published={texts(published)}")
        if message.ignored:
            arguments.append(f"ignored={texts(message.ignored)}")
        return arguments

    def _absent_keys(self, message: Message) -> Iterator[str]:
        """The keys of the envelope that frames of a message do not have."""
        envelope = self.protocol.envelope
        if envelope.payload is not None and message.payload is None:
            yield envelope.payload.key
        if envelope.sequence is not None and message.seq == "never":
            yield envelope.sequence.key
        there = {field.name for field in message.keys}
        yield from (f.field.name for f in envelope.further if f.field.name not in there)
