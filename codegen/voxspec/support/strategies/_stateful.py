"""Machines for Hypothesis that hold a conversation with a client or a server of yours.

What they say is drawn from the tables of the session; what they hear is judged by them.
"""

from __future__ import annotations

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from voxspec.support.python._session import Side
from voxspec.support.strategies._cases import Object
from voxspec.support.strategies._half import Half
from voxspec.support.strategies._tables import Tables

_NUMBERS = st.integers(0, 2**12 - 1)


class ConversationMachine(RuleBasedStateMachine):
    """A conversation with somebody who is tested. What is below says how to reach it.

    Rules of your own may stand beside those that are here, such as one that makes your server publish
    something. Call :meth:`hear` at their end. ``is_connected`` is for their preconditions.
    """

    tables: ClassVar[Tables]
    plays: ClassVar[Side]
    """The side that the machine plays."""
    talk: ClassVar[type[Half]] = Half
    """What draws and judges."""

    def __init__(self) -> None:
        super().__init__()
        self._talk: Half | None = None

    # --- Yours --------------------------------------------------------------------------------

    def connect(self, url: str) -> None:
        """A connection is opened to this address, or by your client."""
        raise NotImplementedError

    def send(self, text: str) -> None:
        """A text message reaches the one who is tested."""
        raise NotImplementedError

    def receive(self) -> list[str | int]:
        """What the one who is tested has sent since the last call, as text. An integer is the code
        with which it closes the connection."""
        raise NotImplementedError

    def wait(self, seconds: float) -> None:
        """Time goes by, and what is due happens: on your clock, if it has one that can be set."""
        raise NotImplementedError

    def disconnect(self) -> None:
        """The connection is lost."""
        raise NotImplementedError

    def prepare(self, frame: Object) -> Object:
        """What is sent instead of a frame that was drawn, such as one with a token that is known."""
        return frame

    # --- The rules ----------------------------------------------------------------------------

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._talk is not None and not self._talk.is_over

    @property
    def is_established(self) -> bool:
        """Whether a session is under way."""
        return self._talk is not None and self.is_connected and self._talk.is_established

    def hear(self) -> None:
        """Judge what has been sent meanwhile."""
        if self._talk is not None and not self._talk.is_over:
            self._talk.hear()
        self._end()

    @precondition(lambda self: not self.is_connected)
    @rule(data=st.data(), seconds=st.sampled_from((0.0, 1.0, 30.0)))
    def begins(self, data: st.DataObject, seconds: float) -> None:
        """A connection is opened, some time after the one before."""
        talk = self._at(data)
        if seconds:
            self.wait(seconds)
            talk.now += seconds
        talk.connect()
        self.connect(talk.url)
        self.hear()

    @precondition(lambda self: self.is_connected)
    @rule(data=st.data(), number=_NUMBERS)
    def speaks(self, data: st.DataObject, number: int) -> None:
        """Something is said, whatever is allowed."""
        self._at(data).move(number)
        self.hear()

    @precondition(lambda self: self.is_connected)
    @rule(data=st.data(), intervals=st.sampled_from((0.25, 1.0, 2.5)))
    def waits(self, data: st.DataObject, intervals: float) -> None:
        """Time goes by, with the heartbeats that are due."""
        talk = self._at(data)
        talk.wait(intervals * talk.interval)
        self._end()

    @precondition(lambda self: self.is_connected)
    @rule(number=st.integers(0, 3))
    def is_lost(self, number: int) -> None:
        """The connection is lost, now and then."""
        if number == 0:
            self.lose()

    def lose(self) -> None:
        """Lose the connection, with whatever is on its way."""
        if self._talk is not None:
            self._talk.is_over = True
        self._end()

    def teardown(self) -> None:
        """Nothing stays open."""
        self.lose()

    def _at(self, data: st.DataObject) -> Half:
        if self._talk is None:
            self._talk = self.talk(self.tables, data.draw, self.plays, self, self.prepare)
        self._talk.draw = data.draw
        return self._talk

    def _end(self) -> None:
        """Tell that a connection is over."""
        if self._talk is not None and self._talk.is_over and self._talk.is_open:
            self._talk.is_open = False
            self._talk.finish()
            self.disconnect()
