"""What is known of a rule, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.rules.rule import Needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from voxwire.rules.blame import Culprit
    from voxwire.rules.rule import Rule, Source

TO_BLAME: Final[Mapping[Culprit | None, str]] = {
    None: "nobody for certain",
    "sender": "the sender",
    "receiver": "the receiver",
    "author": "the author",
    "client": "the client",
    "server": "the server",
    "capture": "the capture",
}
"""Whose mistake a rule is."""

SOURCES: Final[Mapping[Source, tuple[str, str]]] = {
    "captures": ("the capture format", "../captures.md#the-format"),
    "endpoint": ("the endpoint", "../../generated/docs/v1/endpoint.md"),
    "frames": ("frames", "../../generated/docs/v1/index.md#frames"),
    "messages": ("the messages", "../../generated/docs/v1/index.md#all-messages"),
    "limits": ("limits", "../../generated/docs/v1/index.md#limits"),
    "session": ("the session", "../../generated/docs/v1/session.md"),
    "close codes": ("close codes", "../../generated/docs/v1/close-codes.md"),
    "disagreements": (
        "where published pages and the wire disagree",
        "../../generated/docs/v1/disagreements.md",
    ),
}
"""Where the protocol says what a rule holds, in words and as a link from the pages of the rules."""

_NEEDS: Final = {
    Needs.CLIENT: "what the client sent",
    Needs.SERVER: "the server's frames",
    Needs.ANSWER: "the server's answer",
    Needs.BEGINNING: "the server's greeting, or what else shows the beginning",
    Needs.TIME: "times that move on",
    Needs.CLOSE: "how the connection ended",
    Needs.ADDRESS: "the address",
}


def severity(rule: Rule) -> str:
    """How severe it is, and when it is more."""
    milder = f", {rule.milder}" if rule.milder else ""
    return f"{rule.severity}{milder}{', an error with --strict' if rule.strict else ''}"


def needs(rule: Rule) -> str:
    """What a capture must hold before the rule can be applied."""
    return " and ".join(words for need, words in _NEEDS.items() if need in rule.needs) or "nothing"
