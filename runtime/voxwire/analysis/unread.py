"""What of a capture could not be read, or was not recorded: in the words of ``voxwire validate``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture import STDIN, BadLine, Gap, Opened
from voxwire.checks.findings import Finding, of_nothing, shown_file
from voxwire.checks.placing import Placing
from voxwire.checks.repetitions import Repeated, Repetitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from voxwire.capture import CaptureEvent, Connection


class Unread:
    """Looks on while one file is read. `name` is that of the command line."""

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self.file: Final = "<stdin>" if name == STDIN else shown_file(name)
        """Its name as it is shown."""
        self.findings: Final[list[Finding]] = []
        """What is to be listed."""
        self.repeated: Final[list[Repeated]] = []
        """What came again and is only counted, once the end was reached."""
        self.parts = 0
        """Parts that could not be read or were not recorded."""
        self.is_damaged = False
        """Whether something could not be read that is there."""
        self.has_connection = False
        """Whether there is anything to tell of."""
        self.is_empty = True
        """Whether there is nothing at all in it."""
        self._placing: Final = Placing(self.file)
        self._repetitions: Final = Repetitions(self.file, self.repeated)

    def watched(self, events: Iterable[CaptureEvent]) -> Iterator[CaptureEvent]:
        """The same events, which are noticed as they pass."""
        for event in events:
            self.notice(event)
            yield event

    def notice(self, event: CaptureEvent) -> None:
        """The next event."""
        self.is_empty = False
        match event:
            case Opened():
                self.has_connection = True
            case BadLine(connection, rule, message, hint):
                self._add(Finding.of(rule, message, hint), connection)
            case Gap(connection, rule, message, hint, is_again):
                self._add(Finding.of(rule, message, hint, continues=is_again), connection)
            case _:
                pass

    def end(self, *, others: int = 0) -> None:
        """The file was read to its end; so many connections of others in it were left out."""
        self._repetitions.end_all()
        if self.is_empty:
            self.is_damaged = True
            self.findings.append(self._placing.about_file(of_nothing(others)))

    def cut(self) -> None:
        """The file could not be read on."""
        self._repetitions.end_all()
        self.is_damaged = True

    def _add(self, finding: Finding, connection: Connection | None) -> None:
        self.parts += 1
        self.is_damaged = self.is_damaged or finding.severity == "error"
        placed = self._placing.about_file(finding, connection)
        if self._repetitions.is_listed(placed):
            self.findings.append(placed)
