"""Views of closed twins: classes for those who only ask whether a frame is beyond doubt.

A twin is a frame or record with nothing open about it. What its decoder takes, the decoder of the
class that it stands for takes too, and a validator has nothing to say about, unless a key is dropped:
that shows when the twin is written again. It may refuse too much, never too little: integers end at
63 bits, enums and bits at what is listed, and what is relayed has its usual type. So it needs next to
no code of its own, which is why such a decoder is faster than one that keeps what is unusual.

Where a class is closed as it is, it is its own twin.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voxspec.model import (
    AnyObjectType,
    AnyType,
    ConstType,
    Enum,
    Field,
    Flag,
    Flags,
    IntegerType,
    Message,
    NamedType,
    Protocol,
    Record,
    Scalar,
    Type,
    Union,
    Use,
    naming,
)
from voxspec.model.circles import ordered
from voxspec.model.reach import circles_of, frame_parts
from voxspec.model.walk import Shape, definitions, uses
from voxspec.output.render import constant_literal
from voxspec.targets.python.bounds import bound
from voxspec.targets.python.classes import presence_checks, rename_code, value_checks
from voxspec.targets.python.completion import Completion
from voxspec.targets.python.frames import frame_renames, numbered
from voxspec.targets.python.types import Spelling, constrained, tag_field
from voxspec.targets.python.widths import INT64_MAX, Widths

_NOTHING = "Annotated[int, Meta(ge=1, le=0)]"
"""What no value is, for integers that are all beyond 63 bits."""

_KNOWN, _ALL_KNOWN = "_check_known", "_check_all_known"
"""The functions of the template for objects that may have further keys."""


@dataclass(frozen=True, slots=True)
class TwinField:
    """A field of a twin; ``default`` is "" for a required one."""

    attribute: str
    annotation: str
    default: str
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TwinView:
    """A twin; ``checks`` are its ``__post_init__``."""

    name: str
    keywords: tuple[str, ...]
    fields: tuple[TwinField, ...]
    checks: tuple[str, ...]

    @property
    def looks_inside(self) -> bool:
        """Whether it checks the keys of objects in objects."""
        return any(line.startswith(_ALL_KNOWN) for line in self.checks)


def closed_module(protocol: Protocol) -> dict[str, object]:
    """The twins of the server's frames, as the template needs them."""
    twins = _Twins(protocol)
    frames = [(twins.of_frame(message), message) for message in protocol.messages("server")]
    return {
        "twins": twins.views,
        "frames": frames,
        "free": [name for name, m in frames if _may_be_deep(protocol, m)],
        "refers_ahead": bool(circles_of(protocol)),
    }


class _Twins:
    """Names twins, and writes down those that have to be made, after what they refer to."""

    def __init__(self, protocol: Protocol) -> None:
        self.views: list[TwinView] = []
        self._protocol = protocol
        self._completion = Completion(protocol, wide=False)
        used = [
            inner.python_name
            for message in protocol.messages("server")
            for part in frame_parts(message)
            for inner in definitions(protocol, part)
        ]
        unions = {v: u for u in protocol.types if isinstance(u, Union) for v in u.variants}
        records = [
            d for d in ordered(protocol.types) if isinstance(d, Record) and d.python_name in used
        ]
        self._spelling = _ClosedSpelling(
            protocol,
            Widths(protocol),
            twins={record.name: self._name_of(record, "types") for record in records},
        )
        for record in records:
            if not _is_closed(protocol, record):
                self.views.append(self._record(record, unions.get(record.name)))

    def of_frame(self, message: Message) -> str:
        """The twin of a message's frame."""
        protocol, envelope = self._protocol, self._protocol.envelope
        numbers = numbered(message, envelope)
        parts: list[Shape] = [*frame_parts(message), *(number.use.type for number in numbers)]
        if all(_is_closed(protocol, part) for part in parts):
            return f"server.{message.frame_name}"
        further = [self._field(field) for field in (*message.keys, *numbers)]
        presence: list[str] = []
        renames = frame_renames(envelope)
        if envelope.is_flat:
            if isinstance(record := message.payload, Record):
                further += map(self._field, record.fields)
                renames |= _renamed(record.fields)
                presence = presence_checks(record)
        elif message.payload is not None:
            further.insert(len(message.keys), self._payload(message, message.payload))
        name = self._named(message.frame_name)
        keywords = [f"tag_field={tag_field(envelope.type.key)}", _tag(message.type)]
        self.views.append(_view(name, keywords, renames, further, presence))
        return name

    def _payload(self, message: Message, payload: Record | Type) -> TwinField:
        key = self._protocol.envelope.payload
        assert key is not None
        required = not message.payload_optional
        if not isinstance(payload, Record):
            use = Use(payload, message.payload_nullable)
            return self._field(Field(key.key, key.attribute, use, required, key.description))
        name = self._name_of(payload, "server")
        if not _is_closed(self._protocol, payload):
            self.views.append(self._record(payload, None))
        use = Use(NamedType(payload.name), message.payload_nullable)
        field = Field(key.key, key.attribute, use, required, key.description)
        return self._field_of_record(field, payload, name)

    def _record(self, record: Record, union: Union | None) -> TwinView:
        fields = [f for f in record.fields if not (union and f.name == union.tag)]
        keywords: list[str] = []
        if union is not None:
            constant = record.field(union.tag).use.type
            assert isinstance(constant, ConstType)
            keywords = [f"tag_field={tag_field(union.tag)}", _tag(constant.value)]
        return _view(
            self._named(record.python_name),
            keywords,
            _renamed(fields),
            map(self._field, fields),
            presence_checks(record),
        )

    def _field(self, given: Field) -> TwinField:
        """The field with nothing open about it."""
        field = _as_usual(given)
        use = field.use
        if isinstance(use.type, NamedType):
            record = self._protocol.type(use.type.name)
            if isinstance(record, Record) and use.max_json_length is None:
                return self._field_of_record(field, record, self._spelling.twins[record.name])
        return TwinField(
            field.attribute,
            self._spelling.annotation(use, absent=not field.required),
            "" if field.required else "UNSET",
            tuple(value_checks(field, self._completion)),
        )

    def _field_of_record(self, field: Field, record: Record, twin: str) -> TwinField:
        """A field that holds a record. One that keeps further keys stays the object that it is, so that
        they are there when the frame is written again."""
        annotation = "dict[str, Any]" if record.extra else twin
        if not field.required:
            annotation += " | UnsetType"
        return TwinField(
            field.attribute,
            f"{annotation} | None" if field.use.nullable else annotation,
            "" if field.required else "UNSET",
            (self._check_of(field, record, twin),) if record.extra else (),
        )

    def _check_of(self, field: Field, record: Record, twin: str) -> str:
        inside = [d for type_ in uses(record) for d in definitions(self._protocol, type_.type)]
        is_flat = record.tag is None and not any(isinstance(d, Record) for d in inside)
        return f"{_KNOWN if is_flat else _ALL_KNOWN}(self.{field.attribute}, {twin})"

    def _name_of(self, record: Record, module: str) -> str:
        if _is_closed(self._protocol, record):
            return f"{module}.{record.python_name}"
        return self._named(record.python_name)

    def _named(self, name: str) -> str:
        return naming.unlike(f"Closed{name}", self._protocol.class_names)


