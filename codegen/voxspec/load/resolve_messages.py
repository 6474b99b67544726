"""Resolving the message files: areas, messages, their payloads and examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from voxspec.load import message_types, records
from voxspec.load.expressions import Expressions
from voxspec.load.flat_frames import check_flat
from voxspec.load.json_types import Expression
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import (
    Area,
    Direction,
    Envelope,
    Example,
    FurtherKey,
    JsonValue,
    Message,
    NamedDefinition,
    NamedType,
    Presence,
    PublishedName,
    Record,
    SeqPolicy,
    Type,
    naming,
)
from voxspec.near import did_you_mean

_Entry = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class AreaFile:
    """One file of messages and the directions it is for."""

    source: Source
    stem: str
    directions: tuple[Direction, ...]

    @property
    def name(self) -> str:
        """What it is called in the schema folder, wherever that is: ``client/talk.yaml``."""
        folder = self.directions[0] if len(self.directions) == 1 else "both"
        return f"{folder}/{self.stem}.yaml"


class Messages:
    """Resolves messages that stand in one envelope; mistakes go to the findings of ``expressions``."""

    def __init__(
        self, envelope: Envelope, types: Iterable[NamedDefinition], expressions: Expressions
    ) -> None:
        self.envelope = envelope
        self.types = {definition.name: definition for definition in types}
        self.expressions = expressions
        self.findings = expressions.findings

    def area(self, file: AreaFile, direction: Direction) -> Area:
        """One area in one direction."""
        source = file.source
        messages = cast(dict[str, _Entry], source.data["messages"])
        if source.data["area"] != file.stem:
            self.findings.error(
                "AREA_MATCHES_FILE",
                f'the area "{source.data["area"]}" stands in a file called "{file.stem}"',
                source.place("area"),
            )
        return Area(
            name=file.stem,
            title=str(source.data["title"]),
            description=str(source.data["description"]),
            direction=direction,
            messages=tuple(
                self._message(file, direction, key, entry) for key, entry in messages.items()
            ),
        )

    def _message(self, file: AreaFile, direction: Direction, key: str, entry: _Entry) -> Message:
        source = file.source
        path: Path_ = ("messages", key)
        name = message_types.name_of(key, entry)
        payload, nullable = self._payload(file, path, name, entry)
        schema = entry["payload"]
        if not isinstance(schema, dict) and entry.get("payload_optional"):
            self.findings.error(
                "KEYWORD_APPLIES",
                '"payload_optional" says nothing of a message without a payload',
                source.key_place(*path, "payload_optional"),
            )
        if isinstance(payload, Record):
            known = [field.name for field in payload.fields]
            stated = entry.get("published")
            records.check_published(source, path, stated, known, self.findings)
        python_name = naming.class_name(name)
        keys = self._keys(file, path, direction, entry)
        ignored = tuple(self._ignored(file, path, entry, keys))
        published = records.published(cast(list[JsonValue], entry.get("published", [])))
        self._check_closed(file, path, ignored, published)
        return Message(
            type=message_types.type_of(source, key, self.findings),
            name=name,
            direction=direction,
            area=file.stem,
            python_name=python_name,
            frame_name=python_name if self.envelope.is_flat else naming.frame_name(name),
            summary=str(entry["summary"]),
            description=str(entry["description"]),
            seq=self._seq(file, path, direction, entry),
            payload=payload,
            payload_optional=bool(entry.get("payload_optional")),
            payload_nullable=nullable,
            examples=tuple(
                Example(
                    str(item["summary"]),
                    item.get("payload"),
                    "payload" in item,
                    tuple(cast(_Entry, item.get("keys", {})).items()),
                )
                for item in cast(list[_Entry], entry["examples"])
            ),
            since=cast("str | None", entry.get("since")),
            deprecated=cast("str | None", entry.get("deprecated")),
            note=cast("str | None", entry.get("note")),
            published=published,
            audience=cast("str | None", entry.get("audience")),
            keys=tuple(
                replace(further.field, required=presence == "required")
                for further, presence in keys
                if presence in ("required", "optional")
            ),
            ignored=ignored,
        )

    def _payload(
        self, file: AreaFile, path: Path_, name: str, entry: _Entry
    ) -> tuple[Record | Type | None, bool]:
        """The payload, and whether it may be null."""
        source, expressions = file.source, self.expressions
        schema = entry["payload"]
        if not isinstance(schema, dict):
            return None, False
        place: Path_ = (*path, "payload")
        payload, nullable = self._stated_payload(file, place, name, entry, schema)
        if not self.envelope.is_flat:
            return payload, nullable
        if isinstance(payload, NamedType):
            definition = self.types.get(payload.name)
            if isinstance(definition, Record) and not payload.open:
                payload = replace(
                    definition,
                    name=name,
                    python_name=naming.class_name(name),
                    description=str(entry["description"]),
                )
        if isinstance(payload, Record):
            check_flat(source, path, entry, payload, self.envelope, expressions.findings)
            return replace(payload, closed=self.envelope.closed), nullable
        if not isinstance(payload, NamedType) or payload.name in self.types:
            self.findings.error(
                "PAYLOAD_IS_OBJECT",
                "where fields stand beside the type, a payload is a record",
                source.place(*place),
                "give each variant a message of its own, or payloads a key of the envelope",
            )
        return None, False

    def _stated_payload(
        self, file: AreaFile, path: Path_, name: str, entry: _Entry, schema: Expression
    ) -> tuple[Record | Type, bool]:
        """The payload as it is stated, in place or by name."""
        source, expressions = file.source, self.expressions
        expressions.marks.refuse_marks(source, path, schema, "a payload")
        if not _is_record(schema):
            use = expressions.use(source, path, schema)
            return use.type, use.nullable
        payload = records.record(
            source,
            path,
            schema,
            name,
            expressions,
            description=str(entry["description"]),
            relays=file.directions == ("server",),
        )
        stated = expressions.stated_by(source, path, schema, payload)
        return stated, schema.get("type") == ["object", "null"]

    def _seq(self, file: AreaFile, path: Path_, direction: Direction, entry: _Entry) -> SeqPolicy:
        """Whether frames are numbered: servers number theirs, where the envelope has a number."""
        place = file.source.place(*path, "seq")
        if self.envelope.sequence is None:
            if "seq" in entry:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    '"seq" says nothing where the envelope has no sequence number',
                    file.source.key_place(*path, "seq"),
                    "leave it out, or describe the sequence number in protocol.yaml",
                )
            return "never"
        if "seq" not in entry:
            self.findings.error(
                "SEQ_POLICY_STATED",
                f'"{path[-1]}" does not say whether its frames are numbered',
                file.source.key_place(*path),
                "write seq: required, or seq: never",
            )
        elif entry["seq"] != "never" and file.directions == ("client",):
            self.findings.error(
                "SEQ_POLICY_STATED", "only servers number their messages", place, "write seq: never"
            )
        is_numbered = entry.get("seq") == "required" and direction == "server"
        return "required" if is_numbered else "never"

    def _keys(
        self, file: AreaFile, path: Path_, direction: Direction, entry: _Entry
    ) -> list[tuple[FurtherKey, Presence]]:
        """The further keys, with what the message says of them."""
        stated = cast(dict[str, str], entry.get("keys", {}))
        known = {further.field.name: further for further in self.envelope.further}
        for key in stated:
            place = file.source.key_place(*path, "keys", key)
            if key not in known:
                self.findings.error(
                    "ENVELOPE_KEY_KNOWN",
                    f'the envelope has no further key "{key}"',
                    place,
                    did_you_mean(key, [*known]) or "its keys stand in protocol.yaml",
                )
            elif not any(known[key].fits(side) for side in file.directions):
                self.findings.error(
                    "ENVELOPE_KEY_KNOWN",
                    f'"{key}" is a key of frames that the {known[key].side} sends',
                    place,
                    "leave it out; in frames of the other side it is forbidden",
                )
        return [
            (
                further,
                cast(Presence, stated.get(key, further.presence))
                if further.fits(direction)
                else "forbidden",
            )
            for key, further in known.items()
        ]

    def _check_closed(
        self,
        file: AreaFile,
        path: Path_,
        ignored: tuple[str, ...],
        published: tuple[PublishedName, ...],
    ) -> None:
        """Readers of closed frames pass over nothing."""
        names = [entry.name for entry in published if entry.envelope]
        for key in (*ignored, *names) if self.envelope.closed else ():
            self.findings.error(
                "KEYWORD_APPLIES",
                f'frames are closed, so that readers do not pass over "{key}" in "{path[-1]}"',
                file.source.key_place(*path),
                "leave the key out, or closed in protocol.yaml",
            )

    def _ignored(
        self,
        file: AreaFile,
        path: Path_,
        entry: _Entry,
        keys: list[tuple[FurtherKey, Presence]],
    ) -> Iterator[str]:
        """The keys of the envelope that readers pass over."""
        if entry["payload"] == "ignored":
            if self.envelope.payload is not None:
                yield self.envelope.payload.key
            else:
                self.findings.error(
                    "KEYWORD_APPLIES",
                    "no payload is ignored where fields stand beside the type",
                    file.source.place(*path, "payload"),
                    "write payload: false; readers pass over what they do not know",
                )
        yield from (further.field.name for further, presence in keys if presence == "ignored")


def _is_record(payload: Expression) -> bool:
    """Whether a payload is a record of the message's own: an object, but no map of free keys."""
    if "properties" in payload:
        return True
    is_map = isinstance(payload.get("additionalProperties"), dict)
    return payload.get("type") in ("object", ["object", "null"]) and not is_map
