"""The page of a rule about changes in the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from voxspec.breaking.rules.pages import diff, said
from voxspec.breaking.rules.rule import BreakingRule
from voxspec.report.style import Style

_WIDTH: Final = 88
_INDENT: Final = "  "


def rule_lines(rule: BreakingRule, style: Style) -> Iterator[str]:
    """All that there is to know about a rule, line by line."""
    yield f"{style.paint(rule.id, 'place')}  {style.paint(rule.group.value, 'note')}"
    yield from _wrapped(rule.headline, _INDENT)
    yield ""
    for name, text in (("why", rule.why), ("fix", rule.fix)):
        first, *others = _wrapped(text, f"{_INDENT}{'':10}")
        yield f"{_INDENT}{style.paint(f'{name:10}', 'dim')}{first.lstrip()}"
        yield from others
    yield ""
    yield f"{_INDENT}{style.paint('the change', 'dim')}:"
    yield from (f"{_INDENT * 2}{line}" for line in diff(rule, rule.bad, backwards=rule.backwards))
    yield ""
    yield f"{_INDENT}{style.paint('what is said of it', 'dim')}:"
    yield from (f"{_INDENT * 2}{line}" for line in said(rule))
    if rule.good:
        yield ""
        yield f"{_INDENT}{style.paint('what breaks nothing', 'dim')}:"
        yield from (f"{_INDENT * 2}{line}" for line in diff(rule, rule.good))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
