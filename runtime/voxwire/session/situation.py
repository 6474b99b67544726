"""What one side of a connection may do in a state, as a :class:`~voxwire.session.machine.Machine` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping

    from voxwire.protocol import FrameClass, HeartbeatRules, Role, Timer


class Situation(msgspec.Struct, frozen=True):
    """What one side may do and has to expect in a state: all that the tables say, looked up once."""

    state: enum.Enum
    is_open: bool
    """Whether the transport is open, and this side has not asked to close it."""
    may_send: Mapping[FrameClass, enum.Enum]
    may_receive: Mapping[FrameClass, enum.Enum]
    plain: frozenset[FrameClass]
    """What arrives for the application alone: without a role, a stream, or another state after it."""
    flows: bool
    """Whether numbered messages flow, all of them plain but for one at most, with the number in the
    attribute ``seq``: receivers then read it quickly. Otherwise they look at each more closely."""
    odd: FrameClass | None
    """That one, where they flow."""
    timers: tuple[Timer, ...]
    """Those of this side, which wait for the other."""
    may_beat: bool
    """Whether this side's heartbeats are in order."""
    may_hear_beats: bool
    """Whether the other side's are."""
    has_beats: bool
    """Whether one of the two is."""


class BeatRules(msgspec.Struct, frozen=True):
    """The heartbeats of a protocol, as one side sees them: its own, those of the other, and what it
    answers these with."""

    own: Role | None
    own_rules: HeartbeatRules | None
    peer: Role | None
    peer_rules: HeartbeatRules | None
    answer: Role | None
