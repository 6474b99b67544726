"""What a mock gateway is for, besides keeping a conversation alive: the part that a protocol plugs in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple

from voxwire.errors import EncodeError
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.users import AnyUsers, User, Users
from voxwire.session.messages import with_values
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msgspec import Struct

    from voxwire.protocol import AnyProtocol, Field, FrameClass, Role

Audience = Literal["everyone", "user", "others", "session"]
"""Sessions: of all users, of the user whose doing it is, of all other users, or that one alone."""

_SESSION_ID_SIZE: Final = 12


class Delivery(NamedTuple):
    """A message for sessions, and which get it: an unknown frame, in which anything may stand that
    clients gave, or a payload."""

    to: Audience
    frame: Any


class Reply(NamedTuple):
    """A message for the connection alone that asked for it."""

    payload: Any


class Application:
    """What follows from what clients do. One serves one gateway.

    This one serves any protocol: it knows users by their tokens, makes up the message that a session
    begins with, and does nothing else. A package has another for its protocol with an entry point of the
    group ``voxwire.applications``, named like the protocol::

        [project.entry-points."voxwire.applications"]
        tide-link = "tidemock.application:TideApplication"
    """

    permissions: ClassVar[tuple[str, ...]] = ()
    """What users may be denied."""
    shapes: ClassVar[Mapping[str, type[Struct]]] = MappingProxyType({})
    """Classes of what fields of these names usually hold, where the protocol allows any JSON."""
    spoiled: ClassVar[FrameClass | None] = None
    """The message that the fault ``invalid`` sends without what it needs; None for one of any kind."""

    def __init__(self, protocol: AnyProtocol, denied: Iterable[str] = ()) -> None:
        """`denied` are permissions that users lack."""
        self.protocol: Final = protocol
        self.denied: Final = frozenset(denied)
        self.users: Final[AnyUsers] = self.new_users()
        self.maker: Final = EventMaker(Random(0), protocol, self.shapes)

    def new_users(self) -> AnyUsers:
        """What knows the users."""
        return Users(User)

    def greeting(self) -> Struct | None:
        """The payload of the greeting, or its frame; None where it needs no more than its role says."""
        role = self.protocol.session.roles.greeting
        return None if role is None else self._made(role)

    def user(self, token: str, identity: Any) -> User:
        """Who has this token; a new one is as `identity` says, the first message of a recorded session."""
        del identity
        user: User = self.users.with_token(token)
        return user

    def admits(self, login: Any) -> bool:
        """Whether a client may have a session that logs in with this payload and with a token that is
        known; None where the message has no payload."""
        del login
        return True

    def established(self, user: User, identity: Any) -> Struct | None:
        """The payload that a session of `user` begins with, or its frame; None where the protocol has no
        such message. `identity` is that of a recorded session, which is to look like this one."""
        role = self.protocol.session.roles.established
        if role is None:
            return None
        message = identity
        if message is None:
            message = self._made(role)
            message = self._filled(message, role, role.user, (user.user_id, str(user.user_id)))
        session_id = f"sess_{secrets.token_hex(_SESSION_ID_SIZE)}"
        return self._filled(message, role, role.session, (session_id, secrets.randbits(31)))

    def began(self, user: User) -> Sequence[Delivery]:
        """A session of `user` has begun: what follows from it."""
        del user
        return ()

    def left(self, user: User) -> Sequence[Delivery]:
        """The last connection of `user` has ended: what follows from it."""
        del user
        return ()

    def received(
        self, type_: Any, payload: dict[str, Any], user: User
    ) -> Sequence[Delivery | Reply]:
        """What follows from a message that `user` sent, which may not be valid."""
        del type_, payload, user
        return ()

    def _made(self, role: Role) -> Struct:
        """A message that plays a part, made up."""
        return self.maker.message(self.protocol.by_frame[role.frame]).payload

    def _filled(
        self, message: Struct, role: Role, field: Field | None, candidates: tuple[Any, ...]
    ) -> Struct:
        """The message with the first of the candidates in a field that it takes there."""
        if field is None:
            return message
        for value in candidates:
            filled = with_values(message, {field.attribute: value}, self.protocol)
            if self._is_valid(filled, role):
                return filled
        return message

    def _is_valid(self, message: Struct, role: Role) -> bool:
        info = self.protocol.by_frame[role.frame]
        is_payload = type(message) in self.protocol.by_payload
        is_numbered = info.seq == "required" and is_payload
        seq = self.protocol.envelope.first_seq if is_numbered else None
        try:
            Codec.of(self.protocol).encode(message, seq)
        except EncodeError:
            return False
        return True
