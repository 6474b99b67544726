"""Conversations of one revision, followed through the generated tables of both."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voxspec.breaking.conversation.story import OPENS
from voxspec.breaking.verdict import Step
from voxwire.session.machine import Machine

Called = Mapping[tuple[str, Any], Any]
"""By side and type, what somebody else calls a message."""


@dataclass(frozen=True)
class Refusal:
    """A message that the other revision does not allow; whether more is lost than its news."""

    side: str
    type: str
    state: str
    breaks: bool


def first_refusal(conversation: Any, writer: Any, reader: Any) -> Refusal | None:
    """The first message of a conversation that the reader's tables refuse."""
    own, others = Machine.of(writer), Machine.of(reader)
    lost = None
    for connection in conversation.connections:
        state, heard_in = writer.session.initial, reader.session.initial
        for said in connection.frames:
            side, type_ = said.side, said.frame["type"]
            after = own.legal[side][state].get(own.frame_class(side, type_))
            if after is None:
                break  # a heartbeat that leads elsewhere: what is drawn does not reckon with that
            kind = others.frame_class(side, type_)
            heard = others.legal[side][heard_in].get(kind)
            if heard is None:
                closes = not isinstance(others.reaction(side, heard_in, kind), enum.Enum)
                is_asked = side == "client" and kind is not reader.unknown_frame
                breaks = closes or is_asked or after is not state
                refusal = Refusal(side, type_, heard_in.value, breaks)
                if breaks:
                    return refusal
                lost = lost or refusal
                heard = heard_in
            state, heard_in = after, heard
    return lost


def refused_step(steps: tuple[Step, ...], reader: Any, called: Called | None = None) -> int | None:
    """The first step with a frame that the reader's tables refuse; ``called`` is what the reader calls
    messages that are renamed."""
    called = called or {}
    machine = Machine.of(reader)
    state = reader.session.initial
    for at, step in enumerate(steps):
        if step.said == OPENS:
            state = reader.session.initial
        if step.side is None or not isinstance(step.frame, dict):
            continue
        type_ = step.frame["type"]
        kind = machine.frame_class(step.side, called.get((step.side, type_), type_))
        after = machine.legal[step.side][state].get(kind)
        if after is None:
            return at
        state = after
    return None
