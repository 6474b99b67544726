"""Writes a page for each rule about changes: ``python -m voxspec.breaking.rules.pages docs/breaking-rules``.

With ``--check`` nothing is written; the exit status then says whether the pages are those of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import unified_diff

from voxspec.breaking.report.rules import words_of
from voxspec.breaking.report.text import block
from voxspec.breaking.result import Result
from voxspec.breaking.rules import RULES, BreakingRule, Edit, Group
from voxspec.breaking.rules.applied import OLD, edited, example, found
from voxspec.report import page_folder
from voxspec.report.style import Style

_HEAD = "<!-- Written by `python -m voxspec.breaking.rules.pages`; do not edit. -->\n\n"


def pages() -> dict[str, str]:
    """A page for each rule, and one that lists them: file name to text."""
    return {
        "index.md": _HEAD + "\n".join(_index()) + "\n",
        **{f"{rule.id}.md": _HEAD + "\n".join(_page(rule)) + "\n" for rule in RULES.values()},
    }


def _index() -> Iterator[str]:
    yield "# Rules about changes"
    yield ""
    yield (
        "What `voxspec breaking` says, by what it is about. Whether a change breaks anything, and for"
        " whom, is judged each time: by the direction of the messages that it reaches, by frames, and by"
        " conversations."
    )
    for group in Group:
        yield from ("", f"## {group}", "", "| rule | what changes |", "|---|---|")
        for rule in RULES.values():
            if rule.group is group:
                yield f"| [{rule.id}]({rule.id}.md) | {rule.headline} |"


def _page(rule: BreakingRule) -> Iterator[str]:
    yield from (f"# {rule.id}: {rule.headline}", "")
    yield from (f"**Why it matters.** {rule.why}", "")
    yield from (f"**What to do.** {rule.fix}", "")
    yield from (
        "## The change",
        "",
        "```diff",
        *diff(rule, rule.bad, backwards=rule.backwards),
        "```",
        "",
    )
    yield from ("`voxspec breaking` says:", "", "```text", *said(rule), "```", "")
    if rule.good:
        yield from ("## What breaks nothing", "", "```diff", *diff(rule, rule.good), "```", "")
    yield "[All rules](index.md)"


def diff(rule: BreakingRule, edits: Iterable[Edit], *, backwards: bool = False) -> Iterator[str]:
    """What the edits change in the example, without what is around it."""
    before = example(rule.group)
    after = edited(before, edits)
    if backwards:
        before, after = after, before
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            yield f"{'+' if name in after else '-'} {name}"
        elif before[name] != after[name]:
            yield f"# {name}"
            lines = unified_diff(before[name].splitlines(), after[name].splitlines(), n=1)
            for line in lines:
                if not line.startswith(("---", "+++")):
                    yield "…" if line.startswith("@@") else line.rstrip()


def said(rule: BreakingRule) -> Iterator[str]:
    """What the command prints of the change that the rule is about."""
    [change, *_] = [change for change in found(rule, rule.bad) if change.rule == rule.id]
    result = Result(OLD, "schema", (change,), rules=words_of([change.rule]))
    yield from block(result, change, Style())


if __name__ == "__main__":
    raise SystemExit(page_folder.run(pages(), "Write a page for each rule about changes."))
