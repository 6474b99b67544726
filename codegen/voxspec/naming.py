"""Names for generated code, all decided here: one name for one thing in every target."""

from __future__ import annotations

import keyword
import re

_TAKEN = frozenset(
    "extra str int bool float tuple dict object msgspec dataclasses types enums property".split()
)
"""Names that the body of a generated class needs for itself."""

_WORD = re.compile(r"[A-Za-z0-9]+")


def class_name(name: str) -> str:
    """``message_create`` → ``MessageCreate``."""
    text = "".join(word[:1].upper() + word[1:] for word in _WORD.findall(name)) or "Unnamed"
    text = f"N{text}" if text[0].isdigit() else text
    return f"{text}_" if keyword.iskeyword(text) else text


def case_name(key: str, choice: str) -> str:
    """The class of a choice's value under a key: ``feed_id``, ``destination`` → ``FeedDestination``."""
    return class_name(f"{key.removesuffix('_id') or key}_{choice}")


def attribute(name: str) -> str:
    """The Python attribute for a wire key: the key itself where Python allows it.

    Other characters become underscores, underscores in front go, a capital in front becomes small
    (capitals are classes), and keywords and names that a class body needs get one at the end.
    """
    text = re.sub(r"[^A-Za-z0-9_]", "_", name) or "field"
    text = f"field_{text}" if text[0].isdigit() else text
    text = text.lstrip("_") if text.startswith("_") else text
    text = text[:1].lower() + text[1:] or "field"
    return f"{text}_" if keyword.iskeyword(text) or text in _TAKEN else text


def module(name: str) -> str:
    """A module name for an area or package."""
    return attribute(name).lower()


def constant(name: str) -> str:
    """``message_rate`` → ``MESSAGE_RATE``; also the member name of an enum's value."""
    text = "_".join(_WORD.findall(name)).upper() or "EMPTY"
    return f"V{text}" if text[0].isdigit() else text


def indefinite(name: str) -> str:
    """``a feed`` or ``an emoji``: the name with its article."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
