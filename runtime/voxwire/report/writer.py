"""What every report format does."""

from typing import Protocol

from voxwire.checks import Finding, Statistics


class Report(Protocol):
    """Writes findings one by one, so that memory does not grow with their number."""

    def finding(self, finding: Finding) -> None:
        """Write one finding."""

    def finish(self, statistics: Statistics, left_out: int) -> None:
        """Write what stands at the end. `left_out` findings were counted, but not given to
        :meth:`finding`."""
