"""The users of a mock gateway: who they are, and what others see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import PresenceStatus, UnknownFrame, server
from voxmodels.v1.types import VoiceMember
from voxwire.live.mock.engine import users as engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxmodels.v1 import JsonValue
    from voxwire.session.lenient import Payload

ROOM: Final = 1
"""The voice room that every user of a mock gateway is in: entering one takes REST, which it lacks."""


class User(engine.User):
    """One user, with all devices."""

    def __init__(self, user_id: int, name: str) -> None:
        super().__init__(user_id, name)
        self.voice = VoiceMember(
            user_id=user_id, mute=False, deaf=False, video=False, streaming=False
        )
        """The voice state, as in the list of a room."""
        self._status: str | None = None
        self._details: Payload = {}

    @property
    def has_presence(self) -> bool:
        """Whether anything is known of the presence: after a resume nothing is."""
        return self._status is not None

    @property
    def own_presence(self) -> UnknownFrame:
        """The presence as the user's own devices see it."""
        return self._presence(self._status or PresenceStatus.OFFLINE.value)

    @property
    def public_presence(self) -> UnknownFrame:
        """The presence as others see it: who is invisible is offline, with everything else."""
        if self._status == PresenceStatus.INVISIBLE:
            return self._presence(PresenceStatus.OFFLINE.value)
        return self.own_presence

    def set_presence(
        self, status: str, custom_status: JsonValue = None, activity: JsonValue = None
    ) -> None:
        """The user has this presence from now on. Null is as good as nothing: both are absent on
        the wire. What a client gives may be any JSON."""
        self._status = status
        given = {"custom_status": custom_status, "activity": activity}
        self._details = {name: value for name, value in given.items() if value is not None}

    def forget_presence(self) -> None:
        """The user is gone. A resume does not bring the presence back."""
        self._status, self._details = None, {}

    def _presence(self, status: str) -> UnknownFrame:
        # No typed payload: what clients give is relayed, whatever it is.
        d: Payload = {"user_id": self.user_id, "status": status, **self._details}
        return UnknownFrame(type=server.PresenceUpdateFrame.type, d=d)

    def set_voice(self, update: Payload) -> None:
        """The user changes what the update has, and nothing else."""
        # Likely: the wire has only ever shown booleans, so that other values count as such.
        changes = {
            own: bool(update[given])
            for given, own in _VOICE.items()
            if update.get(given) is not None
        }
        self.voice = replace(self.voice, **changes)


_VOICE: Final[Mapping[str, str]] = {
    "self_mute": "mute",
    "self_deaf": "deaf",
    "video": "video",
    "streaming": "streaming",
}
"""The fields of a voice_state_update, by which they are called in the list of the room."""


class Users(engine.Users[User]):
    """All users by their tokens."""

    def __init__(self) -> None:
        super().__init__(User)
