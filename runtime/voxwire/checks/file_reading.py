"""Reads the file of a check the quickest way that there is for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture import NATIVE, detected_capture, of_the_gateway
from voxwire.capture.storage import source_in
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from voxwire.capture import Advance, CaptureEvent, Reading
    from voxwire.capture.detect import Detected
    from voxwire.capture.storage import Storage
    from voxwire.checks.findings import Finding
    from voxwire.checks.quick.mapping import Mapper
    from voxwire.checks.quick.native import NativeCheck
    from voxwire.checks.quick.whole import FileSummary
    from voxwire.checks.statistics import Statistics
    from voxwire.protocol import AnyProtocol


class Elsewhere(NamedTuple):
    """Who looks at lines, and at which place among the files of the run this one is."""

    mapper: Mapper
    place: int


class FileReading:
    """Reads one file, event by event, or what is beyond doubt in runs.

    `event` is the exact way, `native` makes what checks the lines of a native capture quicker, which
    is not done where all is to go the exact way (`exactly`). With `elsewhere`, lines are looked at where
    that says. `storage` says where the file is, `reading` how it is read.
    """

    def __init__(
        self,
        name: str,
        protocol: AnyProtocol,
        statistics: Statistics,
        event: Callable[[CaptureEvent], Iterable[Finding]],
        native: Callable[[], NativeCheck],
        *,
        elsewhere: Elsewhere | None,
        storage: Storage,
        reading: Reading,
        exactly: bool = False,
    ) -> None:
        self._name: Final = name
        self._protocol: Final = protocol
        self._statistics: Final = statistics
        self._event: Final = event
        self._native: Final = native
        self._elsewhere: Final = elsewhere
        self._storage: Final = storage
        self._reading: Final = reading
        self._exactly: Final = exactly
        self.format = NATIVE.name
        """The name of the file's format."""

    def findings(self, advance: Advance | None) -> Iterator[Finding]:
        """What is found, in the order of the file. Raises CaptureError where it cannot be read on."""
        mapper = None
        if self._elsewhere is not None:
            mapper, place = self._elsewhere
            if mapper.is_divided(place):
                yield from self._native().read_divided(self._name, mapper, place, advance)
                return
            summary = mapper.whole(place)
            if summary is not None:
                yield from self._summary(summary, advance)
                return
        with source_in(self._storage, self._name) as source:
            capture = detected_capture(source, advance, reading=self._reading)
            yield from self._here(capture, mapper)

    def _here(self, capture: Detected, mapper: Mapper | None) -> Iterator[Finding]:
        if self._exactly or capture.format is not NATIVE:
            self.format = capture.format.name
            others = self._statistics.others
            for event in of_the_gateway(capture, self._protocol, self._reading, others):
                yield from self._event(event)
        elif mapper is None:
            yield from self._native().read(capture.input.blocks())
        else:
            yield from self._native().read_mapped(capture.input.blocks(), mapper)

    def _summary(self, summary: FileSummary, advance: Advance | None) -> Iterator[Finding]:
        """A file that was looked at elsewhere as a whole."""
        from voxwire.checks.quick.whole import LinesAgain

        self.format = summary.format
        self._statistics.others.connections += summary.others
        again = LinesAgain(self._name, self._protocol, reading=self._reading, storage=self._storage)
        yield from self._native().read_whole(summary.digests, again)
        if advance is not None:
            advance(self._storage.size(self._name))
        if summary.failure is not None:
            raise CaptureError(summary.failure)
