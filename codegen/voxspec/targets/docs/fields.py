"""Records in words: the rows of a field table, the rules between fields, the published names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from voxspec.model import (
    INT_BOUNDS,
    JSON_FORMS,
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
    NamedType,
    NullType,
    NumberType,
    PublishedName,
    Record,
    Scalar,
    StringType,
    Type,
    Use,
)
from voxspec.model.text_forms import FORMS
from voxspec.targets.docs.markdown import (
    Markdown,
    NameLink,
    anchor,
    code,
    json_code,
    listing,
    prose,
    slug,
)
from voxspec.targets.docs.site import INTEGERS_TITLE, TYPES, Site

MANY_VALUES = 8
"""An enum with more values than this is linked instead of listed in a field table."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row of a field table, ready to print."""

    name: Markdown
    type: Markdown
    presence: Markdown
    limits: Markdown
    description: Markdown


class Fields:
    """Describes records on the page ``source``; ``link`` finds names in their texts."""

    def __init__(self, site: Site, source: str, link: NameLink) -> None:
        self._site = site
        self._source = source
        self._link = link

    def rows(self, record: Record) -> list[FieldRow]:
        """The field table of a record, in schema order."""
        return [self._row(record, field) for field in record.fields]

    def rules(self, record: Record) -> list[Markdown]:
        """The rules between the fields of a record, in words."""
        rules = []
        for group in record.exactly_one_of:
            named = f": the {prose(record.one_of_name)}" if record.one_of_name else ""
            rules.append(f"Exactly one of {listing(map(code, group))} is present{named}.")
        for when in record.required_when:
            verb = "is" if len(when.required) == 1 else "are"
            other = f"; otherwise {'it' if verb == 'is' else 'they'} must be absent"
            rules.append(
                f"{listing(map(code, when.required))} {verb} required when {code(when.field)} is"
                f" {constant_code(when.equals)}{other if when.otherwise_absent else ''}."
            )
        if record.extra:
            rules.append("Other keys are part of the message: readers keep them.")
        if record.closed:
            rules.append("Closed: no other key is valid.")
        return [Markdown(rule) for rule in rules]

    def published(self, entry: PublishedName) -> Markdown:
        """What the wire has in place of a published name."""
        if entry.wire is not None:
            text = str(code(entry.wire))
        else:
            text = "not on the frame" if entry.envelope else "never sent"
        return Markdown(f"{text}. {prose(entry.note, self._link)}" if entry.note else text)

    def type(self, use: Use, *, inner: bool = False) -> Markdown:
        """A type in words. Where there is no column for them (``inner``), with null and limits."""
        text = self._kind(use.type)
        if inner:
            limits = listing(self.limits(use))
            text = f"{text} ({limits})" if limits else text
            text = f"{text} or null" if use.nullable else text
        return Markdown(text)

    def limits(self, use: Use) -> list[Markdown]:
        """The limits of a value and its unit."""
        found = list(_limits(use.type))
        scalar = self._scalar(use)
        unit = use.unit or (scalar.unit if scalar is not None else None)
        if unit is not None:
            found.append(f"in {prose(unit)}")
        if use.max_json_length is not None:
            found.append(f"at most {use.max_json_length} characters of {JSON_FORMS[use.json_form]}")
        return [Markdown(text) for text in found]

    def _row(self, record: Record, field: Field) -> FieldRow:
        presence = "required" if field.required or field.name == record.tag else "optional"
        if field.required and not field.always_there:
            presence = "usual"
        if field.use.nullable and not field.published_null:
            presence += ", nullable"
        return FieldRow(
            code(field.name),
            self.type(field.use),
            Markdown(presence),
            Markdown(", ".join(self.limits(field.use))),
            Markdown("<br>".join(self._remarks(field))),
        )

    def _remarks(self, field: Field) -> Iterator[str]:
        text = str(prose(field.description, self._link))
        scalar = self._scalar(field.use)
        if field.use.sensitive or (scalar is not None and scalar.sensitive):
            text = f"**Secret.** {text}"
        values = self._values(field.use.type)
        yield f"{text} {values}" if values else text
        if field.default is not None or field.null_default:
            yield f"When absent: {json_code(field.default)}."
        if field.relayed == "json":
            yield "**Relayed** as another client gave it: any JSON value can come."
        elif field.relayed == "int64":
            yield "**Relayed** as another client gave it: any integer of 64 bits can come."
        if field.published_null:
            yield "Never null on the wire, but readers accept null too."
        if field.since is not None:
            yield f"Since {prose(field.since)}."
        if field.deprecated is not None:
            yield f"**Deprecated.** {prose(field.deprecated, self._link)}"
        if field.note is not None:
            yield f"**Note:** {prose(field.note, self._link)}"

    def _scalar(self, use: Use) -> Use | None:
        """What a named scalar says about its values."""
        named = self._site.protocol.type(use.type.name) if isinstance(use.type, NamedType) else None
        return named.use if isinstance(named, Scalar) else None

    def _values(self, kind: Type) -> str:
        """The values of an enum, also of one inside an array."""
        if isinstance(kind, ArrayType):
            return self._values(kind.items.type)
        named = self._site.protocol.type(kind.name) if isinstance(kind, NamedType) else None
        if isinstance(named, Flags) and len(named.flags) <= MANY_VALUES:
            return flag_names(named)
        if not isinstance(named, Enum) or len(named.values) > MANY_VALUES:
            return ""
        return enum_values(named)

    def _kind(self, kind: Type) -> str:
        match kind:
            case StringType():
                return "string"
            case IntegerType():
                target = self._site.page(self._source, TYPES, slug(INTEGERS_TITLE))
                return anchor(Markdown(kind.format), target)
            case NumberType():
                return "number"
            case BooleanType():
                return "boolean"
            case ConstType():
                return json_code(kind.value)
            case AnyObjectType():
                return "object"
            case AnyType():
                return "any JSON value"
            case NullType():
                return "null"
            case ArrayType():
                return f"array of {self.type(kind.items, inner=True)}"
            case MapType():
                return f"object, each value {self.type(kind.values, inner=True)}"
            case ChoiceType():
                return listing((self.type(use, inner=True) for use in kind.options), "or")
            case NamedType():
                link = self._site.type_link(self._source, kind.name)
                return f"{link}, or any JSON value" if kind.open else link
            case _:
                assert_never(kind)


