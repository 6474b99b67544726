"""What a reader of a capture format offers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from mmap import mmap
from typing import NamedTuple, Protocol

from voxwire.capture.events import CaptureEvent, Lacks
from voxwire.direction import Direction


class Likelihood(enum.IntEnum):
    """Whether a file has a format, by its first bytes."""

    NO = 0
    MAYBE = 1
    """It may; taken if no format is sure and no line is one of the native format."""
    SURE = 2
    """It has, and no other format is asked."""


class CaptureInput(Protocol):
    """A file, decompressed, that is read once."""

    @property
    def direction(self) -> Direction | None:
        """Which way the frames of a file go that does not say so itself; None where nobody said."""

    def peek(self, size: int) -> bytes:
        """The first bytes of the file, at least so many if there are. They are given again."""
        ...

    def blocks(self) -> Iterator[bytes]:
        """The file in pieces of any size. Raises CaptureError where it is damaged, after what stands
        before that."""
        ...

    def mapped(self) -> AbstractContextManager[mmap | bytes]:
        """The whole file in memory, or a copy of it in a temporary file, mapped. Raises CaptureError where it
        is damaged."""
        ...

    def beside(self, name: str) -> CaptureInput | None:
        """Another file that lies beside this one or below that folder, or in the same archive, for
        formats that point to it; None where there is none. `name` comes from the file, with ``/``
        between its parts: it never leads out of that folder."""
        ...


class CaptureFormat(NamedTuple):
    """A format that captures are read from.

    `probe` says whether a file that begins with these bytes has it. It is asked again when there are
    more of them, up to 64 KiB. `read` gives the events of the whole file, a
    :class:`~voxwire.capture.events.BadLine` or :class:`~voxwire.capture.events.Gap` for what is broken in it;
    where it cannot be read at all it raises CaptureError, with what to do. Each connection says what the
    format `lacks`, and what else this file does.
    """

    name: str
    """As ``--from`` takes it."""
    title: str
    """What people call it, and who writes it."""
    lacks: Lacks
    """What no file of the format has."""
    probe: Callable[[bytes], Likelihood]
    read: Callable[[CaptureInput], Iterator[CaptureEvent]]
    remark: str = ""
    """What else is worth to know before one is recorded, for people."""
    takes_direction: bool = False
    """Whether its files may not say which way frames went, so that a user may."""
