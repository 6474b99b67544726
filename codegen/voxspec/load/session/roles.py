"""The roles of session.yaml: which message plays which part, and which of its fields carry what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from voxspec.load.session.lookup import ROLES, Data, Lookup
from voxspec.load.session.words import SECONDS
from voxspec.model import (
    ArrayType,
    ChoiceType,
    ConstType,
    Direction,
    Enum,
    Field,
    Flags,
    IntegerType,
    Message,
    NamedType,
    NumberType,
    Protocol,
    Scalar,
    StringType,
    Type,
)
from voxspec.model.session import Binding, Role

SENDERS: dict[str, Direction] = {
    "greeting": "server",
    "login": "client",
    "resume": "client",
    "established": "server",
    "resumed": "server",
    "heartbeat": "client",
    "heartbeat_answer": "server",
    "server_heartbeat": "server",
    "server_heartbeat_answer": "client",
    "complaint": "server",
}
"""Who plays each part."""

_NEEDED = {
    "resumed": "resume",
    "resume": "established",
    "heartbeat_answer": "heartbeat",
    "server_heartbeat_answer": "server_heartbeat",
}
"""The role without which a role makes no sense."""


def _is_text(type_: Type) -> bool:
    return isinstance(type_, StringType)


def _is_whole(type_: Type) -> bool:
    return isinstance(type_, IntegerType)


def _is_number(type_: Type) -> bool:
    return isinstance(type_, IntegerType | NumberType)


def _is_name(type_: Type) -> bool:
    return isinstance(type_, StringType | IntegerType)


def _is_list(type_: Type) -> bool:
    return isinstance(type_, ArrayType)


_FITS: dict[str, tuple[str, Callable[[Type], bool]]] = {
    "heartbeat_interval": ("a number", _is_number),
    "token": ("text", _is_text),
    "version": ("an integer", _is_whole),
    "capabilities": ("a list", _is_list),
    "session": ("text or an integer", _is_name),
    "user": ("text or an integer", _is_name),
    "user_name": ("text", _is_text),
    "server_name": ("text", _is_text),
    "last_seq": ("an integer", _is_whole),
}
"""What a field must be to carry something, in words and as a test."""


def resolve_roles(lookup: Lookup) -> None:
    """Find the message of each role and the fields that it binds; ``lookup.roles`` has them then."""
    data: Data = lookup.source.data["roles"]  # type: ignore[assignment]
    parts: dict[tuple[Direction, str], str] = {}
    for name in ROLES:
        if name not in data:
            continue
        place = lookup.source.place("roles", name, "message")
        message = lookup.message(data[name]["message"], place)
        if message is None:
            continue
        if message.direction != SENDERS[name]:
            said = f"a {name} comes from the {SENDERS[name]}, and {data[name]['message']} does not"
            hint = f"name a message of the {SENDERS[name]}: {SENDERS[name]}/NAME"
            lookup.error("SESSION_SENDER", said, place, hint)
            continue
        key = (message.direction, message.text)
        if key in parts:
            said = f'"{message.text}" is the {parts[key]} already'
            lookup.error("SESSION_ONE_MEANING", said, place, "a message has one role")
            continue
        parts[key] = name
        bindings = [
            (binding, bound)
            for binding, entry in data[name].items()
            if binding != "message"
            and (bound := _binding(lookup, name, message, binding, entry)) is not None
        ]
        lookup.roles[name] = Role(name, message, tuple(bindings))
    for name, needed in _NEEDED.items():
        if name in data and needed not in data:
            lookup.error(
                "SESSION_PARTS_FIT",
                f'the role "{name}" says nothing without the role "{needed}"',
                lookup.source.key_place("roles", name),
            )


def _binding(
    lookup: Lookup, role: str, message: Message, name: str, entry: str | Data
) -> Binding | None:
    path = ("roles", role, name)
    given: Data = {"field": entry} if isinstance(entry, str) else entry
    place = lookup.source.place(*path, *(["field"] if isinstance(entry, dict) else []))
    field = lookup.payload_field(message, given["field"], place)
    if field is None:
        return None
    wanted, fits = _FITS[name]
    if not all(map(fits, _plain(lookup.protocol, field.use.type))):
        said = f'the field "{field.name}" is not {wanted}, and cannot be the {_words(name)}'
        lookup.error("SESSION_FIELD_FITS", said, place, f"name a field that is {wanted}")
        return None
    seconds = _seconds(lookup, path, field, given) if name == "heartbeat_interval" else None
    if name != "heartbeat_interval" and "unit" in given:
        said = f"a {_words(name)} is no time, and has no unit"
        lookup.error("SESSION_UNIT", said, lookup.source.key_place(*path, "unit"), "leave it out")
    absent = given.get("when_absent", field.default)
    if "when_absent" in given:
        _check_absent(lookup, path, field, absent)
    return Binding(field, seconds, absent)


def _seconds(lookup: Lookup, path: tuple[str, ...], field: Field, given: Data) -> float | None:
    """The seconds in one unit of a time, which the role or the field states."""
    place = lookup.source.place(*path, "unit")
    unit = given.get("unit", field.use.unit)
    if unit is None:
        said = f'nothing says in which unit "{field.name}" is'
        lookup.error("SESSION_UNIT", said, place, "add a unit, such as unit: ms")
    elif field.use.unit not in (None, unit):
        said = f'"{field.name}" is in {field.use.unit}, and not in {unit}'
        hint = f"write unit: {field.use.unit}, or leave it out"
        lookup.error("SESSION_UNIT", said, place, hint)
    elif unit not in SECONDS:
        said = f'"{field.name}" is in {unit}, and so no time'
        lookup.error("SESSION_UNIT", said, place, f"times are in {', '.join(SECONDS)}")
    else:
        return SECONDS[unit]
    return None


def _check_absent(lookup: Lookup, path: tuple[str, ...], field: Field, value: Any) -> None:
    """What an absent field counts as is a value that it can have, and is its default."""
    place = lookup.source.place(*path, "when_absent")
    types = _plain(lookup.protocol, field.use.type)
    fits = _is_whole if isinstance(value, int) else _is_text
    if not any(map(fits, types)):
        said = f'"{field.name}" cannot be {value!r}, and so its absence does not count as that'
        hint = "write a value that the field can have"
        lookup.error("SESSION_FIELD_FITS", said, place, hint)
    elif field.default is not None and field.default != value:
        said = f'the absence of "{field.name}" counts as {value!r} here, and as {field.default!r} there'
        lookup.error("SESSION_FIELD_FITS", said, place, "let it agree with the default")


def _plain(protocol: Protocol, type_: Type) -> Iterator[Type]:
    """The types behind names: several for a choice, that of the values for an enum or flags."""
    match type_:
        case NamedType(name=name, open=False):
            match protocol.type(name):
                case Scalar(use=use):
                    yield from _plain(protocol, use.type)
                case Enum(integer=integer):
                    yield integer or StringType()
                case Flags(integer=integer):
                    yield integer
                case _:
                    yield type_
        case ChoiceType(options=options):
            for option in options:
                yield from _plain(protocol, option.type)
        case ConstType(value=str()):
            yield StringType()
        case _:
            yield type_


def _words(binding: str) -> str:
    return binding.replace("_", " ")
