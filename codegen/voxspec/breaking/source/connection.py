"""What is of the connection, and of no message or type: the envelope, close codes, permissions, limits, the
address."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.revision import Revision
from voxspec.breaking.source.members import named_bits
from voxspec.breaking.source.said import attribute, breaking, member, needed
from voxspec.breaking.verdict import Change
from voxspec.breaking.words import SECONDS
from voxspec.findings import Place
from voxspec.model import Envelope, Limit

_FRAMES = "all frames"


def compare_connection(old: Revision, new: Revision) -> Iterator[Change]:
    """What is another for those who name them."""
    for compare in (_envelope, _close_codes, _permissions, _limits, _endpoint):
        yield from compare(old, new)


# --- The envelope ---------------------------------------------------------------------------------


def _envelope(old: Revision, new: Revision) -> Iterator[Change]:
    """The attributes of all frames."""
    before, after = old.protocol.envelope, new.protocol.envelope
    now = _attributes(new)
    for role, was in _attributes(old).items():
        called = now.get(role)
        if called == was:
            continue
        subject, where = f"envelope/{role}", new.place("protocol.yaml", "envelope", role, "key")
        if role == "payload" and called is None:
            yield breaking("ATTRIBUTE_SAME_NAME", subject, _flat(was), where, was)
        else:
            yield attribute(subject, _FRAMES, was, called, where)
    where = new.place("protocol.yaml", "envelope")
    if before.is_flat and after.payload is not None:
        said = f"frames have their payloads under {after.payload.attribute}: the classes of both are two now"
        yield breaking(
            "ATTRIBUTE_SAME_NAME", "envelope/payload", said, where, "", after.payload.attribute
        )
    if before.sequence is None and after.sequence is not None and _is_numbered(new):
        name = after.sequence.attribute
        yield needed("envelope/sequence", "the frame of a numbered message", name, where)


def _flat(attribute_: str) -> str:
    return (
        f"frames have no {attribute_} any more: what payloads had they have themselves, and each "
        "message has one class"
    )


def _attributes(revision: Revision) -> dict[str, str]:
    """By what keys are for, the attributes of frames."""
    envelope: Envelope = revision.protocol.envelope
    roles = {"type": envelope.type, "payload": envelope.payload}
    found = {role: key.attribute for role, key in roles.items() if key is not None}
    if envelope.sequence is not None and _is_numbered(revision):
        found["sequence"] = envelope.sequence.attribute
    return found


def _is_numbered(revision: Revision) -> bool:
    return any(message.seq == "required" for message in revision.protocol.messages())


# --- Close codes, permissions ---------------------------------------------------------------------


def _close_codes(old: Revision, new: Revision) -> Iterator[Change]:
    """Close codes go by their names: the number is what is on the wire."""
    now = {code.name: code.description for code in new.protocol.close_codes}
    meaning = {code.description: code.name for code in new.protocol.close_codes}
    numbers = {code.code: code.name for code in new.protocol.close_codes}
    before = {code.name for code in old.protocol.close_codes}
    for code in old.protocol.close_codes:
        called = meaning.get(code.description)
        if code.name in now:
            if now[code.name] != code.description and called is not None:
                yield member(
                    f"close_codes/{code.code}",
                    f"CloseCode.{code.name}",
                    f"means another thing now, and what it meant is called {called}",
                    new.place("close_codes.yaml"),
                    code.name,
                    called,
                )
            continue
        called = numbers.get(code.code)
        is_renamed = called is not None and called not in before
        yield member(
            f"close_codes/{code.code}",
            f"CloseCode.{code.name}",
            f"is called {called} now" if is_renamed else "is gone",
            new.place("close_codes.yaml"),
            code.name,
            called or "",
        )


def _permissions(old: Revision, new: Revision) -> Iterator[Change]:
    where = new.place("permissions.yaml", "permissions")
    yield from named_bits(
        old.protocol.permissions, new.protocol.permissions, "permissions", "Permission", where
    )


# --- Limits ---------------------------------------------------------------------------------------


def _limits(old: Revision, new: Revision) -> Iterator[Change]:
    """Constants that are gone, and those that count in another unit: nothing but their number shows it."""
    after = {limit.constant: limit for limit in new.protocol.limits}
    for limit in old.protocol.limits:
        now = after.get(limit.constant)
        where = _written(old if now is None else new, limit.name)
        if now is None:
            yield member(
                f"limits/{limit.name}", f"limits.{limit.constant}", "is gone", where, limit.constant
            )
        elif _unit(limit) != _unit(now):
            yield breaking(
                "LIMIT_SAME_UNIT",
                f"limits/{now.name}",
                f"limits.{now.constant} counts {_unit(now)} and not {_unit(limit)}{_factor(limit, now)}",
                where,
                f"{limit.value} {limit.unit}",
                f"{now.value} {now.unit}",
            )


def _written(revision: Revision, name: str) -> Place:
    """Where a limit is: among the others, or beside the number of a conversation that has its name."""
    if name in {limit.name for limit in revision.protocol.session.limits}:
        source = revision.sources.get("session.yaml")
        return revision.place("session.yaml", *_path(source and source.data, name))
    return revision.place("protocol.yaml", "limits", name)


def _path(part: object, name: str) -> tuple[str, ...]:
    if isinstance(part, dict):
        if part.get("limit") == name:
            return ("unit",)
        for key, inner in part.items():
            if path := _path(inner, name):
                return (str(key), *path)
    return ()


def _unit(limit: Limit) -> str:
    """What is counted, without the time in which it is."""
    return limit.unit.split("/")[0]


def _factor(old: Limit, new: Limit) -> str:
    """How much larger or smaller numbers are by that."""
    was, now = SECONDS.get(_unit(old)), SECONDS.get(_unit(new))
    if was is None or now is None:
        return ""
    factor, word = (was / now, "large") if was > now else (now / was, "small")
    return f": its numbers are {factor} times as {word}"


# --- The address ----------------------------------------------------------------------------------


def _endpoint(old: Revision, new: Revision) -> Iterator[Change]:
    before, after = old.protocol.endpoint, new.protocol.endpoint
    where = new.place("protocol.yaml", "endpoint")
    if before is None:
        return
    if after is None:
        said = "there is no module endpoint any more, with URL, PARAMETERS and query"
        yield breaking("MODULE_SAME_PATH", "endpoint", said, where, "endpoint")
        return
    if before.subprotocols and not after.subprotocols:
        yield member(
            "endpoint/subprotocols", "endpoint.SUBPROTOCOLS", "is gone", where, "SUBPROTOCOLS"
        )
    now = {parameter.name: parameter for parameter in after.parameters}
    for parameter in before.parameters:
        name = parameter.name
        if name not in now:
            said = f"does not take {name} any more"
            yield member(f"endpoint/{name}", "endpoint.query", said, where, name)
            continue
        for value in parameter.values:
            if value not in now[name].values:
                said = f'does not take "{value}" for {name} any more'
                yield member(f"endpoint/{name}/{value}", "endpoint.query", said, where, value)
