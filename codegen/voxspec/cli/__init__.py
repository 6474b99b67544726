"""The ``voxspec`` command."""

from voxspec.cli.main import main

__all__ = ["main"]
