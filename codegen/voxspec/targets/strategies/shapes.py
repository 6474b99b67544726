"""Python code that builds the shapes of a protocol's types, for the strategies target.

A shape is an expression such as ``Array(Nullable(types.ENTITY_ID), min_items=1)``; what its names
mean stands in the static templates of the target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from voxspec.model import (
    INT_BOUNDS,
    AnyObjectType,
    AnyType,
    ArrayType,
    BooleanType,
    ChoiceType,
    Constant,
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
    RequiredWhen,
    Scalar,
    StringType,
    Type,
    Union,
    Use,
    naming,
)
from voxspec.model.resolved import relayed_bounds
from voxspec.model.text_forms import FORMS
from voxspec.model.walk import Shape as WalkedShape
from voxspec.output.render import constant_literal, literal
from voxspec.patterns import lengths
from voxspec.patterns.lengths import misses
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_python

HOMES = {
    "_cases": ("When",),
    "_choices": ("Choice", "JsonLength", "Nullable", "Open", "Relayed", "RelayedInteger"),
    "_constants": ("Const",),
    "_containers": ("Array", "Map"),
    "_levels": ("levels",),
    "_numbers": ("Flags", "IntegerEnum", "Number"),
    "_frames": ("Message",),
    "_records": ("Record", "Union"),
    "_shapes": (
        *("ANY_JSON", "ANY_OBJECT", "BOOLEAN", "INT32", "INT64", "NULL", "NUMBER"),
        *("UINT32", "UINT64"),
        *("Flaw", "Integer", "Shape"),
    ),
    "_texts": ("STRING", "Enum", "String"),
}
"""Where each name of an expression is defined."""

_HOME = {name: home for home, names in HOMES.items() for name in names}


@dataclass(slots=True)
class Shapes:
    """Writes expressions for one module and remembers the names that it must import.

    ``prefix`` stands before the constants of named types. ``circle``: the types that the one that is
    written now holds itself with; their shapes depend on its ``depth``.
    """

    protocol: Protocol
    prefix: str = ""
    circle: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    uses_types: bool = False

    def imports(self) -> list[str]:
        """The import lines for the names used so far, in order."""
        package = f"{self.protocol.package}.{self.protocol.module}.strategies"
        return [
            f"from {package}.{home} import {', '.join(sorted(self.used & set(names)))}"
            for home, names in HOMES.items()
            if self.used & set(names)
        ]

    def call(self, name: str, *arguments: str) -> str:
        """``name(arguments)``, imported."""
        return f"{self.name(name)}({', '.join(arguments)})"

    def name(self, name: str) -> str:
        """``name``, imported."""
        if name not in _HOME:
            raise KeyError(name)
        self.used.add(name)
        return name

    def definition(self, definition: NamedDefinition) -> str:
        """The shape of a named type."""
        match definition:
            case Scalar(use=use):
                return self.use(use)
            case Enum(values=values, open=is_open, integer=IntegerType() as integer):
                return self.call(
                    "IntegerEnum",
                    entries(str(value.value) for value in values),
                    _bound(integer.minimum),
                    _bound(integer.maximum),
                    *["open=True"] * is_open,
                )
            case Flags(flags=flags, integer=integer):
                known = sum(1 << flag.bit for flag in flags)
                return self.call("Flags", "0", _bound(integer.maximum), f"{known:#x}")
            case Enum(values=values, open=is_open):
                names = texts(str(value.value) for value in values)
                return self.call("Enum", names, *["open=True"] * is_open)
            case Record():
                return self.record(definition)
            case Union(tag=tag, variants=variants):
                shapes = ", ".join(
                    f"{constant_literal(self._tag_of(variant, tag))}: {self._named(variant)}"
                    for variant in variants
                )
                return self.call("Union", literal(tag), f"{{{shapes}}}")
            case _:
                assert_never(definition)

    def _tag_of(self, variant: str, tag: str) -> Constant:
        record = self.protocol.type(variant)
        constant = record.field(tag).use.type if isinstance(record, Record) else None
        if not isinstance(constant, ConstType):
            raise TypeError(f"{variant}: {tag} is no constant")
        return constant.value

    def record(self, record: Record) -> str:
        """The shape of a record."""
        arguments = []
        for name, required in (("required", True), ("optional", False)):
            fields = [f for f in record.fields if f.always_there is required]
            if fields:
                shapes = ", ".join(f"{literal(f.name)}: {self.field(f)}" for f in fields)
                arguments.append(f"{name}={{{shapes}}}")
        if record.exactly_one_of:
            groups = entries(texts(group) for group in record.exactly_one_of)
            arguments.append(f"exactly_one_of={groups}")
        if record.required_when:
            rules = entries(self._when(rule) for rule in record.required_when)
            arguments.append(f"required_when={rules}")
        if record.extra:
            arguments.append("extra=True")
        if record.closed:
            arguments.append("closed=True")
        return self.call("Record", *arguments)

    def _when(self, rule: RequiredWhen) -> str:
        absent = ["otherwise_absent=True"] * rule.otherwise_absent
        parts = (literal(rule.field), constant_literal(rule.equals), texts(rule.required))
        return self.call("When", *parts, *absent)

    def field(self, field: Field) -> str:
        """The shape of a field's value."""
        code = self.use(field.use)
        if field.relayed == "json":
            return self.call("Relayed", code)
        if field.relayed == "int64":
            low, high = relayed_bounds(self.protocol, field.use)
            return self.call(
                "RelayedInteger", code, self.call("Integer", _bound(low), _bound(high))
            )
        return code

    def use(self, use: Use) -> str:
        """The shape of a type at a place."""
        code = self.type(use.type)
        if use.max_json_length is not None:
            spaced = ["spaced_ascii=True"] * (use.json_form == "spaced-ascii")
            code = self.call("JsonLength", code, str(use.max_json_length), *spaced)
        return self.call("Nullable", code) if use.nullable else code

    def type(self, type_: Type) -> str:
        """The shape of a type."""
        match type_:
            case StringType():
                bounds: dict[str, str | int | None] = {
                    "min_length": type_.min_length,
                    "max_length": type_.max_length,
                }
                if type_.pattern is not None:
                    bounds |= _pattern(type_, type_.pattern)
                return (
                    self.call("String", *_given(bounds)) if _given(bounds) else self.name("STRING")
                )
            case IntegerType(format=width, minimum=low, maximum=high):
                if (low, high) == INT_BOUNDS[width]:
                    return self.name(width.upper())
                return self.call("Integer", _bound(low), _bound(high))
            case NumberType():
                stated = {
                    "minimum": type_.minimum,
                    "maximum": type_.maximum,
                    "above": type_.above,
                    "below": type_.below,
                }
                given = _given(stated)
                return self.call("Number", *given) if given else self.name("NUMBER")
            case BooleanType():
                return self.name("BOOLEAN")
            case AnyObjectType():
                return self.name("ANY_OBJECT")
            case AnyType():
                return self.name("ANY_JSON")
            case NullType():
                return self.name("NULL")
            case ConstType(value=value):
                return self.call("Const", constant_literal(value))
            case ArrayType(items=items):
                bounds = {"min_items": type_.min_items, "max_items": type_.max_items}
                return self.call("Array", self.use(items), *_given(bounds))
            case MapType(values=values):
                return self.call("Map", self.use(values))
            case ChoiceType(options=options):
                return self.call("Choice", entries(self.use(option) for option in options))
            case NamedType(name=name, open=is_open):
                code = self._named(name)
                return self.call("Open", code) if is_open else code
            case _:
                assert_never(type_)

    def _named(self, name: str) -> str:
        if name in self.circle:
            return f"_{naming.function(name)}(depth - 1)"
        self.uses_types = True
        return self.prefix + naming.shape(name)


