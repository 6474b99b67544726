"""Resolving the message files: areas, messages, their payloads and examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from voxspec.load import records
from voxspec.load.expressions import Expressions
from voxspec.load.source import Source
from voxspec.model import Area, Direction, Example, JsonValue, Message, NamedType, Record, naming


@dataclass(frozen=True, slots=True)
class AreaFile:
    """One file of messages and the directions it is for."""

    source: Source
    stem: str
    directions: tuple[Direction, ...]


def resolve_area(file: AreaFile, direction: Direction, expressions: Expressions) -> Area:
    """One area in one direction."""
    source = file.source
    messages = cast(dict[str, dict[str, JsonValue]], source.data["messages"])
    if source.data["area"] != file.stem:
        expressions.findings.error(
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
            _message(file, direction, name, entry, expressions) for name, entry in messages.items()
        ),
    )


def _message(
    file: AreaFile,
    direction: Direction,
    name: str,
    entry: dict[str, JsonValue],
    expressions: Expressions,
) -> Message:
    source = file.source
    path = ("messages", name, "payload")
    python_name = naming.class_name(name)
    payload: Record | NamedType | None = None
    nullable = False
    schema = entry["payload"]
    if isinstance(schema, dict):
        expressions.marks.refuse_marks(source, path, schema, "a payload")
    if isinstance(schema, dict) and "$ref" in schema:
        use = expressions.use(source, path, schema)
        if isinstance(use.type, NamedType):
            if expressions.kinds.get(use.type.name) in {"record", "union"} and not use.type.open:
                payload = use.type
            else:
                expressions.findings.error(
                    "PAYLOAD_IS_OBJECT", "a payload is a record or union", source.place(*path)
                )
    elif isinstance(schema, dict):
        nullable = schema.get("type") == ["object", "null"]
        payload = records.record(
            source,
            path,
            schema,
            name,
            expressions,
            description=str(entry["description"]),
            relays=file.directions == ("server",),
        )
        expressions.stated_by(source, path, schema, payload)
    if schema is False and entry.get("payload_optional"):
        expressions.findings.error(
            "KEYWORD_APPLIES",
            '"payload_optional" says nothing of a message without a payload',
            source.key_place("messages", name, "payload_optional"),
        )
    if isinstance(payload, Record):
        known = [field.name for field in payload.fields]
        findings = expressions.findings
        records.check_published(source, ("messages", name), entry.get("published"), known, findings)
    if direction == "client" and entry["seq"] != "never" and file.directions == ("client",):
        expressions.findings.error(
            "SEQ_POLICY_STATED",
            "only servers number their messages",
            source.place("messages", name, "seq"),
            "write seq: never",
        )
    return Message(
        type=name,
        direction=direction,
        area=file.stem,
        python_name=python_name,
        frame_name=naming.frame_name(name),
        summary=str(entry["summary"]),
        description=str(entry["description"]),
        seq="required" if entry["seq"] == "required" and direction == "server" else "never",
        payload=payload,
        payload_optional=bool(entry.get("payload_optional")),
        payload_nullable=nullable,
        examples=tuple(
            Example(str(item["summary"]), item.get("payload"), "payload" in item)
            for item in cast(list[dict[str, JsonValue]], entry["examples"])
        ),
        since=cast("str | None", entry.get("since")),
        deprecated=cast("str | None", entry.get("deprecated")),
        note=cast("str | None", entry.get("note")),
        published=records.published(cast(list[JsonValue], entry.get("published", []))),
        audience=cast("str | None", entry.get("audience")),
    )
