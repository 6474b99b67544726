"""Views of generated classes: everything a template needs to write a class, already spelled."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from voxspec.model import (
    JSON_FORMS,
    Constant,
    ConstType,
    Field,
    NamedType,
    OneOf,
    Protocol,
    Record,
    Relay,
    RequiredWhen,
    Union,
    Use,
)
from voxspec.model.naming import case_name, class_name
from voxspec.model.walk import Shape, parts
from voxspec.output.render import constant_literal, literal
from voxspec.targets.python.completion import Completion
from voxspec.targets.python.types import Spelling, tag_field

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: ``default`` is "" for a required one, ``doc`` "" where there is nothing to say.

    ``is_fixed``: it has this one value in every object of the class.
    """

    attribute: str
    annotation: str
    default: str
    doc: str
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A named choice of a class: ``cases`` are attributes with the class that each becomes."""

    name: str
    python_name: str
    cases: tuple[tuple[str, str], ...]
    keys: str


@dataclass(frozen=True, slots=True)
class ClassView:
    """One class. ``keywords`` are its class keyword arguments, ``checks`` its ``__post_init__``."""

    name: str
    doc: str
    keywords: tuple[str, ...]
    fields: tuple[FieldView, ...]
    checks: tuple[str, ...]
    secrets: tuple[str, ...]
    extra: bool
    base: str = "Model"
    choice: ChoiceView | None = None


def record_view(
    record: Record,
    spelling: Spelling,
    *,
    doc: str,
    union: Union | None = None,
    inherited: Mapping[str, str] = _NONE,
) -> ClassView:
    """The class of a record; ``union`` when it is a variant of one, which then owns its tag.

    ``inherited``: the attributes that the base class calls otherwise than their keys."""
    fields = [f for f in record.fields if not (union and f.name == union.tag)]
    renames = {f.attribute: f.name for f in fields if f.attribute != f.name} | {**inherited}
    keywords = []
    if union:
        keywords.append(f"tag_field={tag_field(union.tag)}")
        keywords.append(f"tag={constant_literal(_tag(record, union))}")
    if record.closed:
        keywords.append("forbid_unknown_fields=True")
    if record.extra:
        keywords.append("omit_defaults=True")
    if record.extra or renames != inherited:
        further = {"extra": "EXTRA_KEY"} if record.extra else {}
        keywords.append(f"rename={rename_code(renames, further)}")
    views = tuple(field_view(field, spelling) for field in fields)
    return ClassView(
        name=record.python_name,
        doc=doc,
        keywords=tuple(keywords),
        fields=views,
        checks=tuple(_checks(record, fields, spelling)),
        secrets=tuple(f.attribute for f in fields if is_secret(f.use, spelling.protocol)),
        extra=record.extra,
        choice=_choice(record),
    )


def rename_code(renames: Mapping[str, str], further: Mapping[str, str] = _NONE) -> str:
    """The dict of attributes that are called otherwise than their keys, ``further`` with the code of
    theirs; "" when there is none."""
    pairs = [f"{literal(name)}: {literal(key)}" for name, key in renames.items()]
    pairs += [f"{literal(name)}: {code}" for name, code in further.items()]
    return f"{{{', '.join(pairs)}}}" if pairs else ""


def _choice(record: Record) -> ChoiceView | None:
    if record.one_of_name is None:
        return None
    (keys,) = record.exactly_one_of
    attributes = [record.field(key).attribute for key in keys]
    return ChoiceView(
        record.one_of_name,
        class_name(record.one_of_name),
        tuple((name, case_name(name, record.one_of_name)) for name in attributes),
        listed(keys),
    )


def case_views(choice: OneOf, spelling: Spelling) -> list[ClassView]:
    """The classes of a choice's values: each has the one key that is there."""
    views = []
    for field, name in choice.cases:
        said = f"The value of {field.name}."
        alone = dataclasses.replace(field, required=True, default=None, description=said)
        record = Record(name, name, "", (alone,))
        doc = f"The {choice.name.replace('_', ' ')} when {field.name} is there."
        views.append(record_view(record, spelling, doc=doc))
    return views


def listed_keys(choice: OneOf) -> str:
    """The keys of a choice as sentences name them."""
    return listed(tuple(field.name for field, _ in choice.cases))


def listed(keys: tuple[str, ...]) -> str:
    """Keys as sentences name them."""
    return " and ".join(keys) if len(keys) == 2 else ", ".join(keys)


def _tag(record: Record, union: Union) -> Constant:
    constant = record.field(union.tag).use.type
    assert isinstance(constant, ConstType)
    return constant.value


def is_secret(use: Use, protocol: Protocol) -> bool:
    """Whether a value is or holds a secret that no record in it masks by itself."""
    shape: Shape = use.type
    if isinstance(shape, NamedType):
        shape = protocol.type(shape.name)
    if isinstance(shape, Record | Union):
        return use.sensitive
    return use.sensitive or any(is_secret(part.use, protocol) for part in parts(shape))


_RELAYED: dict[Relay, str] = {
    "json": "Relayed as another client gave it: any JSON value can come.",
    "int64": "Relayed as another client gave it: any integer of 64 bits can come.",
}


