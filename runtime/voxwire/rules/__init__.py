"""What findings name: every rule is an object, in the file of what it is about.

::

    from voxwire.rules.sequence import SEQ_GAP

    [finding for finding in findings if finding.rule is SEQ_GAP]

==================  ==================================================================
module              rules
==================  ==================================================================
capture_format      lines of a capture, what it lacks, its times
compression         zstd frames
json_text           JSON, and what readers differ on
envelope            message type, payload, sequence number
fields              values of a payload
open_values         what readers accept, but a sender should know
sequence            sequence numbers
agreement           what the address asked for
order               greeting, login and resume, and what follows
heartbeats          heartbeats and their answers
rates               how often a client speaks
streams             messages that belong together by a key
closing             close codes, and what follows a close
==================  ==================================================================

:mod:`voxwire.rules.registry` has all of them by id.
"""
