"""Target **python**: the importable package of dataclasses, enums, registry and constants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, assert_never

import jinja2

from voxspec.model import (
    Area,
    Direction,
    Enum,
    EnvelopeKey,
    Flags,
    Message,
    Protocol,
    Record,
    Scalar,
    Union,
    naming,
)
from voxspec.model.circles import ordered
from voxspec.model.reach import (
    free_json,
    open_references,
    reaches_extra,
    reaches_open,
)
from voxspec.model.resolved import sequence_type
from voxspec.output.render import constant_literal, docstring, environment, header, literal
from voxspec.output.support import support_files
from voxspec.targets.python import validators
from voxspec.targets.python.bounds import NAMES, bound
from voxspec.targets.python.classes import case_views, listed_keys, record_view, rename_code
from voxspec.targets.python.frames import flat_view, frame_renames, frame_view
from voxspec.targets.python.secrets import secret_keys, secrets_of
from voxspec.targets.python.session import session_view
from voxspec.targets.python.types import Spelling, extra_name, open_name, tag_field

_DIRECTIONS: tuple[Direction, ...] = ("client", "server")
_NUMBERED = {"required": "; numbered", "never": "; not numbered"}
_SIDES = {"client": "sent by the client", "server": "sent by the server"}


def plan(protocol: Protocol) -> dict[str, str]:
    """Every file of the package but its strategies."""
    return {
        **_Package(protocol).files(),
        **validators.plan(protocol, python_environment()),
    }


class _Package:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.root = f"{protocol.package}/{protocol.module}"
        self.jinja = python_environment()

    def render(self, template: str, source: str, **values: object) -> str:
        return self.jinja.get_template(f"{template}.py.j2").render(
            header=header(f"{self.protocol.name} v{self.protocol.version}, {source}"),
            protocol=self.protocol,
            package=self.protocol.package,
            module=self.protocol.module,
            envelope=self.protocol.envelope,
            type_of_types="int" if self.protocol.has_integer_types else "str",
            **values,
        )

    def files(self) -> dict[str, str]:
        package, root, protocol = self.protocol.package, self.root, self.protocol
        enums = [d for d in protocol.types if isinstance(d, Enum | Flags)]
        keys = secret_keys(protocol)
        relayed = [
            (message, fields)
            for message in protocol.messages("server")
            if (fields := protocol.relayed_fields(message))
        ]
        files = {
            f"{package}/__init__.py": self.render("package", "protocol.yaml"),
            f"{package}/py.typed": f"# {header(protocol.name)}\n",
            **self.support(),
            f"{root}/__init__.py": self.render(
                "version",
                "protocol.yaml",
                modules=self.modules(),
                shared=self.shared_names(),
                enums=[d.python_name for d in enums],
                bases=sorted({"OpenStrEnum", *(base for d in enums if (base := _open_base(d)))}),
            ),
            f"{root}/_frame.py": self.render(
                "frame", "protocol.yaml", renames=rename_code(frame_renames(protocol.envelope))
            ),
            f"{root}/frames.py": self.render(
                "frames",
                "client/*.yaml and server/*.yaml",
                sides=self.sides(),
                tables=self.tables(),
                others=self.other_keys(),
                keys_hold_json=any(
                    free_json(protocol, message) == [] for message in protocol.messages()
                ),
                max_seq=getattr(sequence_type(protocol), "maximum", None),
            ),
            f"{root}/registry.py": self.render(
                "registry",
                "client/*.yaml and server/*.yaml",
                sides=self.sides(),
                has_types=bool(self.shared_names()),
            ),
        }
        files |= {
            f"{root}/session.py": self.render(
                "session",
                "session.yaml" if protocol.session.is_stated else "the schema",
                view=session_view(protocol),
            ),
            f"{root}/protocol.py": self.render(
                "protocol",
                "the schema",
                tables=self.tables(),
                relays=bool(relayed),
                has_secrets=bool(keys),
            ),
        }
        if self.shared_names():
            files[f"{root}/types.py"] = self.types()
        if enums:
            files[f"{root}/enums.py"] = self.render(
                "enums",
                "types.yaml",
                enums=list(map(_enum_view, enums)),
                noun="values" if any(d.integer is not None for d in enums) else "strings",
            )
        if relayed:
            files[f"{root}/relayed.py"] = self.render("relayed", "server/*.yaml", messages=relayed)
        if keys:
            secrets = [{"direction": d, "views": secrets_of(protocol, d)} for d in _DIRECTIONS]
            files[f"{root}/secrets.py"] = self.render(
                "secrets", "client/*.yaml and server/*.yaml", secrets=secrets, secret_keys=keys
            )
        if protocol.close_codes:
            files[f"{root}/close_codes.py"] = self.render("close_codes", "close_codes.yaml")
        if protocol.permissions:
            files[f"{root}/permissions.py"] = self.render("permissions", "permissions.yaml")
        if protocol.limits:
            files[f"{root}/limits.py"] = self.render(
                "limits",
                "protocol.yaml and session.yaml" if protocol.session.limits else "protocol.yaml",
            )
        if protocol.endpoint:
            files[f"{root}/endpoint.py"] = self.render(
                "endpoint", "protocol.yaml", endpoint=protocol.endpoint
            )
        for direction in ("client", "server"):
            areas = protocol.areas_of(direction)
            files[f"{root}/{direction}/__init__.py"] = self.direction(direction, areas)
            for area in areas:
                name = naming.module(area.name)
                files[f"{root}/{direction}/{name}.py"] = self.area(area)
        return files

    def support(self) -> dict[str, str]:
        protocol = self.protocol
        named = f"{protocol.name} v{protocol.version}"
        copied = support_files("python", named, {"python": protocol.package})
        return {f"{protocol.package}/{name}": text for name, text in copied.items()}

    def other_keys(self) -> list[EnvelopeKey]:
        """The keys of the envelope but the type, in the order in which frames have them."""
        envelope = self.protocol.envelope
        further = [f.field for f in envelope.further]
        keys = [EnvelopeKey(f.name, f.attribute, f.description) for f in further]
        keys += [envelope.payload] if envelope.payload else []
        if (number := envelope.sequence) is not None:
            keys.append(EnvelopeKey(number.key, number.attribute, number.description))
        return keys

    def modules(self) -> list[str]:
        optional = {
            "endpoint": bool(self.protocol.endpoint),
            "enums": bool(_enum_names(self.protocol)),
            "limits": bool(self.protocol.limits),
            "types": bool(self.shared_names()),
        }
        return sorted(
            ["client", "server", "frames", "registry"]
            + [name for name, there in optional.items() if there]
        )

    def shared_names(self) -> list[str]:
        choices = [
            name
            for choice in self.protocol.choices()
            for name in (choice.python_name, *(case for _, case in choice.cases))
        ]
        named = [d.python_name for d in self.protocol.types if not isinstance(d, Enum | Flags)]
        return [*named, *choices]

    def types(self) -> str:
        protocol = self.protocol
        spelling = Spelling(protocol)
        variants = {v: u for u in protocol.types if isinstance(u, Union) for v in u.variants}
        items: list[dict[str, object]] = []
        for definition in ordered(protocol.types):
            doc = with_note(definition.description, definition.note)
            item: dict[str, object] = {"name": definition.python_name, "doc": doc}
            match definition:
                case Scalar():
                    item |= {"kind": "scalar", "annotation": spelling.annotation(definition.use)}
                case Record():
                    union = variants.get(definition.name)
                    item |= {
                        "kind": "record",
                        "view": record_view(definition, spelling, doc=doc, union=union),
                        "extra_name": extra_name(protocol, definition.python_name)
                        if definition.extra
                        else "",
                        "open_name": open_name(protocol, definition.python_name)
                        if open_name(protocol, definition.python_name) in _open_names(protocol)
                        else "",
                    }
                case Union():
                    names = [protocol.type(v).python_name for v in definition.variants]
                    item |= {"kind": "union", "variants": names}
                case Enum() | Flags():
                    continue
                case _:
                    assert_never(definition)
            items.append(item)
        choices = [
            {
                "name": choice.python_name,
                "views": case_views(choice, spelling),
                "doc": f"What exactly one of {listed_keys(choice)} says: match on its classes.",
            }
            for choice in protocol.choices()
        ]
        enums = sorted(_enum_names(protocol) & spelling.names)
        return self.render("types", "types.yaml", items=items, enums=enums, choices=choices)

    def area(self, area: Area) -> str:
        spelling = Spelling(self.protocol)
        messages = [self.message(message, spelling) for message in area.messages]
        own = {str(m["name"]) for m in messages} | {str(m["extra_name"]) for m in messages}
        enums = _enum_names(self.protocol) & spelling.names
        names = spelling.names - enums - own - {"JsonValue"}
        for line in (line for m in messages for line in m["lines"]):
            names |= {
                d.python_name
                for d in self.protocol.types
                if isinstance(d, Record) and f", {d.python_name})" in line
            }
        for view in (m["record"] for m in messages if m["record"] is not None):
            if view.choice is not None:
                names |= {view.choice.python_name, *(case for _, case in view.choice.cases)}
        exports = {
            n
            for m in area.messages
            for n in (m.python_name, m.frame_name)
            if n in own or n == m.frame_name
        }
        return self.render(
            "area",
            f"{area.direction}/{area.name}.yaml",
            doc=f"{area.title}: {_SIDES[area.direction]}.\n\n{area.description}",
            messages=messages,
            exports=sorted(exports),
            enums=sorted(enums),
            types=sorted(names),
        )

    def message(self, message: Message, spelling: Spelling) -> dict[str, Any]:
        doc = message_doc(message)
        envelope = self.protocol.envelope
        result: dict[str, Any] = {
            "name": message.python_name if message.payload is not None else "",
            "flat": None,
            "frame": None,
            "record": None,
            "alias": "",
            "extra_name": "",
            "doc": doc,
            "lines": [],
        }
        seq = "" if envelope.sequence is None else _NUMBERED[message.seq]
        frame_doc = f"The frame of `{message.text}`, {_SIDES[message.direction]}{seq}."
        if envelope.is_flat:
            doc = f"{doc}\n\n{frame_doc}"
            view = flat_view(message, envelope, spelling, doc=doc)
            return result | {
                "name": message.python_name,
                "flat": view,
                "record": view,
                "lines": view.checks,
            }
        if isinstance(message.payload, Record):
            view = record_view(message.payload, spelling, doc=doc)
            result |= {"record": view, "lines": view.checks}
            if message.payload.extra:
                result["extra_name"] = extra_name(self.protocol, message.payload.python_name)
        elif message.payload is not None:
            result["alias"] = spelling.type(message.payload)
        result["frame"] = frame_view(message, envelope, spelling, doc=frame_doc)
        result["lines"] = [*result["lines"], *result["frame"].checks]
        return result

    def direction(self, direction: Direction, areas: Iterable[Area]) -> str:
        modules = [
            {
                "name": naming.module(area.name),
                "exports": sorted(
                    {
                        name
                        for m in area.messages
                        for name in ([m.frame_name] + ([m.python_name] if m.payload else []))
                    }
                ),
            }
            for area in areas
        ]
        return self.render(
            "direction",
            f"{direction}/*.yaml",
            direction=direction,
            areas=modules,
            side=_SIDES[direction],
        )

    def sides(self) -> list[dict[str, Any]]:
        result = []
        for direction in ("client", "server"):
            messages = list(self.protocol.messages(direction))
            result.append(
                {
                    "direction": direction,
                    "title": direction.title(),
                    "messages": messages,
                    "areas": [(a.name, a.messages) for a in self.protocol.areas_of(direction)],
                    "keeps_extra": [m for m in messages if reaches_extra(self.protocol, m)],
                    "free_json": [
                        (m, names)
                        for m in messages
                        if (names := free_json(self.protocol, m)) is not None
                    ],
                    "may_note": [m for m in messages if reaches_open(self.protocol, m)],
                    "shapes": {
                        m.type: self.shape_classes(m) for m in messages if m.payload is not None
                    },
                }
            )
        return result

    def tables(self) -> list[str]:
        """The tables of frames that are not empty."""
        views = {"has_extra": "keeps_extra", "may_note": "may_note", "free_json": "free_json"}
        sides = self.sides()
        return [name for name, view in views.items() if any(side[view] for side in sides)]

    def shape_classes(self, message: Message) -> list[str]:
        """The classes that a message's payload may have, spelled from the registry module."""
        if isinstance(message.payload, Record):
            return [f"{message.direction}.{message.python_name}"]
        shape = self.protocol.payload_shape(message)
        if isinstance(shape, Union):
            return [f"types.{self.protocol.type(v).python_name}" for v in shape.variants]
        return [f"types.{shape.python_name}"] if shape else []


