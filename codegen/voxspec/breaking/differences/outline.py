"""A protocol as a tree of named parts, each with what is said of it: what two revisions are compared by.

Built from the model by what its classes have, so that a field that the model gains is compared as soon
as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Final, TypeAlias

from voxspec.breaking.frames.words import use_words
from voxspec.model import (
    CloseCode,
    CloseReason,
    Enum,
    EnumValue,
    Field,
    Flag,
    Limit,
    Message,
    Page,
    Parameter,
    Permission,
    Protocol,
    PublishedName,
    Record,
    SessionRule,
    Use,
)
from voxspec.model.gateway import FurtherKey
from voxspec.model.session import (
    Close,
    Ignored,
    Move,
    Rate,
    Read,
    Role,
    StandIn,
    State,
    Stream,
    Timer,
)


@dataclass(slots=True)
class Part:
    """One part: ``said`` are the facts about it, ``parts`` what it consists of."""

    said: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)


Words: TypeAlias = Callable[[Any], str]

_NAMES: Final[Mapping[type, Words]] = {
    CloseCode: lambda part: str(part.code),
    CloseReason: lambda part: str(part.reason),
    EnumValue: lambda part: str(part.value),
    Field: lambda part: str(part.name),
    Flag: lambda part: str(part.name),
    FurtherKey: lambda part: str(part.field.name),
    Limit: lambda part: str(part.name),
    Move: lambda part: _subject(part.subject),
    Page: lambda part: str(part.name),
    Parameter: lambda part: str(part.name),
    Permission: lambda part: str(part.name),
    PublishedName: lambda part: f"published {part.name}",
    Rate: lambda part: str(part.name),
    Role: lambda part: str(part.name),
    SessionRule: lambda part: f"rule {part.id}",
    State: lambda part: str(part.name),
    Stream: lambda part: str(part.name),
    Timer: lambda part: str(part.name),
}
"""What the parts of a list are told apart by; lists of other things are one fact as a whole."""

_REFERRED: Final[Mapping[type, Words]] = {
    Message: lambda part: f"{part.direction}/{part.text}",
    StandIn: lambda part: str(part.kind),
    Field: lambda part: str(part.name),
    Limit: lambda part: str(part.name),
    CloseCode: lambda part: str(part.code),
    Close: lambda part: f"close {part.number}" + (f" ({part.reason})" if part.reason else ""),
    Ignored: lambda _: "ignored",
    Read: lambda _: "read",
}
"""What a conversation only refers to: it is compared where it is defined."""

_WORKED_OUT: Final = frozenset({"seconds", "is_stated"})
"""What follows from other facts."""

_FLAT: Final = frozenset({"fields", "values", "flags", "keys"})
"""Lists whose parts belong to the whole itself, as people say."""


def outline(protocol: Protocol) -> Part:
    """The whole protocol."""
    plain = ("name", "title", "version", "summary", "description", "package")
    root = Part(parts={"protocol": Part({name: _json(getattr(protocol, name)) for name in plain})})
    for name in ("endpoint", "envelope"):
        value = getattr(protocol, name)
        if value is not None:
            root.parts[name] = _part(value)
    root.parts["types"] = Part(parts={one.name: _part(one) for one in protocol.types})
    for side in ("client", "server"):
        messages = {m.text: _message(m) for m in protocol.messages(side)}
        root.parts[side] = Part(parts=messages)
    root.parts["areas"] = Part(
        parts={
            f"{area.direction}/{area.name}": Part(
                {"title": area.title, "description": area.description}
            )
            for area in protocol.areas
        }
    )
    for name in ("close_codes", "permissions", "limits", "pages"):
        root.parts[name] = _list(getattr(protocol, name))
    for name in ("close_codes_description", "permissions_description"):
        whole = root.parts[name.removesuffix("_description")]
        whole.said |= _facts("description", getattr(protocol, name))
    root.parts["session"] = _part(protocol.session, refers=True)
    return root


def _message(message: Message) -> Part:
    made = _part(message)
    made.said.pop("type")  # of the message or of its payload: both are said by name here
    made.said["wire_type"] = json.dumps(message.type, ensure_ascii=False)
    if message.payload_type is not None:
        made.said["payload"] = use_words(Use(message.payload_type))
    if isinstance(message.payload, Record):
        inner = made.parts.pop("payload")
        made.parts |= inner.parts
        made.said |= {f"payload {name}": text for name, text in inner.said.items()}
    return made


def _part(value: Any, *, refers: bool = False) -> Part:
    """The part that an object of the model is; ``refers``: in it messages are only referred to."""
    part = Part()
    for name in _field_names(value):
        if name not in _WORKED_OUT:
            _add(part, name, getattr(value, name), refers=refers)
    if isinstance(value, Enum | Record):
        part.said.setdefault("kind", type(value).__name__.lower())
    return part


def _add(part: Part, name: str, value: Any, *, refers: bool) -> None:
    if refers and type(value) in _REFERRED:
        part.said[name] = _REFERRED[type(value)](value)
    elif isinstance(value, Use):
        part.said |= dict(_use(value))
    elif _is_type(value):
        part.said |= dict(_use(Use(value)))
    elif is_dataclass(value):
        part.parts[name] = _part(value, refers=refers)
    elif isinstance(value, tuple) and value and not all(map(_is_plain, value)):
        listed = _list(value, refers=refers)
        if name in _FLAT:
            part.parts |= listed.parts
        else:
            part.parts[name] = listed
    else:
        part.said |= _facts(name, value)


def _list(values: tuple[Any, ...], *, refers: bool = False) -> Part:
    """A list with a part for each thing in it."""
    made = Part()
    for at, value in enumerate(values):
        if type(value) in _NAMES and not (refers and type(value) in _REFERRED):
            made.parts[_NAMES[type(value)](value)] = _part(value, refers=refers)
        elif isinstance(value, tuple):
            first, second = value
            inner = Part()
            _add(inner, "what", second, refers=refers)
            made.parts[_subject(first)] = inner
        elif is_dataclass(value) and not isinstance(value, type):
            inner = Part()
            _add(inner, "what", value, refers=refers)
            made.parts[str(at + 1)] = inner
        else:
            made.parts[str(at + 1)] = Part({"what": _json(value)})
    return made


def _use(use: Use) -> Iterator[tuple[str, str]]:
    """What is said of values at a place: the type in words, and each bound of it."""
    yield "type", use_words(use)
    yield from _bounds(use, "")


def _bounds(use: Use, before: str) -> Iterator[tuple[str, str]]:
    for name in _field_names(use):
        if name not in ("type", "nullable"):
            yield from _facts(f"{before}{name}", getattr(use, name)).items()
    for name in _field_names(use.type):
        value = getattr(use.type, name)
        if isinstance(value, Use):
            yield from _bounds(value, f"{before}{name} ")
        elif isinstance(value, tuple):
            for at, option in enumerate(value, start=1):
                yield from _bounds(option, f"{before}option {at} ")
        elif name not in ("name", "format", "form"):
            yield from _facts(f"{before}{name}", value).items()


def _field_names(value: Any) -> tuple[str, ...]:
    """Those of a class of the model; ``dataclasses.fields`` makes them anew each time."""
    return tuple(value.__dataclass_fields__)


def _is_type(value: Any) -> bool:
    return is_dataclass(value) and type(value).__module__ == Use.__module__


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _subject(value: Any) -> str:
    return _REFERRED[type(value)](value) if type(value) in _REFERRED else str(value)


def _facts(name: str, value: Any) -> dict[str, str]:
    """A fact; none where nothing is said."""
    return {} if value in (None, "", (), False) else {name: _json(value)}


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
