"""What holds for a conversation as a whole."""

from __future__ import annotations

from voxspec.load.session_lookup import Lookup
from voxspec.model.session import Session


def check(lookup: Lookup, session: Session) -> None:
    """Find everything that no single part of session.yaml shows."""
    del lookup, session
