"""Frames with a given value at a place, and as little as possible around it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import assert_never

from voxspec.breaking.frames.steps import (
    FrameKey,
    Item,
    Key,
    Option,
    Payload,
    Step,
    Steps,
    Value,
    Variant,
)
from voxspec.breaking.frames.values import NoValueError, Object, Values
from voxspec.model import (
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    ConstType,
    Enum,
    Field,
    Flags,
    IntegerType,
    JsonValue,
    MapType,
    Message,
    NamedDefinition,
    NamedType,
    NullType,
    NumberType,
    Protocol,
    Record,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
)

Shape = Type | NamedDefinition


class Builder:
    """Builds frames of a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.values = Values(protocol)

    def frame(self, message: Message, steps: Steps, value: JsonValue) -> tuple[Object, str]:
        """A frame with a value at the end of ``steps``, and the JSON Pointer of that.

        Raises NoValueError where none can be made.
        """
        if not steps:
            assert isinstance(value, dict)
            return value, ""
        frame = self._around(message)
        first, *others = steps
        envelope = self.protocol.envelope
        match first:
            case FrameKey(name=name):
                use = self._use_of_key(message, name)
                frame[name], below = self._at(use.type, tuple(others), value)
                return self._complete(message, frame), _pointer(name) + below
            case Payload():
                if message.payload is None:
                    raise NoValueError("the message has no payload")
                payload, below = self._at(message.payload, tuple(others), value)
                if envelope.payload is None:
                    return {**frame, **(payload if isinstance(payload, dict) else {})}, below
                frame[envelope.payload.key] = payload
                return frame, _pointer(envelope.payload.key) + below
        raise AssertionError(first)

    def least(self, message: Message) -> Object:
        """The smallest frame of a message."""
        return self._complete(message, self._around(message))

    def frames(self, message: Message) -> Iterator[Object]:
        """Small frames of a message with each way to have, or not, the keys of the envelope."""
        envelope = self.protocol.envelope
        whole = self.least(message)
        ways: list[list[tuple[str, list[JsonValue]]]] = []
        if envelope.payload is not None and message.payload is not None:
            key = envelope.payload.key
            payloads: list[list[JsonValue]] = [[whole[key]]] if key in whole else []
            if key not in whole:
                payloads.append([self._least_payload(message)])
            if message.payload_optional:
                payloads.append([])
            if message.payload_nullable:
                payloads.append([None])
            ways.append([(key, way) for way in payloads])
        for field in message.keys:
            value: list[JsonValue] = [self.values.least(field.use)]
            both: list[list[JsonValue]] = [value] if field.always_there else [[], value]
            ways.append([(field.name, way) for way in both])
        for way in product(*ways):
            keys = {key for key, _ in way}
            frame = {key: value for key, value in whole.items() if key not in keys}
            yield {**frame, **{key: values[0] for key, values in way if values}}

    def variants(self, record: Record, names: frozenset[str]) -> Iterator[Object]:
        """Records with each way to have, or not, some of their fields; the smallest first."""
        involved = [field for field in record.fields if field.name in names]
        conditions = {rule.field: rule.equals for rule in record.required_when}
        ways: list[list[tuple[str, list[JsonValue]]]] = []
        for field in involved[:6]:
            try:
                values: list[JsonValue] = [self.values.least(field.use)]
            except NoValueError:
                values = []
            values += [conditions[field.name]] if field.name in conditions else []
            options: list[list[JsonValue]] = [[], *([value] for value in values)]
            ways.append([(field.name, option) for option in options])
        for way in sorted(product(*ways), key=lambda way: sum(len(given) for _, given in way)):
            given = {name: values[0] for name, values in way if values}
            without = frozenset(name for name, values in way if not values)
            try:
                yield self.values.record(record, given, without)
            except NoValueError:
                continue

    # --- Around a place -----------------------------------------------------------------------

    def _around(self, message: Message) -> Object:
        """What every frame of a message has beside its payload."""
        envelope = self.protocol.envelope
        frame: Object = {envelope.type.key: message.type}
        for field in message.keys:
            if field.always_there:
                frame[field.name] = self.values.least(field.use)
        if envelope.sequence is not None and message.seq == "required":
            frame[envelope.sequence.key] = envelope.sequence.first
        return frame

    def _complete(self, message: Message, frame: Object) -> Object:
        envelope = self.protocol.envelope
        if message.payload is None:
            return frame
        if envelope.payload is None:
            payload = self._least_payload(message)
            return {**frame, **(payload if isinstance(payload, dict) else {})}
        if message.payload_optional:
            return frame
        head = {key: frame[key] for key in frame if key == envelope.type.key}
        return {**head, envelope.payload.key: self._least_payload(message), **frame}

    def _least_payload(self, message: Message) -> JsonValue:
        payload = message.payload
        assert payload is not None
        if isinstance(payload, Record):
            return self.values.record(payload)
        return self.values.least(Use(payload))

    def _use_of_key(self, message: Message, name: str) -> Use:
        sequence = self.protocol.envelope.sequence
        if sequence is not None and sequence.key == name:
            return sequence.use
        for field in message.keys:
            if field.name == name:
                return field.use
        raise NoValueError(name)

    def _at(self, shape: Shape, steps: Steps, value: JsonValue) -> tuple[JsonValue, str]:
        """A value of a shape with ``value`` at the end of ``steps``, and the pointer from here."""
        if not steps:
            return value, ""
        step, rest = steps[0], steps[1:]
        match shape, step:
            case NamedType(name=name), _:
                return self._at(self.protocol.type(name), steps, value)
            case Scalar(use=use), _:
                return self._at(use.type, steps, value)
            case Record(), Key(name=name):
                field = _field(shape, name)
                inner, below = self._at(field.use.type, rest, value)
                return self.values.record(shape, {name: inner}), _pointer(name) + below
            case Union(variants=variants), Variant(tag=tag):
                for variant in variants:
                    record = self.protocol.type(variant)
                    if isinstance(record, Record) and tag_of(record) == tag:
                        return self._at(record, rest, value)
            case ArrayType(items=items), Item():
                inner, below = self._at(items.type, rest, value)
                more = (shape.min_items or 1) - 1
                others = [self.values.least(items) for _ in range(more)]
                return [inner, *others], "/0" + below
            case MapType(values=values), Value():
                inner, below = self._at(values.type, rest, value)
                return {"a": inner}, "/a" + below
            case ChoiceType(), Option(kind=kind):
                for option in shape.options:
                    if kind in kinds(self.protocol, option.type):
                        return self._at(option.type, rest, value)
        raise NoValueError(f"{step} does not lead anywhere")


