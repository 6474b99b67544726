"""Regular expressions of ECMA-262 as trees, and the Python expressions that mean the same.

JSON Schema means ECMA-262 by a pattern, matched anywhere in the text and by code points. Python
reads many of its constructs otherwise: ``$`` also before a line feed at the end, ``\\d`` and ``\\w``
also beyond ASCII, ``.`` also U+2028. So each pattern is read into a tree and written anew.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST = 0x10FFFF
"""The last code point."""

Ranges = tuple[tuple[int, int], ...]
"""Code points, as sorted ranges that do not touch; both ends belong to them."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One thing after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several things; the first that fits is tried first."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Something ``low`` to ``high`` times (None: without end), as often as possible or not."""

    item: Node
    low: int
    high: int | None
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Something to refer back to. The groups of a pattern are numbered by where they begin."""

    item: Node
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """What must, or must not, stand here or before here."""

    item: Node
    behind: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A place: ``^``, ``$``, ``b`` (where a word begins or ends) or ``B`` (any other)."""

    sign: str


@dataclass(frozen=True, slots=True)
class Back:
    """The text of a group again."""

    number: int


Node = Chars | Sequence | Either | Repeat | Group | Look | Edge | Back


def ranges(*pairs: tuple[int, int]) -> Ranges:
    """The sorted ranges of some that may overlap."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def others(given: Ranges) -> Ranges:
    """All code points that are not among these."""
    found = []
    start = 0
    for low, high in given:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)


def _each(text: str) -> list[tuple[int, int]]:
    return [(ord(character), ord(character)) for character in text]


DIGITS = ranges((0x30, 0x39))
WORD = ranges((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
LINE_ENDS = ranges(*_each("\n\r\u2028\u2029"))
SPACES = ranges(
    (0x09, 0x0D), (0x2000, 0x200A), *_each(" \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff")
)
ANY = ranges((0, LAST))


def to_python(node: Node) -> str:
    """A Python expression that ``re.search`` finds exactly where ECMA-262 finds ``node``."""
    return _written(node, True)


def to_json_schema(node: Node) -> str:
    """A pattern of ECMA-262 for ``node`` that as many readers as can be understand alike.

    Sets are written out, and there are no names: for many readers of JSON Schema are made of other
    languages' expressions. ``$`` and ``\\b`` stay, as not every language could replace them: where
    it can be said, ``not`` beside the pattern leaves out what ``$`` means to others
    (:mod:`voxspec.patterns.ends`).
    """
    return _written(node, False)


def _written(node: Node, python: bool) -> str:
    match node:
        case Chars(ranges=given):
            return chars(given)
        case Sequence(items=items):
            return "".join(_atom(item, python, Either) for item in items)
        case Either(options=options):
            return "|".join(_written(option, python) for option in options)
        case Repeat(item=item, low=low, high=high, lazy=lazy):
            inner = _atom(item, python, Either, Sequence, Repeat)
            return f"{inner}{counted(low, high)}{'?' if lazy and low != high else ''}"
        case Group(item=item):
            return f"({_written(item, python)})"
        case Look(item=item, behind=behind, negative=negative):
            sign = f"{'<' if behind else ''}{'!' if negative else '='}"
            return f"(?{sign}{_written(item, python)})"
        case Back(number=number):
            return f"(?:\\{number})"
        case Edge(sign="b" | "B" as sign):
            return _word_edge(sign) if python else f"\\{sign}"
        case Edge(sign=sign):
            return r"\Z" if python and sign == "$" else sign


def _word_edge(sign: str) -> str:
    """Where a word of ASCII characters begins or ends, or anywhere else."""
    word = chars(WORD)
    first, second = (("!", "="), ("=", "!")) if sign == "b" else (("=", "="), ("!", "!"))
    sides = (f"(?<{before}{word})(?{after}{word})" for before, after in (first, second))
    return f"(?:{'|'.join(sides)})"


def _atom(node: Node, python: bool, *wrapped: type[Node]) -> str:
    text = _written(node, python)
    return f"(?:{text})" if isinstance(node, wrapped) or not text else text


def counted(low: int, high: int | None) -> str:
    """The quantifier for ``low`` to ``high`` times."""
    short = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((low, high))
    if short is not None:
        return short
    if low == high:
        return f"{{{low}}}"
    return f"{{{low},{'' if high is None else high}}}"


def chars(given: Ranges) -> str:
    """One character of these, as it is written in ECMA-262 and Python alike."""
    if given == ANY:
        return r"[\s\S]"
    if not given:
        return "(?:(?!))"
    if len(given) == 1 and given[0][0] == given[0][1] and not 0xD800 <= given[0][0] <= 0xDFFF:
        # (One surrogate beside another would be read as the character that both make.)
        return _escaped(given[0][0], r"^$\.*+?()[]{}|/")
    inverse = others(given)
    turned = given[-1][1] == LAST and len(inverse) <= len(given)
    parts = []
    for low, high in inverse if turned else given:
        ends = [_escaped(low, r"\]^[-")] if low == high else []
        ends = ends or [_escaped(low, r"\]^[-"), _escaped(high, r"\]^[-")]
        parts.append(("" if high == low + 1 else "-").join(ends))
    return f"[{'^' if turned else ''}{''.join(parts)}]"


_NAMED = {9: r"\t", 10: r"\n", 11: r"\v", 12: r"\f", 13: r"\r"}


def _escaped(point: int, special: str) -> str:
    character = chr(point)
    if character in special:
        return f"\\{character}"
    if point in _NAMED:
        return _NAMED[point]
    if character.isprintable() or point > 0xFFFF:
        return character
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
