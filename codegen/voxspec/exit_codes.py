"""What the exit status of ``voxspec`` says where a run did not come to its end."""

from typing import Final

INTERRUPTED: Final = 130
"""Stopped by Ctrl+C."""
BROKEN_PIPE: Final = 141
"""Whoever read the output has gone, as in ``voxspec … | head``: nothing is said of what was found."""
