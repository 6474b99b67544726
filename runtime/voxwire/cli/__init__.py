"""The ``voxwire`` command, for people who have traffic."""

from voxwire.cli.main import main

__all__ = ["main"]
