"""Files in the order of time: a session that goes on in another file is followed there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxwire.capture import STDIN, Opened, read_capture
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TELLING: Final = frozenset(("seconds", "milliseconds", "microseconds", "nanoseconds"))


def in_order_of_time(names: Sequence[str]) -> list[str]:
    """The same files, the one that began first first.

    A file of which the beginning is not known keeps its place: standard input, a pipe, one that cannot
    be read or has no times. Files that began at the same time stay in the order given. Never raises.
    """
    if len(names) < 2:
        return list(names)
    began = [_began(name) for name in names]
    places = [place for place, time in enumerate(began) if time is not None]
    ordered = list(names)
    for place, other in zip(
        places, sorted(places, key=lambda place: began[place] or 0.0), strict=True
    ):
        ordered[place] = names[other]
    return ordered


def _began(name: str) -> float | None:
    """When the first connection of a file began, as Unix time."""
    if name == STDIN:
        return None
    try:
        path = Path(name)
        if not path.is_file():
            return None  # a pipe can be read but once
        with path.open("rb") as file:
            for event in read_capture(file):
                if isinstance(event, Opened):
                    connection = event.connection
                    return connection.started if connection.times in _TELLING else None
    except (CaptureError, OSError, ValueError):
        pass  # said when the file is checked
    return None
