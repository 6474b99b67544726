"""The errors that voxwire raises. Any other exception that leaves it is a bug.

::

    VoxwireError
    ├── ProtocolError
    │   ├── LocalProtocolError          this side tried what the protocol forbids
    │   │   └── EncodeError             a payload or frame that must not be sent
    │   └── RemoteProtocolError         the peer did; close the connection with `close_code`
    │       ├── DecodeError             a frame that is not valid
    │       └── CompressionError        a binary message that is not one bounded zstd frame
    └── CaptureError                    a capture that cannot be read

Each carries what a program needs to act on it, and none of them shows a secret: `str(error)` can be
logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from voxwire.masking import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxwire.protocol import Problem


MESSAGE_TOO_BIG: Final = 1009
"""WebSocket close code for a message that is too long to process (RFC 6455, section 7.4.1)."""


class VoxwireError(Exception):
    """Base of every error that voxwire raises on purpose."""


class ProtocolError(VoxwireError):
    """The rules of the protocol were broken, by this side or by the other."""


class LocalProtocolError(ProtocolError):
    """This side tried to do something that the protocol forbids. Nothing was sent."""


class EncodeError(LocalProtocolError):
    """A payload or frame that must not be sent.

    `problems` holds every finding about it; it is empty when the call itself was wrong, for instance
    with a sequence number for a message that never has one.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = tuple(problems)


class RemoteProtocolError(ProtocolError):
    """The other side broke the protocol.

    `close_code` is the WebSocket close code to end the connection with. `close_reason` is the reason to
    give with it, from a connection of :mod:`voxwire.session`; None from whoever only reads a frame.
    """

    def __init__(self, message: str, close_code: int, close_reason: str | None = None) -> None:
        super().__init__(message)
        self.close_code = close_code
        self.close_reason = close_reason

    def __reduce__(self) -> tuple[type[RemoteProtocolError], tuple[Any, ...]]:
        return type(self), (str(self), self.close_code, self.close_reason)


class DecodeError(RemoteProtocolError):
    """A frame that is not valid. `problems` holds all findings about it, notes included."""

    def __init__(
        self, problems: Sequence[Problem], close_code: int, close_reason: str | None = None
    ) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(summarized(self.problems), close_code, close_reason)

    def __reduce__(self) -> tuple[type[DecodeError], tuple[Any, ...]]:
        return DecodeError, (self.problems, self.close_code, self.close_reason)


class CompressionError(RemoteProtocolError):
    """A binary message that is not exactly one zstd frame of bounded size.

    `rule` is the id of the rule it breaks: ``ZSTD_INVALID``, ``ZSTD_TOO_LARGE`` or
    ``ZSTD_TRAILING_DATA``.
    """

    def __init__(self, rule: str, message: str, close_code: int) -> None:
        super().__init__(message, close_code)
        self.rule = rule

    def __reduce__(self) -> tuple[type[CompressionError], tuple[Any, ...]]:
        return CompressionError, (self.rule, str(self), self.close_code)


class CaptureError(VoxwireError):
    """A capture that cannot be read: no such file, not a capture, damaged compression."""


def summarized(problems: Sequence[Problem]) -> str:
    """The first error among `problems`, and how many more there are, with secrets masked."""
    errors = [problem for problem in problems if problem.severity == "error"]
    first = errors[0] if errors else problems[0]
    where = f"{first.pointer}: " if first.pointer else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return mask_secrets(f"{first.rule}: {where}{first.message}{more}")
