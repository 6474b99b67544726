"""What reports say of findings and rules, in whatever format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from voxwire.checks import Blame, Finding, Rule, Severity
    from voxwire.direction import Direction

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""The worst first."""

_PAGES: Final = "https://github.com/vox-protocol/vox-protocol/blob/main/docs/rules"

_SENDERS: Final[Mapping[Direction, Blame]] = {"c2s": "client", "s2c": "server"}
_BLAMED: Final[Mapping[Blame, str]] = {
    "client": "the client",
    "server": "the server",
    "other client": "another client",
    "capture": "the capture",
}


def page_of(rule: Rule) -> str:
    """The address of the page about a rule."""
    return f"{_PAGES}/{rule.id}.md"


def sentence(finding: Finding) -> str:
    """What is wrong, and in parentheses what to do about it."""
    return f"{finding.message} ({finding.hint})" if finding.hint else finding.message


def about(finding: Finding) -> Iterator[str]:
    """What in the frame it is about: direction, message type and JSON Pointer, as far as there are any."""
    for part in (finding.direction, finding.type, finding.pointer):
        if part:
            yield part


def other_blamed(finding: Finding) -> str | None:
    """Who is to blame, where that is not the side that sent the frame."""
    if finding.blame is None or finding.direction is None:
        return None
    return None if finding.blame == _SENDERS[finding.direction] else _BLAMED[finding.blame]


def worst(finding: Finding) -> int:
    """Sorts findings, the worst first."""
    return SEVERITIES.index(finding.severity)
