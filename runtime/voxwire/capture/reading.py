"""How a capture is to be read, where its content does not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from voxwire.direction import Direction


class Reading(NamedTuple):
    """What a user may say of files."""

    format: str | None = None
    """The name of their format (``voxwire formats`` lists them); None to tell it by the content."""
    direction: Direction | None = None
    """Which way frames went, for formats that do not say it."""
    everything: bool = False
    """Whether connections to others than the gateway are taken, too."""
