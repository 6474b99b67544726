"""What a schema gives a name: scalars, enums, records with their fields, and unions."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model.types import Constant, IntegerType, JsonValue, Relay, Use


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
    equals: Constant
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

    value: str | int
    member: str
    description: str


@dataclass(frozen=True, slots=True)
class Enum:
    """A named set of strings, or of integers; readers of an ``open`` one keep values that they do
    not know: any string, or any integer of the type ``integer``."""

    name: str
    python_name: str
    description: str
    values: tuple[EnumValue, ...]
    open: bool
    note: str | None = None
    integer: IntegerType | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """One named bit; ``member`` is its Python name."""

    name: str
    member: str
    bit: int
    description: str


@dataclass(frozen=True, slots=True)
class Flags:
    """A named set of bits in one integer; readers keep bits that they do not know."""

    name: str
    python_name: str
    description: str
    flags: tuple[Flag, ...]
    integer: IntegerType
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object with known keys. Readers ignore other keys, unless it is ``closed``.

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
    closed: bool = False

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
    """One of several records, told apart by the constant string or integer under ``tag``."""

    name: str
    python_name: str
    description: str
    tag: str
    variants: tuple[str, ...]
    note: str | None = None


NamedDefinition = Scalar | Enum | Flags | Record | Union
