"""How the rules about conversations are written: each with edits of their example."""

from __future__ import annotations

from voxspec.breaking.rules.rule import BreakingRule, Edit, Group


def rule(
    id_: str,
    headline: str,
    why: str,
    fix: str,
    *edits: Edit,
    good: tuple[Edit, ...] = (),
    backwards: bool = False,
) -> BreakingRule:
    """A rule about conversations."""
    return BreakingRule(
        id=id_,
        group=Group.CONVERSATION,
        headline=headline,
        why=why,
        fix=fix,
        bad=edits,
        good=good,
        backwards=backwards,
    )


def session(old: str, new: str) -> Edit:
    """A piece of session.yaml."""
    return Edit("session.yaml", old, new)
