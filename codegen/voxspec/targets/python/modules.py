"""What the modules of shared types, areas and directions hold, as their templates need it."""

from __future__ import annotations

from typing import Any, assert_never

from voxspec.model import (
    Area,
    Direction,
    Enum,
    Flags,
    Message,
    Protocol,
    Record,
    Scalar,
    Union,
    naming,
)
from voxspec.model.circles import circles, ordered
from voxspec.model.reach import open_references
from voxspec.targets.python.classes import case_views, listed_keys, record_view
from voxspec.targets.python.docstrings import message_doc, with_note
from voxspec.targets.python.enums import enum_names
from voxspec.targets.python.frames import flat_view, frame_view
from voxspec.targets.python.types import Spelling, extra_name, open_name, spelling_of
from voxspec.targets.python.widths import Widths

_NUMBERED = {"required": "; numbered", "never": "; not numbered"}
SIDES = {"client": "sent by the client", "server": "sent by the server"}


def types_module(protocol: Protocol, widths: Widths) -> dict[str, object]:
    """The shared types, each after those that it needs, and the choices."""
    spelling = Spelling(protocol, widths)
    variants = {v: u for u in protocol.types if isinstance(u, Union) for v in u.variants}
    open_names = _open_names(protocol)
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
                    "view": record_view(
                        definition, spelling_of(definition, spelling), doc=doc, union=union
                    ),
                    "extra_name": extra_name(protocol, definition.python_name)
                    if definition.extra
                    else "",
                    "open_name": open_name(protocol, definition.python_name)
                    if open_name(protocol, definition.python_name) in open_names
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
    enums = sorted(enum_names(protocol) & spelling.names)
    # Choices stand last, because they need the types; a shared record that has one names it before.
    has_choice = any(isinstance(d, Record) and d.one_of_name for d in protocol.types)
    return {
        "items": items,
        "enums": enums,
        "choices": choices,
        "refers_ahead": has_choice or bool(circles(protocol.types)),
    }


def shared_names(protocol: Protocol) -> list[str]:
    """What the module of shared types offers."""
    choices = [
        name
        for choice in protocol.choices()
        for name in (choice.python_name, *(case for _, case in choice.cases))
    ]
    named = [d.python_name for d in protocol.types if not isinstance(d, Enum | Flags)]
    return [*named, *choices]


def _open_names(protocol: Protocol) -> set[str]:
    return {
        open_name(protocol, protocol.type(name).python_name) for name in open_references(protocol)
    }


def area_module(protocol: Protocol, widths: Widths, area: Area) -> dict[str, object]:
    """The payloads and frames of an area, and what their module imports and offers."""
    spelling = Spelling(protocol, widths)
    messages = [_message(protocol, message, spelling) for message in area.messages]
    own = {str(m["name"]) for m in messages} | {str(m["extra_name"]) for m in messages}
    enums = enum_names(protocol) & spelling.names
    names = spelling.names - enums - own - {"JsonValue"}
    for line in (line for m in messages for line in m["lines"]):
        names |= {
            d.python_name
            for d in protocol.types
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
    return {
        "doc": f"{area.title}: {SIDES[area.direction]}.\n\n{area.description}",
        "messages": messages,
        "exports": sorted(exports),
        "enums": sorted(enums),
        "types": sorted(names),
    }


def _message(protocol: Protocol, message: Message, spelling: Spelling) -> dict[str, Any]:
    doc = message_doc(message)
    envelope = protocol.envelope
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
    frame_doc = f"The frame of `{message.text}`, {SIDES[message.direction]}{seq}."
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
        view = record_view(message.payload, spelling_of(message.payload, spelling), doc=doc)
        result |= {"record": view, "lines": view.checks}
        if message.payload.extra:
            result["extra_name"] = extra_name(protocol, message.payload.python_name)
    elif message.payload is not None:
        result["alias"] = spelling.type(message.payload)
    result["frame"] = frame_view(message, envelope, spelling, doc=frame_doc)
    result["lines"] = [*result["lines"], *result["frame"].checks]
    return result


def direction_module(protocol: Protocol, direction: Direction) -> dict[str, object]:
    """What the package of a direction offers of its areas."""
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
        for area in protocol.areas_of(direction)
    ]
    return {"direction": direction, "areas": modules, "side": SIDES[direction]}
