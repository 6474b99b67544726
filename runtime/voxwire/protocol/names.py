"""What stands for messages and frames in all of the interface."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Side: TypeAlias = Literal["client", "server"]
Severity: TypeAlias = Literal["error", "warning", "note"]

MessageType: TypeAlias = str | int
"""What tells messages apart on the wire."""

FrameClass: TypeAlias = type[msgspec.Struct]
"""The class of a frame. In the tables of a session also one of the stand-ins of the same package:
``AnyClientMessage``, ``AnyServerMessage`` and ``SequencedMessage``."""

PayloadClass: TypeAlias = type[msgspec.Struct]
