"""The rules of a conversation beside its states: clocks, resuming, rates, refusals, streams.

Times are in seconds.
"""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Literal

from voxwire.protocol.names import FrameClass, Side
from voxwire.protocol.reactions import Close, Reaction
from voxwire.protocol.roles import Field


class Timer(typing.Protocol):
    """How long one side waits for the other in the states that list the timer."""

    @property
    def name(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def waits_for(self) -> Side: ...
    @property
    def then(self) -> Close: ...
    @property
    def restarts(self) -> bool:
        """Whether it starts anew in each such state; else it runs on from the first one."""

    @property
    def adjustable(self) -> bool:
        """Whether each peer chooses the time, so that nobody can tell from outside that it is over."""


class HeartbeatRules(typing.Protocol):
    """The heartbeats of one side."""

    @property
    def interval(self) -> float | None: ...
    @property
    def from_greeting(self) -> bool: ...
    @property
    def jittered(self) -> bool: ...
    @property
    def missed_answers(self) -> int | None: ...
    @property
    def missed_then(self) -> Close | None: ...
    @property
    def silence_factor(self) -> float | None: ...
    @property
    def silence_then(self) -> Close | None: ...
    @property
    def unasked_answers(self) -> bool: ...
    @property
    def echoes_payload(self) -> bool:
        """Whether the answer has the payload of the heartbeat."""


class ResumeRules(typing.Protocol):
    """How long and how far back a session can be resumed, and the codes of refusal."""

    @property
    def lifetime(self) -> float: ...
    @property
    def buffer(self) -> int: ...
    @property
    def reach(self) -> int: ...
    @property
    def too_old(self) -> Close: ...
    @property
    def gone(self) -> Close: ...
    @property
    def unnamed(self) -> Close: ...
    @property
    def other_user(self) -> Close: ...
    @property
    def taken_over(self) -> Close: ...
    @property
    def buffered_while_away(self) -> bool: ...
    @property
    def attempts_without_progress(self) -> int: ...


class Rate(typing.Protocol):
    """At most ``count`` messages in any ``window`` seconds, for each value of ``by`` if it has any."""

    @property
    def name(self) -> str: ...
    @property
    def counts(self) -> FrameClass: ...
    @property
    def by(self) -> tuple[Field, ...]: ...
    @property
    def count(self) -> int: ...
    @property
    def window(self) -> float: ...
    @property
    def then(self) -> Reaction: ...
    @property
    def enforced(self) -> bool: ...


class Quota(typing.Protocol):
    """At most ``count`` of something, in ``window`` seconds if that is given, by address or user."""

    @property
    def count(self) -> int: ...
    @property
    def window(self) -> float | None: ...
    @property
    def by(self) -> Literal["address", "user"]: ...
    @property
    def then(self) -> Close: ...


class Refusals(typing.Protocol):
    """How a server refuses a login or a connection."""

    @property
    def subprotocol(self) -> Close | None:
        """To a client that did not offer the endpoint's subprotocol."""

    @property
    def login(self) -> Close | None:
        """For a reason of the server's own."""

    @property
    def token(self) -> Close | None: ...
    @property
    def version(self) -> Close | None: ...
    @property
    def malformed(self) -> Close | None: ...
    @property
    def full(self) -> Close | None: ...
    @property
    def internal(self) -> Close | None:
        """The server's own code fails."""

    @property
    def failures(self) -> Quota | None: ...
    @property
    def sessions(self) -> Quota | None: ...
    @property
    def connections(self) -> Quota | None: ...


class Backoff(typing.Protocol):
    """How long a client waits before it reconnects."""

    @property
    def initial(self) -> float: ...
    @property
    def maximum(self) -> float: ...
    @property
    def factor(self) -> float: ...
    @property
    def spread(self) -> float: ...
    @property
    def attempts(self) -> int | None:
        """How many in a row may fail before a client gives up; None for any number."""


class Compression(typing.Protocol):
    """The endpoint's parameter that turns compression of server messages on, and its values."""

    @property
    def parameter(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Literal["zstd"]]: ...


class Stream(typing.Protocol):
    """Messages that belong together by a key of the envelope."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str:
        """The attribute of the frame."""

    @property
    def wire_key(self) -> str | None:
        """The key on the wire, where it is called otherwise."""

    @property
    def opened_by(self) -> FrameClass: ...
    @property
    def items(self) -> frozenset[FrameClass]: ...
    @property
    def ended_by(self) -> frozenset[FrameClass]: ...
    @property
    def duplicate(self) -> Close:
        """In its reason, ``{key}`` stands for the key."""
