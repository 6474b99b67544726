"""Colours of a terminal, or none."""

from typing import Final

_CODES: Final = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "place": "1",
    "dim": "2",
    "good": "32",
}


class Style:
    """Colours texts when `is_coloured`."""

    def __init__(self, is_coloured: bool) -> None:
        self._is_coloured = is_coloured

    def paint(self, text: str, name: str) -> str:
        """`text` in the colour of `name`: a severity, ``place``, ``dim`` or ``good``."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self._is_coloured else text


def printable(text: str) -> str:
    """`text` with everything escaped that a terminal would act on; it stays on one line.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
