"""What follows from what clients do: what the application says of it, and answers to streams."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

from voxwire.errors import RemoteProtocolError
from voxwire.live.mock.engine.application import Reply
from voxwire.live.mock.engine.stream_answers import made_up
from voxwire.session.lenient import PassedOver, Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from voxwire.live.mock.engine.application import Application, Audience, Delivery
    from voxwire.live.mock.engine.connection import MockConnection
    from voxwire.live.mock.engine.sessions import MockSession
    from voxwire.live.mock.engine.users import User
    from voxwire.protocol import AnyProtocol, FrameClass, Stream


class Consequences:
    """Carries out what follows. `sessions` gives those of the gateway at the time."""

    def __init__(
        self,
        protocol: AnyProtocol,
        application: Application,
        sessions: Callable[[], Iterable[MockSession]],
    ) -> None:
        self._protocol: Final = protocol
        self._application: Final = application
        self._sessions: Final = sessions
        self._reader: Final = Reader.of(protocol)
        self._streams: Final[dict[FrameClass, Stream]] = {
            stream.opened_by: stream for stream in protocol.session.streams
        }
        self._random: Final = Random(0)

    def of_beginning(self, session: MockSession) -> None:
        """A session has begun."""
        for delivery in self._application.began(session.user):
            self._deliver(delivery, session.user, session)

    def of_leaving(self, user: User, *, is_told: bool) -> None:
        """The last connection of a user has ended, of which the others are told or not."""
        for delivery in self._application.left(user):
            if is_told:
                self._deliver(delivery, user)

    def of_message(
        self, connection: MockConnection, session: MockSession, event: Any, message: str
    ) -> None:
        """A client sent `message`, valid or not: a real server looks at little of it. `event` is the
        frame where it is valid."""
        stream = self._streams.get(type(event))
        if stream is not None:
            self._answer(connection, session, stream, event)
        try:
            read = self._reader.read(message)
            payload = self._reader.payload(read)
        except (PassedOver, RemoteProtocolError):  # of any other value, nothing follows
            return
        if read.type is None:
            return
        for answer in self._application.received(read.type, payload, session.user):
            if isinstance(answer, Reply):
                connection.reply(answer.payload)
            else:
                self._deliver(answer, session.user, session)

    def _answer(
        self, connection: MockConnection, session: MockSession, stream: Stream, opening: Any
    ) -> None:
        key = getattr(opening, stream.key)
        answers = session.answers(stream.name)
        if answers is None:
            maker = self._application.maker
            answers = made_up(stream, key, maker, self._random, self._protocol)
        connection.answering.begin(stream, key, answers)

    def _deliver(self, delivery: Delivery, user: User, own: MockSession | None = None) -> None:
        """Send a message to sessions; `own` is the one whose doing it is."""
        for session in self._sessions():
            if _gets(delivery.to, session, user, own):
                if isinstance(delivery.frame, self._protocol.unknown_frame):
                    session.relay(delivery.frame)
                else:
                    session.publish(delivery.frame)


def _gets(to: Audience, session: MockSession, user: User, own: MockSession | None) -> bool:
    """Whether a session gets what follows from what `user` does in the session `own`."""
    match to:
        case "everyone":
            return True
        case "session":
            return session is own
        case "user":
            return session.user is user
        case "others":
            return session.user is not user
