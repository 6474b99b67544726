"""What a message is called: its type on the wire, which is text or an integer, and its name in code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from voxspec.findings import Findings
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import INT_BOUNDS, JsonValue, naming

_INTEGER = re.compile(r"(0|-?[1-9][0-9]*)\Z")
_LEAST, _MOST = INT_BOUNDS["int64"]


def type_of(source: Source, key: str, findings: Findings) -> str | int:
    """The type of the message under ``key``: an integer where YAML reads one, else text."""
    path: Path_ = ("messages", key)
    if path not in source.numbers:
        return key
    place = source.key_place(*path)
    if not _INTEGER.match(key):
        findings.error(
            "MESSAGE_TYPE_PLAIN",
            f"{key} is a number that no type of messages is",
            place,
            "write an integer with decimal digits alone; text stands in quotes",
        )
        return key
    if not _LEAST <= int(key) <= _MOST:
        findings.error(
            "MESSAGE_TYPE_PLAIN",
            f"{key} has more than 64 bits",
            place,
            "readers know no such type; text stands in quotes",
        )
        return key
    return int(key)


def name_of(key: str, entry: dict[str, JsonValue]) -> str:
    """What the message is called in generated code and files."""
    return str(entry["x-name"]) if "x-name" in entry else naming.message(key)


def check_types(sources: Iterable[Source], findings: Findings) -> None:
    """The types of all messages are texts, or all of them are integers: the fewer ones are wrong."""
    numbers: list[tuple[Source, str]] = []
    texts: list[tuple[Source, str]] = []
    for source in sources:
        for key in cast(dict[str, JsonValue], source.data["messages"]):
            (numbers if ("messages", key) in source.numbers else texts).append((source, key))
    if numbers and texts:
        odd, others = (numbers, texts) if len(numbers) <= len(texts) else (texts, numbers)
        source, key = odd[0]
        findings.error(
            "MESSAGE_TYPE_PLAIN",
            f"the type {_shown(*odd[0])} stands beside {_shown(*others[0])}: types are integers or "
            "text, and not both",
            source.key_place("messages", key),
            "put the numbers into quotes where the wire has text",
        )


def _shown(source: Source, key: str) -> str:
    return key if ("messages", key) in source.numbers else f'"{key}"'
