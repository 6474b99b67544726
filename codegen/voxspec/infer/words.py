"""Names for types, from the keys under which they stand."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def snake(text: str) -> str:
    """``roomId`` → ``room_id``; what has no letters is a ``value``."""
    words = [word.lower() for word in _WORD.findall(text)]
    while words and words[0][0].isdigit():
        words.pop(0)
    return "_".join(words) or "value"


def singular(name: str) -> str:
    """What one of several is called: ``members`` → ``member``, ``categories`` → ``category``."""
    if name.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    if name.endswith(("sses", "shes", "ches", "xes")):
        return name[:-2]
    if name.endswith("s") and not name.endswith(("ss", "us", "is")) and len(name) > 3:
        return name[:-1]
    return name
