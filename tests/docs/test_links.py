"""Every link in the documents leads somewhere: the file exists, and so does the heading."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(
        part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts
    )
)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(path: Path) -> None:
    assert [link for link in _links(path) if not _resolves(path, link)] == []


def test_there_are_documents_to_check() -> None:
    names = {str(path.relative_to(ROOT)) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md"} <= names
    assert sum(name.startswith("generated/docs/") for name in names) > 10


@pytest.mark.parametrize(
    ("link", "resolves"),
    [
        ("here.md", True),
        ("here.md#two-words", True),
        ("#two-words-1", True),
        ("#code-and-links", True),
        ("#by-hand", True),
        ("https://example.com/", True),
        ("missing.md", False),
        ("#missing", False),
        ("/here.md", False),
        ("https:///no-host", False),
    ],
)
def test_the_check_itself(tmp_path: Path, link: str, resolves: bool) -> None:
    page = tmp_path / "here.md"
    page.write_text('# Two words\n## Two words\n## `code` and [links](x)\n<a id="by-hand"></a>\n')
    assert _resolves(page, link) is resolves


def _links(path: Path) -> Iterator[str]:
    for token in _tokens(path):
        target = token.attrGet("href") or token.attrGet("src")
        if target is not None:
            yield str(target)


def _resolves(page: Path, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and bool(parts.netloc)
    if parts.path.startswith("/"):
        return False
    target = page.parent / unquote(parts.path) if parts.path else page
    if not target.exists():
        return False
    return not parts.fragment or unquote(parts.fragment) in _anchors(target)


@cache
def _tokens(path: Path) -> list[Token]:
    top = MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text("utf-8"))
    return [inner for token in top for inner in (token, *(token.children or ()))]


@cache
def _anchors(path: Path) -> set[str]:
    """What can follow `#`: headings as GitHub names them, and ids written by hand."""
    anchors: set[str] = set()
    tokens = _tokens(path)
    for token, following in itertools.pairwise(tokens):
        if token.type == "heading_open":
            slug = _slug(following)
            number = 0
            while (unique := f"{slug}-{number}" if number else slug) in anchors:
                number += 1
            anchors.add(unique)
        anchors.update(re.findall(r'<a (?:id|name)="([^"]+)"', token.content))
    return anchors


def _slug(heading: Token) -> str:
    text = "".join(
        child.content for child in heading.children or () if child.type in ("text", "code_inline")
    )
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
