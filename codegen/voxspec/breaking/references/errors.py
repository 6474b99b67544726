"""What is said of a reference that leads to no schema."""

from __future__ import annotations


class ReferenceNotFoundError(Exception):
    """There is no schema where a reference leads; the text says what to do."""


class NothingEarlierError(ReferenceNotFoundError):
    """There is no schema yet where a reference leads: nothing was there before this one."""