def _field(record: Record, name: str) -> Field:
    for field in record.fields:
        if field.name == name:
            return field
    raise NoValueError(name)


def _pointer(name: str) -> str:
    return f"/{name.replace('~', '~0').replace('/', '~1')}"


def tag_of(record: Record) -> str | int | bool | None:
    """The constant that tells a variant apart."""
    for field in record.fields:
        if field.name == record.tag and isinstance(field.use.type, ConstType):
            return field.use.type.value
    return None


def kinds(protocol: Protocol, shape: Shape) -> frozenset[str]:
    """The JSON types of a shape's values; null is none of them unless it is all there is."""
    match shape:
        case StringType():
            return frozenset({"string"})
        case IntegerType() | NumberType() | Flags():
            return frozenset({"number"})
        case BooleanType():
            return frozenset({"boolean"})
        case ConstType(json_type=kind):
            return frozenset({"number" if kind == "integer" else kind})
        case ArrayType():
            return frozenset({"array"})
        case MapType() | AnyObjectType() | Record() | Union():
            return frozenset({"object"})
        case NullType():
            return frozenset({"null"})
        case AnyType() | NamedType(open=True):
            return frozenset({"string", "number", "boolean", "array", "object", "null"})
        case ChoiceType(options=options):
            return frozenset().union(*(kinds(protocol, option.type) for option in options))
        case NamedType(name=name):
            return kinds(protocol, protocol.type(name))
        case Scalar(use=use):
            return kinds(protocol, use.type)
        case Enum(integer=integer):
            return frozenset({"string" if integer is None else "number"})
        case _:
            assert_never(shape)


def next_shape(
    protocol: Protocol, message: Message, shape: Shape | None, step: Step
) -> Shape | None:
    """What a step leads to, as far as readers look at it; None where it leads nowhere.

    ``shape`` is None at the frame itself.
    """
    match shape, step:
        case None, Payload():
            return message.payload
        case None, FrameKey(name=name):
            sequence = protocol.envelope.sequence
            if sequence is not None and sequence.key == name:
                return sequence.use.type if message.seq == "required" else None
            return next((field.use.type for field in message.keys if field.name == name), None)
        case NamedType(name=name, open=is_open), _:
            return None if is_open else next_shape(protocol, message, protocol.type(name), step)
        case Scalar(use=use), _:
            return next_shape(protocol, message, use.type, step)
        case Record(fields=fields), Key(name=name):
            found = next((field for field in fields if field.name == name), None)
            return None if found is None or found.relayed is not None else found.use.type
        case Union(variants=variants), Variant(tag=tag):
            for variant in variants:
                record = protocol.type(variant)
                if isinstance(record, Record) and tag_of(record) == tag:
                    return record
        case ArrayType(items=items), Item():
            return items.type
        case MapType(values=values), Value():
            return values.type
        case ChoiceType(options=options), Option(kind=kind):
            for option in options:
                if kind in kinds(protocol, option.type):
                    return option.type
    return None
