"""What is made of a protocol: functions that decode and encode its frames."""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import typing
from typing import Any, TypeAlias, TypeVar

import msgspec

FrameT_co = TypeVar("FrameT_co", covariant=True)

JsonText: TypeAlias = bytes | str | bytearray | memoryview
"""JSON as it comes: text, or UTF-8 in whatever holds bytes."""


class Decode(typing.Protocol[FrameT_co]):
    """Decodes the frames of one side."""

    def __call__(self, data: JsonText) -> FrameT_co:
        """The frame whose JSON is `data`, decompressed if need be.

        A message type that is not known gives an unknown frame that keeps everything. Raises
        DecodeError, with all findings, for anything that the protocol does not allow, and TypeError
        for what is neither text nor bytes.
        """
        ...


class Encode(typing.Protocol):
    """Encodes the messages of both sides."""

    def __call__(
        self, message: msgspec.Struct, seq: int | None = None, *, validate: bool = True
    ) -> bytes:
        """The compact JSON of a payload or of a frame, keys in the order of the envelope.

        `message` is a payload such as ``server.MessageCreate(…)``, or a whole frame: one that has no
        payload, one that was decoded, or an unknown one. `seq` numbers the payloads of sequenced
        server messages and belongs to nothing else. Unless `validate` is False, the result is decoded
        again, so that only valid frames leave; a server that builds its payloads with care saves half
        the time.

        Raises EncodeError, with all findings, for what must not be sent.
        """
        ...


class EncodeWithKeys(Encode, typing.Protocol):
    """The same for protocols whose envelope has further keys: those of a payload's frame are given by
    name, such as ``id="7"``."""

    def __call__(
        self,
        message: msgspec.Struct,
        seq: int | None = None,
        *,
        validate: bool = True,
        **keys: Any,
    ) -> bytes: ...
