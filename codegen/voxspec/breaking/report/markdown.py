"""Changes as Markdown, for a job summary or a comment on a change: a table, and what shows each break.

It stays below 60,000 characters, however much has changed: GitHub takes 65,536 in a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from voxspec.breaking.report.frames import shown
from voxspec.breaking.report.words import (
    categories,
    conclusion,
    hit_text,
    is_said,
    next_steps,
    reader,
    recorded,
    remarks,
    step_text,
    uncompared,
    verb,
    was_and_now,
    writer,
)
from voxspec.breaking.result import Level, Result
from voxspec.breaking.verdict import Change, Effect, FrameProof, Proof
from voxspec.findings import Finding
from voxspec.report.items import items_of
from voxspec.report.style import printable
from voxspec.report.text import counted

_MOST_CHARACTERS: Final = 60_000
_MOST_ROWS: Final = 200
_FRAME: Final = 2_000
"""Characters of a frame or of a conversation's steps that are shown."""

_WORD: Final = re.compile(r"""(?P<before>[("]*)(?P<core>\S*?)(?P<behind>[)",.;:]*)(?=\s|\Z)""")
"""A word, with the punctuation around it."""

_SPECIAL: Final = re.compile(
    r"[`*~$]|\\(?=[^\w\s])|<(?=[A-Za-z/!?])|\](?=[(\[:])|&(?=#?\w+;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
    r"|@(?=\w)|[#!%&](?=\d|\")|://|^www\."
)
"""What Markdown, HTML in it and links are made of in the middle of a line; and what begins the name of
somebody or the number of something. All else is read as it is written."""

_BEGINS: Final = re.compile(r">.*|\+|-+|=+|[0-9]+[.)]")
"""Words that begin a list or a quotation, or make a heading or a rule, where they are the first ones."""

_HEADS: Final = re.compile(r"#+")
"""Words that make a heading as first ones, and are no part of it as last ones."""


def lines(result: Result) -> Iterator[str]:
    """One document."""
    blocks = [f"## voxspec breaking: {escaped(conclusion(result))}"]
    blocks += [escaped(sentence) for sentence in uncompared(result)]
    if result.mistakes:
        blocks.append("\n".join(_mistakes(result.mistakes[:_MOST_ROWS])))
    listed = list(result.worst_first())
    if listed:
        blocks.append("\n".join(_table(result, listed)))
    if result.hits is not None:
        blocks.append("\n".join(_recorded(result)))
    blocks += [f"**Accepted breaks.** {escaped(remark)}" for remark in remarks(result)[:20]]
    ending = [escaped(step) for step in next_steps(result)]
    size = sum(map(len, (*blocks, *ending)))
    told: list[tuple[Level, Change]] = [
        (level, change)
        for level, change in listed
        if change.effects and result.acceptance(change) is None
    ]
    for index, (level, change) in enumerate(told):
        block = "\n".join(_section(result, level, change))
        size += len(block) + 2
        if size > _MOST_CHARACTERS:
            blocks.append(f"No room for {counted(len(told) - index, 'other change')}.")
            break
        blocks.append(block)
    yield "\n\n".join((*blocks, *ending))


def _mistakes(findings: Iterable[Finding]) -> Iterator[str]:
    for item in items_of(findings):
        yield f"- {code(str(item.where))}: {code(item.rule)} {escaped(item.message)}"


def _table(result: Result, listed: list[tuple[Level, Change]]) -> Iterator[str]:
    yield "| | rule | what | who |"
    yield "|---|---|---|---|"
    for level, change in listed[:_MOST_ROWS]:
        accepted = result.acceptance(change)
        state = level if accepted is None else f"accepted until {accepted.until}"
        what = _in_table(f"{code(change.subject)}: {escaped(change.message)}")
        yield f"| {state} | {code(change.rule)} | {what} | {categories(change)} |"
    if len(listed) > _MOST_ROWS:
        yield f"\n… and {counted(len(listed) - _MOST_ROWS, 'other change')}."


def _section(result: Result, level: Level, change: Change) -> Iterator[str]:
    yield f"### {level}: {code(change.rule)} {code(change.subject)}\n"
    differs = was_and_now(change)
    yield escaped(change.message) + (f" ({code(differs)})" if differs else "")
    for effect in change.effects:
        yield f"\n**{escaped(verb(effect))}**: {escaped(effect.what)}\n"
        if effect.proof is not None:
            yield from _proof(effect, effect.proof)
    if change.reaches:
        named = ", ".join(code(name) for name in change.reaches[:10])
        more = len(change.reaches) - 10
        yield (
            f"\nIt reaches {named}" + (f" and {counted(more, 'other message')}" * (more > 0)) + "."
        )
    if result.hits is not None:
        for hit in result.hits.by_change.get(change.fingerprint, ()):
            yield f"\n{escaped(hit_text(hit))}"
    hint = result.hint(change)
    if hint:
        yield f"\n**What to do.** {escaped(f'{hint[:1].upper()}{hint[1:]}.')}"
    yield f"\nFingerprint {code(change.fingerprint)}, {escaped(str(change.where))}"


def _proof(effect: Effect, proof: Proof) -> Iterator[str]:
    if isinstance(proof, FrameProof):
        yield f"{writer(effect).capitalize()} may send this frame:\n"
        text = shown(proof.frame)
    else:
        yield (
            f"{writer(effect).capitalize()} may hold this conversation, which breaks at step "
            f"{proof.breaks_at + 1}:\n"
        )
        text = "\n".join(
            f"{number:>3} {step_text(step)}" for number, step in enumerate(proof.course, start=1)
        )
    cut = text if len(text) <= _FRAME else f"{text[:_FRAME]}…"
    yield _block(cut)
    if not is_said(proof, effect):
        yield f"\n{reader(effect).capitalize()} refuses it: {escaped(proof.refusal)}"


def _recorded(result: Result) -> Iterator[str]:
    assert result.hits is not None
    hits = result.hits
    yield "### Captures\n"
    yield from (f"- {escaped(sentence)}" for sentence in recorded(hits))
    yield from (f"- {escaped(remark)}" for remark in hits.remarks[:10])
    for file, reason in list(hits.unread.items())[:10]:
        yield f"\n**Cannot read** {code(file)}: {escaped(reason)}"


def escaped(text: str) -> str:
    """`text` as it is to be read, whatever is in it: words of it that Markdown would take for something
    are in the letters of code, so that they read the same before and after."""
    return _WORD.sub(_plain, printable(text).strip())


def _plain(word: re.Match[str]) -> str:
    before, core, behind = word.group("before", "core", "behind")
    is_first = word.start() == 0
    if (is_first and _BEGINS.fullmatch(word[0])) or _HEADS.fullmatch(word[0]):
        return code(word[0])
    return f"{before}{code(core)}{behind}" if _SPECIAL.search(core + behind) else word[0]


def code(text: str) -> str:
    """`text` in the letters of code."""
    text = printable(text)
    fence = "`" * (_longest_ticks(text) + 1)
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"


def _in_table(markdown: str) -> str:
    """The same in a cell, which a bar would end."""
    return markdown.replace("|", "\\|")


def _block(text: str) -> str:
    fence = "`" * max(3, _longest_ticks(text) + 1)
    return f"{fence}json\n{text}\n{fence}"


def _longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