def field_view(field: Field, spelling: Spelling) -> FieldView:
    """The attribute of a class for a field."""
    annotation = spelling.field(field)
    notes = [field.description]
    if field.use.unit:
        notes.append(f"Unit: {field.use.unit}.")
    if field.use.sensitive:
        notes.append("Secret.")
    if field.relayed:
        notes.append(_RELAYED[field.relayed])
        if field.relayed == "json" and field.required:
            notes.append("It can be missing too.")
    if field.deprecated:
        notes.append(f"Deprecated: {field.deprecated}")
    if field.note:
        notes.append(f"Note: {field.note}")
    return FieldView(
        field.attribute, annotation, "" if field.required else "UNSET", " ".join(notes)
    )


def _checks(record: Record, fields: list[Field], spelling: Spelling) -> list[str]:
    completion = Completion(spelling.protocol, wide=spelling.wide)
    return [
        *presence_checks(record),
        *(line for field in fields for line in field_checks(field, completion)),
    ]


def presence_checks(record: Record) -> list[str]:
    """The statements that check which fields of a record are there together."""
    lines: list[str] = []
    for group in record.exactly_one_of:
        attributes = [record.field(name).attribute for name in group]
        if len(attributes) == 2:
            first, second = attributes
            condition = f"(self.{first} is UNSET) is (self.{second} is UNSET)"
        else:
            terms = " + ".join(f"(self.{a} is not UNSET)" for a in attributes)
            condition = f"{terms} != 1"
        lines += [
            f"if {condition}:",
            f"    raise ValueError({literal(f'exactly one of {listed(group)} must be there')})",
        ]
    for rule in record.required_when:
        lines += _when(record, rule)
    return lines


def _when(record: Record, rule: RequiredWhen) -> list[str]:
    attribute = record.field(rule.field).attribute
    is_flag = isinstance(rule.equals, bool)
    tested = f"self.{attribute} {'is' if is_flag else '=='} {constant_literal(rule.equals)}"
    value = rule.equals if isinstance(rule.equals, str) else json.dumps(rule.equals)
    lines = []
    for name in rule.required:
        attribute = record.field(name).attribute
        said = f"{name} must be there when {rule.field} is {value}"
        if rule.otherwise_absent:
            said = f"{name} must be there when {rule.field} is {value}, and only then"
            lines += [f"if ({tested}) is (self.{attribute} is UNSET):"]
        else:
            lines += [f"if {tested} and self.{attribute} is UNSET:"]
        lines += [f"    raise ValueError({literal(said)})"]
    return lines


def field_checks(field: Field, completion: Completion) -> list[str]:
    """The statements that complete a decoded field, and check what its annotation cannot say."""
    value, guard = _guarded(field)
    lines = []
    relayed = field.relayed == "json"
    converted = (completion.relayed if relayed else completion.converted)(field.use, value)
    if converted is not None:
        statement = f"force_setattr(self, {literal(field.attribute)}, {converted})"
        needed = guard
        if converted.startswith("shaped("):  # what is no object stays as it came, without a call
            needed = [*(g for g in guard if "None" not in g), f"isinstance({value}, dict)"]
        if needed:
            lines += [f"if {' and '.join(needed)}:", f"    {statement}"]
        else:
            lines += [statement]
    # Relayed values need not have their type, and those that have not come after the checks.
    too_big = (completion.holds_above if field.relayed else completion.too_big)(field.use, value)
    if too_big is not None:
        lines += [
            f"if {' and '.join([*guard, too_big])}:",
            f"    raise ValueError({literal(f'{field.name} {_range_said(too_big)}')})",
        ]
    return lines + value_checks(field, completion)


def value_checks(field: Field, completion: Completion) -> list[str]:
    """The statements that check what the type of a field says and no annotation can."""
    value, guard = _guarded(field)
    lines = []
    for condition, said in (
        (completion.out_of_bounds(field.use, value), "is out of the bounds of its type"),
        (completion.wrong_constant(field.use, value), "is not the constant of its type"),
    ):
        if condition is not None and not field.relayed:
            lines += [
                f"if {' and '.join([*guard, condition])}:",
                f"    raise ValueError({literal(f'{field.name} {said}')})",
            ]
    if field.use.max_json_length is not None:
        limit = field.use.max_json_length
        said = (
            f"{field.name} is longer than {limit} characters of {JSON_FORMS[field.use.json_form]}"
        )
        spaced = ", spaced_ascii=True" if field.use.json_form == "spaced-ascii" else ""
        lines += [
            f"if {' and '.join([*guard, f'json_length({value}{spaced}) > {limit}'])}:",
            f"    raise ValueError({literal(said)})",
        ]
    return lines


def _guarded(field: Field) -> tuple[str, list[str]]:
    """The value of a field, and what must hold before it is looked at."""
    value = f"self.{field.attribute}"
    guard = [] if field.always_there else [f"{value} is not UNSET"]
    return value, [*guard, f"{value} is not None"] if field.use.nullable else guard


def _range_said(condition: str) -> str:
    return f"is {'outside the range' if '<=' in condition else 'above the maximum'} of its type"
