"""Whole frames made of a message's example payloads, for targets that show or validate frames."""

from __future__ import annotations

from voxspec.model import Envelope, Example, JsonValue, Message


def example_frame(envelope: Envelope, message: Message, example: Example) -> dict[str, JsonValue]:
    """The frame that carries ``example``: type, payload, sequence number, in this order.

    The payload key is left out where the example leaves it out. A sequenced message gets the
    first number of a session, the only one that every session has.
    """
    frame: dict[str, JsonValue] = {envelope.type.key: message.type}
    if example.present:
        frame[envelope.payload.key] = example.payload
    if message.seq == "required":
        frame[envelope.sequence.key] = envelope.first_seq
    return frame


def example_frames(envelope: Envelope, message: Message) -> list[dict[str, JsonValue]]:
    """All examples of a message as frames, in schema order."""
    return [example_frame(envelope, message, example) for example in message.examples]
