"""Where in a frame the places are that steps lead to."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.frames.steps import FrameKey, Item, Key, Payload, Step, Steps, Value
from voxspec.model import JsonValue, Protocol


def pointers(protocol: Protocol, frame: JsonValue, steps: Steps) -> Iterator[str]:
    """The JSON Pointers of all values of a frame that stand at the end of ``steps``."""
    yield from _pointers(protocol, frame, steps, "")


def _pointers(protocol: Protocol, value: JsonValue, steps: Steps, at: str) -> Iterator[str]:
    if not steps:
        yield at
        return
    for below, inner in _inside(protocol, value, steps[0]):
        yield from _pointers(protocol, inner, steps[1:], at + below)


def _inside(protocol: Protocol, value: JsonValue, step: Step) -> Iterator[tuple[str, JsonValue]]:
    match step:
        case Payload():
            payload = protocol.envelope.payload
            if payload is None:
                yield "", value
            elif isinstance(value, dict) and payload.key in value:
                yield _key(payload.key), value[payload.key]
        case FrameKey(name=name) | Key(name=name):
            if isinstance(value, dict) and name in value:
                yield _key(name), value[name]
        case Item():
            if isinstance(value, list):
                yield from ((f"/{at}", inner) for at, inner in enumerate(value))
        case Value():
            if isinstance(value, dict):
                yield from ((_key(name), inner) for name, inner in value.items())
        case _:  # options and variants are the value itself
            yield "", value


def _key(name: str) -> str:
    return f"/{name.replace('~', '~0').replace('/', '~1')}"
