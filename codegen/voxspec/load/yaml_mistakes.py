"""What is said of a text that is no YAML: what people wrote, where, and what to write instead.

The parser says what it expected where it gave up, which is often a line after the mistake.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from voxspec.findings import Place

Told = tuple[str, Place, str]
"""What is wrong, where, and what to do about it."""

_UNWRITABLE: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML allows in no file, but as an escape in double quotes."""

_INDENTATION: Final = "check the indentation here and above"
_BEGUN: Final = {
    "flow sequence": ("the list that begins here goes wrong", 'a comma between two entries, and "]" at the end'),
    "flow mapping": ("the mapping that begins here goes wrong", 'a comma between two keys, and "}" at the end; text with braces in it stands in quotes'),
    "quoted scalar": ("the text in quotes that begins here goes wrong", "end it with the same quotation mark"),
    "simple key": ("there is no colon after this", f"write KEY: VALUE; or {_INDENTATION}"),
}  # fmt: skip
"""What the parser was in the middle of, by what it calls it: the mistake is told where that begins."""


def told(text: str, name: str, error: yaml.YAMLError) -> Told:
    """What a parser's error means to whoever wrote the text."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _unreadable(text, name, error)
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return str(error.problem or error.context), Place(name), ""
    place = Place(name, mark.line + 1, mark.column + 1)
    tab = _tab(text, mark.line)
    if tab is not None:
        return "a tab stands where only spaces may", Place(name, *tab), "indent with spaces"
    problem, context = str(error.problem or ""), str(error.context or "")
    if "mapping values" in problem:
        return _colon(text, place)
    for what, (said, hint) in _BEGUN.items():
        if what in context and error.context_mark is not None:
            begins = error.context_mark
            return said, Place(name, begins.line + 1, begins.column + 1), hint
    opened = _open_bracket(text) if "flow node" in context else None
    if opened is not None:
        bracket, number, column = opened
        said, hint = _BEGUN[bracket]
        return said, Place(name, number, column), hint
    line = text.split("\n")[mark.line : mark.line + 1]
    if "cannot start any token" in problem and line:
        sign = line[0][mark.column : mark.column + 1]
        return f"no text begins with {sign}", place, "put the text into quotes"
    if "expected" in problem and line and line[0][mark.column : mark.column + 1] in ("]", "}"):
        sign = line[0][mark.column]
        return (
            f'nothing begins that this "{sign}" ends',
            place,
            "delete it, or open a bracket before",
        )
    if "expected" in problem:
        return "this line does not fit those above it", place, _INDENTATION
    return problem or context, place, _INDENTATION


def _open_bracket(text: str) -> tuple[str, int, int] | None:
    """The innermost bracket that nothing ends before the text goes wrong: what it begins, line and column."""
    stack: list[tuple[str, int, int]] = []
    try:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            mark = token.start_mark
            match token:
                case yaml.FlowSequenceStartToken():
                    stack.append(("flow sequence", mark.line + 1, mark.column + 1))
                case yaml.FlowMappingStartToken():
                    stack.append(("flow mapping", mark.line + 1, mark.column + 1))
                case yaml.FlowSequenceEndToken() | yaml.FlowMappingEndToken() if stack:
                    stack.pop()
                case _:
                    pass
    except yaml.YAMLError:
        pass
    return stack[-1] if stack else None


def _colon(text: str, place: Place) -> Told:
    """A second colon in a line belongs to a text; the first one follows a line that goes wrong."""
    line = text.split("\n")[place.line - 1]
    if re.search(r":\s", line[: place.column - 1]):
        return "a text holds a colon and a space", place, "put the text into quotes"
    return "this key does not fit the line above it", place, _INDENTATION


def _unreadable(text: str, name: str, error: yaml.YAMLError) -> Told:
    """What stops the parser before it has a place for it: a character that no file may hold."""
    found = _UNWRITABLE.search(text, int(text.startswith("\ufeff")))
    if found is None:
        return str(error).partition("\n")[0], Place(name), ""
    before = text[: found.start()].split("\n")
    return (
        f"the file holds the character U+{ord(found[0]):04X}",
        Place(name, len(before), len(before[-1]) + 1),
        "save it as UTF-8" if found[0] == "\x00" else "in double quotes it can be an escape",
    )


def _tab(text: str, line: int) -> tuple[int, int] | None:
    """Line and column of a tab that indents this line (counted from 0) or the one before."""
    lines = text.split("\n")
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            tab = re.match(r"[ ]*(?:[-?:][ ]+)*\t", lines[number])
            if tab is not None:
                return number + 1, tab.end()
    return None
