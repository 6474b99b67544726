"""Keeps secrets out of everything that is shown.

The validators mask the values of fields that the schema calls secret. This is the second net, for
text that comes from anywhere else: a token used as a key, as a message type, as a close reason. Such a
text does not say which protocol it is from, so that the tokens of every protocol in use are masked in
all of them: whoever makes something of a protocol makes its tokens known here, and nothing is forgotten.
"""

import re
from contextlib import suppress
from typing import Final

from voxwire.default import protocol_or_vox

MASK: Final = "***"

_HEAD: Final = re.compile(r"\(([\w-]+)(?![?*{\w-])")
"""How an alternative begins that only matches what holds a certain text: the group that is shown."""

_OPTIONAL_GROUP: Final = re.compile(r"\)[?*{]")


def mask_secrets(text: str) -> str:
    """`text` with everything that looks like a token or session id masked.

    >>> mask_secrets("unknown field vox_sess_46KiE4r-YgW9")
    'unknown field vox_sess_***'
    """
    if not _KNOWN.tokens:
        _KNOWN.add_vox()
    for tokens in _KNOWN.tokens:
        text = tokens.masked(text)
    return text


def know_tokens(pattern: str | None) -> None:
    """From now on mask what matches this regular expression, too; its groups are what is shown."""
    _KNOWN.add(pattern)


class _Tokens:
    """What looks like a token of one protocol."""

    def __init__(self, pattern: str) -> None:
        self.pattern: Final = pattern
        self._find: Final = re.compile(pattern)
        self._heads: Final = _heads(pattern)

    def masked(self, text: str) -> str:
        # The search for a plain text is many times faster than the one for a pattern.
        if self._heads and not any(head in text for head in self._heads):
            return text
        return self._find.sub(_masked, text)


class _Known:
    """The tokens of the protocols in use, which only become more."""

    def __init__(self) -> None:
        self.tokens: tuple[_Tokens, ...] = ()

    def add(self, pattern: str | None) -> None:
        if pattern is not None and all(known.pattern != pattern for known in self.tokens):
            self.tokens = (*self.tokens, _Tokens(pattern))

    def add_vox(self) -> None:
        with suppress(ImportError):  # where its models are not installed, nothing is its
            self.add(protocol_or_vox(None).session.tokens)


_KNOWN: Final = _Known()


def _heads(pattern: str) -> tuple[str, ...]:
    """Texts of which one is in every match of `pattern`; none where that is not easily told."""
    if _OPTIONAL_GROUP.search(pattern):
        return ()
    found = [_HEAD.match(alternative) for alternative in pattern.split("|")]
    return tuple(head[1] for head in found if head) if all(found) else ()


def _masked(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "") + MASK
