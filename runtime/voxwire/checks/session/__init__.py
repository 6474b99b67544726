"""Checks of the conversation: did both sides keep to the order of a session (protocol section 8)?

Each module follows one thing; :class:`SessionCheck` is told what happens on a connection and asks
them all. What they know of the protocol is in its :class:`Guide`.
"""

from voxwire.checks.session.check import SessionCheck
from voxwire.checks.session.guide import Guide
from voxwire.checks.session.message import Message
from voxwire.checks.session.sessions import Sessions

__all__ = ["Guide", "Message", "SessionCheck", "Sessions"]
