"""A protocol as a tree of named parts, each with what is said of it: what two revisions are compared by."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from voxspec.breaking.differences.parts import CORE, Part, facts_of, list_of, part_of
from voxspec.breaking.differences.spelling import (
    json_words,
    row_words,
)
from voxspec.breaking.frames.build import tag_of
from voxspec.breaking.frames.words import use_words
from voxspec.model import Envelope, Field, Message, Protocol, Record, Union, Use
from voxspec.model.gateway import FurtherKey
from voxspec.model.session import Session, State
from voxspec.model.types import Presence

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
            root.parts[name] = part_of(value)
    root.parts["types"] = Part(parts={one.name: _type(protocol, one) for one in protocol.types})
    for side in ("client", "server"):
        messages = {m.text: _message(m, protocol.envelope) for m in protocol.messages(side)}
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
        root.parts[name] = list_of(getattr(protocol, name))
    for limit in protocol.session.limits:  # said where the number is
        root.parts["limits"].parts.pop(limit.name, None)
    for name in ("close_codes_description", "permissions_description"):
        whole = root.parts[name.removesuffix("_description")]
        whole.said |= facts_of("description", getattr(protocol, name))
    root.parts["session"] = _session(protocol.session)
    return root


# --- Messages and types ---------------------------------------------------------------------------


def _message(message: Message, envelope: Envelope) -> Part:
    """A message. Of keys of the envelope it says whether they are there, where that is not as usual."""
    further = {one.field.name: one for one in envelope.further}
    own = [key for key in message.keys if not _is_as(key, further.get(key.name))]
    ignored = tuple(name for name in message.ignored if name not in further)
    made = part_of(replace(message, keys=tuple(own), ignored=ignored))
    for name, one in further.items():
        presence = _presence(message, name)
        if one.fits(message.direction) and presence != one.presence:
            made.said[f"keys/{name}"] = presence
    made.said.pop("type")  # of the message or of its payload: both are said by name here
    made.said["wire_type"] = json.dumps(message.type, ensure_ascii=False)
    said = "record" if isinstance(message.payload, Record) else ""
    if message.payload_type is not None:
        said = use_words(Use(message.payload_type))
    made.said |= facts_of("payload", said)
    if isinstance(message.payload, Record):
        inner = made.parts.pop("payload")
        made.parts |= inner.parts
        for name, text in inner.said.items():
            made.said[f"payload/{name}" if name in _ALSO_OF_MESSAGES else name] = text
        if envelope.is_flat:
            made.said.pop("additionalProperties", None)  # the envelope says it
    return made


def _is_as(key: Field, further: FurtherKey | None) -> bool:
    """Whether a key of a message is what the envelope says of it."""
    return further is not None and replace(key, required=further.field.required) == further.field


def _presence(message: Message, name: str) -> Presence:
    key = next((key for key in message.keys if key.name == name), None)
    if key is None:
        return "ignored" if name in message.ignored else "forbidden"
    return "required" if key.required else "optional"


def _type(protocol: Protocol, definition: Any) -> Part:
    made = part_of(definition)
    if isinstance(definition, Union):
        made.said.pop("variants", None)
        records = {one.name: one for one in protocol.types if isinstance(one, Record)}
        for name in definition.variants:
            tag = tag_of(records[name]) if name in records else name
            made.parts[str(tag)] = Part({CORE: name})
    if isinstance(definition, Record):
        made.said.pop("tag", None)  # its union says it
    return made


# --- The conversation -----------------------------------------------------------------------------


def _session(session: Session) -> Part:
    """The conversation, as session.yaml has it."""
    made = part_of(replace(session, limits=()), refers=True)
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
    made = part_of(state, refers=True)
    for side in ("client", "server"):
        for move in state.moves(side):
            stays = move.after == state.name
            row = made.parts[side].parts[row_words(move.subject)]
            row.said = {CORE: "stays" if stays else move.after}
    return made
