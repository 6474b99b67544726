"""The strategies target: Hypothesis strategies for messages and frames."""

from voxspec.targets.strategies.keywords import KEYWORDS
from voxspec.targets.strategies.target import plan

__all__ = ["KEYWORDS", "plan"]
