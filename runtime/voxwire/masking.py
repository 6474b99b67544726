"""Keeps secrets out of everything that is shown.

The validators mask the values of fields that the schema calls secret. This is the second net, for
text that comes from anywhere else: a token used as a key, as a message type, as a close reason. Such a
text does not say which protocol it is from, so that the tokens of every protocol in use are masked in
all of them: whoever makes something of a protocol makes its tokens known here, and nothing is forgotten.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from voxwire.default import protocol_or_vox

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol

MASK: Final = "***"

_HEAD: Final = r"\(([\w-]+)(?![?*{\w-])"
"""How an alternative begins that only matches what holds a certain text: the group that is shown."""

_OPTIONAL_GROUP: Final = r"\)[?*{]"


def mask_secrets(text: str) -> str:
    """`text` with everything that looks like a token or session id masked.

    >>> mask_secrets("unknown field vox_sess_46KiE4r-YgW9")
    'unknown field vox_sess_***'
    """
    for tokens in _KNOWN.tokens():
        text = tokens.masked(text)
    return text


def mask_tokens_of(protocol: AnyProtocol) -> None:
    """From now on mask what looks like a token to `protocol`, too."""
    _KNOWN.add(protocol)


class _Tokens:
    """What looks like a token of one protocol."""

    def __init__(self, pattern: str) -> None:
        self.pattern: Final = pattern
        self._find: Final = re.compile(pattern)
        self._heads: Final = _heads(pattern)

    def masked(self, text: str) -> str:
        # The search for a plain text is many times faster than the one for a pattern.
        for head in self._heads:
            if head in text:
                break
        else:
            if self._heads:
                return text
        return self._find.sub(_masked, text)


class _Known:
    """The protocols in use, which only become more. Their tables are imported when they are needed."""

    def __init__(self) -> None:
        self._protocols: tuple[AnyProtocol, ...] = ()
        self._tokens: tuple[_Tokens, ...] | None = None

    def add(self, protocol: AnyProtocol) -> None:
        if protocol not in self._protocols:
            self._protocols = (*self._protocols, protocol)
            self._tokens = None

    def tokens(self) -> tuple[_Tokens, ...]:
        if not self._protocols:
            with suppress(ImportError):  # where its models are not installed, nothing is Vox's
                self.add(protocol_or_vox(None))
        if self._tokens is None:
            patterns = dict.fromkeys(map(_pattern, self._protocols))
            self._tokens = tuple(_Tokens(pattern) for pattern in patterns if pattern is not None)
        return self._tokens


def _pattern(protocol: AnyProtocol) -> str | None:
    """What looks like a token to a protocol; None where nothing does, or its package is gone again."""
    try:
        return protocol.session.tokens
    except ImportError:
        return None


_KNOWN: Final = _Known()


def _heads(pattern: str) -> tuple[str, ...]:
    """Texts of which one is in every match of `pattern`; none where that is not easily told."""
    if re.search(_OPTIONAL_GROUP, pattern):
        return ()
    found = [re.match(_HEAD, alternative) for alternative in pattern.split("|")]
    return tuple(head[1] for head in found if head) if all(found) else ()


def _masked(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "") + MASK
