"""What generated classes and validators are built on; a leaf beside the standard library."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypeVar,
    cast,
    dataclass_transform,
)

import msgspec
from msgspec import UNSET

if TYPE_CHECKING:
    JsonValue: TypeAlias = (
        bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
    )
    _UsualT = TypeVar("_UsualT")
    Relayed: TypeAlias = _UsualT | JsonValue
    """What another client gave and the server passed on: usually this, but any JSON can come."""
    UnusualText: TypeAlias = str
    AlwaysTrue: TypeAlias = Literal[True]
    AlwaysFalse: TypeAlias = Literal[False]
    """Booleans with one value, which decoders know as booleans and ``__post_init__`` checks."""
else:
    JsonValue = Any
    UnusualText = Annotated[str, msgspec.Meta(extra={"usual": False})]
    """Text where usually a record is: whoever looks for what is unusual tells it from other text."""
    AlwaysTrue = AlwaysFalse = bool

    class Relayed:
        """To a decoder no more than the usual type, which keeps it fast; see ``relayed.py``."""

        def __class_getitem__(cls, usual: Any) -> Any:
            return usual


EXTRA_KEY = "\ufdd0extra"
"""The name, no character of any language, under which a decoder would look for ``extra``."""

_ModelT = TypeVar("_ModelT", bound=msgspec.Struct)


class Model(msgspec.Struct, frozen=True, kw_only=True, gc=False, repr_omit_defaults=True):
    """What records and frames are built on; nothing in them can refer to themselves."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
def model(cls: type[_ModelT]) -> type[_ModelT]:
    """Makes a Struct a dataclass of the standard library too, which changes nothing else of it.

    What :mod:`dataclasses` asks for is made when it does: for all classes at once it would take a
    tenth of the time that the models take to import.
    """
    set_dataclass_fields(cls)
    return cls


def set_dataclass_fields(cls: type[msgspec.Struct]) -> None:
    """Let :mod:`dataclasses` find the fields of a Struct when it asks for them."""
    cast("Any", cls).__dataclass_fields__ = _FIELDS


class _DataclassFields:
    """The ``__dataclass_fields__`` of a Struct."""

    def __get__(self, instance: object, owner: type[msgspec.Struct]) -> dict[str, Any]:
        from dataclasses import dataclass

        for kind in owner.__mro__:
            if vars(kind).get("__dataclass_fields__") is self:
                dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=True)(kind)
        fields: dict[str, Any] = cast("Any", owner).__dataclass_fields__
        return fields


_FIELDS = _DataclassFields()


_MOST_REMEMBERED = 64
"""Unknown values of an enum that are remembered at once: a peer can send any number of them, but a
newer one sends the same few in every frame, and making each anew takes longer than decoding the rest."""

_LONGEST_REMEMBERED = 64


