"""The strategies target: Hypothesis strategies for messages and frames."""

from voxspec.output.target import Target
from voxspec.targets.strategies.keywords import KEYWORDS
from voxspec.targets.strategies.target import plan

__all__ = ["TARGET", "plan"]

TARGET = Target(plan, KEYWORDS)
