"""Who looks on while a capture is checked, such as a report that shows frames beside what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import enum
    from collections.abc import Set

    from voxwire.capture import CaptureEvent


class Observer(Protocol):
    """Is shown every event of every file, each before what was found about it is yielded."""

    def saw(self, file: str, event: CaptureEvent, states: Set[enum.Enum]) -> None:
        """An event was checked. `states` are those of the session in which the server may be after it;
        none where that is not known."""
