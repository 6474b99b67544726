"""Reads Markdown as a browser would show it: headings, links, visible text, structure."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def structure(text: str) -> list[str]:
    """The blocks of a page and the tags of its inline text, without any words."""
    found = []
    for token in MARKDOWN.parse(text):
        found.append(f"{token.type} {token.tag}")
        found += [child.tag for child in token.children or () if child.tag not in ("", "code")]
    return found


def visible_text(text: str) -> str:
    """What a reader sees, with one space for any white space."""
    shown = []
    for token in MARKDOWN.parse(text):
        if token.type in ("fence", "code_block"):
            shown.append(token.content)
        shown += [*map(_visible, token.children or ()), " "]
    return " ".join("".join(shown).split())


def _visible(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    return "" if token.type == "html_inline" else token.content


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    seen: Counter[str] = Counter()
    found = set()
    tokens = MARKDOWN.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(map(_visible, inline.children or ())).lower()
            slug = "".join(c for c in words if c.isalnum() or c in "-_ ").replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return found


def links(text: str) -> Iterator[str]:
    """The address of every link of a page."""
    for token in MARKDOWN.parse(text):
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


def broken_links(files: Mapping[str, str]) -> list[str]:
    """Links of Markdown pages that lead to no file or heading of ``files``."""
    headings = {path: anchors(text) for path, text in files.items() if path.endswith(".md")}
    broken = []
    for path in headings:
        for link in links(files[path]):
            target, _, fragment = link.partition("#")
            target, fragment = unquote(target), unquote(fragment)
            page = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            page = page if target else path
            reached = page in files and not re.match(r"\w+:", link)
            if not reached or (fragment and fragment not in headings[page]):
                broken.append(f"{path}: {link}")
    return broken
