"""The docs target: a Markdown reference."""

from voxspec.output.target import Target
from voxspec.targets.docs.keywords import KEYWORDS
from voxspec.targets.docs.target import plan

__all__ = ["TARGET", "plan"]

TARGET = Target(plan, KEYWORDS)
