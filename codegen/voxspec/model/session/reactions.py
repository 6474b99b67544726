"""What a receiver does with what is not allowed."""

from __future__ import annotations

from dataclasses import dataclass

from voxspec.model.gateway import CloseCode


@dataclass(frozen=True, slots=True)
class Close:
    """The connection is closed. Without a reason, the code's name is sent as one.

    ``code`` is a plain number where the protocol lists none: one of WebSocket's own.
    """

    code: CloseCode | int
    reason: str | None = None

    @property
    def number(self) -> int:
        return self.code if isinstance(self.code, int) else self.code.code

    @property
    def sent(self) -> str:
        """The reason that is sent."""
        if self.reason is not None:
            return self.reason
        return "" if isinstance(self.code, int) else self.code.sent


@dataclass(frozen=True, slots=True)
class Ignored:
    """The message is passed over."""


Reaction = Close | Ignored


@dataclass(frozen=True, slots=True)
class Read:
    """A binary frame is taken for the text that its bytes are."""


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What a receiver does with what is no message, or breaks the rules of one.

    What a schema does not say is answered with WebSocket's own codes (RFC 6455, section 7.4.1):
    1007 for data that is none, 1003 for data that cannot be taken, 1002 for the rest.
    """

    not_json: Reaction = Close(1007)
    not_object: Reaction = Close(1002)
    payload_not_object: Reaction = Close(1002)
    binary: Reaction | Read = Close(1003)
    unknown_type: Reaction = Ignored()
    invalid: Reaction = Ignored()
    out_of_place: Reaction = Close(1002)
    unknown_type_published: Close | None = None
    wrong_direction: Reaction | None = None
    """None: as a type that is not known."""
    empty_payload_is_none: bool = False
    """Whether a payload that is null, false, 0 or empty is taken for one that is not there."""