def enum_values(enum: Enum) -> Markdown:
    """The values of an enum in a sentence that says whether there can be others."""
    values = listing((constant_code(value.value) for value in enum.values), "or")
    known = len(enum.values) > 1
    if enum.open:
        return Markdown(f"{'One of ' if known else ''}{values}; other values can occur.")
    return Markdown(f"{'One of' if known else 'Always'} {values}.")


def flag_names(flags: Flags) -> Markdown:
    """The named bits of flags in a sentence."""
    bits = listing(Markdown(f"bit {flag.bit} {code(flag.name)}") for flag in flags.flags)
    return Markdown(f"Flags: {bits}; other bits can occur.")


def constant_code(value: Constant) -> Markdown:
    """A constant as a table of values shows it: text without quotation marks."""
    return code(value) if isinstance(value, str) else json_code(value)


_BOUND_WORDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}


def _limits(kind: Type) -> Iterator[str]:
    if isinstance(kind, IntegerType):
        lowest, highest = INT_BOUNDS[kind.format]
        if kind.maximum != highest:
            yield f"{kind.minimum} to {kind.maximum}"
        elif kind.minimum != lowest:
            yield f"at least {kind.minimum}"
    elif isinstance(kind, StringType):
        if kind.min_length is not None or kind.max_length is not None:
            yield _count(kind.min_length, kind.max_length, "character")
        if kind.form is not None:
            yield FORMS[kind.form].said
        elif kind.pattern is not None:
            yield f"matches {code(kind.pattern)}"
    elif isinstance(kind, NumberType):
        stated = [f"{_BOUND_WORDS[keyword]} {bound}" for keyword, bound in kind.bounds.items()]
        if stated:
            yield " and ".join(stated)
    elif isinstance(kind, ArrayType) and (kind.min_items, kind.max_items) != (None, None):
        yield _count(kind.min_items, kind.max_items, "item")


def _count(low: int | None, high: int | None, noun: str) -> str:
    """``at least 1 item``, ``at most 128 characters``, ``1 to 8 characters``."""
    if high is None:
        return f"at least {low} {noun}{'' if low == 1 else 's'}"
    amount = f"at most {high}" if not low else str(high) if low == high else f"{low} to {high}"
    return f"{amount} {noun}{'' if high == 1 else 's'}"
