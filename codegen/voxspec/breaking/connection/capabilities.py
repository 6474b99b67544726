"""What clients can ask a server for when they log in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.steps import Item, Key, Payload
from voxspec.breaking.frames.values import NoValueError
from voxspec.breaking.frames.words import value_words
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Effect, FrameProof, Verdict, Who, worst
from voxspec.model import ArrayType, Enum, Field, NamedType, Protocol
from voxspec.model.session import Role

_RULE = "CAPABILITY_NO_DELETE"

_AT = "capabilities/"
"""What the subjects of these changes begin with."""


def capabilities(old: Revision, new: Revision) -> Iterator[Change]:
    """The values that the login's field for capabilities can have."""
    role, enum = _capabilities(old.protocol)
    _, after = _capabilities(new.protocol)
    if role is None or enum is None or after is None:
        return
    kept = {value.value for value in after.values}
    for value in enum.values:
        if value.value in kept:
            continue
        said = value_words(value.value)
        what = f"new servers have no capability {said}, and do nothing for who asks for it"
        proof = _asking(old.protocol, role, value.value, what)
        yield Change(
            rule=_RULE,
            subject=f"{_AT}{value.value}",
            message=f"there is no capability {said} any more",
            where=old.place("types.yaml", "types", enum.name, "enum"),
            was=str(value.value),
            effects=(
                Effect(
                    Who.OLD_CLIENTS,
                    Verdict.UNKNOWN if proof is None else Verdict.BREAKS,
                    what,
                    proof,
                ),
            ),
        )


def told_of_capabilities(new: Revision, changes: Sequence[Change]) -> list[Change]:
    """The changes, with what follows from the value of the enum being gone said of the capability that it
    was: where servers refuse the login for it, that is what happens."""
    _, enum = _capabilities(new.protocol)
    at = "" if enum is None else f"types/{enum.name}/values/"
    values = {c.subject: c for c in changes if c.rule in _OF_VALUES}
    told = {
        change.subject: value
        for change in changes
        if change.rule == _RULE
        and (value := values.get(f"{at}{change.subject.removeprefix(_AT)}")) is not None
    }
    gone = {value.subject for value in told.values()}
    return [
        _with_value(change, told[change.subject]) if change.subject in told else change
        for change in changes
        if change.subject not in gone
    ]


_OF_VALUES = ("ENUM_VALUE_REMOVED", "ENUM_VALUE_SAME_NAME")


def _with_value(change: Change, value: Change) -> Change:
    effects = worst(value, change)
    if value.rule == "ENUM_VALUE_SAME_NAME":
        return replace(value, effects=effects)
    return replace(change, effects=effects, reaches=value.reaches, where=value.where)


def _capabilities(protocol: Protocol) -> tuple[Role | None, Enum | None]:
    role = protocol.session.role("login")
    field = _field(role) if role is not None else None
    if field is not None and isinstance(field.use.type, ArrayType):
        items = field.use.type.items.type
        if isinstance(items, NamedType):
            named = protocol.type(items.name)
            return role, named if isinstance(named, Enum) else None
    return role, None


def _field(role: Role) -> Field | None:
    return next((b.field for name, b in role.bindings if name == "capabilities"), None)


def _asking(protocol: Protocol, role: Role, value: str | int, refusal: str) -> FrameProof | None:
    """The smallest login that asks for a capability."""
    field = _field(role)
    assert field is not None
    try:
        frame, _ = Builder(protocol).frame(
            role.message, (Payload(), Key(field.name), Item()), value
        )
    except NoValueError:
        return None
    return FrameProof(role.message.direction, frame, "old", refusal)
