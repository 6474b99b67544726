"""A protocol as a tree of named parts, each with what is said of it: what two revisions are compared by.

Parts are called as `voxspec breaking` and the schema files call them. The tree is built from the model
by what its classes have, so that a field that the model gains is compared as soon as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass, replace
from typing import Any, Final

from voxspec.breaking.differences.spelling import (
    NAMES,
    REFERRED,
    flag_words,
    json_words,
    key_of_schema,
    row_words,
)
from voxspec.breaking.frames.build import tag_of
from voxspec.breaking.frames.words import use_words
from voxspec.breaking.words import amount
from voxspec.model import Enum, Field, Limit, Message, Protocol, Record, Type, Union, Use
from voxspec.model.definitions import RequiredWhen
from voxspec.model.gateway import FurtherKey
from voxspec.model.messages import Example
from voxspec.model.session import Binding, Move, Number, Session, State
from voxspec.model.types import INT_BOUNDS, ConstType, IntegerType

CORE: Final = "is"
"""The fact that says what a part is, where that is all that is said of it."""


@dataclass(slots=True)
class Part:
    """One part: ``said`` are the facts about it, ``parts`` what it consists of.

    ``of_type`` are the facts that follow from the type of a value; ``also`` are other subjects under
    which something is said of it.
    """

    said: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    of_type: set[str] = field(default_factory=set)
    also: set[str] = field(default_factory=set)


_WORKED_OUT: Final = frozenset({"seconds", "is_stated"})
"""What follows from other facts."""

_FLAT: Final = frozenset({"bindings", "fields", "parameters"})
"""Lists whose parts belong to the whole itself, as people say."""


_ALSO_OF_MESSAGES: Final = frozenset({"name", "x-name", "description", "kind", "note"})
"""Facts that both a message and the record that is its payload have."""


def outline(protocol: Protocol) -> Part:
    """The whole protocol."""
    plain = ("name", "title", "version", "summary", "description", "package")
    root = Part(
        parts={"protocol": Part({name: json_words(getattr(protocol, name)) for name in plain})}
    )
    for name in ("endpoint", "envelope"):
        value = getattr(protocol, name)
        if value is not None:
            root.parts[name] = _part(value)
    root.parts["types"] = Part(parts={one.name: _type(protocol, one) for one in protocol.types})
    usual = {(further.field, further.presence) for further in protocol.envelope.further}
    for side in ("client", "server"):
        messages = {m.text: _message(m, usual) for m in protocol.messages(side)}
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
    for limit in protocol.session.limits:  # said where the number is
        root.parts["limits"].parts.pop(limit.name, None)
    for name in ("close_codes_description", "permissions_description"):
        whole = root.parts[name.removesuffix("_description")]
        whole.said |= _facts("description", getattr(protocol, name))
    root.parts["session"] = _session(protocol.session)
    return root


# --- Messages and types ---------------------------------------------------------------------------


def _message(message: Message, usual: set[tuple[Field, str]]) -> Part:
    """A message. Keys of the envelope are said of it where they are not as the envelope has them."""
    own = tuple(key for key in message.keys if (key, _presence(key)) not in usual)
    made = _part(replace(message, keys=own))
    made.said.pop("type")  # of the message or of its payload: both are said by name here
    made.said["wire_type"] = json.dumps(message.type, ensure_ascii=False)
    said = "record" if isinstance(message.payload, Record) else ""
    if message.payload_type is not None:
        said = use_words(Use(message.payload_type))
    made.said |= _facts("payload", said)
    if isinstance(message.payload, Record):
        inner = made.parts.pop("payload")
        made.parts |= inner.parts
        for name, text in inner.said.items():
            made.said[f"payload/{name}" if name in _ALSO_OF_MESSAGES else name] = text
    return made


def _presence(key: Field) -> str:
    return "required" if key.required else "optional"


def _type(protocol: Protocol, definition: Any) -> Part:
    made = _part(definition)
    if isinstance(definition, Union):
        made.said.pop("variants", None)
        for name in definition.variants:
            tag = tag_of(protocol.type(name))
            made.parts[str(tag)] = Part({CORE: name})
    if isinstance(definition, Record):
        made.said.pop("tag", None)  # its union says it
    return made


# --- The conversation -----------------------------------------------------------------------------


def _session(session: Session) -> Part:
    """The conversation, as session.yaml has it."""
    made = _part(replace(session, limits=()), refers=True)
    del made.parts["limits"]
    mistakes = {side: made.parts.pop(f"mistakes_{side}") for side in ("of_client", "of_server")}
    made.parts["mistakes"] = Part(parts=mistakes | {"rules": made.parts.pop("mistake_rules")})
    made.parts["sequence"] = Part(parts={"rules": made.parts.pop("sequence_rules")})
    if session.states:
        made.parts["states"].said["first"] = session.states[0].name
        for state in session.states:
            made.parts["states"].parts[state.name] = _state(state)
    if session.compression is not None:
        compression = made.parts["compression"]
        compression.said |= compression.parts.pop("server").said
    for timer in session.timers:
        part = made.parts["timers"].parts[timer.name]
        part.said = {
            name.removeprefix("time/").replace("time", "value"): text
            for name, text in part.said.items()
        }
    return made


def _state(state: State) -> Part:
    made = _part(state, refers=True)
    made.said.pop(key_of_schema("member"))  # follows from the name
    for side in ("client", "server"):
        for move in state.moves(side):
            stays = move.after == state.name
            row = made.parts[side].parts[row_words(move.subject)]
            row.said = {CORE: "stays" if stays else move.after}
    return made


# --- Whatever the model has -----------------------------------------------------------------------


def _part(value: Any, *, refers: bool = False) -> Part:
    """The part that an object of the model is; ``refers``: in it messages are only referred to."""
    part = Part()
    for name in _field_names(value):
        if name not in _WORKED_OUT:
            _add(part, name, value, refers=refers)
    if isinstance(value, Enum | Record):
        part.said.setdefault("kind", type(value).__name__.lower())
    if isinstance(value, Record):
        if "closed" in part.said:
            part.said["additionalProperties"] = "false" if value.closed else "true"
            del part.said["closed"]
        groups = (" and ".join(group) for group in value.exactly_one_of)
        part.parts.pop("exactly_one_of", None)
        part.said |= _facts("exactly_one_of", " or ".join(groups))
    if isinstance(value, Field):
        _default(part, value)
    return part


def _default(part: Part, value: Field) -> None:
    part.said.pop("null_default", None)
    part.said.pop("default", None)
    if value.default is not None or value.null_default:
        part.said["default"] = json.dumps(value.default, ensure_ascii=False)


def _add(part: Part, name: str, owner: Any, *, refers: bool) -> None:
    value, key = getattr(owner, name), key_of_schema(name)
    if isinstance(value, Number):
        part.said[key] = REFERRED[Number](value)
        part.said |= _facts(f"{key}/description", value.description)
        if value.limit is not None:
            part.said[f"{key}/limit"] = value.limit.name
            part.said |= _facts(f"{key}/x-name", value.limit.constant)
            part.said |= _facts(f"{key}/note", value.limit.note)
            part.also.add(f"limits/{value.limit.name}")
    elif refers and type(value) in REFERRED:
        part.said[key] = REFERRED[type(value)](value)
    elif isinstance(value, Use) or _is_type(value):
        facts = dict(_use(value if isinstance(value, Use) else Use(value)))
        part.said |= facts
        part.of_type |= facts.keys()
    elif is_dataclass(value):
        part.parts[key] = _part(value, refers=refers)
    elif isinstance(value, tuple) and value and refers and type(value[0]) in REFERRED:
        part.said[key] = ", ".join(REFERRED[type(one)](one) for one in value)
    elif isinstance(value, tuple) and not (value and all(map(_is_plain, value))):
        listed = _list(value, refers=refers)
        if name in _FLAT:
            part.parts |= listed.parts
            part.said |= listed.said
        else:
            part.parts[key] = listed
    elif isinstance(value, tuple):
        part.said[key] = ", ".join(map(json_words, value))
    elif owner.__dataclass_fields__[name].type == "bool":
        part.said |= _facts(key, flag_words(name, value))
    else:
        part.said |= _facts(key, value)


def _list(values: tuple[Any, ...], *, refers: bool = False) -> Part:
    """A list with a part for each thing in it, or a fact where that is short."""
    made = Part()
    for value in values:
        if isinstance(value, tuple) and isinstance(value[1], Binding):
            name, binding = value
            made.said[name] = binding.field.name
            made.said |= _facts(f"{name}/when_absent", binding.when_absent)
        elif isinstance(value, tuple) and type(value[1]) in REFERRED:
            made.parts[row_words(value[0])] = Part({CORE: REFERRED[type(value[1])](value[1])})
        elif isinstance(value, tuple):
            made.said[json_words(value[0])] = json_words(value[1])
        elif isinstance(value, Move):
            made.parts[row_words(value.subject)] = Part({CORE: value.after})
        elif isinstance(value, RequiredWhen):
            absent = ", and absent otherwise" if value.otherwise_absent else ""
            words = f"{' and '.join(value.required)} required{absent}"
            made.parts[NAMES[RequiredWhen](value)] = Part({CORE: words})
        else:
            name = NAMES[type(value)](value)
            same = sum(other.partition(" #")[0] == name for other in made.parts)
            made.parts[f"{name} #{same + 1}" if same else name] = _named(value, refers=refers)
    return made


def _named(value: Any, *, refers: bool) -> Part:
    match value:
        case Example():
            said = {"payload": value.payload} if value.present else {}
            said |= {"keys": dict(value.keys)} if value.keys else {}
            return Part({name: json.dumps(what, ensure_ascii=False) for name, what in said.items()})
        case FurtherKey():
            made = _part(value.field)
            made.said |= {"direction": value.side, "presence": value.presence}
            made.said.pop("required")  # the presence says it
            return made
        case Limit():
            made = _part(value)
            made.said["value"] = amount(value.value, made.said.pop(key_of_schema("unit")))
            return made
        case _:
            return _part(value, refers=refers)


def _use(use: Use) -> Iterator[tuple[str, str]]:
    """What is said of values at a place: the type in words, and each bound of it."""
    yield "type", use_words(use)
    yield from _bounds(use, "")


def _bounds(use: Use, before: str) -> Iterator[tuple[str, str]]:
    for name in _field_names(use):
        value = getattr(use, name)
        if name not in ("type", "nullable", "json_form") and value is not False:
            yield from _facts(f"{before}{key_of_schema(name)}", value).items()
    if use.max_json_length is not None:
        yield f"{before}{key_of_schema('json_form')}", use.json_form
    for name in _field_names(use.type):
        value = getattr(use.type, name)
        if isinstance(value, Use):
            yield from _bounds(value, f"{before}{name}/")
        elif isinstance(value, tuple):
            for option in value:
                yield from _bounds(option, f"{before}{use_words(option)}/")
        elif _is_own(use.type, name):
            yield from _facts(f"{before}{key_of_schema(name)}", value).items()


def _is_own(type_: Type, name: str) -> bool:
    """Whether a fact of a type is not said by the words for it."""
    if isinstance(type_, IntegerType):
        bounds = INT_BOUNDS[type_.format]
        return name != "format" and getattr(type_, name) != bounds[name == "maximum"]
    return name not in ("name", "format", "form", "open") and not isinstance(type_, ConstType)


def _field_names(value: Any) -> tuple[str, ...]:
    """Those of a class of the model; ``dataclasses.fields`` makes them anew each time."""
    return tuple(value.__dataclass_fields__)


def _is_type(value: Any) -> bool:
    return is_dataclass(value) and type(value).__module__ == Use.__module__


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _facts(name: str, value: Any) -> dict[str, str]:
    """A fact; none where nothing is said."""
    return {} if value is None or value in ("", ()) else {name: json_words(value)}
