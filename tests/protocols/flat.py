"""A protocol of flat frames, by hand: integers as types, no sequence, no payload key, nothing optional.

A client hails (0), with a call sign and any JSON; the server says what it has seen (1).
"""

from __future__ import annotations

import enum
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar, Final, Literal, cast

import msgspec

from voxmodels._checks import Problem
from voxmodels._protocol import Closed, Endpoint, Envelope, NoCloseCode
from voxmodels._session import IGNORED, Mistakes, Roles, Session
from voxwire.protocol import AnyProtocol


class HailFrame(msgspec.Struct, tag_field="op", tag=0, kw_only=True):
    type: ClassVar[int] = 0
    call_sign: str
    note: Any = msgspec.UNSET


class SeenFrame(msgspec.Struct, tag_field="op", tag=1, kw_only=True):
    type: ClassVar[int] = 1
    call_sign: str
    key: str = ""


class UnknownFrame(msgspec.Struct):
    type: int
    keys: dict[str, Any]

    @classmethod
    def from_wire(cls, frame: dict[str, Any]) -> UnknownFrame:
        return cls(frame["op"], {key: value for key, value in frame.items() if key != "op"})

    def to_wire(self) -> dict[str, Any]:
        return {"op": self.type, **self.keys}


class _Protocol(SimpleNamespace):
    """Hashable, as every protocol."""

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __reduce__(self) -> str:
        return "FLAT"


class State(enum.Enum):
    CONNECTING = "not there yet"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


_NOTHING: Final = Mistakes(
    not_json=IGNORED,
    not_object=IGNORED,
    payload_not_object=IGNORED,
    binary=IGNORED,
    unknown_type=IGNORED,
    invalid=IGNORED,
    out_of_place=IGNORED,
)


def _info(frame: type[msgspec.Struct], type_: int, direction: str) -> Any:
    return SimpleNamespace(
        type=type_,
        direction=direction,
        frame=frame,
        payloads=(frame,),
        payload=frame,
        seq="never",
        required_keys=(),
        optional_keys=(),
        area="sea",
        summary="",
    )


HAIL: Final = _info(HailFrame, 0, "client")
SEEN: Final = _info(SeenFrame, 1, "server")


def _to_wire(frame: Any) -> dict[str, Any]:
    if isinstance(frame, UnknownFrame):
        return frame.to_wire()
    return cast("dict[str, Any]", msgspec.to_builtins(frame))


def _problem(
    rule: str, pointer: str, message: str, severity: Literal["error", "note"] = "error"
) -> Problem:
    return Problem(rule=rule, severity=severity, pointer=pointer, message=message)


def _validator(known: int, frame: type[msgspec.Struct]) -> Any:
    def validate(value: object) -> list[Problem]:
        if not isinstance(value, dict):
            return [_problem("FRAME_NOT_OBJECT", "", "no object")]
        if type(value.get("op")) is not int:
            return [_problem("TYPE_INVALID", "/op", "no integer")]
        if value["op"] != known:
            return [_problem("UNKNOWN_TYPE", "/op", "unknown", "note")]
        if not isinstance(value.get("call_sign"), str):
            return [_problem("FIELD_TYPE", "/call_sign", "no text")]
        keys = {field.encode_name for field in msgspec.structs.fields(frame)} | {"op"}
        return [
            _problem("UNKNOWN_FIELD", f"/{key}", "unknown", "note")
            for key in value
            if key not in keys
        ]

    return validate


FLAT: Final = cast(
    "AnyProtocol",
    _Protocol(
        name="flat",
        title="Flat protocol",
        version=1,
        package="tests.protocols.flat",
        envelope=Envelope(
            type_key="op",
            payload_key=None,
            sequence_key=None,
            payload_attribute=None,
            sequence_attribute=None,
            keys=frozenset({"op"}),
        ),
        client=MappingProxyType({0: HAIL}),
        server=MappingProxyType({1: SEEN}),
        by_payload=MappingProxyType({HailFrame: HAIL, SeenFrame: SEEN}),
        by_frame=MappingProxyType({HailFrame: HAIL, SeenFrame: SEEN}),
        client_frame=HailFrame,
        server_frame=SeenFrame,
        unknown_frame=UnknownFrame,
        has_extra=frozenset(),
        may_note=frozenset({HailFrame}),
        free_json=MappingProxyType({HailFrame: ("note",)}),
        to_wire=_to_wire,
        close_codes=NoCloseCode,
        endpoint=Endpoint(),
        limits=MappingProxyType({}),
        session=Session(
            states=State,
            connecting=State.CONNECTING,
            initial=State.OPEN,
            closing=State.CLOSING,
            closed=State.CLOSED,
            rows={},
            roles=Roles(),
            timers={},
            mistakes_of_client=_NOTHING,
            mistakes_of_server=_NOTHING,
            tokens=r"(flag_)\w{4,}",
        ),
        validate_client=_validator(0, HailFrame),
        validate_server=_validator(1, SeenFrame),
        problem=Problem,
        relayed_server_frame=None,
        wide={},
        extra_key="",
        secrets=SimpleNamespace(client={}, server={1: ("/key",)}, keys=frozenset({"Key"})),
        closed=Closed(server_frame=SeenFrame, types={SeenFrame: 1}, free_json=frozenset()),
        strategies=None,
    ),
)
