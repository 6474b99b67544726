"""Everything about frames that differs between two revisions, judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voxspec.breaking.connection.envelope import aligned
from voxspec.breaking.frames.difference import Difference
from voxspec.breaking.frames.judge import Judge
from voxspec.breaking.frames.messages import Messages
from voxspec.breaking.frames.named import NamedTypes
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change


def compare_frames(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare what is in frames: messages, their payloads and the types of these."""
    protocol = aligned(old.protocol, new.protocol)
    pairs = Pairs(old if protocol is None else replace(old, protocol=protocol), new)
    judge = Judge(pairs)
    for difference in _differences(pairs):
        # Without a common envelope no frame of one is any of the other, which is said of that.
        yield judge.change(difference if protocol else replace(difference, trial=None))
    if protocol is not None:
        yield from judge.whole()


def _differences(pairs: Pairs) -> Iterator[Difference]:
    named = NamedTypes(pairs)
    yield from Messages(pairs, named).all()
    yield from named.all()
    yield from named.gone_and_added()
