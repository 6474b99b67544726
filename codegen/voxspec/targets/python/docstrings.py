"""What the docstrings of generated classes say."""

from __future__ import annotations

from voxspec.model import Message


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
