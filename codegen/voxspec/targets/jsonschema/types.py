"""JSON Schema for types and records: what generated validators refuse, these refuse too.

Objects are open, but for records that are closed; what a keyword cannot say (the length of a
value's JSON) is carried as an ``x-`` annotation.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    JsonValue,
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
)
from voxspec.model.resolved import relayed_bounds
from voxspec.patterns.ends import leaves_out_line_feed
from voxspec.patterns.syntax import parse
from voxspec.patterns.writing import to_json_schema

Schema = dict[str, JsonValue]

NULL: Schema = {"type": "null"}


def reference(key: str) -> Schema:
    """A reference to the definition with this key in the same file."""
    return {"$ref": f"#/$defs/{key}"}


class TypeSchemas:
    """Makes schemas; ``keys`` maps the name of a named type to its key under ``$defs``.

    ``usual``: relayed values must have their usual shape, as in examples.
    """

    def __init__(self, protocol: Protocol, keys: Mapping[str, str], *, usual: bool) -> None:
        self._protocol = protocol
        self._keys = keys
        self._usual = usual

    def definition(self, named: NamedDefinition) -> Schema:
        """The schema of a named type, for ``$defs``."""
        head: Schema = {"title": named.python_name, "description": named.description}
        match named:
            case Record():
                return self.record(named)
            case Enum():
                body = _enum(named)
            case Flags():
                body = _flags(named)
            case Union():
                body = self._union(named)
            case Scalar():
                body = self.use(named.use)
            case _:
                assert_never(named)
        return head | body | _note(named.note)

    def record(self, record: Record) -> Schema:
        """The schema of a record: an object that has these keys and may have others."""
        schema: Schema = {
            "title": record.python_name,
            "description": record.description,
            "type": "object",
        }
        required: list[JsonValue] = [
            field.name
            for field in record.fields
            if field.always_there or field.name == record.tag or (self._usual and field.required)
        ]
        if required:
            schema["required"] = required
        schema["properties"] = {field.name: self.field(field) for field in record.fields}
        if record.extra:
            schema["additionalProperties"] = True
            schema["x-extra"] = True
        if record.closed:
            schema["additionalProperties"] = False
        if record.one_of_name is not None:
            schema["x-one-of-name"] = record.one_of_name
        return schema | _rules(record) | _note(record.note)

    def field(self, field: Field) -> Schema:
        """The schema of a value under a key of a record, with what is said about it."""
        schema: Schema = {"description": field.description, **self._value(field)}
        if field.default is not None or field.null_default:
            schema["default"] = field.default
        if field.deprecated is not None:
            schema |= {"deprecated": True, "x-deprecated": field.deprecated}
        if field.since is not None:
            schema["x-since"] = field.since
        if field.published_null:
            schema["x-published-null"] = True
        return schema | _note(field.note)

    def _value(self, field: Field) -> Schema:
        """The schema of a field's value; of a relayed one the usual shape is said, not demanded."""
        usual = self.use(field.use)
        if field.relayed is None or self._usual:
            return usual
        marks: Schema = {"x-relayed": "int64" if field.relayed == "int64" else True}
        if field.relayed == "json" and field.required:
            marks["x-usually-there"] = True
        marks |= {key: usual.pop(key) for key in ("x-unit", "x-sensitive") if key in usual}
        schema: Schema = {}
        if field.relayed == "int64":
            low, high = relayed_bounds(self._protocol, field.use)
            schema = {"type": "integer", "minimum": low, "maximum": high}
            schema = _or_null(schema) if field.use.nullable else schema
        return {**schema, **marks, "x-expected-shape": usual}

    def use(self, use: Use) -> Schema:
        """The schema of a type at a place."""
        schema = self._type(use.type)
        if use.nullable and not _accepts_anything(use.type):
            schema = _or_null(schema)
        if use.unit is not None:
            schema["x-unit"] = use.unit
        if use.sensitive:
            schema["x-sensitive"] = True
        if use.max_json_length is not None:
            schema["x-max-json-length"] = use.max_json_length
            if use.json_form != "compact":
                schema["x-json-form"] = use.json_form
        return schema

    def _type(self, kind: Type) -> Schema:
        match kind:
            case StringType():
                return _string(kind)
            case IntegerType():
                return _integer(kind)
            case NumberType():
                return {"type": "number", **kind.bounds}
            case BooleanType():
                return {"type": "boolean"}
            case ConstType():
                return {"type": kind.json_type, "const": kind.value}
            case AnyObjectType():
                return {"type": "object"}
            case AnyType():
                return {"x-any-json": True}
            case NullType():
                return {**NULL}
            case MapType():
                return {"type": "object", "additionalProperties": self.use(kind.values)}
            case ArrayType():
                return self._array(kind)
            case ChoiceType():
                return {"anyOf": [self.use(option) for option in kind.options]}
            case NamedType():
                return self._named(kind)
            case _:
                assert_never(kind)

    def _array(self, kind: ArrayType) -> Schema:
        schema: Schema = {"type": "array", "items": self.use(kind.items)}
        if kind.min_items is not None:
            schema["minItems"] = kind.min_items
        if kind.max_items is not None:
            schema["maxItems"] = kind.max_items
        return schema

    def _named(self, kind: NamedType) -> Schema:
        target = reference(self._keys[kind.name])
        if kind.open:
            return {"x-open": True, "x-expected-shape": target}
        return target

    def _union(self, union: Union) -> Schema:
        return {
            "oneOf": [reference(self._keys[variant]) for variant in union.variants],
            "discriminator": {"propertyName": union.tag},
        }


