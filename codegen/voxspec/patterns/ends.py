"""Whether a pattern leaves out every text that ends with a line feed, which ``$`` alone may not.

ECMA-262 means the end of the text by ``$``. Many readers of JSON Schema are made of expressions to
which it is also the place before a line feed at the end, so that they take one text too many.
"""

from __future__ import annotations

from collections.abc import Iterable

from voxspec.patterns.tree import Back, Chars, Edge, Either, Group, Node, Repeat, Sequence

_LINE_FEED = 0x0A


def leaves_out_line_feed(node: Node) -> bool:
    """Whether each alternative ends with ``$`` behind what can be no line feed."""
    match node:
        case Group(item=item):
            return leaves_out_line_feed(item)
        case Either(options=options):
            return all(map(leaves_out_line_feed, options))
        case Sequence(items=(*before, Edge(sign="$"))):
            for item in reversed(before):
                if item == Edge("^"):
                    return True
                is_line_feed, is_empty = _end(item)
                if is_line_feed or not is_empty:
                    return not is_line_feed
    return False


def _end(node: Node) -> tuple[bool, bool]:
    """Whether the last character may be a line feed, and whether there may be none."""
    match node:
        case Chars(ranges=given):
            return any(low <= _LINE_FEED <= high for low, high in given), False
        case Sequence(items=items):
            return _end_of_last(items)
        case Either(options=options):
            ends = [_end(option) for option in options]
            return any(feed for feed, _ in ends), any(empty for _, empty in ends)
        case Repeat(high=0):
            return False, True
        case Repeat(item=item, low=low):
            is_line_feed, is_empty = _end(item)
            return is_line_feed, is_empty or low == 0
        case Group(item=item):
            return _end(item)
        case Back():
            return True, True
    return False, True  # a place, or what is only looked at


def _end_of_last(items: Iterable[Node]) -> tuple[bool, bool]:
    found = False
    for item in reversed([*items]):
        is_line_feed, is_empty = _end(item)
        found = found or is_line_feed
        if not is_empty:
            return found, False
    return found, True
