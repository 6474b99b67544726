"""Writes a page for each rule, and one that lists them: ``python -m voxspec.lint.rule_pages docs/schema-rules``.

With ``--check`` nothing is written; the exit status then says whether the pages are those of the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from voxspec.lint.rule_words import CATEGORIES, asked_for, shown, told
from voxspec.report import page_folder
from voxspec.rules import RULES, Category, Part, Rule

INDEX: Final = "index.md"
_WRITTEN: Final = (
    "<!-- Written by `python -m voxspec.lint.rule_pages docs/schema-rules`; do not edit. -->"
)

_HEAD: Final = f"""\
{_WRITTEN}
# Rules for schema files

`voxspec lint` looks for what breaks these rules; `voxspec rules REF_RESOLVES` shows the page of a rule in \
the terminal. Those marked * are asked for whenever a schema is read, also by `voxspec check` and \
`voxspec generate`. Of the others, `--select` and `--ignore` say which, or `[tool.voxspec.lint]` in \
`pyproject.toml`: a category, or the id of a rule. MINIMAL is part of BASIC, and BASIC of STANDARD, which is \
the default; DOCS and STRICT stand for themselves. What has a mend, `--fix` writes.

Examples are parts of the schema that `voxspec init` writes. What is shown stands there besides, and \
instead of what has the same key.
"""


def pages() -> dict[str, str]:
    """Every page by its name."""
    return {INDEX: _index(), **{f"{rule.id}.md": "\n".join(_page(rule)) for rule in RULES.values()}}


def _page(rule: Rule) -> Iterator[str]:
    yield f"{_WRITTEN}\n# {rule.id}\n"
    yield f"{_plain(rule.sentence)}\n"
    yield "| category | asked for | mend |"
    yield "|---|---|---|"
    yield f"| {rule.category.value} | {asked_for(rule)} | {'`--fix`' if rule.mend else ''} |\n"
    yield f"**Why it matters.** {_plain(rule.why)}\n"
    yield f"**What to do.** {_plain(rule.fix)}\n"
    if rule.mend:
        yield f"**What `--fix` does.** {_plain(rule.mend)}\n"
    yield "## What breaks it\n"
    yield from _parts(rule.bad)
    yield "`voxspec lint` says:\n"
    yield from _block(told(rule), "text")
    yield "## What keeps it\n"
    yield from _parts(rule.good)
    yield f"[All rules]({INDEX})\n"


def _parts(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield f"In `{part.file}`{', and nothing else' if part.is_whole else ''}:\n"
        yield from _block(shown(part), "yaml")


def _block(lines: Iterable[str], language: str) -> Iterator[str]:
    yield "\n".join((f"```{language}", *lines, "```", ""))


def _plain(text: str) -> str:
    """Text in which nothing is taken for Markdown."""
    for character in "\\*[]<>|$":
        text = text.replace(character, f"\\{character}")
    return text


def _index() -> str:
    return "\n".join((_HEAD, *_categories(), ""))


def _categories() -> Iterator[str]:
    for category in Category:
        yield f"## {category.value}\n"
        yield f"{CATEGORIES[category]}\n"
        yield "| rule | what it asks for | mend |"
        yield "|---|---|---|"
        for rule in RULES.values():
            if rule.category is category:
                star = "\\*" if rule.is_loaded else ""
                mend = "`--fix`" if rule.mend else ""
                yield f"| [`{rule.id}`]({rule.id}.md){star} | {_plain(rule.sentence)} | {mend} |"
        yield ""


def stale(folder: Path) -> list[str]:
    """The names of pages that are missing, out of date, or of no rule any more."""
    return page_folder.stale(folder, pages())


def write(folder: Path) -> None:
    """Write all pages, and remove those of rules that are gone."""
    page_folder.write(folder, pages())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages into a folder, or check those that are there."""
    return page_folder.run(pages(), "Write a page for each rule of voxspec lint.", arguments)


if __name__ == "__main__":
    raise SystemExit(main())
