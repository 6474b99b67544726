"""The keywords of the dialect: what ``schema/meta`` allows beside values, messages and frames."""

from __future__ import annotations

from voxspec.load.meta_schema import document


def keywords() -> tuple[str, ...]:
    """Every keyword; those of messages and of the envelope after ``message.`` and ``envelope.``."""
    messages = document("messages")["properties"]["messages"]["additionalProperties"]
    envelope = document("protocol")["properties"]["envelope"]
    return (
        *document("expression")["properties"],
        *(f"message.{word}" for word in messages["properties"]),
        *(f"envelope.{word}" for word in envelope["properties"]),
    )
