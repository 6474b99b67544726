"""Compression of messages by the extension permessage-deflate (RFC 7692)."""

from __future__ import annotations

import zlib
from typing import Final, NamedTuple

_WINDOW_BITS: Final = -15
"""The largest window, without a zlib header. It reads what was compressed with a smaller one."""

_WINDOW: Final = 1 << 15

_TAIL: Final = b"\x00\x00\xff\xff"
"""What each message ended with before the sender cut it off (section 7.2.1)."""


class Deflate(NamedTuple):
    """What both sides agreed on, or `is_known` is False where the capture does not hold that."""

    client_forgets: bool = False
    """Whether each message of the client is compressed by itself (``client_no_context_takeover``)."""
    server_forgets: bool = False
    is_known: bool = True


UNKNOWN_DEFLATE: Final = Deflate(is_known=False)
"""Of a connection whose beginning is missing: messages say by themselves whether they are compressed."""


def agreed_deflate(extensions: str) -> Deflate | None:
    """What the server chose, by the ``Sec-WebSocket-Extensions`` of its answer; None for no compression.

    >>> agreed_deflate("permessage-deflate; server_no_context_takeover; client_max_window_bits=12")
    Deflate(client_forgets=False, server_forgets=True, is_known=True)
    """
    for extension in extensions.split(","):
        name, *parameters = (part.strip().lower() for part in extension.split(";"))
        if name == "permessage-deflate":
            return Deflate(
                "client_no_context_takeover" in parameters,
                "server_no_context_takeover" in parameters,
            )
    return None


class TooLongError(Exception):
    """A message is longer than it may be when it is decompressed."""


class Inflater:
    """Decompresses the messages that one side sent, in order.

    Messages refer to earlier ones. After one that could not be read, the next are tried without: one
    that decompresses is right, as zlib refuses references to what it has not seen.
    """

    def __init__(self, *, forgets: bool, limit: int) -> None:
        """`forgets` when no message refers to another, `limit` is the most bytes of a message."""
        self._forgets: Final = forgets
        self._limit: Final = limit
        self._inflate: zlib._Decompress | None = None

    def lose(self) -> None:
        """A message is missing."""
        self._inflate = None

    def message(self, payload: bytes) -> bytes:
        """The content of a message. Raises zlib.error where it is damaged, or refers to what is missing,
        and TooLongError."""
        inflate = self._inflate or zlib.decompressobj(_WINDOW_BITS)
        try:
            content = inflate.decompress(payload + _TAIL, self._limit + 1)
        except zlib.error:
            self.lose()
            raise
        if len(content) > self._limit:
            self.lose()
            raise TooLongError
        if inflate.eof:  # the sender ended its stream, and the next one may refer to this one
            inflate = zlib.decompressobj(_WINDOW_BITS, zdict=content[-_WINDOW:])
        self._inflate = None if self._forgets else inflate
        return content
