"""What words leave out of something in a schema, so that changes of the same words can be told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from voxspec.model import JsonValue, Message

_FOR_PEOPLE = frozenset(
    {
        *("description", "summary", "note", "deprecated", "since", "audience", "examples"),
        *("published", "rules", "sequence_rules", "mistake_rules"),
    }
)
_IN_SOURCE = frozenset({"python_name", "attribute", "member", "area", "constant"})


def exactly(*things: object) -> str:
    """All that is said of parts of a model, but for what only people read and what only code calls it.

    Types and messages that they refer to count by their names: those are compared themselves. In which
    order parts stand in a file does not count.
    """
    return json.dumps([_told(thing) for thing in things], sort_keys=True, ensure_ascii=False)


def _written(told: JsonValue) -> str:
    return json.dumps(told, sort_keys=True)


def exact_messages(messages: Iterable[Message]) -> str:
    """The same of messages, with what is in them."""
    return _written([_parts(message) for message in messages])


def _told(thing: object) -> JsonValue:
    if isinstance(thing, Message):
        return f"{thing.direction}/{thing.text}"
    if is_dataclass(thing):
        return _parts(thing)
    if isinstance(thing, tuple | list):
        told = [_told(inner) for inner in thing]
        has_parts = all(isinstance(inner, tuple) or is_dataclass(inner) for inner in thing)
        return sorted(told, key=_written) if has_parts else told
    if thing is None or isinstance(thing, str | int | float | bool):
        return thing
    return repr(thing)


def _parts(thing: Any) -> JsonValue:
    """What is not as it is anyway: a part that models get later leaves the rest as it was."""
    told = {
        field.name: _told(getattr(thing, field.name))
        for field in fields(thing)
        if field.name not in _FOR_PEOPLE | _IN_SOURCE
    }
    return {
        type(thing).__name__: {
            name: said
            for name, said in told.items()
            if said is not None and said is not False and said != []
        }
    }
