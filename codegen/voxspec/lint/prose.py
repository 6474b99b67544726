"""What people read: descriptions of messages, and examples of all that a message can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from voxspec.lint.found import Found
from voxspec.lint.schema import Entry, Message, Schema
from voxspec.load.json_types import Expression, kind_of


def descriptions(schema: Schema) -> Iterator[Found]:
    """Descriptions that say nothing beside the summary or the name."""
    for message in schema.messages:
        words = _words(str(message.entry["description"]))
        same = "summary" if words == _words(str(message.entry["summary"])) else "name"
        if same == "summary" or words == _words(message.key):
            path = (*message.path, "description")
            said = f'the description of "{message.key}" repeats its {same}'
            yield Found(message.file.source, path, said, "say when it is sent and what follows")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def examples(schema: Schema) -> Iterator[Found]:
    """Variants of a payload, and keys of which exactly one is there, that no example shows."""
    for message in schema.messages:
        payload = message.entry["payload"]
        if not isinstance(payload, dict):
            continue
        shown = [
            cast(Entry, example["payload"])
            for example in cast(list[Entry], message.entry["examples"])
            if isinstance(example.get("payload"), dict)
        ]
        for name in _unshown(schema, schema.resolved(payload), shown):
            yield _missing(message, name)


def _missing(message: Message, name: str) -> Found:
    path = (*message.path, "examples")
    said = f'no example of "{message.key}" shows "{name}"'
    return Found(message.file.source, path, said, "add one", is_key=True)


def _unshown(schema: Schema, payload: Expression, shown: list[Entry]) -> Iterator[str]:
    options = cast(list[Expression], payload.get("oneOf", []))
    if kind_of(payload) == "union":
        for option in options:
            constants = _constants(schema.resolved(option))
            if not any(constants.items() <= example.items() for example in shown):
                yield str(option["$ref"])
        return
    for option in options if "properties" in payload else ():
        key = cast(list[str], option.get("required", [""]))[0]
        if not any(key in example for example in shown):
            yield key


def _constants(record: Expression) -> Entry:
    """What every value of a record has."""
    properties = cast(dict[str, Expression], record.get("properties", {}))
    required = cast(list[str], record.get("required", []))
    stated = ((key, properties.get(key, {})) for key in required)
    return {key: value["const"] for key, value in stated if "const" in value}
