"""A gateway for people who write clients: it speaks the protocol, plays traffic, and misbehaves on demand.

``voxwire mock`` runs it from the command line, :mod:`voxwire.testing` in tests. It behaves as the real
server does, also where that is lax or forgetful; what differs is an option, and off by default.
:mod:`~voxwire.live.mock.engine` holds the gateway, for any protocol:

=====================  ===========================================================================
gateway                the server: logins, sessions, who gets what
door                   handshakes: paths, subprotocols
connection             one client's connection, over the ``websockets`` library
outbox, plan           what waits to be sent to one client, and what becomes of it
logins                 logins and resumes, and the sessions
sessions               what outlives a connection
application            what follows from what clients do, carried out by ``consequences``;
                       ``applications`` finds that of a protocol
users                  who has logged in
traffic                what each message of a server is to the mock
source                 what is sent without being asked for: the ``playback`` of a capture,
                       ``random_events``, ``stream_answers``
event_maker            valid messages, made up (texts with a pattern: pattern_text)
fault_kinds            the misbehaviour: which there is and what it does; ``faults`` is how it is
                       written, ``injection`` when it happens, ``defects`` what is wrong on purpose
checking               findings about what clients send
=====================  ===========================================================================

and :mod:`~voxwire.live.mock.vox` what is Vox's own:

=====================  ===========================================================================
application            what a session begins with, who is told of it
users                  who they are, and what others see of them
relay                  what the messages of one client mean for the others
=====================  ===========================================================================
"""
