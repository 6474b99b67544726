"""The keywords of the dialect: what ``schema/meta`` allows beside values, messages and frames."""

from __future__ import annotations

import json
from typing import Any

from voxspec.load.metacheck import meta_folder


def keywords() -> tuple[str, ...]:
    """Every keyword; those of messages and of the envelope after ``message.`` and ``envelope.``."""
    messages = _schema("messages")["properties"]["messages"]["additionalProperties"]
    envelope = _schema("protocol")["properties"]["envelope"]
    return (
        *_schema("expression")["properties"],
        *(f"message.{word}" for word in messages["properties"]),
        *(f"envelope.{word}" for word in envelope["properties"]),
    )


def _schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((meta_folder() / f"{kind}.schema.json").read_text("utf-8"))
    return found
