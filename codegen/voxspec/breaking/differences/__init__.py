"""Everything that differs between two revisions, breaking or not, documents among it."""

from voxspec.breaking.differences.differ import Difference, differences

__all__ = ["Difference", "differences"]
