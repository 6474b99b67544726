"""Which types a definition refers to, and which messages hold records that keep further keys."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.model import (
    AnyObjectType,
    ArrayType,
    ChoiceType,
    Enum,
    MapType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
    Use,
)


def named_types(type_: Type) -> Iterator[NamedType]:
    """The references inside a type, in order."""
    match type_:
        case NamedType():
            yield type_
        case ArrayType(items=use) | MapType(values=use):
            yield from named_types(use.type)
        case ChoiceType(options=options):
            for option in options:
                yield from named_types(option.type)


def _direct(definition: NamedDefinition) -> Iterator[NamedType]:
    match definition:
        case Record(fields=fields):
            for field in fields:
                yield from named_types(field.use.type)
        case Scalar(use=use):
            yield from named_types(use.type)
        case Union(variants=variants):
            yield from (NamedType(name) for name in variants)
        case Enum():
            return


def referenced_by(definition: NamedDefinition) -> list[str]:
    """The names that a definition refers to directly."""
    return [reference.name for reference in _direct(definition)]


def _shapes(protocol: Protocol, message: Message) -> Iterator[NamedDefinition]:
    shape = protocol.payload_shape(message)
    if shape is not None:
        yield shape


def open_references(protocol: Protocol) -> set[str]:
    """The records that something refers to as open."""
    definitions: list[NamedDefinition] = list(protocol.types)
    for message in protocol.messages():
        definitions += _shapes(protocol, message)
    return {ref.name for d in definitions for ref in _direct(d) if ref.open}


def reachable(protocol: Protocol, message: Message) -> Iterator[NamedDefinition]:
    """Every definition that a message's payload may hold, itself first."""
    seen: set[str] = set()
    waiting = list(_shapes(protocol, message))
    while waiting:
        definition = waiting.pop()
        yield definition
        for name in referenced_by(definition):
            if name not in seen:
                seen.add(name)
                waiting.append(protocol.type(name))


def reaches_extra(protocol: Protocol, message: Message) -> bool:
    """Whether a payload may hold further keys, which plain encoding would misplace."""
    return any(isinstance(d, Record) and d.extra for d in reachable(protocol, message))


def reaches_open(protocol: Protocol, message: Message) -> bool:
    """Whether a payload may hold a value that readers keep without knowing it."""
    for definition in reachable(protocol, message):
        if isinstance(definition, Enum) and definition.open:
            return True
        if any(ref.open for ref in _direct(definition)):
            return True
        if isinstance(definition, Record) and any(f.published_null for f in definition.fields):
            return True
    return False


def holds_free_json(protocol: Protocol, type_: Type) -> bool:
    """Whether a value of this type may hold JSON that nests to any depth."""
    seen: set[str] = set()
    waiting = [type_]
    while waiting:
        match waiting.pop():
            case AnyObjectType() | NamedType(open=True):
                return True
            case ArrayType(items=use) | MapType(values=use):
                waiting.append(use.type)
            case ChoiceType(options=options):
                waiting += [option.type for option in options]
            case NamedType(name=name) if name not in seen:
                seen.add(name)
                definition = protocol.type(name)
                if isinstance(definition, Record) and definition.extra:
                    return True
                waiting += _parts(definition)
    return False


def uses_in(definition: NamedDefinition) -> Iterator[Use]:
    """Every type at a place inside a definition, as far as the names in it."""
    waiting: list[Use] = []
    match definition:
        case Record(fields=fields):
            waiting = [field.use for field in fields]
        case Scalar(use=use):
            waiting = [use]
    while waiting:
        use = waiting.pop()
        yield use
        match use.type:
            case ArrayType(items=inner) | MapType(values=inner):
                waiting.append(inner)
            case ChoiceType(options=options):
                waiting += options


def _parts(definition: NamedDefinition) -> list[Type]:
    """The types that a definition is directly made of."""
    match definition:
        case Record(fields=fields):
            return [field.use.type for field in fields]
        case Scalar(use=use):
            return [use.type]
        case Union(variants=variants):
            return [NamedType(variant) for variant in variants]
    return []


def free_json_fields(protocol: Protocol, record: Record) -> list[str]:
    """The attributes of a record that may hold JSON that nests to any depth."""
    names = [f.attribute for f in record.fields if holds_free_json(protocol, f.use.type)]
    return [*names, "extra"] if record.extra else names


def free_json(protocol: Protocol, message: Message) -> list[str]:
    """The same for a message's payload, whichever record it is."""
    shape = protocol.payload_shape(message)
    if isinstance(shape, Union):
        records = [protocol.type(variant) for variant in shape.variants]
    else:
        records = [shape] if shape is not None else []
    names = [n for r in records if isinstance(r, Record) for n in free_json_fields(protocol, r)]
    return list(dict.fromkeys(names))
