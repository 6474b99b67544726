"""The functions of generated validators: one a payload and a named type, in straight lines."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import assert_never

from voxspec.model import (
    AnyType,
    Constant,
    ConstType,
    Enum,
    Field,
    Flags,
    IntegerType,
    Message,
    NamedDefinition,
    NamedType,
    Protocol,
    PublishedName,
    Record,
    Scalar,
    Union,
    Use,
    naming,
)
from voxspec.model.reach import circles_of
from voxspec.model.resolved import relayed_bounds
from voxspec.output.render import constant_literal, literal
from voxspec.targets.python.bounds import bound
from voxspec.targets.python.validator_calls import Calls


@dataclass(frozen=True, slots=True)
class Function:
    """One validator: its module-level constants, and the lines of its body."""

    function: str
    doc: str
    constants: tuple[str, ...]
    lines: tuple[str, ...]


class Writer:
    """Writes the functions of a module; ``shared`` is the prefix under which shared ones are reached."""

    def __init__(self, protocol: Protocol, shared: str) -> None:
        self.protocol = protocol
        self.calls = Calls(protocol, shared)
        self.constants: set[str] = set()
        self.endless = circles_of(protocol)

    def payload(self, message: Message, record: Record) -> Function:
        published = tuple(p for p in (*message.published, *record.published) if not p.envelope)
        doc = f"The payload of `{message.text}`."
        beside = self.protocol.envelope.keys if self.protocol.envelope.is_flat else ()
        return self.record(record, naming.function(message.name), doc, published, beside)

    def other_payload(self, message: Message) -> Function:
        """The check of a payload that is no object with known keys."""
        assert message.payload_type is not None
        check = self.calls.function(Use(message.payload_type, message.payload_nullable), "")
        line = f"check.payload(value, at, out, {check})"
        return Function(
            naming.function(message.name), f"The payload of `{message.text}`.", (), (line,)
        )

    def named(self, definition: NamedDefinition) -> Function:
        name = naming.function(definition.name)
        doc = definition.description
        match definition:
            case Scalar(use=use):
                secret = "secret=True" if use.sensitive else "secret=secret"
                call = self.calls.call(use.type, "value", "at", f"null=null, {secret}")
                return Function(name, doc, (), (call,))
            case Enum(integer=IntegerType(minimum=low, maximum=high)):
                constant = self.constant(name, "")
                values = "".join(f"{value.value}, " for value in definition.values)
                call = (
                    f"check.one_of_integers(value, at, out, {constant}, {low}, {high}, "
                    f"is_open={definition.open}, null=null, secret=secret)"
                )
                return Function(name, doc, (f"{constant} = ({values})",), (call,))
            case Flags():
                known = sum(1 << flag.bit for flag in definition.flags)
                call = (
                    f"check.flags(value, at, out, {known:#x}, {definition.integer.maximum:#x}, "
                    "null=null, secret=secret)"
                )
                return Function(name, doc, (), (call,))
            case Enum():
                constant = self.constant(name, "", "_SET")
                values = "".join(f"{constant_literal(v.value)}, " for v in definition.values)
                call = (
                    f"check.one_of(value, at, out, {constant}_SET, {constant}, "
                    f"is_open={definition.open}, null=null, secret=secret)"
                )
                constants = (f"{constant} = ({values})", f"{constant}_SET = frozenset({constant})")
                return Function(name, doc, constants, (call,))
            case Record():
                function = self.record(definition, name, doc, definition.published)
                if definition.name not in self.endless:
                    return function
                guard = ("if check.too_deep(at, out):", "    return")
                return dataclasses.replace(function, lines=(*guard, *function.lines))
            case Union():
                checks = ", ".join(
                    f"{constant_literal(_tag_value(self.protocol, variant, definition.tag))}: "
                    f"{naming.function(variant)}"
                    for variant in definition.variants
                )
                lines = (
                    f"checks = {{{checks}}}",
                    f"check.variant(value, at, out, {literal(definition.tag)}, checks, "
                    "null=null, secret=secret)",
                )
                return Function(name, doc, (), lines)
            case _:
                assert_never(definition)

    def record(
        self,
        record: Record,
        name: str,
        doc: str,
        published: tuple[PublishedName, ...],
        beside: tuple[str, ...] = (),
    ) -> Function:
        """The check of a record; ``beside``: keys that stand beside its fields."""
        constant = self.constant(name, "_PUBLISHED", "_KEYS")
        constants = []
        names = ""
        if published:
            listed = ", ".join(f"{literal(p.name)}: {_text(p.wire)}" for p in published)
            constants.append(f"{constant}_PUBLISHED: Mapping[str, str | None] = {{{listed}}}")
            names = f", {constant}_PUBLISHED"
        required = "".join(f"{literal(f.name)}, " for f in record.fields if f.always_there)
        usually = "".join(
            f"{literal(f.name)}, " for f in record.fields if f.required and not f.always_there
        )
        lines = [
            "if not isinstance(value, dict):",
            "    check.any_object(value, at, out, null=null, secret=secret)",
            "    return",
        ]
        if required:
            lines.append(f"check.required(value, at, out, ({required}){names})")
        if usually:
            lines.append(f"check.usually_there(value, at, out, ({usually}))")
        for field in record.fields:
            lines += self.field(field)
        # After the fields: what depends on one that is wrong is not a mistake of its own.
        for group in record.exactly_one_of:
            listed = "".join(f"{literal(g)}, " for g in group)
            lines.append(f"check.exactly_one_of(value, at, out, ({listed}))")
        for rule in record.required_when:
            listed = "".join(f"{literal(r)}, " for r in rule.required)
            lines.append(
                f"check.required_when(value, at, out, {literal(rule.field)}, "
                f"{constant_literal(rule.equals)}, ({listed}), otherwise_absent={rule.otherwise_absent})"
            )
        if not record.extra:
            known = ", ".join(literal(f) for f in (*beside, *(f.name for f in record.fields)))
            keys = f"frozenset({{{known}}})" if known else "frozenset[str]()"
            constants.append(f"{constant}_KEYS = {keys}")
            others = "no_other_keys" if record.closed else "unknown_keys"
            lines += [
                f"if not value.keys() <= {constant}_KEYS:",
                f"    check.{others}(value, at, out, {constant}_KEYS{names})",
            ]
        elif not required:
            constants = []
        return Function(name, doc, tuple(constants), tuple(lines))

    def constant(self, name: str, *ends: str) -> str:
        """How a function's constants begin, so that with these ends they are this module's own."""
        start = f"_{naming.constant(name)}"
        while self.constants & {start + end for end in ends}:
            start += "_"
        self.constants |= {start + end for end in ends}
        return start

    def field(self, field: Field) -> list[str]:
        if isinstance(field.use.type, AnyType):
            return []  # nothing can be wrong with it
        key = literal(field.name)
        pointer = field.name.replace("~", "~0").replace("/", "~1")
        item = f"value[{key}]"
        at = f"at + {literal('/' + pointer)}"
        flags = []
        if field.use.nullable:
            flags.append("null=True")
        if field.use.sensitive:
            flags.append("secret=True")
        lines = [f"if {key} in value:"]
        if field.relayed is not None:
            lines += [f"    {line}" for line in self.relayed(field, item, at, flags)]
        else:
            lines += [
                f"    {line}" for line in self.calls.lines(field.use, item, at, ", ".join(flags))
            ]
        if field.published_null:
            lines.append(f"    check.published_null({item}, {at}, out)")
        if field.use.max_json_length is not None:
            lines.append(f"    if isinstance({item}, dict):")
            spaced = ", spaced_ascii=True" if field.use.json_form == "spaced-ascii" else ""
            lines.append(
                f"        check.json_length({item}, {at}, out, {field.use.max_json_length}{spaced})"
            )
        return lines

    def relayed(self, field: Field, item: str, at: str, flags: list[str]) -> list[str]:
        """The statement for what another client gave: its usual shape, or a note."""
        arguments = [item, at, "out", self.calls.function(field.use, "")]
        if field.relayed == "int64":
            arguments += map(bound, relayed_bounds(self.protocol, field.use))
            arguments += ["null=True"] * field.use.nullable
            return [f"check.relayed_integer({', '.join(arguments)})"]
        if "secret=True" in flags or self.names_secret(field.use):
            arguments.append("secret=True")
        return [f"check.relayed({', '.join(arguments)})"]

    def names_secret(self, use: Use) -> bool:
        """Whether a value is of a named scalar that is secret wherever it stands."""
        named = self.protocol.type(use.type.name) if isinstance(use.type, NamedType) else None
        return isinstance(named, Scalar) and named.use.sensitive


def _tag_value(protocol: Protocol, variant: str, tag: str) -> Constant:
    record = protocol.type(variant)
    assert isinstance(record, Record)
    constant = record.field(tag).use.type
    assert isinstance(constant, ConstType)
    return constant.value


def _text(value: str | None) -> str:
    return "None" if value is None else literal(value)
