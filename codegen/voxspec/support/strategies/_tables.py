"""The tables of a session as those need them who make conversations: every message in its own name."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from voxspec.support.python._session import (
    Close,
    Field,
    FrameClass,
    HeartbeatRules,
    Rate,
    Role,
    Row,
    Side,
    Stream,
)
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._causes import Cause, causes
from voxspec.support.strategies._chosen import Sides
from voxspec.support.strategies._envelope import PAYLOAD, SEQUENCE
from voxspec.support.strategies._frames import Message

BOTH: tuple[Side, Side] = ("client", "server")


@dataclass(frozen=True)
class Pulse:
    """The heartbeats of one side."""

    beater: Side
    answerer: Side
    beat: Role
    answer: Role | None
    rules: HeartbeatRules

    @property
    def patience(self) -> float | None:
        """Intervals without a heartbeat after which the other side closes."""
        return self.rules.silence_factor if self.rules.silence_then is not None else None


class Tables:
    """What one protocol says of its conversations."""

    def __init__(self, protocol: Any, sides: Sides) -> None:
        self.protocol = protocol
        self.session = protocol.session
        self.roles = protocol.session.roles
        self.rows: Mapping[enum.Enum, Row] = protocol.session.rows
        self.codes = {int(code): code.reason or code.name for code in protocol.close_codes}
        """The close codes that are listed, with what is sent with each, or its name."""
        self.message_of: dict[FrameClass, Message] = {
            message.frame_class: message for there in sides.values() for message in there.values()
        }
        self.side_of: dict[FrameClass, Side] = {
            message.frame_class: side for side in BOTH for message in sides[side].values()
        }
        self.stream_of: dict[FrameClass, Stream] = {
            frame: stream
            for stream in self.session.streams
            for frame in (stream.opened_by, *stream.items, *stream.ended_by)
        }
        self.pulses = tuple(self._pulses())
        named = {frame for row in self.rows.values() for part in _parts(row) for frame in part}
        self.legal: dict[Side, dict[enum.Enum, dict[FrameClass, enum.Enum]]] = {
            side: {state: self._legal(side, row, named) for state, row in self.rows.items()}
            for side in BOTH
        }
        """By side and state what it may send, and the state after each."""

    @cached_property
    def role_of(self) -> dict[FrameClass, str]:
        """The roles of the messages that have one."""
        roles = {name: getattr(self.roles, name) for name in self.roles.__dataclass_fields__}
        return {role.frame: name for name, role in roles.items() if role is not None}

    @cached_property
    def causes(self) -> dict[int, set[Cause]]:
        """What each close code is given for."""
        return causes(self.session, self.protocol.close_codes)

    @cached_property
    def free_codes(self) -> frozenset[int]:
        """The listed codes that the tables give for nothing: they may come at any time."""
        return frozenset(self.codes) - self.causes.keys()

    @cached_property
    def logins(self) -> frozenset[FrameClass]:
        """What a client begins with."""
        roles = (self.roles.login, self.roles.resume)
        return frozenset(role.frame for role in roles if role is not None)

    @cached_property
    def home(self) -> enum.Enum:
        """The state in which most can be said, of those that a connection can get to without a resume:
        where conversations take place."""
        reached = [self.session.initial]
        for state in reached:
            for frames in (self.legal[side][state] for side in BOTH):
                steps = (
                    after for kind, after in frames.items() if self.role_of.get(kind) != "resume"
                )
                reached += [after for after in dict.fromkeys(steps) if after not in reached]
        most: enum.Enum = max(
            reached, key=lambda state: sum(len(self.legal[s][state]) for s in BOTH)
        )
        return most

    @cached_property
    def may_resume(self) -> bool:
        """Whether clients can go on with a session on another connection."""
        resume, established = self.roles.resume, self.roles.established
        return (
            self.session.resume is not None
            and resume is not None
            and resume.session is not None
            and established is not None
            and established.session is not None
        )

    def counts(self, frame: FrameClass) -> bool:
        """Whether a message carries a number."""
        return SEQUENCE is not None and self.message_of[frame].sequenced

    def leads(self, side: Side, state: enum.Enum) -> list[FrameClass]:
        """What a side may send that leads on, or that has a part in getting there."""
        parts = ("greeting", "login", "resume", "established", "resumed")
        return [
            frame
            for frame, after in self.legal[side][state].items()
            if after is not state or self.role_of.get(frame) in parts
        ]

    def plain(self, side: Side, state: enum.Enum) -> list[FrameClass]:
        """What a side may send that changes nothing."""
        return [
            frame
            for frame, after in self.legal[side][state].items()
            if after is state
            and self.role_of.get(frame) in (None, "complaint")
            and frame not in self.stream_of
        ]

    def otherwise(self, side: Side, state: enum.Enum, frame: FrameClass) -> Any:
        """What a receiver does with a message that is not legal."""
        row = self.rows[state]
        otherwise = row.client_otherwise if side == "client" else row.server_otherwise
        for listed in (frame, *self._stand_ins(side, frame)):
            if listed in otherwise:
                return otherwise[listed]
        session = self.session
        return (
            session.mistakes_of_client if side == "client" else session.mistakes_of_server
        ).out_of_place

    def reason_of(self, close: Close) -> str:
        """What a close with this code says."""
        return self.codes.get(int(close.code), "") if close.reason is None else close.reason

    def _stand_ins(self, side: Side, frame: FrameClass) -> tuple[FrameClass, ...]:
        if side == "client":
            return (self.session.any_client_message,)
        if self.counts(frame):
            return self.session.sequenced_message, self.session.any_server_message
        return (self.session.any_server_message,)

    def _legal(self, side: Side, row: Row, named: set[FrameClass]) -> dict[FrameClass, enum.Enum]:
        listed = row.client if side == "client" else row.server
        legal = {}
        for frame in (frame for frame, of in self.side_of.items() if of == side):
            names = (frame,) if frame in named else (frame, *self._stand_ins(side, frame))
            after = next((listed[name] for name in names if name in listed), None)
            if after is not None:
                legal[frame] = after
        return legal

    def _pulses(self) -> Iterator[Pulse]:
        roles, session = self.roles, self.session
        if roles.heartbeat is not None and session.heartbeat is not None:
            yield Pulse(
                "client", "server", roles.heartbeat, roles.heartbeat_answer, session.heartbeat
            )
        if roles.server_heartbeat is not None and session.server_heartbeat is not None:
            yield Pulse(
                "server",
                "client",
                roles.server_heartbeat,
                roles.server_heartbeat_answer,
                session.server_heartbeat,
            )


def fields_of(frame: Object) -> Object:
    """The fields of a message: those of its payload, or those beside its type."""
    if PAYLOAD is None:
        return frame
    payload = frame.get(PAYLOAD)
    return payload if isinstance(payload, dict) else {}


def field_of(frame: Object, field: Field | None) -> Any:
    """What a field says; None where it is absent."""
    return None if field is None else fields_of(frame).get(field.key)


def with_field(frame: Object, field: Field | None, value: Any) -> Object:
    """The frame with another value of a field, where its message has that."""
    if field is None:
        return frame
    fields = {**fields_of(frame), field.key: value}
    return fields if PAYLOAD is None else {**frame, PAYLOAD: fields}


def rate_rule(rate: Rate) -> str:
    """The rule that is broken by sending more often."""
    if rate.name in ("messages", "typing"):
        return f"RATE_{rate.name.upper()}"
    return "RATE_EXCEEDED" if isinstance(rate.then, Close) else "RATE_IGNORED"


def _parts(row: Row) -> Iterator[Mapping[FrameClass, Any]]:
    yield row.client
    yield row.server
    yield row.client_otherwise
    yield row.server_otherwise
