"""One fault of a mock gateway, as it was asked for."""

from __future__ import annotations

from msgspec import Struct


class Fault(Struct, frozen=True, kw_only=True):
    """A fault, as :func:`~voxwire.live.mock.engine.faults.parse_fault` reads it. What does not apply is
    None."""

    text: str
    """As it was written."""
    kind: str
    every: int | None = None
    after: int | None = None
    on: str | None = None
    times: int | None = None
    code: int | None = None
    reason: str | None = None
    ms: int | None = None
    how: str | None = None
    status: int | None = None

    def __str__(self) -> str:
        return self.text
