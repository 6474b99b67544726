"""A gateway for people who write clients: it speaks the protocol, plays traffic, and misbehaves on demand.

``voxwire mock`` runs it from the command line, :mod:`voxwire.testing` in tests. It behaves as the real
server does, also where that is lax or forgetful; what differs is an option, and off by default. This
package holds:

==================  ==============================================================================
gateway             the server: logins, sessions, who gets what
connection          one client's connection, over the ``websockets`` library
outbox              what waits to be sent to one client
logins              identify and resume, and the sessions
relay               what the messages of one client mean for the others
sessions, users     what outlives a connection
source              what is sent without being asked for: ``playback`` of a capture, ``random_events``
faults, injection   the misbehaviour: which there is, and when it happens
checking            findings about what clients send
==================  ==============================================================================
"""
