"""The jsonschema target: JSON Schema for each message and direction."""

from voxspec.output.target import Target
from voxspec.targets.jsonschema.keywords import KEYWORDS
from voxspec.targets.jsonschema.target import plan

__all__ = ["TARGET", "plan"]

TARGET = Target(plan, KEYWORDS)
