"""Records of which only the keys count: whether they are there, and the rules between them."""

from __future__ import annotations

from dataclasses import replace

from voxspec.model import AnyType, Field, Record, Use


def skeleton(record: Record) -> Record:
    """The record with any value under its keys, but for those that rules ask for."""
    asked = {rule.field for rule in record.required_when} | {record.tag}
    return replace(
        record,
        fields=tuple(
            field if field.name in asked else of_anything(field) for field in record.fields
        ),
    )


def with_field(
    record: Record, field: Field, *, closed: bool | None = None, bare: bool = False
) -> Record:
    """The skeleton of a record with a field in place of one of its name, or at its end."""
    made = skeleton(record)
    field = of_anything(field) if bare or not made.extra else field
    names = [other.name for other in made.fields]
    fields = [field if other.name == field.name else other for other in made.fields]
    fields += [] if field.name in names else [field]
    return replace(made, fields=tuple(fields), closed=made.closed if closed is None else closed)


def without_field(record: Record, name: str) -> Record:
    """The skeleton of a record without a field."""
    made = skeleton(record)
    return replace(made, fields=tuple(field for field in made.fields if field.name != name))


def of_anything(field: Field) -> Field:
    """A field that takes any value, whether it must be there as it is."""
    return replace(
        field,
        use=Use(AnyType()),
        required=field.always_there,
        relayed=None,
        published_null=False,
        default=None,
        null_default=False,
    )
