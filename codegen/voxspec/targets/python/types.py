"""Python spellings of types: annotations, and the checks that an annotation cannot express."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

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
    MapType,
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
    naming,
)
from voxspec.output.render import constant_literal, literal
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python
from voxspec.targets.python.bounds import bound
from voxspec.targets.python.widths import INT64_MAX, Widths, reads_at_once


@dataclass(slots=True)
class Spelling:
    """Spells types for one module and remembers the names that the module must import.

    ``wide``: integers above 63 bits are allowed where they are, and bounded by code.
    """

    protocol: Protocol
    widths: Widths
    wide: bool = False
    names: set[str] = field(default_factory=set)

    def annotation(self, use: Use, *, absent: bool = False) -> str:
        """The annotation of a value that may be ``absent``: ``EntityId | UnsetType | None``."""
        text = self.type(use.type)
        if absent:
            text += " | UnsetType"
        return f"{text} | None" if use.nullable and text != "None" else text

    def field(self, field: Field) -> str:
        """The annotation of a field. What is relayed is its usual type to a decoder alone."""
        if field.relayed != "json":
            return self.annotation(field.use, absent=not field.required)
        text = f"Relayed[{self.type(field.use.type)}] | UnsetType"
        return f"{text} | None" if field.use.nullable else text

    def type(self, type_: Type) -> str:
        match type_:
            case StringType():
                return constrained("str", _string_meta(type_))
            case IntegerType():
                return constrained("int", _integer_meta(type_, wide=self.wide))
            case NumberType():
                return "int | float"
            case BooleanType():
                return "bool"
            case ConstType(value=bool() as value):
                return "AlwaysTrue" if value else "AlwaysFalse"
            case ConstType(value=value):
                return f"Literal[{constant_literal(value)}]"
            case ArrayType(items=items):
                bounds = {"min_length": type_.min_items, "max_length": type_.max_items}
                return constrained(f"tuple[{self.annotation(items)}, ...]", bounds)
            case MapType(values=values):
                return f"dict[str, {self.annotation(values)}]"
            case AnyObjectType():
                self.names.add("JsonValue")
                return "dict[str, JsonValue]"
            case AnyType():
                self.names.add("JsonValue")
                return "JsonValue"
            case NullType():
                return "None"
            case ChoiceType(options=options):
                return " | ".join(self.annotation(option) for option in options)
            case NamedType(open=False) if self.wide and self.widths.is_wide(type_):
                return self._wide(self.protocol.type(type_.name))
            case NamedType():
                name = self.named(type_)
                self.names.add(name)
                return name
            case _:
                assert_never(type_)

    def _wide(self, definition: NamedDefinition) -> str:
        """What a definition is where its integers may be above 63 bits."""
        match definition:
            case Scalar(use=use):
                return self.annotation(use)
            case Union(variants=variants):
                return " | ".join(self.type(NamedType(name)) for name in variants)
            case Record(python_name=name):
                return wide_name(self.protocol, name)
            case Enum() | Flags():
                raise AssertionError(definition.name)
            case _:
                assert_never(definition)

    def named(self, type_: NamedType) -> str:
        """The name to annotate with: the class, or the alias that lets decoding keep more."""
        definition = self.protocol.type(type_.name)
        if type_.open and self.wide and reads_at_once(self.protocol, type_):
            return "JsonValue"
        if type_.open:
            return open_name(self.protocol, definition.python_name)
        if isinstance(definition, Record) and definition.extra:
            return extra_name(self.protocol, definition.python_name)
        return definition.python_name


def open_name(protocol: Protocol, python_name: str) -> str:
    """The alias for a record whose readers keep any other JSON value too."""
    return naming.unlike(f"{python_name}OrJson", protocol.class_names)


def extra_name(protocol: Protocol, python_name: str) -> str:
    """The alias for a record that keeps unknown keys: a plain dict to the decoder at first."""
    return naming.unlike(f"{python_name}Value", protocol.class_names)


def wide_name(protocol: Protocol, python_name: str) -> str:
    """The class that takes what the usual one does not, see ``widths``."""
    return naming.unlike(f"Wide{python_name}", protocol.class_names)


def spelling_of(definition: NamedDefinition, spelling: Spelling) -> Spelling:
    """How the fields of a definition are spelled."""
    return replace(spelling, wide=spelling.wide or spelling.widths.is_read_apart(definition))


def tag_field(key: str) -> str:
    """The code for the key by which a decoder tells classes apart."""
    return literal(key) if key.isascii() else f"tag_field({literal(key)})"


def constrained(base: str, meta: Mapping[str, int | str | None]) -> str:
    """``Annotated[base, Meta(...)]`` of code, or the base alone when nothing is constrained."""
    parts = [f"{key}={value}" for key, value in meta.items() if value is not None]
    return f"Annotated[{base}, Meta({', '.join(parts)})]" if parts else base


def _string_meta(type_: StringType) -> dict[str, int | str | None]:
    return {
        "min_length": type_.min_length,
        "max_length": type_.max_length,
        "pattern": None if type_.pattern is None else literal(to_python(parse(type_.pattern))),
    }


def _integer_meta(type_: IntegerType, *, wide: bool) -> dict[str, str | None]:
    if type_.minimum > INT64_MAX:
        return {}
    at_most = None if wide and type_.maximum > INT64_MAX else min(type_.maximum, INT64_MAX)
    return {
        "ge": bound(type_.minimum),
        "le": None if at_most is None else bound(at_most),
    }
