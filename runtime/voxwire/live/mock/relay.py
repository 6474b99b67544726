"""What the message of one client means for all: who gets which message (protocol sections 5 and 6).

Where the protocol leaves open who gets it, the recordings decide: what a user sends comes back to the
devices of that user, the sender included. Key messages (MLS, CPace) go to no one else; typing, voice
and stage go to everyone, as everyone is in the one room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from msgspec import UNSET, Struct
from msgspec.structs import asdict

from voxmodels.v1 import CpaceType, ErrorCode, MlsType, SettableStatus, client, limits, server
from voxwire.live.mock.users import ROOM

if TYPE_CHECKING:
    from voxmodels.v1 import ClientFrame
    from voxwire.live.mock.users import User

Audience = Literal["everyone", "user", "others"]
"""Sessions: of all users, of the user who sent the message, or of all other users."""


class Delivery(NamedTuple):
    """A message, and who gets it."""

    to: Audience
    payload: Struct


def deliveries(frame: ClientFrame, user: User, users: Iterable[User]) -> list[Delivery]:
    """What follows from a message that `user` sent, one of `users`. Changes what is known of `user`."""
    match frame.d:
        case client.PresenceUpdate() as update:
            user.set_presence(update)
            return [
                Delivery("user", user.own_presence),
                Delivery("others", user.public_presence),
            ]
        case client.Typing(feed_id=feed_id, dm_id=dm_id):
            typing = server.TypingStart(user_id=user.user_id, feed_id=feed_id, dm_id=dm_id)
            return [Delivery("everyone", typing)]
        case client.VoiceStateUpdate() as update:
            user.set_voice(update)
            members = tuple(member.voice for member in users if member.connections)
            room = server.VoiceStateUpdate(room_id=ROOM, members=members)
            return [Delivery("everyone", room)]
        case client.VoiceCodecNeg() as negotiation:
            parameters = _without_room(negotiation)
            return [Delivery("everyone", server.VoiceCodecNeg(**parameters))]
        case client.StageResponse() as response:
            answer = _without_room(response)
            return [Delivery("everyone", server.StageResponse(user_id=user.user_id, **answer))]
        case client.MlsRelay(mls_type=mls_type, data=data):
            return [Delivery("user", _MLS[mls_type](data=data))]
        case client.CpaceRelay() as relay:
            return [Delivery("user", _pairing(relay))]
    return []


def error_for(type_: str | None, payload: Mapping[str, object]) -> server.Error | None:
    """The error that a server answers a message with that is not valid; None when it says nothing."""
    match type_:
        case "presence_update" if payload.get("status") not in _STATUSES:
            return server.Error(code=ErrorCode.INVALID_STATUS, message="Invalid status value.")
        case "mls_relay" | "cpace_relay" if _is_too_long(payload.get("data")):
            message = "Relay payload exceeds size limit."
            return server.Error(code=ErrorCode.PAYLOAD_TOO_LARGE, message=message)
        case "voice_codec_neg" | "stage_response" if "room_id" not in payload:
            return server.Error(code=ErrorCode.MISSING_ROOM_ID, message="room_id is required.")
    return None


_STATUSES: Final = frozenset(status.value for status in SettableStatus)

_MLS: Final[Mapping[MlsType, Callable[..., Struct]]] = {
    MlsType.WELCOME: server.MlsWelcome,
    MlsType.COMMIT: server.MlsCommit,
    MlsType.PROPOSAL: server.MlsProposal,
}

_CPACE: Final[Mapping[CpaceType, Callable[..., Struct]]] = {
    CpaceType.ISI: server.CpaceIsi,
    CpaceType.RSI: server.CpaceRsi,
    CpaceType.CONFIRM: server.CpaceConfirm,
    CpaceType.NEW_DEVICE_KEY: server.CpaceNewDeviceKey,
}


def _pairing(relay: client.CpaceRelay) -> Struct:
    nonce = {} if relay.nonce is UNSET else {"nonce": relay.nonce}
    return _CPACE[relay.cpace_type](pair_id=relay.pair_id, data=relay.data, **nonce)


def _without_room(payload: Struct) -> dict[str, Any]:
    fields = asdict(payload)
    del fields["room_id"]
    return fields


def _is_too_long(data: object) -> bool:
    return isinstance(data, str) and len(data) > limits.RELAY_DATA_LENGTH
