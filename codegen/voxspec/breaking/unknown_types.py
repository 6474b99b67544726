"""What a receiver does with messages of types that its revision does not have."""

from __future__ import annotations

from voxspec.model import Direction, Protocol
from voxspec.model.session import Close, Reaction


def on_unknown(reader: Protocol, sender: Direction, text: str) -> Reaction:
    """What whoever runs a revision does with a type that it does not know, if it may come at all."""
    session = reader.session
    mistakes = session.mistakes_of_client if sender == "client" else session.mistakes_of_server
    other: Direction = "server" if sender == "client" else "client"
    is_misdirected = any(message.text == text for message in reader.messages(other))
    wrong = mistakes.wrong_direction if is_misdirected else None
    return mistakes.unknown_type if wrong is None else wrong


def close_name(then: Close) -> str:
    """A close as people read it: ``4003 NOT_AUTHENTICATED``."""
    return str(then.number) if isinstance(then.code, int) else f"{then.number} {then.code.name}"
