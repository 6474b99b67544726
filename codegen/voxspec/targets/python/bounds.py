"""Bounds of integers as generated code spells them: those of whole widths have names."""

from __future__ import annotations

from voxspec.model import INT_BOUNDS

NAMES = {
    bound: f"{width.upper()}_{end}"
    for width, bounds in INT_BOUNDS.items()
    for end, bound in zip(("MIN", "MAX"), bounds, strict=True)
    if bound
}
"""The names that the support module ``_bounds`` has."""


def bound(value: int) -> str:
    """An integer by its name, or in digits."""
    return NAMES.get(value, str(value))
