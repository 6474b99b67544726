"""Everything about frames that differs between two revisions, judged."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.breaking.frames.difference import Difference
from voxspec.breaking.frames.judge import Judge
from voxspec.breaking.frames.messages import Messages
from voxspec.breaking.frames.named import NamedTypes
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change


def compare_frames(old: Revision, new: Revision) -> Iterator[Change]:
    """Compare what is in frames: messages, their payloads and the types of these."""
    pairs = Pairs(old, new)
    judge = Judge(pairs)
    for difference in _differences(pairs):
        yield judge.change(difference)
    yield from judge.whole()


def _differences(pairs: Pairs) -> Iterator[Difference]:
    named = NamedTypes(pairs)
    yield from Messages(pairs, named).all()
    yield from named.all()
    yield from named.gone_and_added()
