"""Long captures on several cores, or on several machines: a map and a reduction.

The map is :func:`summarize`: it reads one :class:`Part` of a file and says what depends on nothing but the
lines of that part. The reduction goes over the summaries in order and follows the conversation; it takes
less than a tenth of the time. :func:`validate` is both, with any executor of :mod:`concurrent.futures`::

    with ProcessPoolExecutor(8) as executor:
        statistics = Statistics()
        for finding in validate(["long.ndjson"], executor, workers=8, statistics=statistics):
            print(finding.rule, finding.frame, finding.message)

What is found is the same, and in the same order, however files are divided and whoever looks at the
parts. A cluster's executor does as well, such as that of ``dask.distributed``
(``client.get_executor()``), if its workers find the files: `storage` says how a file is opened, there
and here.
Functions and summaries are pickled; a protocol is by the name of its package.

Compressed files, standard input and lines of more than a megabyte are read here, and only looked at
elsewhere. A part that is lost, because the process that looked at it died, is the end of its file: the
finding CAPTURE_UNREADABLE names it. An executor that lets another process try again loses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voxwire.capture.storage import LOCAL, Storage
from voxwire.checks.capture_check import CaptureCheck
from voxwire.checks.file_reading import Elsewhere
from voxwire.checks.quick.summary import PART_SIZE, Digest, Part, Stretch, Summary, parts, summarize
from voxwire.checks.selection import Selection
from voxwire.checks.statistics import Statistics
from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from voxwire.capture import Advance, Reading
    from voxwire.checks.findings import Finding
    from voxwire.checks.observing import Observer
    from voxwire.checks.session import Sessions
    from voxwire.protocol import AnyProtocol

__all__ = [
    "LOCAL",
    "PART_SIZE",
    "Digest",
    "Part",
    "Storage",
    "Stretch",
    "Summary",
    "checks",
    "parts",
    "summarize",
    "validate",
]


def validate(
    files: Sequence[str],
    executor: Executor | None = None,
    *,
    workers: int = 1,
    protocol: AnyProtocol | None = None,
    selection: Selection | None = None,
    statistics: Statistics | None = None,
    sessions: Sessions | None = None,
    storage: Storage = LOCAL,
    reading: Reading | None = None,
    part_size: int = PART_SIZE,
    advance: Advance | None = None,
) -> Iterator[Finding]:
    """Check captures and yield what is found, file after file, each in its order.

    `files` are checked in this order; :func:`voxwire.checks.file_order.in_order_of_time` gives the one
    in which sessions can be followed from file to file, for which `sessions` is needed. `workers` is how
    many parts `executor` looks at together; without it everything is done here. `protocol` is Vox's by
    default, `reading` says how files are read, `selection` which findings count, `statistics` counts them and the frames. `advance` is
    told how many bytes of the files were read.
    """
    for check in checks(
        files,
        executor,
        workers=workers,
        protocol=protocol,
        selection=selection or Selection(),
        statistics=statistics or Statistics(),
        sessions=sessions,
        storage=storage,
        reading=reading,
        part_size=part_size,
    ):
        yield from check.findings(advance)


def checks(
    files: Sequence[str],
    executor: Executor | None,
    *,
    workers: int,
    protocol: AnyProtocol | None,
    selection: Selection,
    statistics: Statistics,
    sessions: Sessions | None,
    storage: Storage = LOCAL,
    reading: Reading | None = None,
    part_size: int = PART_SIZE,
    observer: Observer | None = None,
) -> Iterator[CaptureCheck]:
    """The check of each file, as :func:`validate` has it; the findings of one have to be taken before the
    next is asked for. With an `observer`, all is done here, in the exact way."""
    mapper = None
    if executor is not None and observer is None:
        from voxwire.checks.quick.mapping import Mapper

        mapper = Mapper(
            executor,
            files,
            protocol_or_vox(protocol),
            workers=workers,
            counts_frames=statistics.counts_frames,
            storage=storage,
            reading=reading,
            part_size=part_size,
        )
    for place, name in enumerate(files):
        elsewhere = None if mapper is None else Elsewhere(mapper, place)
        yield CaptureCheck(
            name,
            selection,
            statistics,
            sessions,
            protocol=protocol,
            elsewhere=elsewhere,
            storage=storage,
            reading=reading,
            observer=observer,
        )
