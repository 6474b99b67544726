"""Writes a page for each rule, and one that lists them: ``python -m voxwire.report.rule_pages docs/rules``.

With ``--check`` nothing is written; the exit status then says whether the pages are those of the rules.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxwire.report.rule_examples import printed, shown
from voxwire.report.rule_words import SOURCES, TO_BLAME, needs, severity
from voxwire.rules.example import Elsewhere
from voxwire.rules.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.rules.example import Example, Told
    from voxwire.rules.rule import Rule

INDEX: Final = "index.md"
_WRITTEN: Final = (
    "<!-- Written by `python -m voxwire.report.rule_pages docs/rules`; do not edit. -->"
)

_HEAD: Final = f"""\
{_WRITTEN}
# Rules of `voxwire validate`

Every finding names one of these rules. Errors break the protocol; notes are what readers must \
accept, and those marked * become errors with `--strict`. `--select` and `--ignore` take the ids, \
`--no-session` leaves out the group *session*. In the examples ← is a message from the server and → \
one from the client. `voxwire rules SEQ_GAP` shows the page of a rule in the terminal.

*To blame* is whose mistake it is, where a capture shows it: the side that sent the frame, the one \
that was to answer it, the client, the server, the capture itself, or the author, which is the client that wrote what is in the frame; in \
a server's frame that is another client, whose words the server relays. A rule that needs what a \
capture does not hold is off for that connection: the other side, the start, the address, the end, times that can be \
trusted. What one cause brings about again and again is listed once on a connection and then counted.
"""


def pages() -> dict[str, str]:
    """Every page by its name."""
    return {INDEX: _index(), **{f"{rule.id}.md": rule_page(rule) for rule in RULES.values()}}


def rule_page(rule: Rule) -> str:
    """All that there is to know about a rule."""
    return "\n".join(_page(rule))


def _page(rule: Rule) -> Iterator[str]:
    yield f"{_WRITTEN}\n# {rule.id}: {rule.headline}\n"
    yield f"{rule.meaning}\n"
    yield "| severity | to blame | about | needs | listed |"
    yield "|---|---|---|---|---|"
    yield (
        f"| {severity(rule).replace('--strict', '`--strict`')} | {TO_BLAME[rule.culprit]} "
        f"| {rule.group} | {needs(rule)} | {rule.listing.value} |\n"
    )
    yield f"**Why it matters.** {rule.why}\n"
    yield f"**What to do.** {rule.fix}\n"
    if rule.source is not None:
        words, link = SOURCES[rule.source]
        yield f"**Where it is said.** In the part about [{words}]({link}).\n"
    if rule.bad is None or rule.good is None:
        yield "Nothing is known that breaks this rule.\n"
    else:
        yield "## What breaks it\n"
        yield from _example(rule, rule.bad)
        yield "`voxwire validate` says:\n"
        yield from _block(printed(rule, rule.bad))
        yield "## What keeps it\n"
        yield from _example(rule, rule.good)
    yield f"[All rules]({INDEX})\n"


def _example(rule: Rule, example: Example | Elsewhere | Told) -> Iterator[str]:
    lines = shown(rule, example)
    yield f"{_sentence(example.caption)}{':' if lines else '.'}\n"
    if isinstance(example, Elsewhere):
        if example.envelope:
            yield "In a protocol whose envelope has, besides the usual:\n"
            yield from _block(example.envelope.splitlines(), "yaml")
            yield "and whose message `thing` is described so:\n"
        else:
            yield "In a protocol whose message `thing` is described so:\n"
        yield from _block(example.message.splitlines(), "yaml")
        yield "the server sends:\n"
    if lines:
        yield from _block(lines)


def _block(lines: Sequence[str], language: str = "text") -> Iterator[str]:
    yield "\n".join((f"```{language}", *lines, "```", ""))


def _sentence(caption: str) -> str:
    """A caption with a capital letter, where it begins with a letter."""
    return f"{caption[0].upper()}{caption[1:]}"


def _index() -> str:
    return "\n".join((_HEAD, *_groups(), ""))


def _groups() -> Iterator[str]:
    group = ""
    for rule in RULES.values():
        if rule.group != group:
            if group:
                yield ""
            group = rule.group
            yield f"## {'JSON' if group == 'json' else group.capitalize()}\n"
            yield "| rule | severity | to blame | meaning | example |"
            yield "|---|---|---|---|---|"
        star = "*" if rule.strict else ""
        caption = "" if rule.bad is None else rule.bad.caption
        yield (
            f"| [`{rule.id}`]({rule.id}.md) | {rule.severity}{star} "
            f"| {'' if rule.culprit is None else TO_BLAME[rule.culprit]} | {rule.meaning} | {caption} |"
        )


def stale(folder: Path) -> list[str]:
    """The names of pages that are missing, out of date, or of no rule any more."""
    texts = pages()
    there = {path.name for path in folder.glob("*.md")}
    wrong = {
        name
        for name, text in texts.items()
        if name not in there or (folder / name).read_text("utf-8") != text
    }
    return sorted(wrong | (there - set(texts)))


def write(folder: Path) -> None:
    """Write all pages, and remove those of rules that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages into a folder, or check those that are there."""
    parser = argparse.ArgumentParser(description="Write a page for each rule of voxwire validate.")
    parser.add_argument("folder", type=Path, help="where the pages go, such as docs/rules")
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.folder)
        return 0
    wrong = stale(options.folder)
    for name in wrong:
        print(f"{options.folder / name} is not what the rules say")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
