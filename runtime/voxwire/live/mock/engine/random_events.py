"""Made-up events: any message that a server of the protocol sends of its own accord."""

from __future__ import annotations

from itertools import count as counting
from random import Random
from typing import TYPE_CHECKING, Any, Final

from voxwire.default import protocol_or_vox
from voxwire.live.mock.engine.applications import application_of
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.source import Planned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.protocol import AnyProtocol


class RandomEvents:
    """Events that `seed` decides, `rate` of them a second; None is as fast as clients can take them.
    `count` bounds how many there are. `protocol` is whose they are, Vox's by default.

    Where a protocol has no message that a server sends of its own accord, there are none."""

    identity: Any = None

    def __init__(
        self,
        seed: int = 0,
        rate: float | None = 1.0,
        count: int | None = None,
        *,
        protocol: AnyProtocol | None = None,
    ) -> None:
        self._seed: Final = seed
        self._rate: Final = rate
        self._count: Final = count
        self._protocol: Final = protocol_or_vox(protocol)

    def script(self, number: int) -> RandomEvents:
        """Every session gets the same events."""
        del number
        return self

    @property
    def description(self) -> str:
        """What is sent."""
        count = "events" if self._count is None else f"{self._count} events"
        return f"makes up {count} with seed {self._seed}"

    def events(self) -> Iterator[Planned]:
        """The events, without end unless there is a `count`."""
        shapes = application_of(self._protocol).shapes
        maker = EventMaker(Random(self._seed), self._protocol, shapes)
        if not maker.has_events:
            return
        for number in counting(1) if self._count is None else range(1, self._count + 1):
            payload, keys = maker.any_event()
            at = None if self._rate is None else number / self._rate
            yield Planned(payload, at, keys, in_its_place=True)
