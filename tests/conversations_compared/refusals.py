"""Conversations of one revision, followed through the generated tables of both."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voxspec.breaking.conversation.story import OPENS
from voxspec.breaking.verdict import Step
from voxwire.session.machine import SIDES, Machine

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
    """The first message of a conversation that the reader's tables refuse.

    What a side said that the reader has no name for shows that this side is the writer's; the other one
    is the reader's then, which says nothing that its own tables refuse."""
    own, others = Machine.of(writer), Machine.of(reader)
    lost = None
    for connection in conversation.connections:
        state, heard_in = writer.session.initial, reader.session.initial
        writers: set[str] = set()
        for said in connection.frames:
            side, type_ = said.side, said.frame["type"]
            after = own.legal[side][state].get(own.frame_class(side, type_))
            if after is None:
                break  # a heartbeat that leads elsewhere: what is drawn does not reckon with that
            kind = others.frame_class(side, type_)
            heard = others.legal[side][heard_in].get(kind)
            if heard is None and writers - {side}:
                break
            if kind is reader.unknown_frame:
                writers.add(side)
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


def no_longer_passed_over(conversation: Any, writer: Any, reader: Any) -> Refusal | None:
    """The first message that a state of the writer's tables says to pass over, where a conversation gets,
    and for which the reader's tables close."""
    own, others = Machine.of(writer), Machine.of(reader)
    for connection in conversation.connections:
        state, heard_in = writer.session.initial, reader.session.initial
        for said in (None, *connection.frames):
            if said is not None:
                type_ = said.frame["type"]
                state = own.legal[said.side][state].get(own.frame_class(said.side, type_))
                kind = others.frame_class(said.side, type_)
                heard_in = others.legal[said.side][heard_in].get(kind)
            if state is None or heard_in is None or state.value != heard_in.value:
                break
            refusal = _closed_for(own, others, state, heard_in)
            if refusal is not None:
                return refusal
    return None


def _closed_for(own: Machine, others: Machine, state: Any, heard_in: Any) -> Refusal | None:
    row = own.tables.rows[state]
    for side in SIDES:
        otherwise = row.client_otherwise if side == "client" else row.server_otherwise
        infos = own.protocol.client if side == "client" else own.protocol.server
        for type_, info in infos.items():
            kind = others.frame_class(side, type_)
            listed = (info.frame, *own._stand_ins(info.frame, side))
            if (
                isinstance(own.reaction(side, state, info.frame), enum.Enum)
                and any(each in otherwise for each in listed)
                and kind is not others.protocol.unknown_frame
                and closes(others.reaction(side, heard_in, kind))
            ):
                return Refusal(side, str(type_), heard_in.value, breaks=True)
    return None


def closes(reaction: Any) -> bool:
    """Whether a reaction ends the connection; None is none, as what is legal has."""
    return reaction is not None and not isinstance(reaction, enum.Enum)


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
