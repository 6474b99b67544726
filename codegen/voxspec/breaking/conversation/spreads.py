"""What a client can say of different things, where one revision counts each apart and the other does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.frames.apart import values_apart
from voxspec.model import Message, Record
from voxspec.model.session import Key, Rate, key_of


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of one field of a message; ``is_enough`` when more of them would show nothing else."""

    field: str
    values: tuple[int | str, ...]
    is_enough: bool


def spreads(machine: Machine, key: Key, kept: Rate, rates: Iterable[Rate]) -> Iterator[Spread]:
    """For each field of a message by which some of these rates count apart what ``kept`` counts together:
    more values than ``kept`` lets through messages, as far as there are."""
    message, together = machine.messages[key], {field.name for field in kept.by}
    for name in sorted({field.name for rate in rates if _counts(rate, key) for field in rate.by}):
        if name not in together:
            yield _spread(machine, message, name, int(kept.count.value) + 1)


def _counts(rate: Rate, key: Key) -> bool:
    return isinstance(rate.counts, Message) and key_of(rate.counts) == key


def _spread(machine: Machine, message: Message, name: str, most: int) -> Spread:
    shape = machine.protocol.payload_shape(message)
    field = None
    if isinstance(shape, Record):
        field = next((field for field in shape.fields if field.name == name), None)
    said = machine.fields(key_of(message)).get(name)
    if field is None or not isinstance(shape, Record) or (said is None and _is_tied(shape, name)):
        return Spread(name, (), is_enough=field is None)
    apart = values_apart(machine.protocol, field.use, most, said)
    return Spread(name, apart.values, apart.is_all or len(apart.values) == most)


def _is_tied(record: Record, name: str) -> bool:
    """Whether other keys say that a key may be there."""
    groups = any(name in group for group in record.exactly_one_of)
    return groups or any(
        rule.otherwise_absent and name in rule.required for rule in record.required_when
    )
