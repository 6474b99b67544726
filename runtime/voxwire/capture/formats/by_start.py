"""Connections in the order in which they began, where a file has them in another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from voxwire.capture.events import BadLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ConnectionT = TypeVar("ConnectionT")


def in_order_of_start(
    found: Iterable[ConnectionT | BadLine], started: Callable[[ConnectionT], float | None]
) -> Iterator[ConnectionT | BadLine]:
    """The same, the one that began first first. What could not be read may have been of any time: it keeps
    its place, and what stands on either side of it stays there."""
    run: list[ConnectionT] = []
    for one in found:
        if isinstance(one, BadLine):
            yield from sorted(run, key=lambda one: started(one) or 0.0)
            run.clear()
            yield one
        else:
            run.append(one)
    yield from sorted(run, key=lambda one: started(one) or 0.0)
