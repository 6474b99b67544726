"""What messages are made of, as data: for programs that compare traffic with it.

The models check a frame; this says what there is to check. Bounds and conditions are left out. Null is one
arm of a choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["string", "integer", "number", "boolean", "null", "object", "any"]


class Plain(msgspec.Struct, frozen=True):
    """Any value of one JSON type; ``object`` is one with any keys, ``any`` is any JSON."""

    kind: Kind


class Values(msgspec.Struct, frozen=True):
    """One of these values; readers of an open one keep others."""

    values: tuple[str | int | bool, ...]
    open: bool = False


class Items(msgspec.Struct, frozen=True):
    """An array."""

    item: Shape


class Entries(msgspec.Struct, frozen=True):
    """An object with free keys."""

    value: Shape


class Choice(msgspec.Struct, frozen=True):
    """One of several shapes that differ in their JSON type."""

    arms: tuple[Shape, ...]


class Tagged(msgspec.Struct, frozen=True):
    """One of several records, by the value under a key."""

    key: str
    records: Mapping[str | int | bool, str]
    """The names of the records."""


class Named(msgspec.Struct, frozen=True):
    """A shape that has a name; with ``open`` readers keep values of any other shape, too."""

    name: str
    open: bool = False


class Key(msgspec.Struct, frozen=True):
    """A key of a record. What is ``relayed`` another client gave, and it may hold anything."""

    name: str
    shape: Shape
    required: bool = False
    relayed: bool = False


class Record(msgspec.Struct, frozen=True):
    """An object with known keys; with ``extra`` others belong to it, too."""

    keys: tuple[Key, ...] = ()
    extra: bool = False


Shape: TypeAlias = Plain | Values | Items | Entries | Choice | Tagged | Named | Record