def _accepts_anything(kind: Type) -> bool:
    return isinstance(kind, AnyType | NullType) or (isinstance(kind, NamedType) and kind.open)


def _or_null(schema: Schema) -> Schema:
    """The same schema that also accepts null."""
    if "anyOf" in schema:
        options = schema["anyOf"]
        assert isinstance(options, list)
        return schema if NULL in options else {**schema, "anyOf": [*options, NULL]}
    if "type" in schema and "const" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, NULL]}


def _integer(kind: IntegerType) -> Schema:
    return {
        "type": "integer",
        "format": kind.format,
        "minimum": kind.minimum,
        "maximum": kind.maximum,
    }


def _string(kind: StringType) -> Schema:
    schema: Schema = {"type": "string"}
    if kind.form == "date-time":
        schema["format"] = kind.form
    elif kind.form == "base64":
        schema["contentEncoding"] = kind.form
    if kind.min_length is not None:
        schema["minLength"] = kind.min_length
    if kind.max_length is not None:
        schema["maxLength"] = kind.max_length
    if kind.pattern is not None:
        node = parse(kind.pattern)
        schema["pattern"] = to_json_schema(node)
        if leaves_out_line_feed(node):
            schema["not"] = {"type": "string", "pattern": "\\n$"}
    return schema


def _enum(enum: Enum) -> Schema:
    """A closed enum lists its values; an open one accepts any other and shows those it knows.

    The descriptions, and the names of integers, are in the order of the values, as code generators
    expect them.
    """
    values: list[JsonValue] = [value.value for value in enum.values]
    descriptions: list[JsonValue] = [value.description for value in enum.values]
    keyword = "examples" if enum.open else "enum"
    base: Schema = {"type": "string"} if enum.integer is None else _integer(enum.integer)
    names: list[JsonValue] = [value.member for value in enum.values]
    return {
        **base,
        keyword: values,
        "x-open": enum.open,
        **({} if enum.integer is None else {"x-enum-varnames": names}),
        "x-enum-descriptions": descriptions,
    }


def _flags(flags: Flags) -> Schema:
    """Any integer that has no sign: bits that nobody knows are kept, too."""
    named: Schema = {f.name: {"bit": f.bit, "description": f.description} for f in flags.flags}
    return {**_integer(flags.integer), "x-flags": named}


def _rules(record: Record) -> Schema:
    """The record's rules between fields; one rule stands alone, several go into ``allOf``."""
    rules = [_exactly_one_of(group) for group in record.exactly_one_of]
    rules += [_required_when(rule) for rule in record.required_when]
    if not rules:
        return {}
    return rules[0] if len(rules) == 1 else {"allOf": [*rules]}


def _exactly_one_of(names: tuple[str, ...]) -> Schema:
    return {"oneOf": [{"required": [name]} for name in names]}


def _required_when(rule: RequiredWhen) -> Schema:
    schema: Schema = {
        "if": {"properties": {rule.field: {"const": rule.equals}}, "required": [rule.field]},
        "then": {"required": list(rule.required)},
    }
    if rule.otherwise_absent:
        schema["else"] = {"properties": dict.fromkeys(rule.required, False)}
    return schema


def _note(note: str | None) -> Schema:
    return {} if note is None else {"x-note": note}
