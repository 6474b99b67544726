"""The model of a protocol: what the schema files say, resolved, immutable, free of YAML.

Built once by :mod:`voxspec.pipeline` and read by every target. Nothing in here is about a target
language, except the Python names that :mod:`voxspec.model.naming` decided once for all targets.

Shapes: a :data:`Type` says what a JSON value may be; a :class:`Use` is a type at a place (may it
be null, is it secret, what is its unit); a :class:`Field` is a use under a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from voxspec.model import naming

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
Direction = Literal["client", "server"]
SeqPolicy = Literal["required", "never"]
IntFormat = Literal["int32", "uint32", "int64", "uint64"]
JsonForm = Literal["compact", "spaced-ascii"]
Relay = Literal["json", "int64"]

JSON_FORMS: dict[JsonForm, str] = {
    "compact": "compact JSON",
    "spaced-ascii": "JSON with a space after , and : and \\u escapes",
}
"""What messages call the ways of writing JSON that a length is counted on."""

INT_BOUNDS: dict[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


# --- types ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StringType:
    """A JSON string; lengths are counted in code points."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class IntegerType:
    """A JSON integer written without a fraction, from ``minimum`` to ``maximum`` inclusive."""

    format: IntFormat
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class NumberType:
    """Any JSON number."""


@dataclass(frozen=True, slots=True)
class BooleanType:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class ConstType:
    """Exactly this string; the tag of a union's variant."""

    value: str


@dataclass(frozen=True, slots=True)
class ArrayType:
    """A JSON array of ``items``."""

    items: Use
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """A JSON object with free keys and values of one type."""

    values: Use


@dataclass(frozen=True, slots=True)
class AnyObjectType:
    """Any JSON object."""


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """One of several types that differ in their JSON type, so that the value itself tells which."""

    options: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class NamedType:
    """A reference to an entry of :attr:`Protocol.types`.

    ``open`` is set when readers keep a value that has not the record's shape.
    """

    name: str
    open: bool = False


Type = (
    StringType
    | IntegerType
    | NumberType
    | BooleanType
    | ConstType
    | ArrayType
    | MapType
    | AnyObjectType
    | ChoiceType
    | NamedType
)


@dataclass(frozen=True, slots=True)
class Use:
    """A type at a place. ``unit`` is ms, s, bit/s, bytes, pixels or None.

    ``max_json_length`` counts the characters of the value's JSON as ``json_form`` writes it.
    """

    type: Type
    nullable: bool = False
    unit: str | None = None
    sensitive: bool = False
    max_json_length: int | None = None
    json_form: JsonForm = "compact"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record.

    ``name`` is the key on the wire, ``attribute`` its Python name. ``published_null``: published
    pages show null where the wire leaves the key out; readers accept it (``use.nullable`` is then
    set too) and validators note it.
    ``relayed``: the server passes on what another client gave, so that readers keep any JSON value,
    or any integer of 64 bits, where ``use`` says the usual shape alone. What is ``json`` can also be
    missing, though ``required`` says that it is usually there.
    ``null_default``: null is the default, and not that there is none.
    """

    name: str
    attribute: str
    use: Use
    required: bool
    description: str
    note: str | None = None
    deprecated: str | None = None
    since: str | None = None
    published_null: bool = False
    default: JsonValue | None = None
    relayed: Relay | None = None
    null_default: bool = False

    @property
    def always_there(self) -> bool:
        """Whether a frame without this key is wrong."""
        return self.required and self.relayed != "json"


@dataclass(frozen=True, slots=True)
class RequiredWhen:
    """``required`` must be there when ``field`` has the value ``equals``.

    With ``otherwise_absent`` those keys must be absent in every other case.
    """

    field: str
    equals: str
    required: tuple[str, ...]
    otherwise_absent: bool = False


@dataclass(frozen=True, slots=True)
class PublishedName:
    """A name that published pages use and the wire does not have.

    ``wire`` is the real name, None when there is none. ``envelope``: it is a key of the frame and
    not of the payload.
    """

    name: str
    wire: str | None = None
    envelope: bool = False
    note: str | None = None


# --- named types ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scalar:
    """A named scalar, such as an id: ``python_name`` is its alias in generated code."""

    name: str
    python_name: str
    description: str
    use: Use
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enum; ``member`` is its Python name."""

    value: str
    member: str
    description: str


