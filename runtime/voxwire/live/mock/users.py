"""The users of a mock gateway: who they are, and what others see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from voxmodels.v1 import UNSET, PresenceStatus, client, server
from voxmodels.v1.types import VoiceMember

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM: Final = 1
"""The voice room that every user of a mock gateway is in: entering one takes REST, which it lacks."""


class User:
    """One user, with all devices."""

    def __init__(self, user_id: int, name: str) -> None:
        self.user_id: Final = user_id
        self.name: Final = name
        self.connections = 0
        """Connections that have a session."""
        self._presence = server.PresenceUpdate(user_id=user_id, status=PresenceStatus.ONLINE)
        self.voice = VoiceMember(
            user_id=user_id, mute=False, deaf=False, video=False, streaming=False
        )
        """The voice state, as in the list of a room."""

    @property
    def own_presence(self) -> server.PresenceUpdate:
        """The presence as the user's own devices see it."""
        return self._presence

    @property
    def is_visible(self) -> bool:
        """Whether others see that the user is there."""
        return self.connections > 0 and self._presence.status != PresenceStatus.INVISIBLE

    @property
    def public_presence(self) -> server.PresenceUpdate:
        """The presence as others see it: who is invisible or gone is offline."""
        if self.is_visible:
            return self._presence
        return replace(self._presence, status=PresenceStatus.OFFLINE)

    def set_presence(self, update: client.PresenceUpdate) -> None:
        """The user sets another presence. Null is as good as nothing: both are absent on the wire."""
        self._presence = server.PresenceUpdate(
            user_id=self.user_id,
            status=PresenceStatus(update.status),
            custom_status=UNSET if update.custom_status is None else update.custom_status,
            activity=UNSET if update.activity is None else update.activity,
        )

    def set_voice(self, update: client.VoiceStateUpdate) -> None:
        """The user changes what the update has, and nothing else."""
        changes = {
            "mute": update.self_mute,
            "deaf": update.self_deaf,
            "video": update.video,
            "streaming": update.streaming,
        }
        present = {name: value for name, value in changes.items() if value is not UNSET}
        self.voice = replace(self.voice, **present)


class Users:
    """All users by their tokens: every token that is new is a new user."""

    def __init__(self, first: server.Ready | None) -> None:
        """`first` is what the first user is like, if it matters."""
        self._first: Final = first
        self._by_token: Final[dict[str, User]] = {}

    def with_token(self, token: str) -> User:
        """The user who has this token."""
        user = self._by_token.get(token)
        if user is None:
            user = self._by_token[token] = self._new()
        return user

    def _new(self) -> User:
        taken = {user.user_id for user in self}
        if self._first is not None and not taken:
            return User(self._first.user_id, self._first.display_name)
        user_id = len(taken) + 1
        while user_id in taken:
            user_id += 1
        return User(user_id, f"User {user_id}")

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_token.values())
