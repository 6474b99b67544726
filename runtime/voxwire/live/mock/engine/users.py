"""The users of a mock gateway: every token that is new is a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_USERS: Final = 10_000
"""Users who are remembered. With one more, the oldest who is not connected is forgotten: a client that
makes tokens up cannot fill the memory. As a new user that one may come back."""


class User:
    """One user, with all devices."""

    def __init__(self, user_id: int, name: str) -> None:
        self.user_id: Final = user_id
        self.name: Final = name
        self.connections = 0
        """Connections that have a session."""


UserT = TypeVar("UserT", bound=User)


class Users(Generic[UserT]):
    """All users by their tokens. `kind` is their class, made with an id and a name."""

    def __init__(self, kind: type[UserT]) -> None:
        self._kind: Final = kind
        self._by_token: Final[dict[str, UserT]] = {}
        self._ids: Final[set[int]] = set()
        self._made = 0

    def with_token(self, token: str, identity: tuple[int, str] | None = None) -> UserT:
        """The user who has this token. A new one has the id and the name of `identity`, if that id is
        free."""
        user = self._by_token.get(token)
        if user is None:
            if len(self._by_token) >= MAX_USERS:
                self._forget_one()
            user = self._by_token[token] = self._new(identity)
            self._ids.add(user.user_id)
        return user

    def get(self, token: str) -> UserT | None:
        """The user who has this token, if one has."""
        return self._by_token.get(token)

    def _forget_one(self) -> None:
        """Forget the oldest user who is not there, if there is one."""
        for token, user in self._by_token.items():
            if not user.connections:
                del self._by_token[token]
                self._ids.remove(user.user_id)
                return

    def _new(self, identity: tuple[int, str] | None) -> UserT:
        self._made += 1
        if identity is not None and identity[0] not in self._ids:
            return self._kind(*identity)
        user_id = self._made
        while user_id in self._ids:
            user_id += 1
        return self._kind(user_id, f"User {user_id}")

    def __iter__(self) -> Iterator[UserT]:
        return iter(self._by_token.values())


AnyUsers = Users[Any]
"""Users, for those who do not look into them."""
