"""What an object of the model says, as a tree of named parts.

Parts are called as `voxspec breaking` and the schema files call them. They are made of what the classes
of the model have, so that a field that the model gains is compared as soon as it is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Final

from voxspec.breaking.differences.spelling import (
    NAMES,
    REFERRED,
    flag_words,
    json_words,
    key_of_schema,
    row_words,
    unit_of,
)
from voxspec.breaking.frames.words import use_words
from voxspec.breaking.words import amount
from voxspec.model import Enum, Field, Limit, Record, Type, Use
from voxspec.model.definitions import RequiredWhen
from voxspec.model.gateway import FurtherKey
from voxspec.model.messages import Example
from voxspec.model.session import Binding, Move, Number
from voxspec.model.types import INT_BOUNDS, ConstType, IntegerType, StringType

CORE: Final = "is"
"""The fact that says what a part is, where that is all that is said of it."""


@dataclass(slots=True)
class Part:
    """One part: ``said`` are the facts about it, ``parts`` what it consists of.

    ``of_type`` are the facts that follow from the type of a value; ``also`` are other subjects under
    which something is said of it.
    """

    said: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    of_type: set[str] = field(default_factory=set)
    also: set[str] = field(default_factory=set)


def is_empty(part: Part) -> bool:
    """Whether nothing is said of a part: a list that has nothing in it."""
    return not part.said and all(map(is_empty, part.parts.values()))


_WORKED_OUT: Final = frozenset({"seconds", "is_stated"})
"""What follows from other facts."""

_FLAT: Final = frozenset({"bindings", "fields", "parameters"})
"""Lists whose parts belong to the whole itself, as people say."""

_BESIDE_FIELDS: Final = frozenset({"examples", "keys", "published", "required_when"})
"""Lists of what has fields as well, which may be called like the list."""

EXAMPLES: Final = "examples/"
"""What the names of examples begin with."""


def part_of(value: Any, *, refers: bool = False) -> Part:
    """The part that an object of the model is; ``refers``: in it messages are only referred to."""
    part = Part()
    for name in _field_names(value):
        if name not in _WORKED_OUT:
            _add(part, name, value, refers=refers)
    if isinstance(value, Enum | Record):
        part.said.setdefault("kind", type(value).__name__.lower())
    if isinstance(value, Record):
        if "closed" in part.said:
            part.said["additionalProperties"] = "false" if value.closed else "true"
            del part.said["closed"]
        groups = (" or ".join(group) for group in value.exactly_one_of)
        part.parts.pop("exactly_one_of", None)
        part.said |= facts_of("exactly_one_of", ", ".join(groups))
    if isinstance(value, Field):
        _default(part, value)
    return part


def _default(part: Part, value: Field) -> None:
    part.said.pop("null_default", None)
    part.said.pop("default", None)
    if value.default is not None or value.null_default:
        part.said["default"] = json.dumps(value.default, ensure_ascii=False)


def _add(part: Part, name: str, owner: Any, *, refers: bool) -> None:
    value, key = getattr(owner, name), key_of_schema(name)
    if isinstance(value, Number):
        part.said[key] = REFERRED[Number](value)
        part.said |= facts_of(f"{key}/description", value.description)
        if value.limit is not None:
            part.said[f"{key}/limit"] = value.limit.name
            part.said |= facts_of(f"{key}/x-name", value.limit.constant)
            part.said |= facts_of(f"{key}/note", value.limit.note)
            part.also.add(f"limits/{value.limit.name}")
    elif refers and type(value) in REFERRED:
        part.said[key] = REFERRED[type(value)](value)
    elif isinstance(value, Use) or _is_type(value):
        facts = dict(_use(value if isinstance(value, Use) else Use(value)))
        part.said |= facts
        part.of_type |= facts.keys()
    elif is_dataclass(value):
        part.parts[key] = part_of(value, refers=refers)
    elif isinstance(value, tuple) and value and refers and type(value[0]) in REFERRED:
        part.said[key] = ", ".join(REFERRED[type(one)](one) for one in value)
    elif isinstance(value, tuple) and not (value and all(map(_is_plain, value))):
        listed = list_of(value, refers=refers)
        if name in _FLAT:
            part.parts |= listed.parts
            part.said |= listed.said
        elif name in _BESIDE_FIELDS:
            part.parts |= {f"{key}/{one}": inner for one, inner in listed.parts.items()}
        else:
            part.parts[key] = listed
    elif isinstance(value, tuple):
        part.said[key] = ", ".join(map(json_words, value))
    elif owner.__dataclass_fields__[name].type == "bool":
        part.said |= facts_of(key, flag_words(name, value))
    else:
        part.said |= facts_of(key, value)


def list_of(values: tuple[Any, ...], *, refers: bool = False) -> Part:
    """A list with a part for each thing in it, or a fact where that is short."""
    made = Part()
    for value in values:
        if isinstance(value, tuple) and isinstance(value[1], Binding):
            name, binding = value
            made.said[name] = binding.field.name
            if binding.seconds is not None:
                made.said[f"{name}/unit"] = unit_of(binding.seconds)
            made.said |= facts_of(f"{name}/when_absent", binding.when_absent)
        elif isinstance(value, tuple) and type(value[1]) in REFERRED:
            made.parts[row_words(value[0])] = Part({CORE: REFERRED[type(value[1])](value[1])})
        elif isinstance(value, tuple):
            made.said[json_words(value[0])] = json_words(value[1])
        elif isinstance(value, Move):
            made.parts[row_words(value.subject)] = Part({CORE: value.after})
        elif isinstance(value, RequiredWhen):
            absent = ", and absent otherwise" if value.otherwise_absent else ""
            words = f"{' and '.join(value.required)} required{absent}"
            made.parts[NAMES[RequiredWhen](value)] = Part({CORE: words})
        else:
            name = NAMES[type(value)](value)
            same = sum(other.partition(" #")[0] == name for other in made.parts)
            made.parts[f"{name} #{same + 1}" if same else name] = _named(value, refers=refers)
    return made


def _named(value: Any, *, refers: bool) -> Part:
    match value:
        case Example():
            said = {"payload": value.payload} if value.present else {}
            said |= {"keys": dict(value.keys)} if value.keys else {}
            return Part({name: json.dumps(what, ensure_ascii=False) for name, what in said.items()})
        case FurtherKey():
            made = part_of(value.field)
            made.said |= {"direction": value.side, "presence": value.presence}
            if value.field.required == (value.presence == "required"):
                made.said.pop("required")
            return made
        case Limit():
            made = part_of(value)
            made.said["value"] = amount(value.value, made.said.pop(key_of_schema("unit")))
            return made
        case _:
            return part_of(value, refers=refers)


def _use(use: Use) -> Iterator[tuple[str, str]]:
    """What is said of values at a place: the type in words, and each bound of it."""
    yield "type", use_words(use)
    yield from _bounds(use, "")


def _bounds(use: Use, before: str) -> Iterator[tuple[str, str]]:
    for name in _field_names(use):
        value = getattr(use, name)
        if name not in ("type", "nullable", "json_form") and value is not False:
            yield from facts_of(f"{before}{key_of_schema(name)}", value).items()
    if use.max_json_length is not None or use.json_form != "compact":
        yield f"{before}{key_of_schema('json_form')}", use.json_form
    for name in _field_names(use.type):
        value = getattr(use.type, name)
        if isinstance(value, Use):
            yield from _bounds(value, f"{before}{name}/")
        elif isinstance(value, tuple):
            for option in value:
                yield from _bounds(option, f"{before}{use_words(option)}/")
        elif _is_own(use.type, name):
            yield from facts_of(f"{before}{key_of_schema(name)}", value).items()


def _is_own(type_: Type, name: str) -> bool:
    """Whether a fact of a type is not said by the words for it."""
    if isinstance(type_, IntegerType):
        bounds = INT_BOUNDS.get(type_.format, (None, None))
        return name != "format" and getattr(type_, name) != bounds[name == "maximum"]
    if isinstance(type_, StringType) and type_.form is not None and name == "pattern":
        return False
    return name not in ("name", "format", "form", "open") and not isinstance(type_, ConstType)


def _field_names(value: Any) -> tuple[str, ...]:
    """Those of a class of the model; ``dataclasses.fields`` makes them anew each time."""
    return tuple(value.__dataclass_fields__)


def _is_type(value: Any) -> bool:
    return is_dataclass(value) and type(value).__module__ == Use.__module__


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def facts_of(name: str, value: Any) -> dict[str, str]:
    """A fact; none where nothing is said."""
    return {} if value is None or value in ("", ()) else {name: json_words(value)}
