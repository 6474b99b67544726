"""Captures of conversations that the generated strategies draw."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from voxwire.wire.compression import Compressor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class HasLines(Protocol):
    """A conversation of ``voxmodels.v1.strategies``, or of another generated package."""

    def lines(
        self, *, start: float = ..., compress: Callable[[bytes], bytes] | None = ...
    ) -> Iterable[dict[str, Any]]:
        """The lines of its capture."""
        ...


def capture_of(conversation: HasLines) -> bytes:
    """The capture of a conversation: what ``voxwire validate`` reads, compressed where that is agreed."""
    lines = conversation.lines(compress=Compressor().compress)
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()