@dataclass(frozen=True, slots=True)
class Enum:
    """A named set of strings; readers of an ``open`` one keep values that they do not know."""

    name: str
    python_name: str
    description: str
    values: tuple[EnumValue, ...]
    open: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object with known keys. Every record is open: readers ignore other keys.

    ``extra``: other keys are part of the message on purpose; they are kept and written back.
    ``exactly_one_of``: groups of fields of which exactly one is there; ``one_of_name`` is what the
    schema calls the choice, when it has a name.
    ``tag``: the field that tells this record apart inside a union, when it is a variant of one.
    """

    name: str
    python_name: str
    description: str
    fields: tuple[Field, ...]
    extra: bool = False
    exactly_one_of: tuple[tuple[str, ...], ...] = ()
    required_when: tuple[RequiredWhen, ...] = ()
    published: tuple[PublishedName, ...] = ()
    tag: str | None = None
    note: str | None = None
    one_of_name: str | None = None

    def field(self, name: str) -> Field:
        """The field with this wire name; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A named choice between keys of a record: models give what is there as one typed value.

    ``cases`` are the keys, each with the name of the class that its value becomes.
    """

    name: str
    python_name: str
    cases: tuple[tuple[Field, str], ...]


@dataclass(frozen=True, slots=True)
class Union:
    """One of several records, told apart by the constant string under ``tag``."""

    name: str
    python_name: str
    description: str
    tag: str
    variants: tuple[str, ...]
    note: str | None = None


NamedDefinition = Scalar | Enum | Record | Union


# --- messages ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """A valid payload. ``present`` is False when the example leaves the payload key out."""

    summary: str
    payload: JsonValue
    present: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one direction.

    ``payload`` is a record of its own, the name of a union or record of the types, or None when
    the frame has no payload key. ``payload_optional``: the key may be absent;
    ``payload_nullable``: it may be null. ``audience``: who gets it.
    """

    type: str
    direction: Direction
    area: str
    python_name: str
    frame_name: str
    summary: str
    description: str
    seq: SeqPolicy
    payload: Record | NamedType | None
    payload_optional: bool
    payload_nullable: bool
    examples: tuple[Example, ...]
    since: str | None = None
    deprecated: str | None = None
    note: str | None = None
    published: tuple[PublishedName, ...] = ()
    audience: str | None = None

    @property
    def tolerated_keys(self) -> tuple[str, ...]:
        """Envelope keys that published pages show here: noted, not refused."""
        return tuple(entry.name for entry in self.published if entry.envelope)


@dataclass(frozen=True, slots=True)
class Area:
    """A group of messages of one direction, from one schema file."""

    name: str
    title: str
    description: str
    direction: Direction
    messages: tuple[Message, ...]


# --- the protocol -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter of the endpoint."""

    name: str
    required: bool
    values: tuple[str, ...]
    description: str
    when_absent: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a client connects to."""

    url: str
    description: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeKey:
    """One key of the envelope."""

    key: str
    attribute: str
    description: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The keys that every frame has. ``first_seq`` is the first sequence number of a session."""

    type: EnvelopeKey
    payload: EnvelopeKey
    sequence: EnvelopeKey
    sequence_use: Use
    first_seq: int
    description: str
    note: str | None = None

    @property
    def keys(self) -> tuple[str, str, str]:
        return (self.type.key, self.payload.key, self.sequence.key)


@dataclass(frozen=True, slots=True)
class Limit:
    """A named number of the protocol, with its unit."""

    name: str
    constant: str
    value: int | float
    unit: str
    description: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRule:
    """One rule about the order of messages in a session."""

    id: str
    title: str
    text: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CloseReason:
    """A close reason that changes what its code means."""

    reason: str
    recovery: str
    delay: bool
    description: str


