"""Whole frames made of a message's example payloads, for targets that show or validate frames."""

from __future__ import annotations

from voxspec.model import Envelope, Example, JsonValue, Message


def example_frame(envelope: Envelope, message: Message, example: Example) -> dict[str, JsonValue]:
    """The frame that carries ``example``: type, further keys, payload, sequence number.

    The payload key is left out where the example leaves it out. A sequenced message gets the
    first number of a session, the only one that every session has.
    """
    frame: dict[str, JsonValue] = {envelope.type.key: message.type, **dict(example.keys)}
    if envelope.payload is None:
        frame |= example.payload if isinstance(example.payload, dict) else {}
    elif example.present:
        frame[envelope.payload.key] = example.payload
    if envelope.sequence is not None and message.seq == "required":
        frame[envelope.sequence.key] = envelope.sequence.first
    return frame


def example_frames(envelope: Envelope, message: Message) -> list[dict[str, JsonValue]]:
    """All examples of a message as frames, in schema order."""
    return [example_frame(envelope, message, example) for example in message.examples]
