"""Roles: which message plays a part, and which of its fields carry what."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.conversation.comparison import Comparison, Pair
from voxspec.breaking.conversation.intervals import part_of
from voxspec.breaking.conversation.machine import Machine, called
from voxspec.breaking.conversation.situations import first_allowing
from voxspec.breaking.conversation.story import BEATERS, Story, some
from voxspec.breaking.rules import conversation as rules
from voxspec.breaking.verdict import Change, Effect, Verdict
from voxspec.model import Record
from voxspec.model.session import Binding, Key, Role, key_of


def compare_roles(both: Comparison) -> Iterator[Change]:
    """A change for each part that is played otherwise."""
    names = dict.fromkeys(role.name for m in (both.old, both.new) for role in m.session.roles)
    for name in names:
        was, now = both.old.session.role(name), both.new.session.role(name)
        if was is None or now is None:
            if not _is_told(both, was or now):
                yield _alone(both, name, was, now)
        elif key_of(was.message) != key_of(now.message):
            yield from _moved(both, was, now)
        else:
            yield from _bound(both, was, now)


def _is_told(both: Comparison, role: Role | None) -> bool:
    """Whether it is told of the message, which is new or gone, or of the heartbeats, which are."""
    if role is None or not all(key_of(role.message) in m.messages for m in (both.old, both.new)):
        return True
    name = role.name.removesuffix("_answer")
    parts = [part_of(machine, name) for machine in (both.old, both.new)]
    return name in dict(BEATERS) and None in parts and parts != [None, None]


def _alone(both: Comparison, name: str, was: Role | None, now: Role | None) -> Change:
    before, after = (
        "none" if role is None else called(key_of(role.message)) for role in (was, now)
    )
    return both.change(
        rules.SESSION_ROLE_SAME,
        ("roles", name),
        f'no message has the role "{name}" any more'
        if now is None
        else f'"{after}" has the role "{name}" now',
        before,
        after,
    )


def _moved(both: Comparison, was: Role, now: Role) -> Iterator[Change]:
    """Another message plays the part, and is not the same one renamed."""
    before, after = key_of(was.message), key_of(now.message)
    found = (_not_understood(pair, was.name) for pair in both.pairs(before[0]))
    yield both.change(
        rules.SESSION_ROLE_SAME,
        ("roles", was.name),
        f'the message with the role "{was.name}" is "{called(after)}" and not "{called(before)}"',
        called(before),
        called(after),
        [effect for effect in found if effect is not None],
    )


def _not_understood(pair: Pair, role: str) -> Effect | None:
    """A message that plays a part for who sends it, and none for who gets it."""
    key = pair.writer.message_of(role)
    if key is None:
        return None
    one, hearer = some(pair.writer, pair.side), some(pair.reader, pair.reading)
    missed = f'for {hearer} it does not have the role "{role}"'
    what = f'{one} sends "{called(key)}"; {missed}'
    story = _saying(pair, key)
    if story is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    verdict = Verdict.LOSES if role == "complaint" else Verdict.BREAKS
    return Effect(pair.meeting.skew.who, verdict, what, story.proof(pair.side, missed))


def _bound(both: Comparison, was: Role, now: Role) -> Iterator[Change]:
    before, after = dict(was.bindings), dict(now.bindings)
    side, part = was.message.direction, f"{was.name.replace('_', ' ')} message"
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if name == "heartbeat_interval" and (old is None or new is None):
            continue  # the heartbeats take it from elsewhere, which is told of them
        if old is not None and new is not None and _is_renamed(both, was, now, old, new):
            continue  # which is told of the message
        if _field(old) != _field(new):
            rule = rules.SESSION_ROLE_SAME_FIELD
            said, says = _field(old), _field(new)
            message = _elsewhere(f"the {name.replace('_', ' ')} of the {part}", old, new)
        elif old is not None and new is not None and old.when_absent != new.when_absent:
            rule = rules.SESSION_ROLE_SAME_ABSENCE
            said, says = _absent(old), _absent(new)
            message = f"the absence of the {name.replace('_', ' ')} of the {part} counts as something else"
        else:
            continue
        effects = [
            effect
            for pair in both.pairs(side)
            if (effect := _misread(pair, was.name, name)) is not None
        ]
        yield both.change(rule, ("roles", was.name, name), message, said, says, effects)


def _is_renamed(both: Comparison, was: Role, now: Role, old: Binding, new: Binding) -> bool:
    """Whether neither message has the field that the other one has."""
    before = _fields(both.old, was) - {old.field.name}
    after = _fields(both.new, now) - {new.field.name}
    return old.field.name != new.field.name and (
        old.field.name not in after and new.field.name not in before
    )


def _fields(machine: Machine, role: Role) -> set[str]:
    shape = machine.protocol.payload_shape(role.message)
    return {field.name for field in shape.fields} if isinstance(shape, Record) else set()


def _misread(pair: Pair, role: str, name: str) -> Effect | None:
    """Who gets the message looks for something in another field, or takes its absence for another."""
    writer, reader = (_binding(machine, role, name) for machine in (pair.writer, pair.reader))
    key = pair.writer.message_of(role)
    if reader is None or key is None:
        return None  # it looks for nothing
    one, hearer = some(pair.writer, pair.side), some(pair.reader, pair.reading)
    part = name.replace("_", " ")
    if writer is None:
        what = f'{one} may leave "{reader.field.name}" out or mean another thing by it, where {hearer} looks for the {part}'
        return Effect(pair.meeting.skew.who, Verdict.LOSES, what)
    if writer.field.name == reader.field.name:
        if writer.field.required:
            return None
        meant = "none" if reader.when_absent is None else f"{reader.when_absent!r}"
        missed = f"{hearer} takes the absence of the {part} for {meant}"
    else:
        missed = f'{hearer} looks for the {part} in "{reader.field.name}"'
    what = f'{one} sends "{called(key)}"; {missed}'
    story = _saying(pair, key)
    if story is None:
        return Effect(pair.meeting.skew.who, Verdict.UNKNOWN, what)
    if writer.field.name == reader.field.name:
        story.leaves_out(writer.field.name)
    return Effect(pair.meeting.skew.who, Verdict.BREAKS, what, story.proof(pair.side, missed))


def _saying(pair: Pair, key: Key) -> Story | None:
    """The shortest conversation in which somebody says something."""
    at = first_allowing(pair, key)
    if at is None:
        return None
    story = Story.along(pair.meeting.skew, at)
    story.say(key)
    return story


def _binding(machine: Machine, role: str, name: str) -> Binding | None:
    found = machine.session.role(role)
    return None if found is None else dict(found.bindings).get(name)


def _field(binding: Binding | None) -> str:
    return "none" if binding is None else binding.field.name


def _absent(binding: Binding) -> str:
    return (
        f"absent counts as {'none' if binding.when_absent is None else repr(binding.when_absent)}"
    )


def _elsewhere(part: str, old: Binding | None, new: Binding | None) -> str:
    """That something is in another field, in a sentence."""
    if old is None:
        return f'{part} is told by the field "{_field(new)}" now'
    if new is None:
        return f'{part} is not told by the field "{_field(old)}" any more'
    return f'{part} is in the field "{_field(new)}" and not in "{_field(old)}"'
