"""What the generated models are called, compared: modules, classes, attributes, members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from voxspec.breaking.frames.build import tag_of
from voxspec.breaking.frames.messages import written
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.renamed_fields import renamed_fields
from voxspec.breaking.frames.tags import is_renamed, tag_field, told_by_unions, variants
from voxspec.breaking.revision import Revision
from voxspec.breaking.source.annotations import annotation
from voxspec.breaking.verdict import Change, Effect, Verdict, Who
from voxspec.findings import Place
from voxspec.model import (
    Enum,
    Field,
    Flags,
    Message,
    NamedDefinition,
    Protocol,
    Record,
    Union,
    naming,
)


def compare_source(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare the names that source code uses.

    Where a version has a module of its own, the models of the old one stay beside it.
    """
    before, after = _module(old.protocol), _module(new.protocol)
    if before != after:
        yield _change(
            "MODULE_SAME_PATH",
            "module",
            f"the models are in {after} and not in {before}",
            new.place(
                "protocol.yaml",
                "python" if old.protocol.package != new.protocol.package else "version",
            ),
            before,
            after,
        )
        return
    yield from _Names(old, new).all()


def merged(changes: Sequence[Change]) -> list[Change]:
    """The changes, with what follows for source code said with what it follows from."""
    found: list[Change] = []
    for change in changes:
        of_source = [effect for effect in change.effects if effect.who is Who.SOURCE]
        at = (
            _about_the_same(found, change) if of_source == [*change.effects] and of_source else None
        )
        if at is None:
            found.append(change)
        else:
            found[at] = replace(found[at], effects=(*found[at].effects, *of_source))
    return found


def _about_the_same(found: list[Change], change: Change) -> int | None:
    for at, other in enumerate(found):
        is_same = other.subject == change.subject or other.subject.startswith(f"{change.subject}/")
        if is_same and not any(effect.who is Who.SOURCE for effect in other.effects):
            return at
    return None


