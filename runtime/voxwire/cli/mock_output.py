"""What ``voxwire mock`` prints."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from voxwire.cli.output import is_coloured
from voxwire.masking import mask_secrets
from voxwire.report import TextReport
from voxwire.report.style import Style, printable
from voxwire.report.summary import counted, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxmodels.v1 import ClientFrame, UnknownFrame
    from voxwire.checks import Finding
    from voxwire.live.mock.gateway import MockGateway


class Printer:
    """Prints findings to `out`, and what happens to standard error unless `is_quiet`."""

    def __init__(self, out: TextIO, *, is_quiet: bool) -> None:
        self.frames = 0
        """Valid frames that clients sent."""
        self.by_severity: Counter[str] = Counter()
        """Findings."""
        self._out: Final = out
        self._is_quiet: Final = is_quiet
        self._report: Final = TextReport(out, Style(is_coloured(out)))

    @property
    def has_mistakes(self) -> bool:
        """Whether there is more than notes."""
        return bool(self.by_severity["error"] or self.by_severity["warning"])

    def said(self, sentence: str) -> None:
        """Something happened to a connection."""
        if not self._is_quiet:
            say(sentence)

    def received(self, frame: ClientFrame | UnknownFrame) -> None:
        """A client sent a frame."""
        del frame
        self.frames += 1

    def found(self, finding: Finding) -> None:
        """A finding about a client."""
        self.by_severity[finding.severity] += 1
        self._report.finding(finding)
        self._out.flush()


def summary(gateway: MockGateway, printer: Printer) -> Iterator[str]:
    """What happened in all, a sentence each."""
    for active in gateway.faults.active:
        yield f"fault {active.fault} acted {counted(active.acted, 'time')}"
    severities = printer.by_severity
    total = found(severities["error"], severities["warning"], severities["note"])
    yield (
        f"{counted(gateway.accepted, 'connection')}, {counted(gateway.sent, 'message')} sent, "
        f"{counted(printer.frames, 'valid message')} received: {total or 'nothing found'}"
    )


def say(sentence: str) -> None:
    """Print a sentence to standard error."""
    print(f"voxwire mock: {printable(mask_secrets(sentence))}", file=sys.stderr, flush=True)
