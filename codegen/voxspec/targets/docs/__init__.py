"""The docs target: a Markdown reference."""

from voxspec.targets.docs.target import plan

__all__ = ["plan"]
