"""Sequence numbers: is anything missing, repeated or out of order (protocol sections 2 and 8)?

A server numbers the sequenced messages of a session 1, 2, 3, … (or from another first number on);
``ready`` is always the first. After a drop,
a client resumes with the highest number it has, the server replays what came after it, each message
with its original number, and ends the replay with ``resumed``, which carries the last one.

:class:`SequenceTracker` follows that from the receiver's side. It knows no messages, only numbers,
and serves a live client, which keeps one tracker over all connections of a session, as well as
captures, which may begin in the middle of a connection.
"""

import msgspec

from voxwire.default import protocol_or_vox


class InOrder(msgspec.Struct, frozen=True, gc=False):
    """The number that was due. `replayed` between ``resume`` and ``resumed``."""

    seq: int
    replayed: bool = False


class Gap(msgspec.Struct, frozen=True, gc=False):
    """A number higher than the one that was due: `first_missing` to `last_missing` never arrived."""

    seq: int
    first_missing: int
    last_missing: int

    @property
    def missing(self) -> range:
        """The missing numbers."""
        return range(self.first_missing, self.last_missing + 1)


class Duplicate(msgspec.Struct, frozen=True, gc=False):
    """The same number twice in a row."""

    seq: int


class Regression(msgspec.Struct, frozen=True, gc=False):
    """A number below the highest one so far.

    `continued` when it is one higher than its predecessor: the messages after a single step back
    then follow in order, so that only the first of such a run is news.
    """

    seq: int
    highest: int
    continued: bool = False


class WrongStart(msgspec.Struct, frozen=True, gc=False):
    """A session whose ``ready`` does not have the first number."""

    seq: int


SequenceEvent = InOrder | Gap | Duplicate | Regression | WrongStart


class SequenceTracker:
    """Follows the sequence numbers of one session and says what each of them means.

    >>> tracker = SequenceTracker()
    >>> tracker.start_session(1)
    InOrder(seq=1, replayed=False)
    >>> tracker.receive(4)
    Gap(seq=4, first_missing=2, last_missing=3)
    >>> tracker.last_seq
    4
    """

    __slots__ = ("_first_seq", "_replaying", "_stray", "last_seq")

    def __init__(self, last_seq: int | None = None, *, first_seq: int | None = None) -> None:
        """`last_seq` is the highest number that was received before; None when that is unknown, and
        the first number to arrive is then taken as it is. `first_seq` is the number that a session
        begins with, Vox's if not given."""
        self.last_seq = last_seq
        """The highest number received: the ``last_seq`` to resume with. None before the first.

        Who checks by itself that the number that arrived is the one that is due may raise this by
        one instead of calling :meth:`receive`, unless the number before was not new.
        """
        self._first_seq = first_seq
        self._stray: int | None = None
        self._replaying = False

    @property
    def is_in_order(self) -> bool:
        """Whether the last number was the highest so far: the next one is then one more."""
        return self.last_seq is not None and self._stray is None

    def start_session(self, seq: int) -> SequenceEvent:
        """``ready`` arrived with `seq`: a new session begins, whatever came before is forgotten."""
        self.last_seq = seq
        self._stray = None
        self._replaying = False
        if self._first_seq is None:
            self._first_seq = protocol_or_vox(None).envelope.first_seq
        return InOrder(seq) if seq == self._first_seq else WrongStart(seq)

    def resume(self, last_seq: int) -> None:
        """``resume`` was sent with `last_seq`: a replay of everything after it follows."""
        self.last_seq = last_seq
        self._stray = None
        self._replaying = True

    def receive(self, seq: int) -> SequenceEvent:
        """A sequenced message other than ``ready`` arrived with `seq`."""
        highest = self.last_seq
        if highest is None or seq > highest:
            self.last_seq = seq
            self._stray = None
            if highest is None or seq == highest + 1:
                return InOrder(seq, self._replaying)
            return Gap(seq, highest + 1, seq - 1)
        previous = highest if self._stray is None else self._stray
        self._stray = seq
        if seq == previous:
            return Duplicate(seq)
        return Regression(seq, highest, continued=seq == previous + 1)

    def resumed(self, seq: int) -> SequenceEvent:
        """``resumed`` arrived: the replay is over and `seq` is the last number of the session.

        A Gap means that the end of the replay is missing, a Regression that the server knows less
        than was already received.
        """
        highest = self.last_seq
        self._replaying = False
        self._stray = None
        if highest is None or seq == highest:
            self.last_seq = seq
            return InOrder(seq, replayed=True)
        if seq > highest:
            self.last_seq = seq
            return Gap(seq, highest + 1, seq)
        self._stray = seq
        return Regression(seq, highest)