class _Names:
    def __init__(self, old: Revision, new: Revision) -> None:
        self._old = old
        self._new = new
        self._pairs = Pairs(old, new)

    def all(self) -> Iterator[Change]:
        yield from self._messages()
        yield from self._types()
        yield from self._members()

    @cached_property
    def _classes(self) -> dict[str, str]:
        """What classes of types are called now: a type of another name is no other type."""
        old, new = self._old.protocol, self._new.protocol
        return {
            old.type(was).python_name: new.type(now).python_name
            for was, now in self._pairs.types.items()
        }

    # --- Messages -----------------------------------------------------------------------------

    def _messages(self) -> Iterator[Change]:
        for old, new in self._pairs.messages:
            subject = f"{new.direction}/{new.text}"
            where = self._at(self._new, new)
            yield from self._class(subject, old.python_name, new.python_name, where)
            areas = naming.module(old.area), naming.module(new.area)
            if areas[0] != areas[1]:
                yield _change(
                    "MODULE_SAME_PATH",
                    f"{subject}/module",
                    f'"{new.text}" is in the module {areas[1]} and not in {areas[0]}',
                    where,
                    f"{old.direction}.{areas[0]}",
                    f"{new.direction}.{areas[1]}",
                )
            if isinstance(old.payload, Record) and isinstance(new.payload, Record):
                yield from self._record(old.payload, new.payload, subject, where)
            yield from self._fields(old.keys, new.keys, f"{subject}/keys", where, new.frame_name)
        for message in self._pairs.messages_gone:
            subject = f"{message.direction}/{message.text}"
            yield from self._class(subject, message.python_name, None, self._at(self._old, message))

    def _at(self, revision: Revision, message: Message) -> Place:
        there = written(revision, message)
        return revision.place(there.file, *there.path)

    def _class(self, subject: str, was: str, now: str | None, where: Place) -> Iterator[Change]:
        if was != now:
            said = "is gone" if now is None else f"is called {now} now"
            yield _change(
                "CLASS_NO_DELETE", subject, f"the class {was} {said}", where, was, now or ""
            )

    # --- Types --------------------------------------------------------------------------------

    def _types(self) -> Iterator[Change]:
        for definition in self._old.protocol.types:
            name = self._pairs.types.get(definition.name)
            if name is None:
                where = self._old.place("types.yaml", "types", definition.name)
                subject = f"types/{definition.name}"
                yield from self._class(subject, definition.python_name, None, where)
            else:
                yield from self._pair(definition, self._new.protocol.type(name))

    def _pair(self, old: NamedDefinition, new: NamedDefinition) -> Iterator[Change]:
        subject, where = f"types/{new.name}", self._new.place("types.yaml", "types", new.name)
        yield from self._class(subject, old.python_name, new.python_name, where)
        match old, new:
            case Record(), Record():
                yield from self._record(old, new, subject, where)
            case Union(), Union():
                yield from self._union(old, new, subject, where)
            case Enum(), Enum():
                was = {str(value.value): value.member for value in old.values}
                now = {str(value.value): value.member for value in new.values}
                yield from _renamed_members(was, now, f"{subject}/values", where, new.python_name)
            case Flags(), Flags():
                was = {flag.name: flag.member for flag in old.flags}
                now = {flag.name: flag.member for flag in new.flags}
                yield from _renamed_members(was, now, f"{subject}/flags", where, new.python_name)

    def _record(self, old: Record, new: Record, subject: str, where: Place) -> Iterator[Change]:
        before, after = old.fields, new.fields
        if old.name in self._told_by_unions and self._is_told_otherwise(old, new):
            before = tuple(field for field in before if field.name not in (old.tag, new.tag))
            after = tuple(field for field in after if field.name not in (old.tag, new.tag))
        yield from self._fields(before, after, subject, where, new.python_name)

    @cached_property
    def _told_by_unions(self) -> frozenset[str]:
        return told_by_unions(self._pairs)

    def _is_told_otherwise(self, old: Record, new: Record) -> bool:
        """Whether a variant has another tag, or another constant: that is said of its union."""
        return (old.tag, tag_of(old)) != (new.tag, tag_of(new))

    def _union(self, old: Union, new: Union, subject: str, where: Place) -> Iterator[Change]:
        before, after = self._old.protocol, self._new.protocol
        was, now = tag_field(before, old), tag_field(after, new)
        if old.tag != new.tag and was is not None and now is not None:
            yield _change(
                "ATTRIBUTE_SAME_NAME",
                f"{subject}/{old.tag if is_renamed(self._pairs, old, new) else 'tag'}",
                f"the attribute {was.attribute} of the variants of {new.python_name} is called "
                f"{now.attribute} now",
                where,
                was.attribute,
                now.attribute,
            )
        if old.tag != new.tag:
            return
        there = {record.name: tag for tag, record in variants(after, new)}
        for tag, record in variants(before, old):
            constant = there.get(self._pairs.types.get(record.name, ""), tag)
            if constant != tag and record.name in self._told_by_unions:
                yield _change(
                    "ATTRIBUTE_SAME_TYPE",
                    f"{subject}/{tag}",
                    f"{new.tag} of {record.python_name} is {constant!r} and not {tag!r}",
                    where,
                    repr(tag),
                    repr(constant),
                )

    def _fields(
        self,
        old: Sequence[Field],
        new: Sequence[Field],
        subject: str,
        where: Place,
        class_: str,
    ) -> Iterator[Change]:
        after = {field.name: field for field in new}
        gone = [field for field in old if field.name not in after]
        names = {field.name for field in old}
        added = [field for field in new if field.name not in names]
        moved = renamed_fields(gone, added)
        for field in old:
            at = f"{subject}/{field.name}"
            now = after.get(field.name) or moved.get(id(field))
            if now is None or now.attribute != field.attribute:
                said = "is gone" if now is None else f"is called {now.attribute} now"
                yield _change(
                    "ATTRIBUTE_SAME_NAME",
                    at,
                    f"the attribute {field.attribute} of {class_} {said}",
                    where,
                    field.attribute,
                    now.attribute if now else "",
                )
                continue
            was_type = annotation(self._old.protocol, field, self._classes)
            type_ = annotation(self._new.protocol, now)
            if was_type != type_:
                yield _change(
                    "ATTRIBUTE_SAME_TYPE",
                    at,
                    f"{field.attribute} of {class_} is {type_} and not {was_type}",
                    where,
                    was_type,
                    type_,
                )
        taken = {id(field) for field in moved.values()}
        for field in added:
            if field.always_there and id(field) not in taken:
                yield _change(
                    "ATTRIBUTE_SAME_TYPE",
                    f"{subject}/{field.name}",
                    f"{class_} cannot be made without {field.attribute} any more",
                    where,
                    "",
                    field.attribute,
                )

    # --- Members of what is no type -----------------------------------------------------------

    def _members(self) -> Iterator[Change]:
        old, new = self._old.protocol, self._new.protocol
        place = self._new.place
        for subject, class_, where, was, now in (
            (
                "close_codes",
                "CloseCode",
                place("close_codes.yaml"),
                {str(code.code): code.name for code in old.close_codes},
                {str(code.code): code.name for code in new.close_codes},
            ),
            (
                "permissions",
                "Permission",
                place("permissions.yaml"),
                {permission.name: permission.member for permission in old.permissions},
                {permission.name: permission.member for permission in new.permissions},
            ),
            (
                "limits",
                "limits",
                place("protocol.yaml", "limits"),
                {limit.name: limit.constant for limit in old.limits},
                {limit.name: limit.constant for limit in new.limits},
            ),
        ):
            yield from _renamed_members(was, now, subject, where, class_)


def _renamed_members(
    was: dict[str, str], now: dict[str, str], subject: str, where: Place, class_: str
) -> Iterator[Change]:
    for value, member in was.items():
        if now.get(value) != member:
            called = now.get(value)
            said = "is gone" if called is None else f"is called {called} now"
            yield _change(
                "ENUM_MEMBER_SAME_NAME",
                f"{subject}/{value}",
                f"{class_}.{member} {said}",
                where,
                member,
                called or "",
            )


def _module(protocol: Protocol) -> str:
    return f"{protocol.package}.{protocol.module}"


def _change(rule: str, subject: str, message: str, where: Place, was: str, now: str) -> Change:
    effect = Effect(Who.SOURCE, Verdict.BREAKS, message)
    return Change(rule, subject, message, where, was, now, (effect,))
