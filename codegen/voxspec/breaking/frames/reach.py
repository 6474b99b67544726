"""Which messages a named type is part of, and where in them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from functools import lru_cache

from voxspec.breaking.frames.build import kinds, next_shape, tag_of
from voxspec.breaking.frames.steps import (
    FrameKey,
    Item,
    Key,
    MessagePair,
    Option,
    Owner,
    Payload,
    Steps,
    Value,
    Variant,
)
from voxspec.breaking.verdict import Age
from voxspec.model import (
    ArrayType,
    ChoiceType,
    Direction,
    MapType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
)

Shape = Type | NamedDefinition

_MOST = 8
"""So many ways to a type are known of each message, and of each type on them: readers need not look at
the shortest."""


class Reach:
    """Knows the ways from messages to types, as far as readers look at what stands there."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.messages: dict[tuple[Direction, str | int], Message] = {
            (message.direction, message.type): message for message in protocol.messages()
        }
        self._into: dict[str, list[tuple[Message | str, Steps]]] = {}
        for message in protocol.messages():
            for name, steps in self._references(message):
                self._into.setdefault(name, []).append((message, steps))
        for definition in protocol.types:
            for name, steps in _inside(protocol, definition, ()):
                self._into.setdefault(name, []).append((definition.name, steps))
        self._ways: dict[str, list[tuple[Message, Steps]]] = {}

    def ways(self, name: str) -> list[tuple[Message, Steps]]:
        """Every message that a type is part of, each with the ways to it, the shortest first."""
        if name not in self._ways:
            found: dict[tuple[Direction, str | int], list[tuple[Message, Steps]]] = {
                key: [] for key in self.messages
            }
            waiting: deque[tuple[tuple[str, ...], Steps]] = deque([((name,), ())])
            times: Counter[str] = Counter()
            while waiting:
                through, after = waiting.popleft()
                for owner, steps in self._into.get(through[-1], ()):
                    way = (*steps, *after)
                    if isinstance(owner, Message):
                        found[owner.direction, owner.type].append((owner, way))
                    elif owner not in through and times[owner] < _MOST:
                        times[owner] += 1
                        waiting.append(((*through, owner), way))
            self._ways[name] = [
                way
                for ways in found.values()
                for way in sorted(ways, key=lambda way: len(way[1]))[:_MOST]
            ]
        return self._ways[name]

    def to(self, owner: Owner, age: Age) -> list[tuple[Message, Steps]]:
        """The messages that a named type or message is part of, in the revision of this age, with the
        ways to it."""
        if isinstance(owner, MessagePair):
            message = self.messages.get((owner.direction, getattr(owner, age)))
            return [] if message is None else [(message, ())]
        return self.ways(getattr(owner, age))

    def sees(self, message: Message, steps: Steps) -> bool:
        """Whether readers of this revision look at what stands there in a message."""
        shape: Shape | None = None
        for step in steps:
            shape = next_shape(self.protocol, message, shape, step)
            if shape is None:
                return False
        return True

    def _references(self, message: Message) -> Iterator[tuple[str, Steps]]:
        if message.payload is not None:
            yield from _inside(self.protocol, message.payload, (Payload(),))
        for field in message.keys:
            if field.relayed is None:
                yield from _inside(self.protocol, field.use.type, (FrameKey(field.name),))
        sequence = self.protocol.envelope.sequence
        if sequence is not None and message.seq == "required":
            yield from _inside(self.protocol, sequence.use.type, (FrameKey(sequence.key),))


@lru_cache(maxsize=8)
def reach(protocol: Protocol) -> Reach:
    """The ways of a protocol, worked out once."""
    return Reach(protocol)


def _inside(protocol: Protocol, shape: Shape, steps: Steps) -> Iterator[tuple[str, Steps]]:
    """The named types that a shape refers to and readers look at, with the steps to each."""
    match shape:
        case NamedType(name=name, open=is_open):
            if not is_open:
                yield name, steps
        case Record(fields=fields):
            for field in fields:
                if field.relayed is None:
                    yield from _inside(protocol, field.use.type, (*steps, Key(field.name)))
        case Scalar(use=use):
            yield from _inside(protocol, use.type, steps)
        case Union(variants=variants):
            for variant in variants:
                record = protocol.type(variant)
                tag = tag_of(record) if isinstance(record, Record) else None
                if tag is not None:
                    yield variant, (*steps, Variant(tag))
        case ArrayType(items=items):
            yield from _inside(protocol, items.type, (*steps, Item()))
        case MapType(values=values):
            yield from _inside(protocol, values.type, (*steps, Value()))
        case ChoiceType(options=options):
            for option in options:
                kind = min(kinds(protocol, option.type), default="")
                yield from _inside(protocol, option.type, (*steps, Option(kind)))
