"""Named choices between keys: one name means the same keys everywhere, and is free in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.findings import Findings, Place
from voxspec.load.source import Source
from voxspec.model import Area, NamedDefinition, Record, Use, naming

_KEYWORD = "x-one-of-name"


def check_choices(
    types: Source | None,
    definitions: Iterable[NamedDefinition],
    areas: Iterable[tuple[Source, Area]],
    findings: Findings,
) -> None:
    """Report choices whose name cannot become a property, a class or one type."""
    areas = list(areas)
    taken = {d.python_name: f'the type "{d.name}"' for d in definitions}
    for _, area in areas:
        for message in area.messages:
            for name in (message.python_name, message.frame_name):
                taken.setdefault(name, f'the message "{message.text}"')
    first: dict[str, Record] = {}
    for record, place in _choices(types, definitions, areas):
        name = record.one_of_name or ""
        _check_property(record, name, place, findings)
        if name not in first:
            first[name] = record
            _check_cases(record, name, place, findings)
            for class_ in dict.fromkeys(_class_names(record, name)):
                if class_ in taken:
                    findings.error(
                        "CLASS_NAME_UNIQUE",
                        f'the choice "{name}" becomes the Python name "{class_}", as {taken[class_]} does',
                        place,
                        "give the choice another name",
                    )
                taken.setdefault(class_, f'the choice "{name}"')
        elif _shape(record) != _shape(first[name]):
            findings.error(
                "CHOICE_IS_CLEAR",
                f'the choice "{name}" has other keys or types in "{first[name].name}"',
                place,
                "records with the same name of a choice choose between the same keys, with the same "
                "names and types, in the same order",
            )


def _choices(
    types: Source | None,
    definitions: Iterable[NamedDefinition],
    areas: Iterable[tuple[Source, Area]],
) -> Iterator[tuple[Record, Place]]:
    for named in definitions:
        if isinstance(named, Record) and named.one_of_name and named.exactly_one_of and types:
            yield named, types.key_place("types", named.name, _KEYWORD)
    for source, area in areas:
        for message in area.messages:
            record = message.payload
            if isinstance(record, Record) and record.one_of_name and record.exactly_one_of:
                yield record, source.key_place("messages", message.text, "payload", _KEYWORD)


def _check_property(record: Record, name: str, place: Place, findings: Findings) -> None:
    """The choice becomes ``name`` and ``from_name``, which no key may be called as well."""
    if naming.attribute(name) != name:
        findings.error(
            "NO_PYTHON_NAME_COLLISION",
            f'the choice "{name}" has a name that Python or every class needs for itself',
            place,
            "give the choice another name",
        )
    for field in record.fields:
        if field.attribute in {name, f"from_{name}"}:
            findings.error(
                "NO_PYTHON_NAME_COLLISION",
                f'the choice "{name}" and the key "{field.name}" both become the Python name '
                f'"{field.attribute}"',
                place,
                "give the choice another name",
            )


def _class_names(record: Record, name: str) -> list[str]:
    return [naming.class_name(name), *_cases(record, name).values()]


def _cases(record: Record, name: str) -> dict[str, str]:
    """The class of each key."""
    keys = record.exactly_one_of[0]
    return {key: naming.case_name(record.field(key).attribute, name) for key in keys}


def _check_cases(record: Record, name: str, place: Place, findings: Findings) -> None:
    """No two keys of a choice become one class, nor the class that is either of them."""
    seen = {naming.class_name(name): f'the choice "{name}"'}
    for key, class_ in _cases(record, name).items():
        if class_ in seen:
            findings.error(
                "CLASS_NAME_UNIQUE",
                f'"{key}" and {seen[class_]} both become the Python name "{class_}"',
                place,
                "give the key another name with x-name",
            )
        seen.setdefault(class_, f'"{key}"')


def _shape(record: Record) -> list[tuple[str, str, Use]]:
    fields = [record.field(key) for key in record.exactly_one_of[0]]
    return [(field.name, field.attribute, field.use) for field in fields]
