"""Writes a page for each rule about changes: ``python -m voxspec.breaking.rules.pages docs/breaking-rules``.

With ``--check`` nothing is written; the exit status then says whether the pages are those of the rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from voxspec.breaking.rules import RULES, BreakingRule, Edit, Group
from voxspec.breaking.rules.applied import edited, example, found
from voxspec.breaking.verdict import ConversationProof, FrameProof
from voxspec.report import page_folder

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
    """The change that the rule is about, with what proves it."""
    [change, *_] = [change for change in found(rule, rule.bad) if change.rule == rule.id]
    yield f"{change.where}: {change.rule} {change.message}"
    for effect in change.effects:
        yield f"  {effect.who}: {effect.verdict}: {effect.what}"
        match effect.proof:
            case FrameProof(direction=direction, frame=frame):
                arrow = "→" if direction == "client" else "←"
                yield f"      {arrow} {json.dumps(frame, ensure_ascii=False)}"
            case ConversationProof(steps=steps):
                yield from (f"      · {step.said}" for step in steps)


if __name__ == "__main__":
    raise SystemExit(page_folder.run(pages(), "Write a page for each rule about changes."))
