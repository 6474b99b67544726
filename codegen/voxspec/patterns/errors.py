"""What to write instead of what patterns of ECMA-262 do not have, or not every target can match."""

from __future__ import annotations

import re

_ADVICE = {
    "A": 'write "^"',
    "Z": 'write "$"',
    "z": 'write "$"',
    "a": r"write \x07",
    "e": r"write \x1b",
    "h": r"write [ \t]",
    "0": r"write \x00 and the digits after it",
    "c": r"write the character by its number, such as \x0a",
    "x": r"write two digits, such as \x0a",
    "u": r"write four digits, such as \u000a",
    "p": "write the characters as ranges, such as [A-Za-z]: what \\p means changes with Unicode",
    "P": "write the characters as ranges, such as [^A-Za-z]: what \\P means changes with Unicode",
}


class PatternError(ValueError):
    """A text is no pattern that every target can match alike; ``hint`` says what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def escape_advice(character: str) -> str:
    """What to write instead of a backslash before ``character``."""
    return _ADVICE.get(character, f'write "{character}" without the backslash')


def group_advice(rest: str) -> tuple[str, str]:
    """What is wrong with a group that begins with "(?" and ``rest``, and what to write."""
    if rest.startswith("P<"):
        return "(?P<name>…) is Python's", "write (?<name>…)"
    if rest.startswith("P="):
        return "(?P=name) is Python's", r"write \k<name>"
    if rest.startswith(("P>", ">")):
        return "there are no atomic groups in ECMA-262", "write (?:…)"
    if rest.startswith("#"):
        return "there are no comments in ECMA-262", "leave it out"
    if re.match(r"[a-zA-Z-]+[:)]", rest):
        return f'"(?{rest[0]}" sets a flag, which not every dialect can', (
            "write both cases, such as [Aa], or the characters themselves"
        )
    return f'"(?{rest[:1]}" is no group of ECMA-262', "write (?:…)"
