"""Masks what people wrote (``x-words`` in a schema), so that what is left of it can still be counted.

A mask has as many characters as the text, as many bytes, and as long a JSON: each character that is not
ASCII becomes one of the same length, and those that JSON escapes stay. Same texts have the same mask.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from voxwire.wire.json_scan import string_literal, string_value

if TYPE_CHECKING:
    from collections.abc import Set

    from voxwire.protocol import AnyProtocol

_PREFIX: Final = "masked-"
_TAG_SIZE: Final = 5
_KEPT: Final = frozenset('"\\\x7f') | frozenset(map(chr, range(32)))
"""What JSON spells in another way than other ASCII, or a rule may be about; it says nothing."""

_EACH: Final = "*"


class WordMask:
    """Masks with a `key` what `protocol` says are people's words."""

    def __init__(self, key: bytes, protocol: AnyProtocol) -> None:
        self._key: Final = key
        places = protocol.secrets
        self._keys: Final[dict[Any, set[str]]] = {
            type_: set() for type_ in (*protocol.client, *protocol.server)
        }
        for listed in (places.client_words, places.server_words):
            for type_, pointers in listed.items():
                self._keys[type_] |= {_nearest_key(pointer) for pointer in pointers}
        self._all: Final = frozenset[str]().union(*self._keys.values())

    def keys_of(self, type_: object) -> Set[str]:
        """The keys in lower case below which words stand in messages of a type; in those of unknown types
        it is any."""
        return self._keys.get(type_, self._all)

    def literal(self, literal: str) -> str:
        """What stands for a JSON string, as it is written."""
        return string_literal(self.mask(string_value(literal)), literal)

    def mask(self, text: str) -> str:
        """What stands for `text`; nothing for nothing."""
        data = text.encode("utf-8", "surrogatepass")
        tag = hashlib.blake2b(data, digest_size=_TAG_SIZE, key=self._key).hexdigest()
        whole = f"{_PREFIX}{tag}"
        mask = whole if len(text) >= len(whole) else f"{tag}{tag}"
        return "".join(
            masking if character.isascii() and character not in _KEPT else _like(character)
            for character, masking in zip(text, mask.ljust(len(text), "*"), strict=False)
        )


def _like(character: str) -> str:
    """One that is as long as this in every spelling."""
    if character.isascii() or "\ud800" <= character <= "\udfff":
        return character
    if character < "\u0800":
        return "é"
    return "…" if character < "\U00010000" else "😀"


def _nearest_key(pointer: str) -> str:
    """The last key on the way to a place, in lower case."""
    steps = [step for step in pointer.split("/") if step != _EACH]
    return steps[-1].replace("~1", "/").replace("~0", "~").lower()