class OpenStrEnum(enum.StrEnum):
    """A set of strings that may grow: a value that is not known here is kept as it is.

    ``PresenceStatus("brb")`` is a member-like value, equal to every other with the same text.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        remembered: dict[object, OpenStrEnum] = {}

        # A function of each class: decoders ask it for every unknown value, and all that it looks up
        # in an enum's class takes as long as the rest of it (3.11).
        def missing(value: object) -> OpenStrEnum | None:
            try:
                return remembered[value]
            except (KeyError, TypeError):
                if not isinstance(value, str):
                    return None
            unknown = str.__new__(cls, value)
            unknown._name_ = "UNKNOWN"
            unknown._value_ = value
            if len(value) <= _LONGEST_REMEMBERED:
                remember(remembered, value, unknown)
            return unknown

        kind: Any = cls  # what type checkers know of enums are their members
        kind._remembered_, kind._missing_ = remembered, missing

    @property
    def is_known(self) -> bool:
        """Whether the schema lists this value."""
        return self.value in type(self)._value2member_map_


class OpenIntEnum(enum.IntEnum):
    """A set of integers that may grow: a value that is not known here is kept as it is.

    Of integers from ``least`` to ``most``, each makes a member-like value, equal to the integer.
    """

    def __init_subclass__(cls, *, least: int = -(2**63), most: int = 2**64 - 1) -> None:
        super().__init_subclass__()
        remembered: dict[object, OpenIntEnum] = {}

        def missing(value: object) -> OpenIntEnum | None:
            if not isinstance(value, int) or isinstance(value, bool):
                return None
            unknown = remembered.get(value)
            if unknown is not None:
                return unknown
            if not least <= value <= most:
                return None
            unknown = int.__new__(cls, value)
            unknown._name_ = "UNKNOWN"
            unknown._value_ = value
            remember(remembered, value, unknown)
            return unknown

        kind: Any = cls
        kind._remembered_, kind._missing_ = remembered, missing

    @property
    def is_known(self) -> bool:
        """Whether the schema lists this value."""
        return self.value in type(self)._value2member_map_


class OpenFlags(enum.IntFlag, boundary=enum.STRICT):
    """Bits of an integer, some of them named; the others are kept as they are.

    The values are integers up to ``most``: ``Rights.READ in rights`` and ``[*rights]`` ask for
    named bits, and ``~`` gives the named bits that are not set.
    """

    def __init_subclass__(cls, *, most: int = 2**64 - 1) -> None:
        super().__init_subclass__()
        remembered: dict[object, OpenFlags] = {}

        # Not as enum.KEEP does, which remembers every value: a peer could send any number of them.
        def missing(value: object) -> OpenFlags | None:
            if not isinstance(value, int):
                return None
            known = remembered.get(value)
            if known is not None:
                return known
            if not 0 <= value <= most:
                return None
            bits: Any = int.__new__(cls, value)
            bits._name_ = bits._inverted_ = None
            bits._value_ = value
            remember(remembered, value, bits)
            return cast("OpenFlags", bits)

        kind: Any = cls
        kind._remembered_, kind._missing_ = remembered, missing

    def __repr__(self) -> str:
        names = "|".join(flag.name or "" for flag in self)
        return f"<{type(self).__name__}: {int(self)}{f' ({names})' if names else ''}>"

    @property
    def unknown(self) -> int:
        """The bits that have no name here, as an integer."""
        return int(self) & ~self._named()

    @classmethod
    def _named(cls) -> int:
        kind: Any = cls
        mask: int = kind._flag_mask_
        return mask

    @property
    def is_known(self) -> bool:
        """Whether the schema names every bit that is set."""
        return not self.unknown


def remember(values: dict[Any, Any], key: object, value: object) -> None:
    """Keep ``value``, and never more than a few."""
    if len(values) >= _MOST_REMEMBERED:
        values.clear()
    values[key] = value


def tag_field(key: str) -> str:
    """``key``, whose UTF-8 msgspec makes here: without it, it finds no tag field beyond ASCII."""
    msgspec.json.encode(key)
    return key


def with_extra(value: _ModelT | dict[str, Any], model: type[_ModelT]) -> _ModelT:
    """``value`` as a ``model``, unknown keys in ``extra`` where the model has it.

    Raises msgspec.ValidationError when a known key has a wrong value.
    """
    if not isinstance(value, dict):  # asked first, because it is quick and what decoders give
        return value if isinstance(value, model) else msgspec.convert(value, model)
    names = model.__struct_encode_fields__
    if EXTRA_KEY not in names:
        return msgspec.convert(value, model)
    extra = {key: item for key, item in value.items() if key not in names or key == EXTRA_KEY}
    if EXTRA_KEY in extra:  # a peer sent that very name: no field is called so
        value = {key: item for key, item in value.items() if key != EXTRA_KEY}
    result = msgspec.convert(value, model)  # which passes over unknown keys
    if extra:
        msgspec.structs.force_setattr(result, "extra", extra)
    return result


def shaped(value: Any, model: type[_ModelT]) -> Any:
    """``value`` as a ``model`` where it has that shape, else as it came."""
    if not isinstance(value, dict):
        return value
    odd = _odd_classes(model)  # most of what is odd shows here: an error takes four times as long
    for key, item in value.items():
        if key in odd and type(item) in odd[key]:
            return value
    try:
        return with_extra(value, model)
    except msgspec.ValidationError:
        return value


_JSON_CLASSES: frozenset[type] = frozenset({bool, int, float, str, list, dict, type(None)})


@cache
def _odd_classes(model: type[msgspec.Struct]) -> dict[str, frozenset[type]]:
    """For each key of a model the classes of JSON values that are certainly wrong there."""
    info = msgspec.inspect.type_info(model)
    assert isinstance(info, msgspec.inspect.StructType)
    fields = {field.encode_name: field.type for field in info.fields}
    return {key: _odd(type_) for key, type_ in fields.items() if key != EXTRA_KEY}


def _odd(info: msgspec.inspect.Type) -> frozenset[type]:
    match info:
        case msgspec.inspect.UnionType(types=types):
            return frozenset.intersection(*map(_odd, types))
        case msgspec.inspect.StrType():
            return _JSON_CLASSES - {str}
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            return _JSON_CLASSES - {int, float}
        case msgspec.inspect.BoolType():
            return _JSON_CLASSES - {bool}
        case msgspec.inspect.NoneType():
            return _JSON_CLASSES - {type(None)}
        case msgspec.inspect.EnumType():
            return _JSON_CLASSES - {str, int, float}
        case msgspec.inspect.StructType() | msgspec.inspect.DictType():
            return _JSON_CLASSES - {dict}
        case msgspec.inspect.VarTupleType():
            return _JSON_CLASSES - {list}
    return frozenset()


def usual(value: Any, complete: Callable[[Any], Any]) -> Any:
    """``value`` completed where it has its usual shape, else as it came."""
    try:
        return complete(value)
    except msgspec.ValidationError:
        return value


def holds_above(value: Any, maximum: int) -> bool:
    """Whether ``value`` is an integer above ``maximum``, or an array or object that holds one."""
    if isinstance(value, int):
        return value > maximum
    if isinstance(value, dict):
        value = [*value.values()]
    return isinstance(value, list | tuple) and any(holds_above(item, maximum) for item in value)


@cache
def _fields(model: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(model)  # it reads all annotations every time


@cache
def _parts(model: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The fields of a model, none of which has to be there."""
    return msgspec.defstruct(
        f"{model.__name__}Parts",
        [
            (field.name, field.type, msgspec.field(default=UNSET, name=field.encode_name))
            for field in _fields(model)
            if field.encode_name != EXTRA_KEY
        ],
    )


