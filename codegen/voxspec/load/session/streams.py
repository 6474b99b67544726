"""The streams of session.yaml: messages that belong together by a key of the envelope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.prose import Prose
from voxspec.load.yaml_values import Path_
from voxspec.model import FurtherKey, Message
from voxspec.model.session import Key, Session, Stream, key_of
from voxspec.near import did_you_mean


def resolve_streams(lookup: Lookup, prose: Prose) -> tuple[Stream, ...]:
    """All streams, in the order of the file."""
    data = cast(dict[str, Data], lookup.source.data.get("streams", {}))
    return tuple(
        stream
        for name, entry in data.items()
        if (stream := _stream(lookup, prose, name, entry)) is not None
    )


def _stream(lookup: Lookup, prose: Prose, name: str, entry: Data) -> Stream | None:
    path = ("streams", name)
    key = _key(lookup, entry["key"], path)
    opened_by = _message(lookup, entry["opened_by"], (*path, "opened_by"))
    parts: dict[str, tuple[Message, ...]] = {}
    for part in ("items", "ended_by"):
        found = (
            _message(lookup, called, (*path, part, number))
            for number, called in enumerate(entry[part])
        )
        parts[part] = tuple(message for message in found if message is not None)
    duplicate = lookup.close(*path, "duplicate")
    if key is None or opened_by is None:
        return None
    return Stream(
        name,
        key.field.name,
        key.field.attribute,
        opened_by,
        parts["items"],
        parts["ended_by"],
        duplicate,
        prose.at(*path, "description"),
        prose.rules(*path),
    )


def _key(lookup: Lookup, name: str, path: Path_) -> FurtherKey | None:
    further = {key.field.name: key for key in lookup.protocol.envelope.further}
    if name not in further:
        lookup.error(
            "SESSION_NAME_KNOWN",
            f'the envelope has no further key "{name}"',
            lookup.source.place(*path, "key"),
            did_you_mean(name, [*further]) or "describe it under keys in protocol.yaml's envelope",
        )
    return further.get(name)


def _message(lookup: Lookup, name: str, path: Path_) -> Message | None:
    return lookup.named(name, lookup.source.place(*path))


def check_streams(lookup: Lookup, session: Session) -> None:
    """Every message of a stream carries its key and has one part; what is opened can be ended."""
    seen: dict[Key, str] = {}
    for stream in session.streams:
        before = len(lookup.findings.items)
        for path, message in _parts(stream):
            place = lookup.source.place("streams", stream.name, *path)
            field = next((f for f in message.keys if f.name == stream.key), None)
            if field is None or not field.required:
                lookup.error(
                    "SESSION_STREAM",
                    f'not every "{message.text}" has the key "{stream.key}"',
                    place,
                    f"write keys: {{{stream.key}: required}} beside the message",
                )
            sender = {"opened_by": "client", "items": "server"}.get(str(path[0]))
            if sender is not None and message.direction != sender:
                said = f'"{message.text}" comes from the {message.direction}'
                hint = f"a stream is opened by the client, and carries what the server sends: {sender}/NAME"
                lookup.error("SESSION_SENDER", said, place, hint)
            if key_of(message) in seen:
                said = f'"{message.text}" has a part in a stream already: {seen[key_of(message)]}'
                lookup.error("SESSION_ONE_MEANING", said, place)
            seen[key_of(message)] = f"{stream.name}.{path[0]}"
        if len(lookup.findings.items) == before:
            _check_end(lookup, session, stream)


def _check_end(lookup: Lookup, session: Session, stream: Stream) -> None:
    """Where a stream was opened, the server may send what it carries and what ends it."""
    for state in session.states:
        opening = session.move(state, stream.opened_by)
        if opening is None:
            continue
        after = session.state(opening.after)
        ends = [m for m in stream.ended_by if session.move(after, m) is not None]
        lost = [m for m in stream.items if session.move(after, m) is None]
        if lost or not ends:
            what = f'carry "{lost[0].text}"' if lost else "be ended"
            lookup.error(
                "SESSION_STREAM",
                f'in the state "{after.name}", a stream that was opened cannot {what}',
                lookup.source.key_place("streams", stream.name),
                "allow it in that state",
            )


def _parts(stream: Stream) -> Iterator[tuple[Path_, Message]]:
    yield ("opened_by",), stream.opened_by
    for part, messages in (("items", stream.items), ("ended_by", stream.ended_by)):
        yield from (((part, number), message) for number, message in enumerate(messages))
