"""What a decoder can read in one go, and which classes there are twice because of the rest.

A msgspec constraint holds 63 bits. An upper bound beyond it is left to code, which costs every frame
with such an integer a call (0.06 of what parsing costs, over all frames of the example captures). So
annotations state the largest bound that they can, 2^63-1, and what they refuse for it is read by the
classes of the modules ``_wide``, whose code checks the true one.

A record whose readers keep any other JSON, too, is read as the record alone (making it of a dict took
0.04); what is an object and yet has another shape, the same classes keep as it came.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from voxspec.model import (
    INT_BOUNDS,
    IntegerType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    Record,
)
from voxspec.model.reach import frame_parts, open_references
from voxspec.model.walk import Shape, definitions, parts

INT64_MAX = INT_BOUNDS["int64"][1]
"""The largest bound that a msgspec constraint can state; larger ones are checked by code."""


class Widths:
    """Answers for one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def is_read_apart(self, definition: NamedDefinition) -> bool:
        """Whether a record is read by itself, once its frame is decoded, or is in one that is: its one
        class takes all integers at once."""
        return id(definition) in self._apart

    def is_wide(self, shape: Shape) -> bool:
        """Whether the usual decoder may refuse a value that is allowed: for an integer that is above
        63 bits, or an object that has not its usual shape."""
        if isinstance(shape, Record) and self.is_read_apart(shape):
            return False
        return self._holds_beyond(shape, self._wide_types)

    def has_wide_frame(self, message: Message) -> bool:
        """The same for the frames of a message."""
        sequence = self.protocol.envelope.sequence
        numbers = [] if sequence is None or message.seq == "never" else [sequence.use.type]
        return any(map(self.is_wide, (*frame_parts(message), *numbers)))

    @cached_property
    def _apart(self) -> frozenset[int]:
        """By identity: a payload may be called what a type is."""
        roots: list[Shape] = [record for record in self.protocol.records() if record.extra]
        roots += map(self.protocol.type, open_references(self.protocol))
        return frozenset(id(inner) for root in roots for inner in definitions(self.protocol, root))

    @cached_property
    def _wide_types(self) -> Collection[str]:
        found: set[str] = set()
        while True:
            more = {
                definition.name
                for definition in self.protocol.types
                if definition.name not in found
                and not self.is_read_apart(definition)
                and self._holds_beyond(definition, found)
            }
            if not more:
                return found
            found |= more

    def _holds_beyond(self, shape: Shape, wide_types: Collection[str]) -> bool:
        match shape:
            case NamedType(open=True):
                return reads_at_once(self.protocol, shape)
            case NamedType(name=name):
                return name in wide_types
            case IntegerType(minimum=minimum, maximum=maximum):
                return minimum <= INT64_MAX < maximum
        return any(self._holds_beyond(part.use.type, wide_types) for part in parts(shape))


def reads_at_once(protocol: Protocol, type_: NamedType) -> bool:
    """Whether a decoder makes an open record of an object at once. What it refuses stays as it came,
    when it is read for the second time. Not where further keys are kept, which a decoder cannot do."""
    definition = protocol.type(type_.name)
    return isinstance(definition, Record) and not definition.extra