def texts(values: Iterable[str]) -> str:
    """A tuple of string literals."""
    return entries(literal(value) for value in values)


def entries(codes: Iterable[str]) -> str:
    """A tuple of expressions."""
    listed = list(codes)
    return f"({listed[0]},)" if len(listed) == 1 else f"({', '.join(listed)})"


def _pattern(type_: StringType, pattern: str) -> dict[str, str | int | None]:
    """The arguments about a pattern: what strategies can draw, and whether anything breaks it."""
    node = parse(pattern)
    low, high = type_.min_length or 0, type_.max_length
    pieces = FORMS[type_.form].near if type_.form and low <= 1 else misses(node, low, high)
    has_length = type_.min_length is not None or high is not None
    draws_whole = has_length or lengths.holds_look(node)
    forms = lengths.forms(node, low, high) if draws_whole else ()
    return {
        "pattern": literal(to_python(node)),
        "forms": texts(forms) if forms else None,
        "misses": texts(pieces) if pieces else None,
    }


def _given(arguments: Mapping[str, str | float | None]) -> list[str]:
    return [f"{name}={value}" for name, value in arguments.items() if value is not None]


def _bound(value: int) -> str:
    """An integer as people write it: bounds of whole bits as powers of two."""
    for bits in (31, 32, 53, 63, 64):
        if value == 2**bits - 1:
            return f"2**{bits} - 1"
        if value == -(2**bits):
            return f"-(2**{bits})"
    return str(value)


def json_kinds(protocol: Protocol, shape: WalkedShape) -> list[str]:
    """The JSON kinds of a shape as strategies call them, null not among them."""
    match shape:
        case NamedType(name=name):
            return json_kinds(protocol, protocol.type(name))
        case Scalar(use=use):
            return json_kinds(protocol, use.type)
        case ChoiceType(options=options):
            return [kind for option in options for kind in json_kinds(protocol, option.type)]
        case ArrayType():
            return ["array"]
        case Record() | Union() | MapType() | AnyObjectType():
            return ["object"]
        case NumberType():
            return ["number"]
        case IntegerType() | Flags():
            return ["integer"]
        case BooleanType():
            return ["boolean"]
        case ConstType(value=value):
            return [{str: "string", int: "integer", bool: "boolean"}[type(value)]]
        case Enum(integer=integer):
            return ["string" if integer is None else "integer"]
        case StringType() | AnyType() | NullType():
            return ["string"]
        case _:
            assert_never(shape)
