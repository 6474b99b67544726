"""The page of a rule for schema files in the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from voxspec.lint.rule_words import asked_for, shown, told
from voxspec.report.style import Style
from voxspec.rules import Part, Rule

_WIDTH: Final = 88
_INDENT: Final = "  "


def rule_lines(rule: Rule, style: Style) -> Iterator[str]:
    """All that there is to know about a rule, line by line."""
    yield f"{style.paint(rule.id, 'place')}  {style.paint(rule.category.value, 'note')}"
    yield from _wrapped(rule.sentence, _INDENT)
    yield ""
    for name, text in (
        ("why", rule.why),
        ("fix", rule.fix),
        ("--fix", rule.mend),
        ("asked for", asked_for(rule)),
    ):
        if text:
            first, *others = _wrapped(text, f"{_INDENT}{'':10}")
            yield f"{_INDENT}{style.paint(f'{name:10}', 'dim')}{first.lstrip()}"
            yield from others
    yield ""
    yield from _example(rule.bad, "breaks it", style)
    yield from (f"{_INDENT}{style.paint('says', 'dim')} {line}" for line in told(rule))
    yield ""
    yield from _example(rule.good, "keeps it", style)


def _example(parts: tuple[Part, ...], name: str, style: Style) -> Iterator[str]:
    for part in parts:
        yield f"{_INDENT}{style.paint(name, 'dim')}, in {part.file}:"
        yield from (f"{_INDENT * 2}{line}" for line in shown(part))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
