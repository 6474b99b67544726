"""How the rules about conversations are written: each with edits of their example."""

from __future__ import annotations

from functools import partial

from voxspec.breaking.rules.rule import Edit, Group, about

rule = partial(about, Group.CONVERSATION)
"""A rule about conversations."""


def session(old: str, new: str) -> Edit:
    """A piece of session.yaml."""
    return Edit("session.yaml", old, new)
