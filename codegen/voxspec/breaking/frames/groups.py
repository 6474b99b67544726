"""What differs in the rules between the keys of two records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from voxspec.breaking.frames.between_keys import (
    Group,
    crossed_by,
    optional,
    with_each,
    without_rules,
)
from voxspec.breaking.frames.conditions import called, conditions
from voxspec.breaking.frames.difference import Concerns, Difference, Trial
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.imported import Problem
from voxspec.model import Record


def groups(
    old: Record, new: Record, spot: Spot, what: str, now_called: Mapping[str, str]
) -> Iterator[tuple[Difference, set[str]]]:
    """Each difference, and the fields whose coming or going is said with it."""
    before = called(old, now_called).exactly_one_of
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
    yield from ((difference, set()) for difference in conditions(old, new, spot, what, now_called))


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
    bare = without_rules(old)
    kept = {field.name for field in new.fields}
    after = replace(bare, fields=tuple(field for field in bare.fields if field.name in kept))
    others = (*was, name) if added else tuple(member for member in was if member != name)
    return Difference(
        "ONEOF_MEMBER_ADDED" if added else "ONEOF_MEMBER_REMOVED",
        spot.called(name).within("properties", name),
        f'{what} {"may have" if added else "may not have"} "{name}" {"now" if added else "any more"} '
        f"in place of {' or '.join(member for member in was if member != name)}",
        " | ".join(was),
        " | ".join(now),
        Trial(
            with_each(old, new, {*was, *now}),
            _about_groups({*was, *now}),
            old=_choosing(bare, was),
            new=_choosing(after, others),
            crossed=crossed_by(old, new, (was, others)),
        ),
        gone=not added,
    )


def _group(old: Record, new: Record, was: Group, now: Group, spot: Spot, what: str) -> Difference:
    bare = without_rules(old)
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
            with_each(old, new, {*names}),
            _about_groups({*names}),
            old=_choosing(bare, was or now, rule=bool(was)),
            new=_choosing(bare, was or now, rule=bool(now)),
            crossed=crossed_by(old, new, (was, now)),
        ),
        gone=not added,
    )


def _choosing(record: Record, group: Group, *, rule: bool = True) -> Record:
    fields = {field.name: field for field in record.fields}
    blank = next(iter(record.fields), None)
    if blank is None:
        return record
    members = tuple(
        optional(replace(fields.get(name, blank), name=name)) for name in dict.fromkeys(group)
    )
    others = tuple(
        field for name, field in fields.items() if name not in group and not field.always_there
    )
    return replace(
        record, fields=(*members, *others), exactly_one_of=(group,) if rule and group else ()
    )


def _about_groups(names: set[str]) -> Concerns:
    def concerns(problem: Problem, pointer: str) -> bool:
        if problem.rule == "EXACTLY_ONE_OF":
            return problem.pointer == pointer and any(f'"{n}"' in problem.message for n in names)
        return problem.pointer in {f"{pointer}/{name}" for name in names}

    return concerns
