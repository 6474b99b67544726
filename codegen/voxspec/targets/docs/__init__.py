"""The docs target: a Markdown reference."""

from voxspec.targets.docs.keywords import KEYWORDS
from voxspec.targets.docs.target import plan

__all__ = ["KEYWORDS", "plan"]
