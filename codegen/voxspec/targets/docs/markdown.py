"""Markdown made from text that is data: whatever the schema says, it shows as text.

Everything that is ready to stand in a page is :class:`Markdown`; the templates escape any other
string, so that forgetting to escape is not possible. Inline Markdown is always one line without a
bare pipe and so fits into a table's cell.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable

from voxspec.model import JsonValue


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


NameLink = Callable[[str], str | None]
"""Gives the address of what a word names, None when it is only a word."""

_TOKEN = re.compile(
    r"(?<!`)`(?P<code>[^`]+)`(?!`)"
    r"|(?P<url>\b[a-z]+://[^\s<>`|]*[^\s<>`|.,;:!?)])"
    r"|(?P<name>\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b)"
    r"|(?P<known>\b(?:[A-Z][A-Z0-9]{2,}|[34][0-9]{3})\b)"
    r"|(?P<special>[\\`*_\[\]<>~$|]|\{(?=[{%#])|&(?=#?\w+;))"
)
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "{": "&#123;"}
_BLOCK_START = re.compile(r"(?:[-+=#]|\d{1,9}[.)])")


def one_line(text: str) -> str:
    """The text with every run of white space, line ends included, as one space."""
    return " ".join(text.split())


def prose(text: str, link: NameLink | None = None) -> Markdown:
    """Inline Markdown that shows ``text``, and that is a paragraph where it stands alone.

    Words with an underscore and addresses become code, since in a protocol's text they are names;
    ``link`` may turn such a name into a link, and also a word in capitals or the number of a close
    code. Code in single backticks stays code.
    """

    def replace(match: re.Match[str]) -> str:
        if match["special"] is not None:
            return _ENTITIES.get(match["special"], "\\" + match["special"])
        words = match["code"] or match["url"] or match["name"] or match["known"]
        target = link(words) if link is not None else None
        if target is None:
            return words if match["known"] else code(words)
        return anchor(code(words), target)

    return Markdown(_plain_start(_TOKEN.sub(replace, one_line(text))))


def block(text: str, link: NameLink | None = None) -> Markdown:
    """Paragraphs of prose, divided by empty lines in ``text``."""
    return Markdown("\n\n".join(prose(part, link) for part in re.split(r"\n\s*\n", text.strip())))


def _plain_start(line: str) -> str:
    """The line with an escape before what would make it a list item, heading or rule."""
    start = _BLOCK_START.match(line)
    if start is None:
        return line
    at = start.end() - 1
    return line[:at] + "\\" + line[at:]


def code(text: str) -> Markdown:
    """Inline code that shows ``text``, whatever is in it."""
    text = one_line(text)
    if not text or "|" in text or "`" in text:
        shown = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)
        return Markdown(f"<code>{shown}</code>")
    return Markdown(f"`{text}`")


def json_code(value: JsonValue) -> Markdown:
    """A JSON value as inline code."""
    return code(json.dumps(value, ensure_ascii=False))


def anchor(label: Markdown, target: str) -> Markdown:
    """A link; ``target`` is one of this site's own addresses."""
    return Markdown(f"[{label}]({target})")


def listing(items: Iterable[Markdown], last: str = "and") -> Markdown:
    """``a``, ``a and b``, ``a, b and c``."""
    parts = list(items)
    if len(parts) < 2:
        return Markdown("".join(parts))
    return Markdown(f"{', '.join(parts[:-1])} {last} {parts[-1]}")


def fence(text: str, language: str) -> Markdown:
    """A code block that shows ``text``; nothing in it can end the block."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}{language}\n{text}\n{ticks}")


def json_block(value: JsonValue, width: int = 88) -> Markdown:
    """A code block of JSON in which everything that fits into a line is on one."""
    return fence(_json_lines(value, 0, width), "json")


def _json_lines(value: JsonValue, indent: int, width: int, used: int = 0) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or indent + used + len(flat) <= width:
        return flat
    inner = indent + 2
    if isinstance(value, list):
        parts = [_json_lines(item, inner, width) for item in value]
        opening, closing = "[", "]"
    else:
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        items = value.values()
        parts = [
            key + _json_lines(item, inner, width, len(key))
            for key, item in zip(keys, items, strict=True)
        ]
        opening, closing = "{", "}"
    body = ",\n".join(" " * inner + part for part in parts)
    return f"{opening}\n{body}\n{' ' * indent}{closing}"


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading with this text, when it is the first of its name."""
    return re.sub(r"[^\w\- ]", "", one_line(heading).lower()).replace(" ", "-")


def slugs(headings: Iterable[str]) -> list[str]:
    """The anchors of a page's headings, in order; a repeated one gets a number."""
    seen: Counter[str] = Counter()
    result = []
    for heading in headings:
        base = name = slug(heading)
        while seen[name]:
            name = f"{base}-{seen[base]}"
            seen[base] += 1
        seen[name] += 1
        result.append(name)
    return result
