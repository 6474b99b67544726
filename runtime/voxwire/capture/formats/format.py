"""What a reader of a capture format offers."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from voxwire.capture.events import CaptureEvent

Blocks: TypeAlias = Iterable[bytes]
"""A file in pieces of any size, decompressed."""


class CaptureFormat(NamedTuple):
    """A format that captures are read from.

    `begins` says whether a file that begins with these bytes has it. It is asked again when there are
    more of them, up to 64 KiB, and must be sure: what it takes, no other format gets. `read` gives the
    events of the whole file, a :class:`~voxwire.capture.events.BadLine` for what is broken in it;
    :class:`~voxwire.capture.connections.Connections` tells connections apart.
    """

    name: str
    begins: Callable[[bytes], bool]
    read: Callable[[Blocks], Iterator[CaptureEvent]]
