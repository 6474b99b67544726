"""The typed decoders of one side: the usual one, and those that take integers above 63 bits.

A bound that msgspec checks has 63 bits. Where a protocol allows more, its package has classes whose
code checks the bound, and that cost more (see its ``_wide`` modules): 1.04 of what parsing costs, where
the usual classes take 0.4. A frame with such an integer is refused by the usual decoder and read again,
which makes 2.9. Where that happens to frames of one class again and again, because its numbers have
grown that large, the decoder begins with the class that takes them.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from voxwire.protocol import AnyProtocol, FrameClass, JsonText, Side

    TypedFrame: TypeAlias = Callable[[JsonText], Any]

_OFTEN: Final = 8
"""Frames of a class that must be read twice until the decoder begins with the wide one. What it
remembers is at most a number for each class that has a wide one."""


class TypedFrames:
    """The decoders of one side of a protocol. Each raises one of the codec's TYPED_DECODER_ERRORS."""

    def __init__(self, protocol: AnyProtocol, sender: Side) -> None:
        frames = protocol.server_frame if sender == "server" else protocol.client_frame
        self.usual: Final[TypedFrame] = msgspec.json.Decoder(frames).decode
        self._protocol: Final = protocol
        self._messages: Final = protocol.server if sender == "server" else protocol.client
        self._begins: TypedFrame = self.usual
        self._read_twice: Final[Counter[FrameClass]] = Counter()

    @cached_property
    def wide(self) -> TypedFrame | None:
        """The one that takes all integers; None where the usual one does."""
        return self._decoder(self._wide_classes) if self._wide_classes else None

    def after(self, frame: msgspec.Struct) -> TypedFrame:
        """What to begin with from now on, after a frame that only the wide decoder took."""
        self._read_twice[type(frame)] += 1
        if self._read_twice[type(frame)] == _OFTEN:
            often = {
                usual: wide
                for usual, wide in self._wide_classes.items()
                if self._read_twice[usual] >= _OFTEN
            }
            self._begins = self._decoder(often)
        return self._begins

    @cached_property
    def _wide_classes(self) -> dict[FrameClass, FrameClass]:
        wide = self._protocol.wide
        frames = (info.frame for info in self._messages.values())
        return {frame: wide[frame] for frame in frames if frame in wide}

    def _decoder(self, wide: Mapping[FrameClass, FrameClass]) -> TypedFrame:
        """One that makes frames with these classes, and the rest with the usual ones."""
        frames = (info.frame for info in self._messages.values())
        classes = tuple(wide.get(frame, frame) for frame in frames)
        return msgspec.json.Decoder(cast("Any", Union[classes])).decode  # noqa: UP007
