"""What looks like a secret where no schema says what is one: by its key, or by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

MASK: Final = "masked"
"""Stands for a secret in what is shown."""

_SECRET_WORDS: Final = frozenset(
    "auth authorization bearer cookie cookies credential credentials jwt passcode passphrase "
    "passwd password pin pwd secret secrets sessionid sid token tokens".split()
)
_SECRET_PAIRS: Final = frozenset(
    {("api", "key"), ("access", "key"), ("private", "key"), ("session", "id"), ("session", "key")}
)
_HARMLESS_ENDS: Final = frozenset(
    "at count expires expiry in interval kind length limit name status ttl type".split()
)
"""What `token_type` or `session_expires_at` end with: of a secret, but none."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SHORTEST: Final = 16
_RUN: Final = re.compile(r"[A-Za-z0-9_+=~-]{16,}|[A-Za-z0-9_+/=~-]{32,}")
"""What may be a token inside a text; slashes only where it is long, as paths have them."""


@lru_cache(4096)
def is_secret_key(key: str) -> bool:
    """Whether what stands under `key` is taken for a secret.

    >>> is_secret_key("accessToken"), is_secret_key("session_id"), is_secret_key("token_type")
    (True, True, False)
    """
    words = [word.lower() for word in _WORD.findall(key)]
    if not words or words[-1] in _HARMLESS_ENDS:
        return False
    pairs = set(pairwise(words))
    return bool(_SECRET_WORDS.intersection(words) or _SECRET_PAIRS & pairs)


def looks_secret(text: str) -> bool:
    """Whether a token may be in `text`.

    >>> looks_secret("46KiE4rYgW9bQ2mXz0Lp"), looks_secret("message_reaction_add")
    (True, False)
    """
    return len(text) >= _SHORTEST and any(_is_random(run) for run in _RUN.findall(text))


def masked_text(text: str) -> str:
    """`text` with what looks like a token masked."""
    return _RUN.sub(lambda run: MASK if _is_random(run[0]) else run[0], text)


def masked_value(value: Any, known: set[str], *, is_secret: bool = False) -> Any:
    """A JSON value without secrets: what stands under a key of one, what looks like one, and texts that
    are `known` as one from elsewhere, also inside of others. Kinds of values stay, numbers become 0."""
    if isinstance(value, str):
        return MASK if is_secret else masked_text(_without(value, known))
    if isinstance(value, list):
        return [masked_value(item, known, is_secret=is_secret) for item in value]
    if isinstance(value, dict):
        return {
            key: masked_value(item, known, is_secret=is_secret or is_secret_key(key))
            for key, item in value.items()
        }
    if is_secret and isinstance(value, int | float) and not isinstance(value, bool):
        return type(value)(0)
    return value


def _without(text: str, known: set[str]) -> str:
    for secret in known:
        if secret in text:
            text = text.replace(secret, MASK)
    return text


def _is_random(run: str) -> bool:
    """Whether letters and digits are mixed as no name has them: four changes between them, or a digit
    among capitals and small letters, or nothing but hexadecimal digits."""
    kinds = [_kind(character) for character in run if character.isalnum()]
    if "digit" not in kinds:
        words = re.split(r"[_+=~/-]", run)
        return any(len(word) >= 16 and _changes_case(word) for word in words)
    changes = sum(a != b for a, b in pairwise(kinds))
    letters = {kind for kind in kinds if kind != "digit"}
    return bool(letters) and (changes >= 4 or len(letters) == 2)


def _changes_case(word: str) -> bool:
    """Whether capitals stand everywhere, not only where words begin in them."""
    changes = sum(a.isupper() != b.isupper() for a, b in pairwise(word))
    return changes > len(word) / 3


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "capital" if character.isupper() else "small"
