"""Checks of the conversation: did both sides keep to the order of a session (protocol section 8)?

Each module follows one thing; :class:`SessionCheck` is told what happens on a connection and asks
them all.
"""

from voxwire.checks.session.check import CONTROL_TYPES, SessionCheck
from voxwire.checks.session.sessions import Sessions

__all__ = ["CONTROL_TYPES", "SessionCheck", "Sessions"]
