"""What differs in the rules between the keys of two records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Candidates, Concerns, Difference, Trial
from voxspec.breaking.frames.skeleton import of_anything, skeleton
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.frames.words import value_words
from voxspec.breaking.imported import Problem
from voxspec.breaking.verdict import Age
from voxspec.model import Field, JsonValue, Message, Record, RequiredWhen

Group = tuple[str, ...]


def groups(
    old: Record, new: Record, spot: Spot, what: str, now_called: Mapping[str, str]
) -> Iterator[tuple[Difference, set[str]]]:
    """Each difference, and the fields whose coming or going is said with it."""
    before = [tuple(now_called.get(name, name) for name in group) for group in old.exactly_one_of]
    back = {now: was for was, now in now_called.items()}
    free = [*new.exactly_one_of]
    for group in before:
        same = max(free, key=lambda other: len({*group} & {*other}), default=())
        if not {*group} & {*same}:
            was = tuple(back.get(name, name) for name in group)
            yield _group(old, new, was, (), spot, what), set()
            continue
        free.remove(same)
        was = tuple(back.get(name, name) for name in group)
        for name in group:
            if name not in same:
                yield _member(old, new, name, was, same, spot, what, added=False), {name}
        for name in same:
            if name not in group:
                yield _member(old, new, name, was, same, spot, what, added=True), {name}
    for group in free:
        yield _group(old, new, (), group, spot, what), set()
    for rule in old.required_when:
        if rule not in new.required_when:
            yield _when(old, new, rule, spot, what, added=False), set()
    for rule in new.required_when:
        if rule not in old.required_when:
            yield _when(old, new, rule, spot, what, added=True), set()


def _member(
    old: Record,
    new: Record,
    name: str,
    was: Group,
    now: Group,
    spot: Spot,
    what: str,
    *,
    added: bool,
) -> Difference:
    bare = _bare(old)
    kept = {field.name for field in new.fields}
    after = replace(bare, fields=tuple(field for field in bare.fields if field.name in kept))
    return Difference(
        "ONEOF_MEMBER_ADDED" if added else "ONEOF_MEMBER_REMOVED",
        spot.called(name).within("properties", name),
        f'what exactly one of must be in {what} {"has" if added else "lacks"} "{name}" now',
        " | ".join(was),
        " | ".join(now),
        Trial(
            _with_each(old, new, {*was, *now}),
            _about_groups({*was, *now}),
            old=_choosing(bare, was),
            new=_choosing(after, (*was, name) if added else tuple(m for m in was if m != name)),
        ),
        gone=not added,
    )


def _group(old: Record, new: Record, was: Group, now: Group, spot: Spot, what: str) -> Difference:
    bare = _bare(old)
    added = bool(now)
    names = now or was
    words = " or ".join(names)
    return Difference(
        "ONEOF_STRICTER" if added else "ONEOF_LOOSER",
        spot.called("exactly_one_of", *names).within("oneOf"),
        f"{what} {'must have exactly one of' if added else 'need not have exactly one of'} {words}"
        f"{' now' if added else ' any more'}",
        " | ".join(was),
        " | ".join(now),
        Trial(
            _with_each(old, new, {*names}),
            _about_groups({*names}),
            old=_choosing(bare, was or now, rule=bool(was)),
            new=_choosing(bare, was or now, rule=bool(now)),
        ),
        gone=not added,
    )


def _bare(record: Record) -> Record:
    """The skeleton without any rule, and without any type that only one revision may have."""
    free = replace(record, exactly_one_of=(), required_when=(), closed=False, tag=None)
    return skeleton(free)


def _when(
    old: Record, new: Record, rule: RequiredWhen, spot: Spot, what: str, *, added: bool
) -> Difference:
    names = {rule.field, *rule.required}
    there = {field.name: field for field in (*new.fields, *old.fields)}
    fields = tuple(
        of_anything(there[name]) if name == rule.field else _optional(there[name])
        for name in sorted(names)
    )
    bare = replace(_bare(old), fields=fields)
    words = f"{' and '.join(rule.required)} when {rule.field} is {value_words(rule.equals)}"
    only = ", and only then" if rule.otherwise_absent else ""
    return Difference(
        "ONEOF_STRICTER" if added else "ONEOF_LOOSER",
        spot.called("required_when", rule.field, str(rule.equals), *rule.required).within("if"),
        f"{what} {'must have' if added else 'need not have'} {words}{only}"
        f"{' now' if added else ' any more'}",
        "" if added else f"{words}{only}",
        f"{words}{only}" if added else "",
        Trial(
            _with_each(old, new, names, {rule.field: rule.equals}),
            _about_rule(names),
            safe=_cannot_break(rule, *((new, old) if added else (old, new))),
            old=bare if added else replace(bare, required_when=(rule,)),
            new=replace(bare, required_when=(rule,)) if added else bare,
        ),
        gone=not added,
    )


def _cannot_break(rule: RequiredWhen, having: Record, other: Record) -> frozenset[Age]:
    """Both ends, where the one without a rule has none of the keys with which it could be broken.

    Where it lacks the key that the rule asks for, and that must be there, that is said by itself.
    """
    names = {field.name for field in other.fields}
    asked = next((field for field in having.fields if field.name == rule.field), None)
    breaks_anyway = asked is not None and asked.always_there
    may_break = rule.otherwise_absent and names & {*rule.required} and not breaks_anyway
    is_free = rule.field not in names and not may_break
    return frozenset({"old", "new"}) if is_free and not other.extra else frozenset()


def _optional(field: Field) -> Field:
    return replace(of_anything(field), required=False)


def _choosing(record: Record, group: Group, *, rule: bool = True) -> Record:
    fields = {field.name: field for field in record.fields}
    blank = next(iter(record.fields), None)
    if blank is None:
        return record
    members = tuple(
        _optional(replace(fields.get(name, blank), name=name)) for name in dict.fromkeys(group)
    )
    others = tuple(
        field for name, field in fields.items() if name not in group and not field.always_there
    )
    return replace(
        record, fields=(*members, *others), exactly_one_of=(group,) if rule and group else ()
    )


def _with_each(
    old: Record, new: Record, names: set[str], values: Mapping[str, JsonValue] | None = None
) -> Candidates:
    """Records with none, one, and two of some fields, and each again with given values."""

    def made(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del message
        record = old if writer == "old" else new
        there = frozenset(field.name for field in record.fields if field.name in names)
        yield from builder.variants(record, there)
        for name, value in (values or {}).items():
            if name in there:
                for count in (0, 1, 2):
                    for others in combinations(sorted(there - {name}), count):
                        without = there - {name, *others}
                        given: dict[str, JsonValue] = {name: value}
                        for other in others:
                            given[other] = builder.values.least(record.field(other).use)
                        yield builder.values.record(record, given, without)

    return made


def _about_groups(names: set[str]) -> Concerns:
    def concerns(problem: Problem, pointer: str) -> bool:
        if problem.rule == "EXACTLY_ONE_OF":
            return problem.pointer == pointer and any(f'"{n}"' in problem.message for n in names)
        return problem.pointer in {f"{pointer}/{name}" for name in names}

    return concerns


def _about_rule(names: set[str]) -> Concerns:
    def concerns(problem: Problem, pointer: str) -> bool:
        if problem.rule == "REQUIRED_WHEN":
            return problem.pointer == pointer and problem.expected.strip('"') in names
        return problem.rule == "FORBIDDEN_WHEN" and problem.pointer in {
            f"{pointer}/{name}" for name in names
        }

    return concerns
