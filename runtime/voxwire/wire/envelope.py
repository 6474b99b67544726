"""What can still be told of a frame that is not valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.rules.envelope import FRAME_NOT_OBJECT, PAYLOAD_INVALID
from voxwire.rules.json_text import FRAME_TOO_LARGE, JSON_INVALID, JSON_NOT_UTF8
from voxwire.wire.strict_json import parse

if TYPE_CHECKING:
    from voxwire.errors import DecodeError

FATAL_RULES: Final = frozenset(
    {FRAME_NOT_OBJECT, FRAME_TOO_LARGE, JSON_INVALID, JSON_NOT_UTF8, PAYLOAD_INVALID}
)
"""What ends a connection: no JSON, no object, a payload that is no object (protocol section 2).

Any other rule leaves it alone. Servers relay what clients supply, so that whatever ended the
connection of a reader would be a way for one user to disconnect another.
"""


class Envelope(NamedTuple):
    """The envelope of a frame, each part None where it is missing or not what it should be."""

    type: str | None
    seq: int | None
    d: dict[str, object] | None


def is_fatal(error: DecodeError) -> bool:
    """Whether the connection cannot go on after such a frame."""
    return any(p.rule in FATAL_RULES for p in error.problems if p.severity == "error")


def salvage(data: bytes | str) -> Envelope:
    """The envelope of a frame, as far as it has one. Never raises."""
    value = parse(data).value
    if not isinstance(value, dict):
        return Envelope(None, None, None)
    name, seq, d = value.get("type"), value.get("seq"), value.get("d")
    return Envelope(
        name if isinstance(name, str) else None,
        seq if type(seq) is int and seq > 0 else None,
        d if isinstance(d, dict) else None,
    )
