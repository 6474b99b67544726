"""A gateway for people who write clients: it speaks the protocol, plays traffic, and misbehaves on demand.

``voxwire mock`` runs it from the command line, :mod:`voxwire.testing` in tests. It behaves as the real
server does, also where that is lax or forgetful; what differs is an option, and off by default.
:mod:`~voxwire.live.mock.engine` holds the gateway:

==================  ==============================================================================
gateway             the server: logins, sessions, who gets what
connection          one client's connection, over the ``websockets`` library
outbox              what waits to be sent to one client
logins              identify and resume, and the sessions
sessions            what outlives a connection
source              what is sent without being asked for, such as the ``playback`` of a capture
faults, injection   the misbehaviour: which there is, and when it happens
checking            findings about what clients send
==================  ==============================================================================

and :mod:`~voxwire.live.mock.vox` what is Vox's own:

==================  ==============================================================================
users               who they are, and what others see of them
relay               what the messages of one client mean for the others
random_events       made-up events: any numbered message of the protocol
==================  ==============================================================================
"""