def _view(
    name: str,
    keywords: Iterable[str],
    renames: Mapping[str, str],
    fields: Iterable[TwinField],
    presence: Iterable[str],
) -> TwinView:
    own = tuple(fields)
    known = {field.attribute for field in own}
    code = rename_code({a: key for a, key in renames.items() if a in known})
    return TwinView(
        name,
        (*keywords, *((f"rename={code}",) if code else ())),
        own,
        (*presence, *(line for field in own for line in field.checks)),
    )


def _tag(value: str | int | bool) -> str:
    return f"tag={constant_literal(value)}"


def _renamed(fields: Iterable[Field]) -> dict[str, str]:
    return {field.attribute: field.name for field in fields if field.attribute != field.name}


def _may_be_deep(protocol: Protocol, message: Message) -> bool:
    """Whether the twin of a message's frame may hold JSON that nests to any depth."""
    endless = circles_of(protocol)
    return any(
        isinstance(inner, AnyObjectType | AnyType)
        or (isinstance(inner, Record | NamedType) and inner.name in endless)
        or (isinstance(inner, Record) and inner.extra)
        for part in frame_parts(message)
        for shape in (part, *definitions(protocol, part))
        for inner in (shape, *(use.type for use in uses(shape)))
    )


def _is_closed(protocol: Protocol, shape: Shape) -> bool:
    """Whether a value of a shape can hold nothing that is kept without being known, and needs no code
    for integers beyond 63 bits."""
    completion = Completion(protocol, wide=False)
    return all(_is_plain(inner, completion) for inner in (shape, *definitions(protocol, shape)))


def _is_plain(shape: Shape, completion: Completion) -> bool:
    match shape:
        case Record(extra=True) | Flags() | Enum(open=True):
            return False
        case Record(fields=fields) if not all(_is_plain_field(f, completion) for f in fields):
            return False
    types = [use.type for use in uses(shape)]
    if not isinstance(shape, Record | Scalar | Enum | Union):
        types.append(shape)
    return not any(
        (isinstance(type_, IntegerType) and type_.maximum > INT64_MAX)
        or (isinstance(type_, NamedType) and type_.open)
        for type_ in types
    )


def _is_plain_field(field: Field, completion: Completion) -> bool:
    """Decoders know of relayed values the usual type alone, but leave bounds of numbers to others."""
    if field.published_null:
        return False
    return not field.relayed or not value_checks(_as_usual(field), completion)


def _as_usual(field: Field) -> Field:
    """The field without values that are only kept, or worth a note."""
    nullable = field.use.nullable and not field.published_null
    return dataclasses.replace(
        field, use=dataclasses.replace(field.use, nullable=nullable), relayed=None
    )


@dataclass(slots=True)
class _ClosedSpelling(Spelling):
    """Spells types without what is open about them. ``twins``: the class of each record."""

    twins: Mapping[str, str] = field(default_factory=dict)

    def type(self, type_: Type) -> str:
        match type_:
            case IntegerType(minimum=low, maximum=high):
                if low > INT64_MAX:
                    return _NOTHING
                return constrained("int", {"ge": bound(low), "le": bound(min(high, INT64_MAX))})
            case ConstType(value=bool()):
                return "bool"
            case AnyObjectType():
                return "dict[str, Any]"
            case AnyType():
                return "Any"
            case NamedType(name=name):
                return self._definition(name)
        return Spelling.type(self, type_)

    def _definition(self, name: str) -> str:
        match self.protocol.type(name):
            case Scalar(use=use):
                return self.annotation(use)
            case Enum(values=values):
                return f"Literal[{', '.join(constant_literal(v.value) for v in values)}]"
            case Flags(flags=flags):
                return constrained("int", {"ge": "0", "le": str(_highest_known(flags))})
            case Union(variants=variants):
                return " | ".join(self.twins[variant] for variant in variants)
        return self.twins[name]


def _highest_known(flags: Iterable[Flag]) -> int:
    """The integer up to which all bits have names."""
    bits = {flag.bit for flag in flags}
    count = next(n for n in range(65) if n not in bits)
    return min((1 << count) - 1, INT64_MAX)
