"""Writes YAML that people go on with: short mappings in one line, what has many lines below its key."""

from __future__ import annotations

import json
import re
from typing import Any, Final

WIDTH: Final = 110

_PLAIN: Final = re.compile(
    r"[A-Za-z_$][\w$./ ()'+-]*(?:[:,][\w$./()'+-]+[\w$./ ()'+-]*)*", re.ASCII
)
"""Texts that need no quotation marks, in one line or not."""

_WORDS: Final = frozenset("null true false yes no on off y n nan inf".split())
_BLOCKS: Final = frozenset("messages types properties envelope keys parameters close_codes".split())
"""Keys whose entries stand in lines of their own."""

_ESCAPED: Final = re.compile(
    r"[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def yaml_text(value: dict[str, Any], heading: str = "") -> str:
    """A file; `heading` stands above it as a comment."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "\n".join([*lines, *_block(value, 0)]) + "\n"


def flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def _text(text: str) -> str:
    is_plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and text.lower() not in _WORDS
    if is_plain and " #" not in text and ", " not in text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\U{ord(found[0]):08x}", quoted)


def _number(number: float) -> str:
    text = repr(number)
    mantissa, e, exponent = text.partition("e")
    return text if not e or "." in mantissa else f"{mantissa}.0e{exponent}"


def _block(value: dict[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for key, item in value.items():
        lines += _entry(f"{'  ' * depth}{flow(key)}:", key, item, depth)
    return lines


def _entry(head: str, key: Any, item: Any, depth: int) -> list[str]:
    """A key and what is below it."""
    one_line = f"{head} {flow(item)}"
    is_block = key in _BLOCKS and isinstance(item, dict) and bool(item)
    inside = isinstance(item, dict) and any(name in _BLOCKS and item[name] for name in item)
    if not item or (len(one_line) <= WIDTH and not is_block and not inside and not _is_tall(item)):
        return [one_line]
    if isinstance(item, dict):
        return [head, *_block(item, depth + 1)]
    if isinstance(item, list):
        return [head, *(line for entry in item for line in _item(entry, depth + 1))]
    return [one_line]


def _item(value: Any, depth: int) -> list[str]:
    """An entry of a list."""
    indent = "  " * depth
    one_line = f"{indent}- {flow(value)}"
    if len(one_line) <= WIDTH or not value or not isinstance(value, dict | list):
        return [one_line]
    if isinstance(value, dict):
        first, *rest = _block(value, depth + 1)
        return [f"{indent}- {first[len(indent) + 2 :]}", *rest]
    return [f"{indent}-", *(line for entry in value for line in _item(entry, depth + 1))]


def _is_tall(item: Any) -> bool:
    """Whether it reads better in several lines: messages and types do."""
    return isinstance(item, dict) and ("examples" in item or "python" in item)
