"""The python target: typed models, their validators and tables."""

from voxspec.output.target import Target
from voxspec.targets.python.keywords import KEYWORDS
from voxspec.targets.python.target import plan

__all__ = ["TARGET", "plan"]

TARGET = Target(plan, KEYWORDS)
