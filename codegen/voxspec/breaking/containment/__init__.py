"""Whether a reader takes everything that a writer may write, by JSON Schema alone."""

from voxspec.breaking.containment.engine import (
    Answer,
    Containment,
    covers,
    is_covered,
    is_same,
    is_valid,
)
from voxspec.breaking.containment.witness import candidates

__all__ = ["Answer", "Containment", "candidates", "covers", "is_covered", "is_same", "is_valid"]
