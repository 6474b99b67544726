"""What follows from what Vox's clients do: who is seen, and what is passed on to whom."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from msgspec.structs import replace

from voxmodels.v1 import PROTOCOL_VERSION, Capability, PresenceStatus, server, types
from voxwire.live.mock.engine.application import Application, Delivery, Reply
from voxwire.live.mock.vox.relay import Permission, Relay
from voxwire.live.mock.vox.users import Users

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msgspec import Struct

    from voxwire.live.mock.vox.users import User
    from voxwire.protocol import AnyProtocol, FrameClass
    from voxwire.session.lenient import Payload

_SESSION_ID_SIZE: Final = 12


class VoxApplication(Application):
    """Vox's: see :mod:`~voxwire.live.mock.vox.users` and :mod:`~voxwire.live.mock.vox.relay`."""

    permissions: ClassVar[tuple[str, ...]] = ("video", "streaming")
    shapes: ClassVar[Mapping[str, type[Struct]]] = MappingProxyType(
        {"activity": types.Activity, "embed": types.Embed}
    )
    spoiled: ClassVar[FrameClass | None] = server.MemberLeaveFrame

    def __init__(self, protocol: AnyProtocol, denied: Iterable[str] = ()) -> None:
        super().__init__(protocol, denied)
        self._relay: Final = Relay(self.users, cast("frozenset[Permission]", self.denied))

    def new_users(self) -> Users:
        """What knows the users."""
        return Users()

    def greeting(self) -> None:
        """It needs no more than its role says."""

    def user(self, token: str, identity: Any) -> User:
        """Who has this token; a new one is as `identity` says, if that id is free."""
        known = None if identity is None else (identity.user_id, identity.display_name)
        user: User = self.users.with_token(token, known)
        return user

    def established(self, user: Any, identity: Any) -> server.Ready:
        """The ``ready`` of a session, which is like that of a recorded one."""
        session_id = f"sess_{secrets.token_hex(_SESSION_ID_SIZE)}"
        now = int(time.time())
        if identity is not None:
            ready: server.Ready = replace(
                identity,
                session_id=session_id,
                user_id=user.user_id,
                display_name=user.name,
                server_time=now,
            )
            return ready
        return server.Ready(
            session_id=session_id,
            user_id=user.user_id,
            display_name=user.name,
            server_name="Mock gateway",
            server_time=now,
            protocol_version=PROTOCOL_VERSION,
            capabilities=tuple(Capability),
        )

    def began(self, user: Any) -> Sequence[Delivery]:
        """The user is online, whatever was before, and all are told.

        After ready comes the presence of all others who are there (protocol section 8, rule 2). A
        real server sends it in batches of 50; on the wire that is the same.
        """
        user.set_presence(PresenceStatus.ONLINE.value)
        others = [other for other in self.users if other is not user and other.has_presence]
        return (
            Delivery("others", user.public_presence),
            *(Delivery("session", other.public_presence) for other in others),
        )

    def left(self, user: Any) -> Sequence[Delivery]:
        """The user is offline."""
        user.forget_presence()
        return (Delivery("others", user.public_presence),)

    def received(self, type_: Any, payload: Payload, user: Any) -> Sequence[Delivery | Reply]:
        """What is relayed, and to whom."""
        answers = self._relay.answers(type_, payload, user)
        return [answer if isinstance(answer, Delivery) else Reply(answer) for answer in answers]
