"""Three judges of a generated package, which say the same of every frame that strategies draw."""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import pytest

from tests.voxspec.mini import Mini, drawn, module_of
from voxspec.model import Direction
from voxspec.model.frame_examples import example_frames

SIDES: tuple[Direction, ...] = ("server", "client")


def agree(mini: Mini, *, draws: int = 20) -> None:
    """Typed decoder, validator and JSON Schema pass every valid frame, and refuse every near miss."""
    for message in mini.protocol.messages():
        for frame in example_frames(mini.protocol.envelope, message):
            right(mini, message.direction, frame)
    for side in SIDES:
        if not [*mini.protocol.messages(side)]:
            continue
        drawn(
            getattr(mini.strategies, f"{side}_wire")(), functools.partial(right, mini, side), draws
        )
        for message in mini.protocol.messages(side):
            for way in mini.strategies.each_near_miss(side, message.type):
                drawn(way, functools.partial(wrong, mini, side), 3)


def right(mini: Mini, side: str, frame: Any) -> None:
    """A valid frame, which is the same when it is written again."""
    assert mini.errors(side, frame) == []
    assert mini.schema_accepts(side, frame)
    typed = read(mini, side, frame)
    again = read(mini, side, mini.models.frames.to_wire(typed))
    assert mini.models.frames.to_wire(again) == mini.models.frames.to_wire(typed)


def wrong(mini: Mini, side: str, miss: Any) -> None:
    """A frame with one flaw."""
    refused(mini, side, miss.frame, [(miss.rule, miss.pointer)], json_schema=miss.json_schema)


def refused(
    mini: Mini, side: str, frame: Any, errors: list[tuple[str, str]], *, json_schema: bool = True
) -> None:
    """A frame that all judges refuse, JSON Schema where it can say what is wrong."""
    assert mini.errors(side, frame) == errors
    if json_schema:
        assert not mini.schema_accepts(side, frame)
    with pytest.raises(msgspec.ValidationError):
        read(mini, side, frame)


def read(mini: Mini, side: str, frame: Any) -> Any:
    """The typed frame, which may hold what another client gave."""
    protocol: Any = module_of(mini, "protocol").PROTOCOL
    if side == "server" and isinstance(frame, dict) and protocol.relays:
        relayed: Any = module_of(mini, "relayed")
        if frame.get("type") in relayed.RELAYED:
            return relayed.server_frame(frame)
    return mini.decode(side, frame)