def python_environment() -> jinja2.Environment:
    """The templates of generated Python, with filters that keep schema text from being code."""
    jinja = environment("python")
    jinja.globals["bounds"] = sorted(NAMES.values())
    jinja.filters["bound"] = bound
    jinja.filters["literal"] = literal
    jinja.filters["constant"] = constant_literal
    jinja.filters["tag_field"] = tag_field
    jinja.filters["docstring"] = docstring
    jinja.filters["tuple_of_strings"] = lambda names: (
        f"({', '.join(map(literal, names))},)" if names else "()"
    )
    return jinja


def message_doc(message: Message) -> str:
    """The docstring of a payload class."""
    parts = [f"{message.summary.rstrip('.')}.", message.description]
    if message.audience:
        parts.append(f"Goes to {message.audience}.")
    if message.deprecated:
        parts.append(f"Deprecated: {message.deprecated}")
    if message.note:
        parts.append(f"Note: {message.note}")
    return "\n\n".join(parts)


def with_note(description: str, note: str | None) -> str:
    """A docstring with the note below it."""
    return f"{description}\n\nNote: {note}" if note else description


@dataclass(frozen=True, slots=True)
class EnumView:
    """One class of named values: ``members`` are names with the code of their value and a doc."""

    name: str
    bases: str
    doc: str
    members: tuple[tuple[str, str, str], ...]


