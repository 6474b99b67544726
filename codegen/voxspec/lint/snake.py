"""Names in lower snake case, and what others would be in it."""

from __future__ import annotations

import re
from typing import Final

_LOWER_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PLURAL: Final = re.compile(r"([A-Z]{2,})s(?![a-z])")
"""Of an abbreviation, such as IDs: its last capital begins no word."""

_BREAKS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")


def is_snake(name: str) -> bool:
    """Whether a name is in lower snake case."""
    return _LOWER_SNAKE.fullmatch(name) is not None


def snake(name: str) -> str:
    """A name with an underscore between its words: ``user_ids`` of ``userIDs``."""
    words = _BREAKS.split(_PLURAL.sub(lambda found: f"{found[1].title()}s", name))
    return "_".join(word.lower() for word in words if word)