def keeping_relayed(
    model: type[_ModelT], payload: dict[str, Any], strange: frozenset[str]
) -> _ModelT:
    """A ``model`` of a payload whose ``strange`` keys have not their usual shape: kept as they came.

    Required keys may be missing and are UNSET then. Raises msgspec.ValidationError when any other
    key has a wrong value.
    """
    usual = {key: item for key, item in payload.items() if key not in strange}
    read = msgspec.convert(usual, _parts(model))  # field by field takes five times as long
    values: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for field in _fields(model):
        key, name = field.encode_name, field.name
        if key == EXTRA_KEY:
            names = model.__struct_encode_fields__
            values[name] = {k: item for k, item in payload.items() if k not in names}
        elif key in strange:
            kept[name] = payload[key]
            values[name] = UNSET
        elif key in payload:
            values[name] = getattr(read, name)
        elif field.required:
            values[name] = UNSET
    result = model(**values)
    for name, value in kept.items():
        msgspec.structs.force_setattr(result, name, value)
    return result


def to_wire(value: Any) -> Any:
    """The JSON-ready form of a value, further keys in their place: dicts, lists, plain values."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        result: dict[str, Any] = {}
        if config.tag is not None and config.tag_field is not None:
            result[config.tag_field] = config.tag
        extra: dict[str, Any] = {}
        for name, key in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            item = getattr(value, name)
            if item is UNSET:
                continue
            if key == EXTRA_KEY:
                extra = item
            else:
                result[key] = to_wire(item)
        for key, item in extra.items():
            result.setdefault(key, to_wire(item))
        return result
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_wire(item) for item in value]
    if isinstance(value, dict):
        return {key: to_wire(item) for key, item in value.items()}
    return value


def json_length(value: Any, *, spaced_ascii: bool = False) -> int:
    """The number of characters of ``value`` as compact JSON (raw UTF-8, no spaces).

    With ``spaced_ascii`` as JSON with a space after each comma and colon and ``\\u`` escapes.
    """
    return text_length(to_wire(value), spaced_ascii=spaced_ascii)


def text_length(value: Any, *, spaced_ascii: bool) -> int:
    """The same of what is JSON-ready. Raises what the writers of JSON raise."""
    if spaced_ascii:
        import json  # here, so that the models are imported sooner

        return len(json.dumps(value))
    return len(msgspec.json.encode(value).decode())


def masked_fields(value: msgspec.Struct, secrets: tuple[str, ...]) -> list[tuple[str, Any]]:
    """The names and values of a model's present fields, the secret ones masked."""
    present = []
    for name in value.__struct_fields__:
        item = getattr(value, name)
        if item is UNSET or (name == "extra" and not item):
            continue
        present.append((name, Masked() if name in secrets and item is not None else item))
    return present


def masked_repr(value: msgspec.Struct, secrets: tuple[str, ...]) -> str:
    """The ``repr`` of a model that never shows a secret."""
    parts = ", ".join(f"{name}={item!r}" for name, item in masked_fields(value, secrets))
    return f"{type(value).__name__}({parts})"


class Masked:
    """Stands for a secret wherever one would be shown."""

    def __repr__(self) -> str:
        return "'***'"
