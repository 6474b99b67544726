"""What is known of messages, and of the frames that carry them."""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal

from voxwire.protocol.names import FrameClass, MessageType, PayloadClass, Severity, Side


class MessageInfo(typing.Protocol):
    """What is known of one message in one direction."""

    @property
    def type(self) -> Any: ...
    @property
    def direction(self) -> Side: ...
    @property
    def frame(self) -> FrameClass: ...
    @property
    def payloads(self) -> tuple[PayloadClass, ...]:
        """One class, several of a tagged union, none without a payload."""

    @property
    def payload(self) -> PayloadClass | None:
        """The payload's class where there is exactly one."""

    @property
    def seq(self) -> Literal["required", "never"]: ...
    @property
    def required_keys(self) -> tuple[str, ...]:
        """Further keys of the envelope that its frames have, as their attributes are called."""

    @property
    def optional_keys(self) -> tuple[str, ...]: ...
    @property
    def area(self) -> str: ...
    @property
    def summary(self) -> str: ...


class Envelope(typing.Protocol):
    """The keys of a frame, and how its parts are read."""

    @property
    def type_key(self) -> str: ...
    @property
    def payload_key(self) -> str | None:
        """None where frames are flat: the payload's fields stand beside the type."""

    @property
    def sequence_key(self) -> str | None: ...
    @property
    def type_attribute(self) -> str: ...
    @property
    def payload_attribute(self) -> str | None:
        """The attribute of frame classes."""

    @property
    def sequence_attribute(self) -> str | None: ...
    @property
    def first_seq(self) -> int:
        """The number that a session begins with, 0 where there are none."""

    @property
    def max_seq(self) -> int: ...
    @property
    def keys(self) -> frozenset[str]:
        """All keys of the envelope."""

    def type_of(self, frame: Any, /) -> MessageType: ...
    def payload_of(self, frame: Any, /) -> Any:
        """The payload of a frame, None where it has none; the frame itself where frames are flat."""

    def seq_of(self, frame: Any, /) -> int | None: ...
    def framed(self, info: Any, payload: Any, seq: int | None = None, **keys: Any) -> Any:
        """The frame of a payload; `keys` are further ones of the envelope. A payload that is one
        already gets what is given. Raises ValueError for what frames cannot have, or lack."""


class Endpoint(typing.Protocol):
    """Where a client connects to."""

    @property
    def url(self) -> str | None: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def subprotocols(self) -> tuple[str, ...]: ...
    @property
    def query(self) -> Callable[..., str]: ...


class Closed(typing.Protocol):
    """Closed twins of the server's frames, for those who only ask whether a frame is beyond doubt.

    What the decoder of a twin takes, and what is the same JSON when it is written again, breaks no rule
    and gives nothing to note, unless it nests too deeply. What it refuses need not be wrong.
    """

    @property
    def server_frame(self) -> Any:
        """The twins as one type: what a decoder is made of; None where the server sends nothing."""

    @property
    def types(self) -> Mapping[Any, MessageType]:
        """The types of messages by their twins."""

    @property
    def free_json(self) -> frozenset[Any]:
        """The twins that may hold JSON which nests to any depth."""


class Secrets(typing.Protocol):
    """Where secrets are, and what people wrote: JSON Pointers by message type, and the keys of all
    secrets."""

    @property
    def client(self) -> Mapping[Any, tuple[str, ...]]: ...
    @property
    def server(self) -> Mapping[Any, tuple[str, ...]]: ...
    @property
    def keys(self) -> frozenset[str]: ...
    @property
    def client_words(self) -> Mapping[Any, tuple[str, ...]]: ...
    @property
    def server_words(self) -> Mapping[Any, tuple[str, ...]]: ...


class Problem(typing.Protocol):
    """Something that is wrong with a frame.

    ``pointer`` is a JSON Pointer into it, "" for the whole of it. ``got`` is a short form of the
    value, masked where it is a secret; texts are "" where there is nothing to say.
    """

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def pointer(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def got(self) -> str: ...
    @property
    def hint(self) -> str: ...
