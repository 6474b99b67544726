"""Whose mistake a finding is: that of the side that sent the frame, of the other one, or of neither.

A server relays much of what clients give it unchecked. Who blames the sender of a frame for what is in
it then blames the wrong side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from voxwire.direction import Direction

Blame = Literal["client", "server", "other client", "capture"]
"""``client`` and ``server`` are the two sides of the connection; ``other client`` is a user whose words
the server passes on; ``capture`` is what recorded it."""

Culprit = Literal["sender", "receiver", "author", "client", "server", "capture"]
"""Who breaks a rule. ``sender``: the side that sent the frame; ``receiver``: the other. ``author``: the client that sent it, or
another client whose words the server relays. ``client`` is blamed for its own frames alone, and for
what is missing from them; a server's frame that breaks such a rule may be relayed."""


def blamed(culprit: Culprit | None, direction: Direction | None) -> Blame | None:
    """Whose mistake a finding is that is about a frame of this direction, or about none."""
    match culprit:
        case "server" | "capture":
            return culprit
        case "client":
            return None if direction == "s2c" else "client"
        case "author":
            return "other client" if direction == "s2c" else "client"
        case "sender":
            return None if direction is None else "client" if direction == "c2s" else "server"
        case "receiver":
            return None if direction is None else "server" if direction == "c2s" else "client"
    return None
