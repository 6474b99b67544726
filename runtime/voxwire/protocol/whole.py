"""Everything that is known of a protocol, as one object."""

# pyright: reportReturnType=false
# (to pyright a method with nothing but a docstring is none of an interface)

from __future__ import annotations

import enum
import typing
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

from voxwire.protocol.frames import Closed, Endpoint, Envelope, MessageInfo, Problem, Secrets
from voxwire.protocol.names import FrameClass, PayloadClass
from voxwire.protocol.session import Session
from voxwire.protocol.shapes import Shapes

ClientT_co = TypeVar("ClientT_co", covariant=True)
"""Any frame of a client whose type is known."""
ServerT_co = TypeVar("ServerT_co", covariant=True)
"""Any frame of a server whose type is known."""
UnknownT_co = TypeVar("UnknownT_co", covariant=True)
"""A frame of a type that is not known."""


class Protocol(typing.Protocol[ClientT_co, ServerT_co, UnknownT_co]):
    """Everything that is known of one version of a protocol. It can be pickled, as a name."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def package(self) -> str:
        """The package that it is from, such as ``voxmodels.v1``."""

    @property
    def envelope(self) -> Envelope: ...
    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def limits(self) -> Mapping[str, int | float]: ...
    @property
    def close_codes(self) -> type[enum.IntEnum]:
        """Members have ``recovery``, ``reason`` and ``meaning(reason)``."""

    @property
    def session(self) -> Session: ...

    # --- Messages -----------------------------------------------------------------------------

    @property
    def client(self) -> Mapping[Any, MessageInfo]:
        """Messages that clients send, by type."""

    @property
    def server(self) -> Mapping[Any, MessageInfo]: ...
    @property
    def by_frame(self) -> Mapping[FrameClass, MessageInfo]: ...
    @property
    def by_payload(self) -> Mapping[PayloadClass, MessageInfo]:
        """Without the classes that several messages share."""

    # --- Frames -------------------------------------------------------------------------------

    @property
    def client_frame(self) -> Any:
        """The frames of clients as one type: what a decoder is made of."""

    @property
    def server_frame(self) -> Any: ...
    @property
    def unknown_frame(self) -> type[UnknownT_co]:
        """Has ``from_wire(value)`` and ``to_wire()``."""

    @property
    def has_extra(self) -> frozenset[FrameClass]:
        """Frames that may hold further keys on purpose; `to_wire` writes them."""

    @property
    def extra_key(self) -> str:
        """The key under which these stand where `to_wire` is not used, and no others do."""

    @property
    def may_note(self) -> frozenset[FrameClass]:
        """Frames that may hold a value which readers keep and a validator notes."""

    @property
    def wide(self) -> Mapping[FrameClass, FrameClass]:
        """By the class of a frame or payload, the one that takes what the usual one does not (integers
        above 63 bits, objects of another shape) and makes objects of the usual class; imported when
        first used."""

    @property
    def free_json(self) -> Mapping[type, tuple[str, ...]]:
        """By frame, the attributes of the payload that hold JSON which nests to any depth; none where
        it may stand elsewhere in the frame."""

    @property
    def to_wire(self) -> Callable[[Any], dict[str, Any]]:
        """The JSON-ready object of a frame, with further keys in their place."""

    # --- Imported when first used -------------------------------------------------------------

    @property
    def validate_client(self) -> Callable[[object], Sequence[Problem]]:
        """All that is wrong with the parsed frame of a client."""

    @property
    def validate_server(self) -> Callable[[object], Sequence[Problem]]: ...
    @property
    def problem(self) -> Callable[..., Problem]:
        """The class of what validators find; takes the attributes by name."""

    def relayed_server_frame(self, value: dict[str, Any], /) -> ServerT_co:
        """The frame of a server that keeps values of other clients as they came.

        Raises msgspec.ValidationError."""

    @property
    def secrets(self) -> Secrets: ...
    @property
    def closed(self) -> Closed: ...
    @property
    def shapes(self) -> Shapes: ...
    @property
    def strategies(self) -> ModuleType:
        """The Hypothesis strategies. Raises ImportError where Hypothesis is not installed."""


AnyProtocol: TypeAlias = Protocol[Any, Any, Any]
"""A protocol, for those who do not look into its frames."""
