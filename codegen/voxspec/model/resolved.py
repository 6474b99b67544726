"""What stands behind names: the types that named scalars and choices of choices come down to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.model.definitions import Scalar
from voxspec.model.protocol import Protocol
from voxspec.model.types import INT_BOUNDS, ChoiceType, IntegerType, NamedType, Type, Use


def behind(protocol: Protocol, type_: Type) -> Type:
    """What a type is, behind whatever scalars it is named by."""
    while isinstance(type_, NamedType) and not type_.open:
        definition = protocol.type(type_.name)
        if not isinstance(definition, Scalar):
            break
        type_ = definition.use.type
    return type_


def sequence_type(protocol: Protocol) -> Type | None:
    """The integer that numbers frames; None where none does."""
    sequence = protocol.envelope.sequence
    return None if sequence is None else behind(protocol, sequence.use.type)


def relayed_bounds(protocol: Protocol, use: Use) -> tuple[int, int]:
    """The least and greatest integer that readers take where a client may have given any."""
    type_ = behind(protocol, use.type)
    if not isinstance(type_, IntegerType):
        raise TypeError("only integers are relayed as integers")
    low, high = INT_BOUNDS["int64"]
    return min(low, type_.minimum), max(high, type_.maximum)


def plain_options(protocol: Protocol, options: tuple[Use, ...]) -> Iterator[Use]:
    """The options of a choice with those that are choices themselves laid open, names looked up."""
    for option in options:
        type_ = behind(protocol, option.type)
        if isinstance(type_, ChoiceType):
            yield from plain_options(protocol, type_.options)
        else:
            yield replace(option, type=type_)