def _enum_view(definition: Enum | Flags) -> EnumView:
    """The class of an enum or of flags."""
    doc = definition.description
    base = _open_base(definition)
    if isinstance(definition, Flags):
        doc += "\n\nReaders keep bits that have no name here."
        bases = f"{base}, most={definition.integer.maximum:#x}"
        members = [(f.member, f"1 << {f.bit}", f.description) for f in definition.flags]
    else:
        members = [
            (value.member, constant_literal(value.value), value.description)
            for value in definition.values
        ]
        bases = base or ("enum.StrEnum" if definition.integer is None else "enum.IntEnum")
        if definition.open:
            doc += "\n\nOpen: readers keep other values."
        if definition.open and definition.integer is not None:
            low, high = definition.integer.minimum, definition.integer.maximum
            bases += f", least={low}, most={high}"
    return EnumView(definition.python_name, bases, with_note(doc, definition.note), tuple(members))


def _open_base(definition: Enum | Flags) -> str:
    """The class that keeps values which are not listed; "" when the enum is closed."""
    if isinstance(definition, Flags):
        return "OpenFlags"
    if not definition.open:
        return ""
    return "OpenStrEnum" if definition.integer is None else "OpenIntEnum"


def _enum_names(protocol: Protocol) -> set[str]:
    return {d.python_name for d in protocol.types if isinstance(d, Enum | Flags)}


def _open_names(protocol: Protocol) -> set[str]:
    return {
        open_name(protocol, protocol.type(name).python_name) for name in open_references(protocol)
    }
