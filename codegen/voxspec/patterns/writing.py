"""Writing the tree of a pattern as an expression for Python, and as one for JSON Schema."""

from __future__ import annotations

from voxspec.patterns.tree import (
    ANY,
    LAST,
    WORD,
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Node,
    Ranges,
    Repeat,
    Sequence,
    others,
)


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
