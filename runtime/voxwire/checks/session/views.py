"""The states that one side of a connection may be in, as far as a capture tells.

A capture has the messages of both sides in one order, but what stands in it earlier need not have arrived
when the other side sent the next: the two may have crossed. What stands later had not arrived for certain.
So each side has a view of its own, and a message is out of place only if it is in no state of its
sender's view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable, Iterator, Set

    from voxwire.checks.session.conversation import Conversation
    from voxwire.protocol import FrameClass, Side

_MAX_ON_THE_WAY: Final = 4
"""Messages that may be on the way to one side; of more, the oldest have arrived. Each of these leads to
another state, and waits for what the other side says to it."""


class View:
    """What `side` may know. It begins in any of `states`."""

    def __init__(self, conversation: Conversation, side: Side, states: Iterable[enum.Enum]) -> None:
        self._landings: Final = conversation.landings
        self._moving: Final = conversation.moving
        self._legal: Final = conversation.machine.legal[side]
        self._legal_of_other: Final = conversation.machine.legal[
            "server" if side == "client" else "client"
        ]
        self._possible: set[tuple[enum.Enum, tuple[FrameClass, ...]]] = {
            (state, ()) for state in states
        }
        """States, each with what is on the way then."""
        self._states: set[enum.Enum] | None = None
        self._arrived: frozenset[enum.Enum] | None = None

    @property
    def arrived(self) -> frozenset[enum.Enum]:
        """The states that it may be in when all that is on the way has arrived, as it has before anything
        that the other side says now."""
        if self._arrived is None:
            self._arrived = frozenset(self._after_all())
        return self._arrived

    @property
    def states(self) -> set[enum.Enum]:
        """The states that it may be in."""
        if self._states is None:
            self._states = {state for state, _ in self._now()}
        return self._states

    def may_send(self, frame_class: FrameClass) -> bool:
        """Whether it may be in a state in which such a message is in order."""
        legal = self._legal
        return any(frame_class in legal[state] for state in self.states)

    def may_receive(self, frame_class: FrameClass) -> bool:
        """Whether it may be in a state in which such a message of the other side is in order."""
        legal = self._legal_of_other
        return any(frame_class in legal[state] for state in self.states)

    def send(self, frame_class: FrameClass) -> None:
        """It sends what it :meth:`may_send`."""
        self._states = self._arrived = None
        self._possible = {
            (self._legal[state][frame_class], rest)
            for state, rest in self._now()
            if frame_class in self._legal[state]
        }

    def send_anyhow(self, frame_class: FrameClass) -> None:
        """It sends something that leads on from some of the states, and from the others not."""
        self._states = self._arrived = None
        self._possible = {
            (self._legal[state].get(frame_class, state), rest) for state, rest in self._possible
        }

    def expect(self, frame_class: FrameClass) -> None:
        """The other side sends something, which arrives at any time from now on."""
        if frame_class not in self._moving:
            return
        self._states = self._arrived = None
        self._possible = {
            self._shortened(state, (*coming, frame_class)) for state, coming in self._possible
        }

    def _after_all(self) -> Iterator[enum.Enum]:
        for state, coming in self._possible:
            arrived = state
            for frame_class in coming:
                arrived = self._received(arrived, frame_class)
            yield arrived

    def _now(self) -> Set[tuple[enum.Enum, tuple[FrameClass, ...]]]:
        """What is possible when any number of messages on the way arrive first, in their order."""
        found = set(self._possible)
        for state, coming in self._possible:
            arrived = state
            for number, frame_class in enumerate(coming, 1):
                arrived = self._received(arrived, frame_class)
                found.add((arrived, coming[number:]))
        return found

    def _shortened(
        self, state: enum.Enum, coming: tuple[FrameClass, ...]
    ) -> tuple[enum.Enum, tuple[FrameClass, ...]]:
        if len(coming) <= _MAX_ON_THE_WAY:
            return state, coming
        return self._received(state, coming[0]), coming[1:]

    def _received(self, state: enum.Enum, frame_class: FrameClass) -> enum.Enum:
        """The state after a message arrives; one that is out of place says where the server is."""
        after = self._legal_of_other[state].get(frame_class)
        return self._landings.get(frame_class, state) if after is None else after
