"""Short texts that a pattern may match: to be tried, as not all that a tree says can be followed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from voxspec.patterns.tree import Back, Chars, Edge, Either, Group, Look, Node, Repeat, Sequence

_EACH = 4
"""How many texts are made of a part, so that those of the whole stay few."""

_WANTED = "0aA_-1b "
"""Characters that people can read, the best first."""


def samples(node: Node, most: int = 40) -> list[str]:
    """Up to ``most`` texts, the shortest first. What looks ahead or behind is not followed."""
    found = dict.fromkeys(islice(_texts(node), most * 4))
    return sorted(found, key=lambda text: (len(text), text))[:most]


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Chars(ranges=ranges):
            wanted = [c for c in _WANTED if any(low <= ord(c) <= high for low, high in ranges)]
            ends = [chr(point) for pair in ranges for point in pair if not 0xD800 <= point < 0xE000]
            yield from islice(dict.fromkeys([*wanted, *ends]), _EACH)
        case Sequence(items=items):
            parts = [list(islice(_texts(item), _EACH)) for item in items]
            simplest = [part[0] for part in parts if part]
            if len(simplest) < len(parts):
                return
            yield "".join(simplest)
            for at, part in enumerate(parts):  # one part at a time: all together are too many
                for text in part[1:]:
                    yield "".join((*simplest[:at], text, *simplest[at + 1 :]))
            if len(parts) <= _EACH:
                yield from map("".join, islice(product(*parts), _EACH * _EACH))
        case Either(options=options):
            for option in options:
                yield from islice(_texts(option), _EACH)
        case Repeat(item=item, low=low, high=high):
            texts = list(islice(_texts(item), _EACH))
            counts = [low, low + 1] if high is None or high > low else [low]
            if high is not None and high > low + 1:
                counts.append(min(high, low + 300))
            for count in counts:
                for text in texts if count else [""]:
                    yield text * count
        case Group(item=item):
            yield from _texts(item)
        case Look() | Edge() | Back():
            yield ""
