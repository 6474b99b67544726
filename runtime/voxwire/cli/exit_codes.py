"""What the exit status of ``voxwire`` says."""

from typing import Final

CLEAN: Final = 0
"""Nothing found, or notes only."""
FINDINGS: Final = 1
"""Errors or warnings were found."""
USAGE: Final = 2
"""The command line is wrong; nothing was read."""
UNREADABLE: Final = 3
"""A file, or in commands that do not check it a part of one, could not be read. What could be read was
checked and reported."""
INTERRUPTED: Final = 130
"""Stopped by Ctrl+C."""
BROKEN_PIPE: Final = 141
"""Whoever read the output has gone, as in ``voxwire … | head``."""
