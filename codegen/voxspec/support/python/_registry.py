"""What is known of messages, and the tables that hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, TypeAlias, TypeVar, cast

import msgspec

TypeT = TypeVar("TypeT", str, int)

StructType: TypeAlias = type[msgspec.Struct]
"""A payload or frame class."""


class MessageInfo(msgspec.Struct, Generic[TypeT], frozen=True):
    """What is known of one message in one direction.

    ``payloads`` holds the classes that the payload may have: one, several for a tagged union, or
    none when the frame carries no payload. ``seq`` says whether frames are numbered.
    """

    type: TypeT
    direction: Literal["client", "server"]
    frame: StructType
    payloads: tuple[StructType, ...]
    seq: Literal["required", "never"]
    area: str
    summary: str
    required_keys: tuple[str, ...] = ()
    """Further keys that its frames have, as their attributes are called."""
    optional_keys: tuple[str, ...] = ()
    """Further keys that they may have."""

    @property
    def payload(self) -> StructType | None:
        """The payload's class when there is exactly one."""
        return self.payloads[0] if len(self.payloads) == 1 else None


class Row(NamedTuple):
    """What a table says of a message; its type is the tag of its frame."""

    seq: Literal["required", "never"]
    summary: str
    frame: StructType
    payloads: tuple[StructType, ...]
    required_keys: tuple[str, ...]
    optional_keys: tuple[str, ...]


def numbered(
    summary: str,
    frame: StructType,
    *payloads: StructType,
    required: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> Row:
    """A message whose frames carry a sequence number, and which further keys they have."""
    return Row("required", summary, frame, payloads, required, optional)


def unnumbered(
    summary: str,
    frame: StructType,
    *payloads: StructType,
    required: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> Row:
    """The same for a message whose frames carry none."""
    return Row("never", summary, frame, payloads, required, optional)


def messages(
    direction: Literal["client", "server"], areas: Mapping[str, tuple[Row, ...]]
) -> Mapping[Any, MessageInfo[Any]]:
    """The messages of one side by type, from their areas."""
    infos = (
        MessageInfo(
            cast("Any", row.frame.__struct_config__.tag),
            direction,
            row.frame,
            row.payloads,
            row.seq,
            area,
            row.summary,
            row.required_keys,
            row.optional_keys,
        )
        for area, rows in areas.items()
        for row in rows
    )
    return MappingProxyType({info.type: info for info in infos})


def by_payload(
    *sides: Mapping[Any, MessageInfo[TypeT]],
) -> Mapping[type[Any], MessageInfo[TypeT]]:
    """The message that a payload class belongs to; a class that several messages share belongs to none."""
    infos = [info for side in sides for info in side.values()]
    uses = Counter(payload for info in infos for payload in info.payloads)
    return MappingProxyType(
        {payload: info for info in infos for payload in info.payloads if uses[payload] == 1}
    )


def by_frame(*sides: Mapping[Any, MessageInfo[TypeT]]) -> Mapping[type[Any], MessageInfo[TypeT]]:
    """The message that a frame class belongs to."""
    return MappingProxyType({info.frame: info for side in sides for info in side.values()})
