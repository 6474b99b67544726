"""The whole protocol, and what is looked up in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from voxspec.model import naming
from voxspec.model.definitions import Field, NamedDefinition, OneOf, Record, Union
from voxspec.model.gateway import (
    CloseCode,
    Endpoint,
    Envelope,
    Limit,
    Page,
    Permission,
)
from voxspec.model.messages import Area, Message
from voxspec.model.session import Session
from voxspec.model.types import Direction, NamedType


@dataclass(frozen=True, eq=False)
class Protocol:
    """Everything that the schema files say.

    What is looked up often is worked out once, here or by protocol: each is equal to itself alone.
    """

    name: str
    title: str
    version: int
    summary: str
    description: str
    package: str
    endpoint: Endpoint | None
    envelope: Envelope
    limits: tuple[Limit, ...]
    session: Session
    pages: tuple[Page, ...]
    close_codes_description: str
    close_codes: tuple[CloseCode, ...]
    permissions_description: str
    permissions: tuple[Permission, ...]
    types: tuple[NamedDefinition, ...]
    areas: tuple[Area, ...]
    folder: str = "schema"
    """Where the schema files lie in their project; for a folder of one version, with the one above it."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The schema files themselves, by their paths in the folder."""

    @property
    def module(self) -> str:
        """The name of the generated version module, such as ``v1``."""
        return f"v{self.version}"

    def type(self, name: str) -> NamedDefinition:
        """The named type; KeyError when there is none."""
        return self._types_by_name[name]

    @cached_property
    def _types_by_name(self) -> dict[str, NamedDefinition]:
        return {definition.name: definition for definition in reversed(self.types)}

    def records(self) -> Iterator[Record]:
        """Every record: those of the types, then the payloads of messages."""
        yield from (named for named in self.types if isinstance(named, Record))
        yield from (m.payload for m in self.messages() if isinstance(m.payload, Record))

    @cached_property
    def has_closed_records(self) -> bool:
        """Whether readers refuse unknown keys anywhere."""
        return any(record.closed for record in self.records())

    def choices(self) -> tuple[OneOf, ...]:
        """The named choices between keys, each once however many records have it."""
        return self._choices

    @cached_property
    def _choices(self) -> tuple[OneOf, ...]:
        found = {record.one_of_name: record for record in self.records() if record.one_of_name}
        return tuple(
            OneOf(
                name,
                naming.class_name(name),
                tuple(
                    (record.field(key), naming.case_name(record.field(key).attribute, name))
                    for key in record.exactly_one_of[0]
                ),
            )
            for name, record in found.items()
        )

    def relayed_fields(self, message: Message) -> tuple[Field, ...]:
        """The fields of a message that hold what other clients gave."""
        if not isinstance(message.payload, Record):
            return ()
        return tuple(field for field in message.payload.fields if field.relayed is not None)

    def messages(self, direction: Direction | None = None) -> Iterator[Message]:
        """All messages, or those of one direction, in schema order."""
        for area in self.areas:
            if direction is None or area.direction == direction:
                yield from area.messages

    @cached_property
    def has_integer_types(self) -> bool:
        """Whether integers say what a frame is, and not names."""
        return any(isinstance(message.type, int) for message in self.messages())

    @property
    def class_names(self) -> frozenset[str]:
        """The Python names of all types, payloads, frames and choices."""
        names = {definition.python_name for definition in self.types}
        for choice in self.choices():
            names |= {choice.python_name, *(name for _, name in choice.cases)}
        return frozenset(names.union(*((m.python_name, m.frame_name) for m in self.messages())))

    def areas_of(self, direction: Direction) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.direction == direction)

    def payload_shape(self, message: Message) -> Record | Union | None:
        """The record or union that a message's payload always is, wherever it is defined."""
        payload = message.payload
        if isinstance(payload, NamedType) and not payload.open:
            shape = self.type(payload.name)
            return shape if isinstance(shape, Record | Union) else None
        return payload if isinstance(payload, Record) else None