@dataclass(frozen=True, slots=True)
class CloseCode:
    """A WebSocket close code. ``recovery`` is resume, identify or fatal."""

    code: int
    name: str
    recovery: str
    delay: bool
    description: str
    reasons: tuple[CloseReason, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission and its bit."""

    name: str
    bit: int
    description: str
    note: str | None = None

    @property
    def member(self) -> str:
        """Its Python name."""
        return naming.permission(self.name)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of prose for the docs; ``body`` is Markdown."""

    name: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Protocol:
    """Everything that the schema files say."""

    name: str
    title: str
    version: int
    summary: str
    description: str
    package: str
    endpoint: Endpoint | None
    envelope: Envelope
    limits: tuple[Limit, ...]
    session: tuple[SessionRule, ...]
    compression: str | None
    pages: tuple[Page, ...]
    close_codes_description: str
    close_codes: tuple[CloseCode, ...]
    permissions_description: str
    permissions: tuple[Permission, ...]
    types: tuple[NamedDefinition, ...]
    areas: tuple[Area, ...]

    @property
    def module(self) -> str:
        """The name of the generated version module, such as ``v1``."""
        return f"v{self.version}"

    def type(self, name: str) -> NamedDefinition:
        """The named type; KeyError when there is none."""
        for definition in self.types:
            if definition.name == name:
                return definition
        raise KeyError(name)

    def records(self) -> Iterator[Record]:
        """Every record: those of the types, then the payloads of messages."""
        yield from (named for named in self.types if isinstance(named, Record))
        yield from (m.payload for m in self.messages() if isinstance(m.payload, Record))

    def choices(self) -> tuple[OneOf, ...]:
        """The named choices between keys, each once however many records have it."""
        found = {record.one_of_name: record for record in self.records() if record.one_of_name}
        return tuple(
            OneOf(
                name,
                naming.class_name(name),
                tuple(
                    (record.field(key), naming.case_name(record.field(key).attribute, name))
                    for key in record.exactly_one_of[0]
                ),
            )
            for name, record in found.items()
        )

    def relayed_bounds(self, use: Use) -> tuple[int, int]:
        """The least and greatest integer that readers take where a client may have given any."""
        type_ = use.type
        if isinstance(type_, NamedType):
            named = self.type(type_.name)
            type_ = named.use.type if isinstance(named, Scalar) else type_
        if not isinstance(type_, IntegerType):
            raise TypeError("only integers are relayed as integers")
        low, high = INT_BOUNDS["int64"]
        return min(low, type_.minimum), max(high, type_.maximum)

    def relayed_fields(self, message: Message) -> tuple[Field, ...]:
        """The fields of a message that hold what other clients gave."""
        if not isinstance(message.payload, Record):
            return ()
        return tuple(field for field in message.payload.fields if field.relayed is not None)

    def messages(self, direction: Direction | None = None) -> Iterator[Message]:
        """All messages, or those of one direction, in schema order."""
        for area in self.areas:
            if direction is None or area.direction == direction:
                yield from area.messages

    @property
    def class_names(self) -> frozenset[str]:
        """The Python names of all types, payloads, frames and choices."""
        names = {definition.python_name for definition in self.types}
        for choice in self.choices():
            names |= {choice.python_name, *(name for _, name in choice.cases)}
        return frozenset(names.union(*((m.python_name, m.frame_name) for m in self.messages())))

    def areas_of(self, direction: Direction) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.direction == direction)

    def payload_shape(self, message: Message) -> Record | Union | None:
        """The record or union behind a message's payload, wherever it is defined."""
        if not isinstance(message.payload, NamedType):
            return message.payload
        shape = self.type(message.payload.name)
        if not isinstance(shape, Record | Union):
            raise TypeError(f"{message.type}: payload is no record")
        return shape
