"""Both ends of a gateway connection, without any I/O (protocol section 8).

A :class:`ClientConnection` or :class:`ServerConnection` lives as long as one WebSocket connection and
is driven by whoever owns the socket and the clock:

======================================  ==========================================================
when                                    call
======================================  ==========================================================
the WebSocket is open                   ``opened(now)``
a message arrived                       ``receive(message, now)``
``next_deadline()`` is reached          ``tick(now)``
the application wants to send           ``send(payload, now)``, and send the message that it returns
the application wants to end            ``close(code, reason)``
the WebSocket refused what arrived      ``refused(why, close_code)`` of a client, and go on to closed
the WebSocket has ended, or never was   ``closed(code, reason, now)``
======================================  ==========================================================

`now` is in seconds on any clock that never goes back, the same for all calls.

**Everything that has to go out comes back from a call.** ``send`` returns its one message. All others
return a list of events, and two kinds of events are orders: :class:`Transmit` has a message to send,
:class:`Close` a code to close with. Carry out the orders, and send the messages, in the order of the
calls that returned them, before or after later calls as you like: a connection never waits for it.

**A frame for the application is an event itself**: ``case server.MessageCreateFrame(d=payload):``.
All kinds of events are in :mod:`voxwire.session.events`.

**Two families of errors leave a connection**, and no others. LocalProtocolError is the caller's
mistake; nothing happened, and the connection is as before. RemoteProtocolError comes from ``receive``
only, and is the peer's mistake; it sticks. Close the WebSocket with its ``close_code`` and
``close_reason``, and go on to ``closed``. A message that breaks only its own rules is no
error: it becomes a :class:`FrameInvalid`. A message of a type that is not known is no error either: it
becomes an UnknownFrame.

What outlives a connection is an object of its own: :class:`ClientSession` holds the login, the session
and its last number, and the backoff; :class:`ServerSession` numbers messages and keeps them for a
replay. When a client's connection has ended, ``next_connection()`` says what to do: also to begin a new
session after resumes that led nowhere, and to stop after connections that nothing will mend.

**What happens while nobody is connected never comes**, and leaves no gap: servers number and keep only
what they send. :class:`SessionResumed` says how long the client was away.

A client, with a socket that returns None when a deadline has come::

    session = ClientSession(token, random=random.random)
    while True:
        connection = ClientConnection(session, url)
        socket = connect(url)
        events = connection.opened(now())
        while connection.state is not State.CLOSED:
            for event in events:
                match event:
                    case Transmit(message=message):
                        socket.send(message)
                    case Close(code=code, reason=reason):
                        socket.close(code, reason)
                    case server.MessageCreateFrame(d=payload):
                        print(payload.body)
            try:
                message = socket.receive(until=connection.next_deadline())
                if message is None:
                    events = connection.tick(now())
                else:
                    events = connection.receive(message, now())
            except RemoteProtocolError as error:
                events = [Close(error.close_code, error.close_reason or "")]
            except SocketClosed as end:
                events = connection.closed(end.code, end.reason, now())
        decision = connection.next_connection()
        if decision.recovery is Recovery.FATAL:
            break
        sleep(decision.delay)

A server runs the same inner loop, starting with the hello that ``opened`` gives, and has two more
cases, which give further events::

    case IdentifyReceived(identify=identify):
        user = user_of(identify.token)
        if user is None:
            events = connection.reject(CloseCode.AUTH_FAILED)
        else:
            events = connection.accept(sessions.start(server.Ready(...)), now())
    case ResumeReceived(resume=resume):
        resumable = sessions.find(resume.session_id, now())
        if resumable is None:
            events = connection.reject(CloseCode.SESSION_EXPIRED)
        else:
            events = connection.accept(resumable, now())

The states, what is legal in each, and all numbers are tables of the protocol, which
:mod:`voxwire.session.machine` makes ready for use; Vox's are drawn and explained in
generated/docs/v1/session.md. Give ``ClientSession``, ``ServerConnection`` and ``ServerSessions`` another
`protocol`, and they run its tables. What it has no role for, a connection does not do: without a greeting
the client logs in as soon as the transport is open; without a login the session begins then, or with
the message that establishes it; without one of those, it begins when the client has said who it is.
``SessionStarted`` comes once for each session in any case.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from voxwire.session.backoff import Backoff
    from voxwire.session.client import ClientConnection
    from voxwire.session.client_session import ClientSession
    from voxwire.session.endpoint import is_compressed
    from voxwire.session.events import (
        ClientEvent,
        Close,
        ConnectionClosed,
        Event,
        FrameIgnored,
        FrameInvalid,
        FrameRepeated,
        HeartbeatAcked,
        HelloReceived,
        IdentifyReceived,
        ResumeReceived,
        ServerEvent,
        SessionResumed,
        SessionStarted,
        SessionTakenOver,
        Transmit,
    )
    from voxwire.session.rates import FailedLogins, TooManyMessagesError
    from voxwire.session.recovery import NextConnection, close_reason
    from voxwire.session.replay import ServerSession, ServerSessions
    from voxwire.session.server import ServerConnection
    from voxwire.vox import State

__all__ = [
    "Backoff",
    "ClientConnection",
    "ClientEvent",
    "ClientSession",
    "Close",
    "ConnectionClosed",
    "Event",
    "FailedLogins",
    "FrameIgnored",
    "FrameInvalid",
    "FrameRepeated",
    "HeartbeatAcked",
    "HelloReceived",
    "IdentifyReceived",
    "NextConnection",
    "ResumeReceived",
    "ServerConnection",
    "ServerEvent",
    "ServerSession",
    "ServerSessions",
    "SessionResumed",
    "SessionStarted",
    "SessionTakenOver",
    "State",
    "TooManyMessagesError",
    "Transmit",
    "close_reason",
    "is_compressed",
]

_HOMES: Final = {
    "Backoff": "voxwire.session.backoff",
    "ClientConnection": "voxwire.session.client",
    "ClientEvent": "voxwire.session.events",
    "ClientSession": "voxwire.session.client_session",
    "Close": "voxwire.session.events",
    "ConnectionClosed": "voxwire.session.events",
    "Event": "voxwire.session.events",
    "FailedLogins": "voxwire.session.rates",
    "FrameIgnored": "voxwire.session.events",
    "FrameInvalid": "voxwire.session.events",
    "FrameRepeated": "voxwire.session.events",
    "HeartbeatAcked": "voxwire.session.events",
    "HelloReceived": "voxwire.session.events",
    "IdentifyReceived": "voxwire.session.events",
    "NextConnection": "voxwire.session.recovery",
    "ResumeReceived": "voxwire.session.events",
    "ServerConnection": "voxwire.session.server",
    "ServerEvent": "voxwire.session.events",
    "ServerSession": "voxwire.session.replay",
    "ServerSessions": "voxwire.session.replay",
    "SessionResumed": "voxwire.session.events",
    "SessionStarted": "voxwire.session.events",
    "SessionTakenOver": "voxwire.session.events",
    "State": "voxwire.vox",
    "TooManyMessagesError": "voxwire.session.rates",
    "Transmit": "voxwire.session.events",
    "close_reason": "voxwire.session.recovery",
    "is_compressed": "voxwire.session.endpoint",
}
"""Where each name is from. Nothing is imported before it is used: whoever counts sequence numbers alone
needs no connection."""


if not TYPE_CHECKING:  # type checkers would believe that every name exists

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
