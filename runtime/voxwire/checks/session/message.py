"""A message of either side, as far as a capture has it and it could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voxwire.protocol import MessageType
    from voxwire.rules.rule import Rule


class Message(NamedTuple):
    """What is said in the frame `number`; what could not be read is None."""

    number: int
    type: MessageType | None = None
    seq: int | None = None
    payload: Any = None
    """The typed payload, or the parsed object."""
    frame: Any = None
    """The typed frame, or the parsed object."""
    rules: Sequence[Rule] = ()
    """Those that the frame itself breaks."""
    binary: bool = False
    """Whether it came as a binary message."""
