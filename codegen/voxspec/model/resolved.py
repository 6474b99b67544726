"""What stands behind names: the types that named scalars and choices of choices come down to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.model import ChoiceType, NamedType, Protocol, Scalar, Type, Use


def sequence_type(protocol: Protocol) -> Type:
    """The integer that numbers frames, behind whatever names it has."""
    type_ = protocol.envelope.sequence_use.type
    while isinstance(type_, NamedType):
        named = protocol.type(type_.name)
        if not isinstance(named, Scalar):
            break
        type_ = named.use.type
    return type_


def plain_options(protocol: Protocol, options: tuple[Use, ...]) -> Iterator[Use]:
    """The options of a choice with those that are choices themselves laid open, names looked up."""
    for option in options:
        type_ = option.type
        while isinstance(type_, NamedType) and not type_.open:
            definition = protocol.type(type_.name)
            if not isinstance(definition, Scalar):
                break
            type_ = definition.use.type
        if isinstance(type_, ChoiceType):
            yield from plain_options(protocol, type_.options)
        else:
            yield replace(option, type=type_)
