"""Names: of messages, keys, values of enums and files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from voxspec.lint.found import Found
from voxspec.lint.schema import Schema
from voxspec.lint.snake import is_snake, snake
from voxspec.load.records import UNREADABLE


def messages(schema: Schema) -> Iterator[Found]:
    """Types of messages that are text, and not in lower snake case."""
    for message in schema.messages:
        source = message.file.source
        if message.path not in source.numbers and not is_snake(message.key):
            said = f'the message is called "{message.key}"'
            yield Found(source, message.path, said, _instead(message.key), is_key=True)


def fields(schema: Schema) -> Iterator[Found]:
    """Keys that are not in lower snake case."""
    for field in schema.fields:
        if not is_snake(field.key) and not UNREADABLE.search(field.key):  # said of it already
            is_key = field.owner is not None or field.path[-1] != "key"
            said = f'the key is called "{field.key}"'
            hint, value = _instead(field.key), field.site.path
            yield Found(field.site.source, field.path, said, hint, is_key, value=value)


def enum_values(schema: Schema) -> Iterator[Found]:
    """Texts of enums that are not in lower snake case."""
    for site in schema.values:
        for index, value in enumerate(cast(list[object], site.expression.get("enum", []))):
            if isinstance(value, str) and not is_snake(value):
                path = (*site.path, "enum", index)
                yield Found(site.source, path, f'the value is "{value}"', _instead(value))


def files(schema: Schema) -> Iterator[Found]:
    """Message files that are not called in lower snake case."""
    for file in schema.files.areas:
        if not is_snake(file.stem):
            said = f'the file is called "{file.stem}.yaml"'
            yield Found(file.source, ("area",), said, _instead(file.stem))


def _instead(name: str) -> str:
    """What it could be called; where the wire has the name already, that is a reason."""
    near = snake(name)
    call = f"call it {near}; where" if is_snake(near) else "where"
    return f"{call} the wire has it so, give that as the reason of an x-lint-ignore"
