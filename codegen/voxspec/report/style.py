"""Colours of a terminal, or none; and text that no terminal acts on."""

from __future__ import annotations

import os
from typing import Final, TextIO

_CODES: Final = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "place": "1",
    "dim": "2",
    "good": "32",
}


class Style:
    """Colours texts when ``is_coloured``."""

    def __init__(self, is_coloured: bool = False) -> None:
        self._is_coloured = is_coloured

    def paint(self, text: str, name: str) -> str:
        """A text in the colour of ``name``: a level, ``place``, ``dim`` or ``good``."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self._is_coloured else text


def style_for(stream: TextIO) -> Style:
    """Colours where a stream is a terminal that shows them and nobody asked for none."""
    return Style(
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def printable(text: str) -> str:
    """A text with everything escaped that a terminal would act on; it stays on one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
