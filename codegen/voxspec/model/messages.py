"""Messages, in the areas that the schema files sort them into."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model.definitions import Field, PublishedName, Record
from voxspec.model.types import Direction, JsonValue, SeqPolicy, Type


@dataclass(frozen=True, slots=True)
class Example:
    """A valid payload. ``present`` is False when the example leaves the payload key out.

    ``keys``: the further keys of the frame.
    """

    summary: str
    payload: JsonValue
    present: bool
    keys: tuple[tuple[str, JsonValue], ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one direction.

        ``type`` is what the wire calls it, ``name`` what generated code and files call it, in small
    letters. ``payload`` is a record of its own, any other type (mostly the name of a union or record
    of the types), or None when the frame has no payload key. ``payload_optional``: the key may be
    absent; ``payload_nullable``: it may be null. ``keys``: the further keys that its frames have or
    may have. ``ignored``: keys of the envelope that it has not, and that readers pass over.
    ``audience``: who gets it.
    """

    type: str | int
    name: str
    direction: Direction
    area: str
    python_name: str
    frame_name: str
    summary: str
    description: str
    seq: SeqPolicy
    payload: Record | Type | None
    payload_optional: bool
    payload_nullable: bool
    examples: tuple[Example, ...]
    since: str | None = None
    deprecated: str | None = None
    note: str | None = None
    published: tuple[PublishedName, ...] = ()
    audience: str | None = None
    keys: tuple[Field, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The type as people write it, and as the schema has it."""
        return str(self.type)

    @property
    def payload_type(self) -> Type | None:
        """The type of the payload, where that is no record of the message's own."""
        return None if isinstance(self.payload, Record) else self.payload

    @property
    def tolerated_keys(self) -> tuple[str, ...]:
        """Envelope keys that published pages show here: noted, not refused."""
        return tuple(entry.name for entry in self.published if entry.envelope)


@dataclass(frozen=True, slots=True)
class Area:
    """A group of messages of one direction, from one schema file."""

    name: str
    title: str
    description: str
    direction: Direction
    messages: tuple[Message, ...]
