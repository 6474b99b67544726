"""A file that another program still writes: at its end, more is waited for."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

_PAUSE: Final = 0.2
"""Seconds between two looks: what nobody notices, and no load."""


class GrowingFile:
    """A binary file to read from, whose end never comes.

    `wait` is called at what is its end for now, and returns when it is worth to look again.
    """

    def __init__(self, name: str, wait: Callable[[], None] = lambda: time.sleep(_PAUSE)) -> None:
        """Raises OSError when there is no such file."""
        self._file: Final = open(name, "rb", buffering=0)  # noqa: PTH123, SIM115 - close() closes it
        self._wait: Final = wait

    def read(self, size: int, /) -> bytes:
        """What has been written since, at most `size` bytes, as soon as there is some. Raises CaptureError
        when the file has become shorter."""
        while True:
            data = self._file.read(size)
            if data:
                return data
            if os.fstat(self._file.fileno()).st_size < self._file.tell():
                raise CaptureError("the file has become shorter: somebody began it anew")
            self._wait()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
