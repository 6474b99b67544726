"""What differs in what must be there when something has a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from voxspec.breaking.frames.between_keys import (
    crossed_by,
    optional,
    with_each,
    without_rules,
)
from voxspec.breaking.frames.difference import Concerns, Difference, Trial
from voxspec.breaking.frames.skeleton import of_anything
from voxspec.breaking.frames.steps import Spot
from voxspec.breaking.frames.words import value_words
from voxspec.breaking.imported import Problem
from voxspec.breaking.verdict import Age
from voxspec.model import Record, RequiredWhen


def conditions(
    old: Record, new: Record, spot: Spot, what: str, now_called: Mapping[str, str]
) -> Iterator[Difference]:
    """The rules about what must be there when something has a value: one that asks for more is one."""
    added = [*new.required_when]
    gone = []
    for rule in old.required_when:
        if (same := _called(rule, now_called)) in added:
            added.remove(same)
        else:
            gone.append(rule)
    before, after = (_always(record) for record in (old, new))
    for rule in gone:
        if _is_told(_called(rule, now_called), after):
            continue
        now = next((other for other in added if _is_asked(_called(rule, now_called), other)), None)
        if now is None:
            yield _when(old, new, rule, spot, what, added=False)
        else:
            added.remove(now)
            yield _other_when(old, new, rule, now, spot, what)
    for rule in added:
        if not _is_told(rule, {now_called.get(name, name) for name in before}):
            yield _when(old, new, rule, spot, what, added=True)


def _always(record: Record) -> set[str]:
    return {field.name for field in record.fields if field.always_there}


def _is_told(rule: RequiredWhen, always: set[str]) -> bool:
    """Whether a rule says no more than that keys must be there, which they must in any case to the other end:
    that is said of the keys."""
    return not rule.otherwise_absent and {*rule.required} <= always


def _called(rule: RequiredWhen, now_called: Mapping[str, str]) -> RequiredWhen:
    """A rule under the names that fields have now."""
    required = tuple(now_called.get(name, name) for name in rule.required)
    return replace(rule, field=now_called.get(rule.field, rule.field), required=required)


def called(record: Record, now_called: Mapping[str, str]) -> Record:
    """A record whose rules have the names that fields have now."""
    return replace(
        record,
        exactly_one_of=tuple(
            tuple(now_called.get(name, name) for name in group) for group in record.exactly_one_of
        ),
        required_when=tuple(_called(rule, now_called) for rule in record.required_when),
    )


def keeping(old: Record, new: Record, now_called: Mapping[str, str]) -> Record:
    """The old record with none but the rules that the new one has, whatever fields are called."""
    return replace(
        old,
        exactly_one_of=tuple(
            group
            for group in old.exactly_one_of
            if tuple(now_called.get(name, name) for name in group) in new.exactly_one_of
        ),
        required_when=tuple(
            rule for rule in old.required_when if _called(rule, now_called) in new.required_when
        ),
    )


def _is_asked(one: RequiredWhen, other: RequiredWhen) -> bool:
    return (one.field, type(one.equals), one.equals) == (
        other.field,
        type(other.equals),
        other.equals,
    )


def _when(
    old: Record, new: Record, rule: RequiredWhen, spot: Spot, what: str, *, added: bool
) -> Difference:
    names = {rule.field, *rule.required}
    bare = _asking(old, new, rule.field, names)
    words = _words(rule)
    return Difference(
        "ONEOF_STRICTER" if added else "ONEOF_LOOSER",
        spot.called("required_when", rule.field, str(rule.equals), *rule.required).within("if"),
        f"{what} {'must have' if added else 'need not have'} {words}"
        f"{' now' if added else ' any more'}",
        "" if added else words,
        words if added else "",
        Trial(
            with_each(old, new, names, {rule.field: rule.equals}),
            _about_rule(names),
            safe=_cannot_break(rule, *((new, old) if added else (old, new))),
            old=bare if added else replace(bare, required_when=(rule,)),
            new=replace(bare, required_when=(rule,)) if added else bare,
            crossed=crossed_by(old, new, rules=(None, rule) if added else (rule, None)),
        ),
        gone=not added,
    )


def _other_when(
    old: Record, new: Record, was: RequiredWhen, now: RequiredWhen, spot: Spot, what: str
) -> Difference:
    """A rule that asks for something else in the same case."""
    names = {was.field, *was.required, now.field, *now.required}
    bare = _asking(old, new, now.field, names)
    looser = {*now.required} <= {*was.required} and now.otherwise_absent <= was.otherwise_absent
    return Difference(
        "ONEOF_LOOSER" if looser else "ONEOF_STRICTER",
        spot.called("required_when", now.field, str(now.equals), *now.required).within("if"),
        f"{what} must have {_words(now)} now; before, {_words(was)}",
        _words(was),
        _words(now),
        Trial(
            with_each(old, new, names, {rule.field: rule.equals for rule in (was, now)}),
            _about_rule(names),
            old=replace(bare, required_when=(was,)),
            new=replace(bare, required_when=(now,)),
            crossed=crossed_by(old, new, rules=(was, now)),
        ),
    )


def _words(rule: RequiredWhen) -> str:
    words = f"{' and '.join(rule.required)} when {rule.field} is {value_words(rule.equals)}"
    return f"{words}, and only then" if rule.otherwise_absent else words


def _asking(old: Record, new: Record, asked: str, names: set[str]) -> Record:
    """A record of some fields, without any rule: all but the one that is asked for may be absent."""
    there = {field.name: field for field in (*new.fields, *old.fields)}
    fields = tuple(
        of_anything(there[name]) if name == asked else optional(there[name])
        for name in sorted(names & {*there})
    )
    return replace(without_rules(old), fields=fields)


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


def _about_rule(names: set[str]) -> Concerns:
    def concerns(problem: Problem, pointer: str) -> bool:
        if problem.rule == "REQUIRED_WHEN":
            return problem.pointer == pointer and problem.expected.strip('"') in names
        return problem.rule == "FORBIDDEN_WHEN" and problem.pointer in {
            f"{pointer}/{name}" for name in names
        }

    return concerns
