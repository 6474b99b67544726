"""How both commands show texts: where long ones differ, and as Markdown that reads as it is written."""

from __future__ import annotations

from html import unescape
from typing import Final

import pytest
from markdown_it import MarkdownIt

from voxspec.breaking.differences import Difference
from voxspec.breaking.differences.contrast import contrast
from voxspec.breaking.differences.follows import Follows
from voxspec.breaking.differences.report import was_and_now
from voxspec.breaking.report.markdown import escaped

WORDS: Final = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("short", "", ("short", "")),
        (
            f"{WORDS} x",
            f"{WORDS} y",
            ("…thirteen fourteen x", "…thirteen fourteen y"),
        ),
        (
            f"a {WORDS} end of it all",
            f"b {WORDS} end of it all",
            ("a one two three four five…", "b one two three four five…"),
        ),
        (WORDS, f"{WORDS} fifteen", ("…", "…")),
        ("", WORDS, ("", "…")),
        ("x" * 100 + "a", "x" * 100 + "b", ("…", "…")),
    ],
)
def test_long_texts_are_cut_so_that_they_differ(was: str, now: str, shown: tuple[str, str]) -> None:
    found = contrast(was, now)
    assert found[0] != found[1]
    assert max(map(len, found)) <= 80
    if "…" not in shown:
        assert found == shown


@pytest.mark.parametrize(
    ("fact", "was", "now", "shown"),
    [
        ("minimum", "1", "0", ("1", "0")),
        ("default", "", "false", ("none", "false")),
        ("default", "false", "true", ("false", "true")),
        ("x-sensitive", "", "true", ("false", "true")),
        ("items/x-words", "true", "", ("true", "false")),
        ("deprecated", "", "true", ("none", "true")),
        ("pattern", "^a$", "", ("^a$", "none")),
    ],
)
def test_nothing_is_told_from_zero_and_false(
    fact: str, was: str, now: str, shown: tuple[str, str]
) -> None:
    assert was_and_now(Difference("changed", "client/say/text", fact, was, now)) == shown


TEXTS: Final = (
    'the pattern of "room" allows less: ^[a-z]{2,20}$ and not ^[a-z]{1,20}$',
    "text of Said is str | None and not str",
    "clients connect to wss://host/chat, and not to www.example.org",
    "<b>low</b> & a < b, AT&amp;T &copy; and &#42;",
    "*stars* and _lines_ around snake_case, `ticks` and ``more``, ~~gone~~ and $a$",
    '[a](b) ![c](d) [e][f] and "[g]" and \\*',
    "1. a number, then @ada and #12",
    "- a dash",
    "> a mark",
    "# a heading",
    'got "a *b* c"',
)


@pytest.mark.parametrize("text", TEXTS)
def test_markdown_reads_as_it_is_written(text: str) -> None:
    made = escaped(text)
    if "`" not in text:
        assert made.replace("`", "") == text
    rendered = MarkdownIt("gfm-like", {"linkify": False, "html": True}).renderInline(made)
    assert unescape(rendered.replace("<code>", "").replace("</code>", "")) == text
    listed = MarkdownIt("commonmark").render(f"- {made}")
    assert listed.startswith("<ul>\n<li>")
    assert listed.count("<li>") == 1
    assert not {"<h1>", "<blockquote>", "<ol>"} & {*listed.split("\n")}


def test_plain_text_is_left_as_it_is() -> None:
    text = 'new servers refuse what old clients send: "text" must have 5-10 characters (a_b); got "x" [1]'
    assert escaped(text) == text


RENAMED: Final = Follows(
    {"client/enter": "join", "types/nick": "name", "client/enter/key": "token"}
)


@pytest.mark.parametrize(
    ("subject", "fact", "was", "now", "follows"),
    [
        ("server/welcome", "description", "After join.", "After enter.", True),
        ("server/welcome", "description", "After join.", "Then enter.", False),
        ("server/welcome", "description", "After joining.", "After entering.", False),
        ("client/say/to", "type", "array of name", "array of nick", True),
        ("client/say/to", "type", "join", "enter", False),
        ("session/roles/login", "token", "token", "key", True),
        ("client/say/to", "pattern", "join", "enter", False),
        ('client/enter/examples/"One"', "payload", '{"token": "token"}', '{"key": "token"}', True),
        ('client/enter/examples/"One"', "payload", '{"token": "token"}', '{"key": "key"}', False),
    ],
)
def test_what_follows_from_another_name(
    subject: str, fact: str, was: str, now: str, follows: bool
) -> None:
    assert RENAMED.from_elsewhere(subject, fact, was, now) is follows
