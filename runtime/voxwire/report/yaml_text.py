"""Writes YAML by hand, as schema files are written: keys in blocks, short values in one line, comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from voxwire.masking import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARE: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_-]*")
_WORDS: Final = frozenset("true false null yes no on off y n nan inf".split())
_UNPRINTABLE: Final = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]"
)
"""What YAML takes for a line end, or refuses, or a terminal acts on."""


def flow(value: Any) -> str:
    """A value in one line.

    >>> flow({"type": ["string", "null"], "description": "Seen in 1 of 2."})
    '{type: [string, "null"], description: "Seen in 1 of 2."}'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(key)}: {flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value)


def scalar(value: Any) -> str:
    """A value or key that is no container. What looks like a token is masked."""
    if not isinstance(value, str):
        return json.dumps(value)
    text = mask_secrets(value)
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: json.dumps(match[0])[1:-1], quoted)


class Block:
    """A mapping in blocks."""

    def __init__(self) -> None:
        self._children: Final[dict[str, Block]] = {}
        self._comments: Final[list[str]] = []
        self._items: Final[dict[str, str]] = {}
        self._value: str | None = None
        self._note = ""

    def at(self, *path: str) -> Block:
        """The block below these keys."""
        block = self
        for step in path:
            block = block._children.setdefault(step, Block())
        return block

    def put(self, value: Any, note: str = "") -> None:
        """Give it a value in one line, with a comment behind it."""
        self._value, self._note = flow(value), note

    def item(self, value: Any, note: str = "") -> None:
        """Add an item of a list, in a line of its own, with a comment behind it; each value once."""
        self._items.setdefault(flow(value), note)

    def put_blocks(self, value: dict[str, Any]) -> None:
        """Give it keys: mappings of mappings, and records, in blocks, others in one line."""
        for key, inner in value.items():
            if _is_block(inner):
                self.at(key).put_blocks(inner)
            else:
                self.at(key).put(inner)

    def comment(self, text: str) -> None:
        """Add a line that says something."""
        self._comments.append(text)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing in it but comments."""
        if self._value is not None or self._items:
            return False
        return all(child.is_silent for child in self._children.values())

    def lines(self, indent: int = 0) -> Iterator[str]:
        """What is below it. Keys with nothing but comments are comments, too."""
        space = "  " * indent
        for text in self._comments:
            yield f"{space}# {_one_line(text)}"
        for value, note in self._items.items():
            yield f"{space}- {value}{_behind(note)}"
        for key, child in self._children.items():
            note = _behind(child._note)
            if child._value is not None and not child._children:
                yield f"{space}{scalar(key)}: {child._value}{note}"
            elif child.is_silent:
                yield f"{space}# {scalar(key)}:"
                yield from (f"{space}#   {line}" for line in child._silent_lines())
            else:
                yield f"{space}{scalar(key)}:{note}"
                yield from child.lines(indent + 1)

    def _silent_lines(self, indent: int = 0) -> Iterator[str]:
        """What is below it, without a sign before comments."""
        space = "  " * indent
        yield from (f"{space}{_one_line(text)}" for text in self._comments)
        for key, child in self._children.items():
            yield f"{space}{scalar(key)}:"
            yield from child._silent_lines(indent + 1)


def _is_block(value: Any) -> bool:
    if not isinstance(value, dict) or not value:
        return False
    return "properties" in value or all(isinstance(inner, dict) for inner in value.values())


def _behind(note: str) -> str:
    return f"  # {_one_line(note)}" if note else ""


def _one_line(text: str) -> str:
    return _UNPRINTABLE.sub("?", mask_secrets(text))
