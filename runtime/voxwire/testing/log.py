"""What clients have said so far, and how tests wait for more."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Final

from voxwire.wire.envelope import type_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from msgspec import Struct

    from voxwire.checks import Finding
    from voxwire.protocol import AnyProtocol, MessageType

_SHOWN: Final = 20
"""Types of frames that an error lists."""


class ConversationLog:
    """The frames and findings of all clients, as the gateway's thread adds them."""

    def __init__(self, protocol: AnyProtocol) -> None:
        """`protocol` is that of the frames."""
        self._protocol: Final = protocol
        self.findings: Final[list[Finding]] = []
        """What was found; only ever added to."""
        self._frames: Final[list[Struct]] = []
        self._given: Final[set[int]] = set()
        self._arrived: Final = threading.Condition()

    def said(self, sentence: str) -> None:
        """What happens to connections is not kept."""

    def received(self, frame: Struct) -> None:
        """A client sent a frame."""
        with self._arrived:
            self._frames.append(frame)
            self._arrived.notify_all()

    def found(self, finding: Finding) -> None:
        """A finding about a client."""
        self.findings.append(finding)

    def frames(self) -> tuple[Struct, ...]:
        """All frames so far."""
        with self._arrived:
            return tuple(self._frames)

    def next(
        self, wanted: MessageType | type[Struct], timeout: float, findings: Callable[[], str]
    ) -> Struct:
        """The first frame of the type or class `wanted` that was not given before.

        Raises TimeoutError when none arrives within `timeout` seconds, with what `findings` gives.
        """
        name = self._type_of(wanted) if isinstance(wanted, type) else wanted
        deadline = time.monotonic() + timeout
        with self._arrived:
            while (frame := self._take(name)) is None:
                check_may_wait()
                if not self._arrived.wait(deadline - time.monotonic()):
                    break
            if frame is not None:
                return frame
            came = [str(type_of(frame, self._protocol)) for frame in self._frames[-_SHOWN:]]
        text = f"no {name} came within {timeout:g} s; what came: {', '.join(came) or 'nothing'}"
        mistakes = findings()
        raise TimeoutError(f"{text}\n{mistakes}" if mistakes else text)

    def _take(self, name: MessageType) -> Struct | None:
        for index, frame in enumerate(self._frames):
            if index not in self._given and type_of(frame, self._protocol) == name:
                self._given.add(index)
                return frame
        return None

    def _type_of(self, wanted: type[Struct]) -> MessageType:
        """The message type of a frame's class. Raises TypeError for any other."""
        info = self._protocol.by_frame.get(wanted)
        if info is None or info.direction != "client":
            raise TypeError(f"{wanted.__name__} is no frame of a client")
        known: MessageType = info.type
        return known


def check_may_wait() -> None:
    """Raise RuntimeError in the thread of an event loop: a client in that loop could not go on."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError(
        "this would block the event loop; in an asynchronous test use "
        'await asyncio.to_thread(vox_gateway.wait_for, "…")'
    )
