"""In which pieces the files of a run are looked at elsewhere.

Lines of a native capture are looked at in parts. A file that cannot be read from any place, because it is
compressed or in another format, is looked at as a whole, if it is short. The others are read where the
findings are wanted, and only their lines are looked at elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.capture import NATIVE, detected_capture
from voxwire.capture.storage import is_divisible
from voxwire.checks.quick.summary import parts
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture import Reading
    from voxwire.capture.storage import Storage
    from voxwire.checks.quick.summary import Part

MOST_WHOLE: Final = 32_000_000
"""Bytes of the longest file that is looked at as a whole."""


class WholeFile(NamedTuple):
    """A file that is looked at as a whole."""

    name: str


class Division:
    """Divides files."""

    def __init__(self, storage: Storage, reading: Reading, part_size: int) -> None:
        self._storage: Final = storage
        self._reading: Final = reading
        self._part_size: Final = part_size

    def pieces(self, name: str) -> Iterator[Part | WholeFile]:
        """What of a file is looked at elsewhere, in order; nothing where it is read here, also of one that
        cannot be read, so that reading it says why. Never raises."""
        try:
            if is_divisible(self._storage, name) and self._is_native(name):
                yield from parts(name, storage=self._storage, size=self._part_size)
            elif 0 < self._storage.size(name) <= MOST_WHOLE:
                yield WholeFile(name)
        except (CaptureError, OSError):
            return

    def _is_native(self, name: str) -> bool:
        """Whether lines are those of a native capture. Raises CaptureError for what is no capture."""
        with self._storage.open(name) as file:
            return detected_capture(file, reading=self._reading).format is NATIVE
