"""What ``voxwire mock`` prints."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, Final, TextIO

from voxwire.cli.common import line
from voxwire.cli.console import Console
from voxwire.cli.output import is_coloured
from voxwire.report.style import Style
from voxwire.report.summary import counted, found
from voxwire.report.text_report import TextReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from voxwire.checks import Finding
    from voxwire.live.mock.engine.gateway import MockGateway


class Printer:
    """Prints findings to `out`, and what happens to `errors` unless `is_quiet`. Nothing in it waits
    for a reader, until :meth:`close`."""

    def __init__(self, out: TextIO, errors: TextIO, *, is_quiet: bool) -> None:
        self.frames = 0
        """Valid frames that clients sent."""
        self.by_severity: Counter[str] = Counter()
        """Findings."""
        self._is_quiet: Final = is_quiet
        self._findings: Final = Console(out)
        self._sentences: Final = Console(errors)
        self._text: Final = io.StringIO()
        self._report: Final = TextReport(self._text, Style(is_coloured(out)))

    @property
    def has_mistakes(self) -> bool:
        """Whether there is more than notes."""
        return bool(self.by_severity["error"] or self.by_severity["warning"])

    def announce(self, sentence: str) -> None:
        """Print a sentence, quiet or not."""
        self._sentences.write(line("mock", sentence))

    def said(self, sentence: str) -> None:
        """Something happened to a connection."""
        if not self._is_quiet:
            self.announce(sentence)

    def received(self, frame: Struct) -> None:
        """A client sent a frame."""
        del frame
        self.frames += 1

    def found(self, finding: Finding) -> None:
        """A finding about a client. Called in the thread of the check alone."""
        self.by_severity[finding.severity] += 1
        self._report.finding(finding)
        self._findings.write(self._text.getvalue())
        self._text.seek(0)
        self._text.truncate()

    def close(self) -> None:
        """Wait until everything is printed that somebody reads. Raises OSError when standard output
        could not be written, BrokenPipeError when its reader has gone."""
        self._findings.close()
        if self._findings.dropped and self._findings.error is None:
            lines = counted(self._findings.dropped, "finding")
            self.announce(f"{lines} were not printed: nobody read them")
        self._sentences.close()
        if self._findings.error is not None:
            raise self._findings.error


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
