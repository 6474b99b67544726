"""What a receiver does with what is not allowed."""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import enum
import typing
from typing import TypeAlias, runtime_checkable


@runtime_checkable
class Close(typing.Protocol):
    """Close the connection with this code. Without a reason, the code's name is the reason."""

    @property
    def code(self) -> int: ...
    @property
    def reason(self) -> str | None: ...


Reaction: TypeAlias = Close | enum.Enum
"""What a receiver does with a message that is not allowed; the one member of the enum says that the
message is passed over."""


class Mistakes(typing.Protocol):
    """What a receiver does with what is no message, or breaks the rules of one."""

    @property
    def not_json(self) -> Reaction: ...
    @property
    def not_object(self) -> Reaction: ...
    @property
    def payload_not_object(self) -> Reaction: ...
    @property
    def binary(self) -> Reaction:
        """Here the enum may also be one whose member is called ``READ``: the bytes are read as text."""

    @property
    def unknown_type(self) -> Reaction: ...
    @property
    def invalid(self) -> Reaction: ...
    @property
    def out_of_place(self) -> Reaction: ...
    @property
    def unknown_type_published(self) -> Close | None: ...
    @property
    def wrong_direction(self) -> Reaction | None:
        """For a message that only the receiver sends; None: as for a type that is not known."""

    @property
    def empty_payload_is_none(self) -> bool:
        """Whether a payload that is null, false, 0 or empty is taken for one that is not there."""
