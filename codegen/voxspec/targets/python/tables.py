"""Tables over all messages: by direction, of frames that need care, and of the envelope's keys."""

from __future__ import annotations

from typing import Any

from voxspec.model import EnvelopeKey, Message, Protocol, Record, Union
from voxspec.model.reach import free_json, reaches_extra, reaches_open


def sides(protocol: Protocol) -> list[dict[str, Any]]:
    """The messages of each direction, and what is known of their frames."""
    result = []
    for direction in ("client", "server"):
        messages = list(protocol.messages(direction))
        result.append(
            {
                "direction": direction,
                "title": direction.title(),
                "messages": messages,
                "areas": [(a.name, a.messages) for a in protocol.areas_of(direction)],
                "keeps_extra": [m for m in messages if reaches_extra(protocol, m)],
                "free_json": [
                    (m, names) for m in messages if (names := free_json(protocol, m)) is not None
                ],
                "may_note": [m for m in messages if reaches_open(protocol, m)],
                "shapes": {
                    m.type: _shape_classes(protocol, m) for m in messages if m.payload is not None
                },
            }
        )
    return result


def tables(protocol: Protocol) -> list[str]:
    """The tables of frames that are not empty."""
    views = {"has_extra": "keeps_extra", "may_note": "may_note", "free_json": "free_json"}
    found = sides(protocol)
    return [name for name, view in views.items() if any(side[view] for side in found)]


def _shape_classes(protocol: Protocol, message: Message) -> list[str]:
    """The classes that a message's payload may have, spelled from the registry module."""
    if isinstance(message.payload, Record):
        return [f"{message.direction}.{message.python_name}"]
    shape = protocol.payload_shape(message)
    if isinstance(shape, Union):
        return [f"types.{protocol.type(v).python_name}" for v in shape.variants]
    return [f"types.{shape.python_name}"] if shape else []


def other_keys(protocol: Protocol) -> list[EnvelopeKey]:
    """The keys of the envelope but the type, in the order in which frames have them."""
    envelope = protocol.envelope
    further = [f.field for f in envelope.further]
    keys = [EnvelopeKey(f.name, f.attribute, f.description) for f in further]
    keys += [envelope.payload] if envelope.payload else []
    if (number := envelope.sequence) is not None:
        keys.append(EnvelopeKey(number.key, number.attribute, number.description))
    return keys
