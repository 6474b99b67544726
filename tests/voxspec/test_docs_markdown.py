"""Schema text in the documents is data: whatever it holds, it shows as text."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.voxspec.handmade import PROTOCOL
from tests.voxspec.rendered import structure, visible_text
from voxspec.targets import docs
from voxspec.targets.docs.markdown import block, code, fence, json_block, listing, prose, slugs

HOSTILE = (
    "# No | heading ``` <script>alert(1)</script> {{ 7 * 7 }} {% raw %} *e* _f_ __g__ [h](i) ![j](k)"
    ' """ \\ \\| */ --> &amp; &#65; ~~y~~ $x$ `'
)
TEXTS = frozenset(
    "description summary note deprecated title text since when_absent meaning compression unit "
    "close_codes_description permissions_description".split()
)


def with_text(value: Any, text: str) -> Any:
    """The same model with ``text`` in place of all prose."""
    if isinstance(value, tuple):
        return tuple(with_text(item, text) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    changes = {}
    for field in dataclasses.fields(value):
        old = getattr(value, field.name)
        prose_here = field.name in TEXTS and isinstance(old, str)
        changes[field.name] = text if prose_here else with_text(old, text)
    return dataclasses.replace(value, **changes)


@pytest.mark.parametrize("path", docs.plan(PROTOCOL))
def test_hostile_text_changes_no_structure(path: str) -> None:
    plain = docs.plan(with_text(PROTOCOL, "Words\n\nand words"))[path]
    hostile = docs.plan(with_text(PROTOCOL, f"{HOSTILE}\n\n- {HOSTILE}\n"))[path]
    assert structure(hostile) == structure(plain)
    assert "<script" not in hostile
    assert visible_text(hostile).count(HOSTILE) == 2 * visible_text(plain).count("Words")


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain words, and more.", "plain words, and more."),
        ("two\nlines  here", "two lines here"),
        ("a | b", "a \\| b"),
        ("read_me or READ_ME", "`read_me` or `READ_ME`"),
        ("_x_ and 2*3", "\\_x\\_ and 2\\*3"),
        ("see `code` here", "see `code` here"),
        ("one ` alone", "one \\` alone"),
        ("at wss://h/g?a=1&b=2.", "at `wss://h/g?a=1&b=2`."),
        ("a < b & c &lt; {{ d }}", "a &lt; b & c &amp;lt; &#123;{ d }}"),
        ("[a](b)", "\\[a\\](b)"),
    ],
)
def test_prose(text: str, markdown: str) -> None:
    assert prose(text) == markdown


def test_prose_links_known_names_only() -> None:
    known = {"lamp_report": "a.md", "POWER": "b.md", "4001": "c.md", "hello": "d.md"}
    assert prose("lamp_report POWER OTHER 4001 4002 hello `hello`", known.get) == (
        "[`lamp_report`](a.md) [`POWER`](b.md) OTHER [`4001`](c.md) 4002 hello [`hello`](d.md)"
    )


@pytest.mark.parametrize("start", ["# a", "- a", "+ a", "1. a", "2) a", "===", "> a", "```", "a"])
def test_block_is_paragraphs_whatever_it_starts_with(start: str) -> None:
    text = block(f"First\n\n{start}")
    assert structure(text) == ["paragraph_open p", "inline ", "paragraph_close p"] * 2
    assert visible_text(text) == f"First {start}"


@pytest.mark.parametrize(
    "text", ["a", "a|b", "a`b", "`", "``", "a\\|", "<b>", "*a*", "a\\", "&lt;"]
)
def test_code_shows_its_text_in_a_cell(text: str) -> None:
    table = f"| head | b |\n|---|---|\n| {code(text)} | end |"
    plain = "| head | b |\n|---|---|\n| x | end |"
    cells = [t for t in structure(table) if t.startswith("td")]
    assert cells == [t for t in structure(plain) if t.startswith("td")]
    assert visible_text(table) == f"head b {text} end"


def test_fence_is_longer_than_any_in_its_text() -> None:
    text = "```\n````\nx"
    assert fence(text, "json") == f"`````json\n{text}\n`````"


def test_json_block_breaks_only_what_is_too_long() -> None:
    value: Any = {"short": [1, 2], "long": ["x" * 12, "y" * 12], "é": {}}
    assert json_block(value, width=34) == (
        "```json\n"
        "{\n"
        '  "short": [1, 2],\n'
        '  "long": [\n'
        '    "xxxxxxxxxxxx",\n'
        '    "yyyyyyyyyyyy"\n'
        "  ],\n"
        '  "é": {}\n'
        "}\n"
        "```"
    )


def test_slugs_are_those_of_github() -> None:
    headings = ["End-to-end (a → b)", "A", "a", "A-1", "A", "snake_case", "1. It's ×"]
    assert slugs(headings) == [
        "end-to-end-a--b",
        "a",
        "a-1",
        "a-1-1",
        "a-2",
        "snake_case",
        "1-its-",
    ]


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_listing(items: list[str], text: str) -> None:
    assert listing(map(prose, items)) == text
