"""The fenced blocks of a document, each found by its language and the heading above it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]


class Key(NamedTuple):
    """What a check claims: all blocks in one language below one heading."""

    heading: str
    language: str


def blocks(document: str) -> Iterator[tuple[Key, str]]:
    """Every fenced block of a document of this repository, in order."""
    heading = ""
    tokens = MarkdownIt().parse((ROOT / document).read_text("utf-8"))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            heading = following.content
        elif token.type == "fence":
            yield Key(heading, token.info), token.content
        elif token.type == "code_block":
            raise AssertionError(f"{document}: an indented block, which says no language")


def all_blocks(key: Key, document: str = "README.md") -> list[str]:
    """The blocks that a check claims."""
    found = [text for found, text in blocks(document) if found == key]
    assert found, f"{document} has no {key.language} block below {key.heading!r}"
    return found


def the_block(key: Key, document: str = "README.md") -> str:
    """The only block that a check claims."""
    [found] = all_blocks(key, document)
    return found


def commands(block: str) -> list[list[str]]:
    """The words of each line of a shell block, without its comments."""
    return [words for line in block.splitlines() if (words := shlex.split(line, comments=True))]
