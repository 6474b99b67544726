"""Files in the order of time: a session that goes on in another file is followed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.capture import STDIN, Opened, read_capture
from voxwire.capture.storage import LOCAL, source_in
from voxwire.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from voxwire.capture.storage import Storage

_AT_A_TIME: Final = 32
"""Files that are looked at together elsewhere: of each the first bytes are read."""

_TELLING: Final = frozenset(("seconds", "milliseconds", "microseconds", "nanoseconds"))


def in_order_of_time(
    names: Sequence[str], *, storage: Storage = LOCAL, executor: Executor | None = None
) -> list[str]:
    """The same files, the one that began first first. An `executor` is where they are looked at.

    A file of which the beginning is not known keeps its place: standard input, a pipe, one that cannot
    be read or has no times. Files that began at the same time stay in the order given. Never raises.
    """
    if len(names) < 2:
        return list(names)
    began = _all_began(names, storage, executor)
    places = [place for place, time in enumerate(began) if time is not None]
    ordered = list(names)
    for place, other in zip(
        places, sorted(places, key=lambda place: began[place] or 0.0), strict=True
    ):
        ordered[place] = names[other]
    return ordered


def _all_began(
    names: Sequence[str], storage: Storage, executor: Executor | None
) -> list[float | None]:
    if executor is None:
        return _some_began(names, storage)
    some = [names[start : start + _AT_A_TIME] for start in range(0, len(names), _AT_A_TIME)]
    futures = [executor.submit(_some_began, part, storage) for part in some]
    began: list[float | None] = []
    for part, future in zip(some, futures, strict=True):
        try:
            began += future.result()
        except Exception:
            began += [None] * len(part)
    return began


def _some_began(names: Sequence[str], storage: Storage) -> list[float | None]:
    return [_began(name, storage) for name in names]


def _began(name: str, storage: Storage) -> float | None:
    """When the first connection of a file began, as Unix time."""
    if name == STDIN:
        return None
    try:
        if not storage.size(name):
            return None  # a pipe can be read but once
        with source_in(storage, name) as source:
            for event in read_capture(source):
                if isinstance(event, Opened):
                    connection = event.connection
                    return connection.started if connection.times in _TELLING else None
    except (CaptureError, OSError, ValueError):
        pass  # said when the file is checked
    return None
