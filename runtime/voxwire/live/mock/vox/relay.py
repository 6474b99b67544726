"""What the message of one client means for all: who gets which message (protocol sections 5 and 6).

Messages are looked at as the real server does it: only the fields that it uses, each where it is used.
What clients give is passed on as it is, whatever JSON that is; typed payloads would refuse much of it.

What a user sends comes back to the devices of that user, the sender included. Key messages (MLS, CPace)
go to no one else; typing, voice and stage go to everyone, as everyone is in the one room.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import UNSET, Struct, to_builtins

from voxmodels.v1 import (
    CpaceType,
    ErrorCode,
    MlsType,
    SettableStatus,
    UnknownFrame,
    client,
    limits,
    server,
)
from voxwire.live.mock.engine.application import Delivery
from voxwire.live.mock.vox.users import ROOM

if TYPE_CHECKING:
    from voxwire.live.mock.vox.users import User
    from voxwire.session.lenient import Payload

Permission = Literal["video", "streaming"]
"""What a voice_state_update can turn on that takes a permission."""


class Relay:
    """Decides what follows from messages. `denied` are the permissions that users lack."""

    def __init__(self, users: Iterable[User], denied: Iterable[Permission] = ()) -> None:
        self._users: Final = users
        self._denied: Final = frozenset(denied)

    def answers(self, type_: str, d: Payload, user: User) -> list[Delivery | server.Error]:
        """What follows from a message that `user` sent, one of the users: messages for some of them,
        or an error for the sender. Changes what is known of `user`."""
        match type_:
            case client.PresenceUpdateFrame.type:
                return _presence(d, user)
            case client.TypingFrame.type:
                own: Payload = {"user_id": user.user_id}
                typing = own | _chosen(server.TypingStart, d) | own
                type_ = server.TypingStartFrame.type
                return [Delivery("everyone", UnknownFrame(type=type_, d=typing))]
            case client.VoiceStateUpdateFrame.type:
                return self._voice_state(d, user)
            case client.VoiceCodecNegFrame.type:
                return _to_room(server.VoiceCodecNegFrame.type, d, {})
            case client.StageResponseFrame.type:
                return _to_room(server.StageResponseFrame.type, d, {"user_id": user.user_id})
            case client.MlsRelayFrame.type:
                return _key_message(_MLS, d.get("mls_type"), d)
            case client.CpaceRelayFrame.type:
                return _key_message(_CPACE, d.get("cpace_type"), d)
        return []

    def _voice_state(self, d: Payload, user: User) -> list[Delivery | server.Error]:
        if any(d.get(permission) for permission in self._denied):
            return [_error(ErrorCode.MISSING_PERMISSIONS, "Missing permissions.")]
        user.set_voice(d)
        members = tuple(member.voice for member in self._users if member.connections)
        room = to_builtins(server.VoiceStateUpdate(room_id=ROOM, members=members))
        type_ = server.VoiceStateUpdateFrame.type
        return [Delivery("everyone", UnknownFrame(type=type_, d=room))]


def _presence(d: Payload, user: User) -> list[Delivery | server.Error]:
    status, activity = d.get("status", SettableStatus.ONLINE.value), d.get("activity")
    if not isinstance(status, str) or status not in _STATUSES:
        return [_error(ErrorCode.INVALID_STATUS, "Invalid status value.")]
    # Measured with the separators and escapes that Python's json writes unless told otherwise.
    if activity is not None and len(json.dumps(activity)) > limits.ACTIVITY_JSON_LENGTH:
        return [_error(ErrorCode.PAYLOAD_TOO_LARGE, "Activity exceeds size limit.")]
    custom_status = d.get("custom_status")
    if isinstance(custom_status, str):
        custom_status = custom_status[: limits.CUSTOM_STATUS_LENGTH]
    user.set_presence(status, custom_status, activity)
    return [Delivery("user", user.own_presence), Delivery("others", user.public_presence)]


def _to_room(type_: str, d: Payload, added: Payload) -> list[Delivery | server.Error]:
    """A message to the voice room that it names; the name itself is not passed on."""
    if d.get("room_id") is None:
        return [_error(ErrorCode.MISSING_ROOM_ID, "room_id is required.")]
    passed = {name: value for name, value in d.items() if name != "room_id"}
    # Likely: a client cannot name another user as the sender.
    return [Delivery("everyone", UnknownFrame(type=type_, d={**added, **passed, **added}))]


def _key_message(kinds: _Kinds, kind: object, d: Payload) -> list[Delivery | server.Error]:
    """A key message; of a kind that is not known, nothing."""
    if not isinstance(kind, str) or kind not in kinds:
        return []
    data = d.get("data")
    if isinstance(data, str) and len(data) > limits.RELAY_DATA_LENGTH:
        return [_error(ErrorCode.PAYLOAD_TOO_LARGE, "Relay payload exceeds size limit.")]
    type_, model = kinds[kind]
    # Likely: what is absent is passed on empty.
    absent: Payload = dict.fromkeys(model.__struct_fields__, "")
    return [Delivery("user", UnknownFrame(type=type_, d=absent | _chosen(model, d, UNSET)))]


def _chosen(model: type[Struct], d: Payload, absent: object = None) -> Payload:
    """Those fields of a server's payload that the client gave, whatever they hold."""
    names = model.__struct_fields__
    return {name: d[name] for name in names if name in d and d[name] is not absent}


def _error(code: ErrorCode, message: str) -> server.Error:
    return server.Error(code=code, message=message)


_Kinds: TypeAlias = Mapping[str, tuple[str, type[Struct]]]

_STATUSES: Final = frozenset(status.value for status in SettableStatus)

_MLS: Final[_Kinds] = {
    MlsType.WELCOME: (server.MlsWelcomeFrame.type, server.MlsWelcome),
    MlsType.COMMIT: (server.MlsCommitFrame.type, server.MlsCommit),
    MlsType.PROPOSAL: (server.MlsProposalFrame.type, server.MlsProposal),
}

_CPACE: Final[_Kinds] = {
    CpaceType.ISI: (server.CpaceIsiFrame.type, server.CpaceIsi),
    CpaceType.RSI: (server.CpaceRsiFrame.type, server.CpaceRsi),
    CpaceType.CONFIRM: (server.CpaceConfirmFrame.type, server.CpaceConfirm),
    CpaceType.NEW_DEVICE_KEY: (server.CpaceNewDeviceKeyFrame.type, server.CpaceNewDeviceKey),
}
