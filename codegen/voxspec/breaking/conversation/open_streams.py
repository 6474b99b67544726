"""Which streams are open: of each kind up to two, under keys of their own, as each side sees it.

Two are enough to show what becomes of one when another ends. It is the one that was opened last that is
spoken of. Of one kind alone there are two at a time, and few in all: there would be too many ways
otherwise, and one kind knows nothing of another. Kinds are known by what opens them: their names are each
revision's own.
"""

from __future__ import annotations

from voxspec.breaking.conversation.machine import Machine, other
from voxspec.model import Direction
from voxspec.model.session import Key, Stream, key_of

Open = frozenset[tuple[Direction, Key, int]]
"""The side that takes it for open, its kind, and which one it is: 1 or 2."""

_MOST = 3
"""Streams that one side has open at a time."""


def kind(stream: Stream) -> Key:
    """What kind of stream it is, in either revision."""
    return key_of(stream.opened_by)


def open_of(streams: Open, side: Direction, stream: Stream) -> int:
    """How many of a kind a side takes for open."""
    return sum(each[:2] == (side, kind(stream)) for each in streams)


def open_after(streams: Open, side: Direction, machine: Machine, key: Key) -> Open:
    """What is open for a side when it has said or heard something."""
    stream = machine.streams.get(key)
    if stream is None:
        return streams
    there = open_of(streams, side, stream)
    if machine.opens_stream(key):
        opened: Open = frozenset({(side, kind(stream), min(there + 1, 2))})
        return streams | opened
    ended: Open = frozenset({(side, kind(stream), there)})
    return streams - ended if machine.messages[key] in stream.ended_by else streams


def has_stream(streams: Open, machine: Machine, key: Key) -> bool:
    """Whether who says something knows a stream for it, or may open one."""
    stream, side = machine.streams.get(key), key[0]
    if stream is None:
        return True
    there = open_of(streams, side, stream)
    if not machine.opens_stream(key):
        return there > 0
    if sum(each == side for each, _, _ in streams) >= _MOST:
        return False
    seconds = {opened_by for _, opened_by, nth in streams if nth == 2}
    return there == 0 or (there == 1 and not seconds)


def is_strange(streams: Open, machine: Machine, key: Key) -> bool:
    """Whether who hears something knows no stream for it, or has it open already under its key."""
    stream, side = machine.streams.get(key), other(key[0])
    if stream is None:
        return False
    there = open_of(streams, side, stream)
    if not machine.opens_stream(key):
        return there == 0
    return there > open_of(streams, key[0], stream)
