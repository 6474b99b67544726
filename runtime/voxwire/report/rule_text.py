"""The page of a rule in the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from voxwire.report.rule_examples import printed, shown
from voxwire.report.rule_words import TO_BLAME, needs, severity
from voxwire.rules.example import Elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.report.style import Style
    from voxwire.rules.example import Example, Told
    from voxwire.rules.rule import Rule

_WIDTH: Final = 88
_INDENT: Final = "  "


def rule_lines(rule: Rule, style: Style) -> Iterator[str]:
    """All that there is to know about a rule, line by line."""
    yield f"{style.paint(rule.id, 'place')}  {style.paint(severity(rule), rule.severity)}  {rule.headline}"
    yield from _wrapped(rule.meaning, _INDENT)
    yield ""
    for name, text in (
        ("why", rule.why),
        ("fix", rule.fix),
        ("to blame", TO_BLAME[rule.culprit]),
        ("needs", needs(rule)),
        ("listed", rule.listing.value),
    ):
        first, *others = _wrapped(text, f"{_INDENT}{'':10}")
        yield f"{_INDENT}{style.paint(f'{name:10}', 'dim')}{first.lstrip()}"
        yield from others
    if rule.bad is not None and rule.good is not None:
        yield ""
        yield from _example(rule, rule.bad, "breaks it", style)
        yield from (
            f"{_INDENT}{style.paint('says', 'dim')} {line}" for line in printed(rule, rule.bad)
        )
        yield ""
        yield from _example(rule, rule.good, "keeps it", style)


def _example(
    rule: Rule, example: Example | Elsewhere | Told, name: str, style: Style
) -> Iterator[str]:
    yield f"{_INDENT}{style.paint(name, 'dim')}: {example.caption.replace('`', '')}"
    if isinstance(example, Elsewhere):
        schema = (*example.envelope.splitlines(), *example.message.splitlines())
        yield from (f"{_INDENT * 2}{line}" for line in schema)
    yield from (f"{_INDENT * 2}{line}" for line in shown(rule, example))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text.replace("`", ""), _WIDTH, initial_indent=indent, subsequent_indent=indent
    )
