"""JSON as people read it, and where in it the values are that something was found about.

Numbers, the order of keys and repeated keys stay as they were sent. Long texts and long arrays are cut,
but never what a pointer leads to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from voxwire.report.style import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_INDENT: Final = "  "
_MOST_CHARACTERS: Final = 120
"""Of a text."""
_MOST_ITEMS: Final = 20
_MOST_LENGTH: Final = 20_000
"""Characters of a frame after which only what pointers lead to is shown."""


class _Literal(str):
    """A number as it was written, or what stands for one."""

    __slots__ = ()


class _Object(list[tuple[str, Any]]):
    """The members of an object."""


class Span(NamedTuple):
    """From where to where in the text, in the units of JavaScript."""

    start: int
    end: int


def parsed(text: str) -> Any:
    """The value of a JSON text, as it was written. Raises ValueError or RecursionError."""
    return json.loads(
        text,
        object_pairs_hook=_Object,
        parse_int=_Literal,
        parse_float=_Literal,
        parse_constant=_Literal,
    )


def pretty(value: Any, pointers: Collection[str]) -> tuple[str, dict[str, Span]]:
    """The text of a value of :func:`parsed`, and where in it each pointer leads, as far as it does."""
    writer = _Writer(pointers)
    writer.write(value, "", "", 0)
    text = "".join(writer.parts)
    return text, {pointer: _units(text, *span) for pointer, span in writer.spans.items()}


def at(value: Any, pointer: str) -> Any:
    """The value that a pointer leads to; raises LookupError where there is none."""
    for step in pointer.split("/")[1:]:
        if isinstance(value, _Object):
            key = step.replace("~1", "/").replace("~0", "~")
            value = dict(value)[key]
        elif isinstance(value, list) and step.isdecimal():
            value = value[int(step)]
        else:
            raise LookupError(pointer)
    return value


def described(value: Any) -> str:
    """What a value is, in a line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _Literal():
            return f"the number {value}"
        case str():
            return f"a text of {_counted(len(value), 'character')}: {_text(value)}"
        case _Object():
            keys = ", ".join(printable(key) for key, _ in value[:10])
            more = ", …" if len(value) > 10 else ""
            return f"an object with {_counted(len(value), 'key')}: {keys}{more}" if value else "{}"
        case list():
            return f"an array of {_counted(len(value), 'item')}" if value else "[]"
    return str(value)


class _Writer:
    def __init__(self, pointers: Collection[str]) -> None:
        self.parts: list[str] = []
        self.spans: dict[str, tuple[int, int]] = {}
        self._pointers: Final = frozenset(pointers)
        self._on_the_way: Final = frozenset(_ways(pointers))
        self._length = 0

    def write(self, value: Any, pointer: str, indent: str, start: int) -> None:
        """Write what `pointer` leads to; `start` is where its key begins, or it itself."""
        if isinstance(value, _Object):
            keys = [key for key, _ in value]
            last = {key: index for index, key in enumerate(keys)}
            places = [_step(key) if last[key] == i else None for i, key in enumerate(keys)]
            self._members("{}", value, places, pointer, indent)
        elif isinstance(value, list):
            members = [(None, item) for item in value]
            self._members("[]", members, list(map(str, range(len(value)))), pointer, indent)
        else:
            self._put(_scalar(value))
        if pointer in self._pointers:
            self.spans[pointer] = (start, self._length)

    def _members(
        self, brackets: str, members: Any, places: list[str | None], pointer: str, indent: str
    ) -> None:
        if not members:
            self._put(brackets)
            return
        inner = indent + _INDENT
        self._put(brackets[0])
        left_out = 0
        separator = ""
        for index, (key, item) in enumerate(members):
            # The last of those with the same key counts: no pointer leads to the others.
            place = places[index]
            below = "\0" if place is None else f"{pointer}/{place}"
            has_room = index < _MOST_ITEMS and self._length < _MOST_LENGTH
            if not has_room and below not in self._on_the_way:
                left_out += 1
                continue
            self._put(f"{separator}{self._gap(left_out, inner)}\n{inner}")
            left_out, separator = 0, ","
            start = self._length
            if key is not None:
                self._put(f"{_text(key)}: ")
            self.write(item, below, inner, start)
        self._put(f"{self._gap(left_out, inner)}\n{indent}{brackets[1]}")

    def _gap(self, left_out: int, indent: str) -> str:
        return f"\n{indent}… {left_out:,} more" if left_out else ""

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)


def _ways(pointers: Collection[str]) -> Iterator[str]:
    for pointer in pointers:
        steps = pointer.split("/")
        yield from ("/".join(steps[:count]) for count in range(1, len(steps) + 1))


def _step(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _Literal():
            return str(value)
    return _text(value)


def _text(text: str) -> str:
    shown = text[:_MOST_CHARACTERS]
    literal = printable(json.dumps(shown, ensure_ascii=False))
    return literal if shown == text else f'{literal[:-1]}…" ({len(text):,} characters)'


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _units(text: str, start: int, end: int) -> Span:
    """JavaScript counts what is beyond U+FFFF twice."""
    if text.isascii():
        return Span(start, end)
    return Span(*(offset + sum(c > "\uffff" for c in text[:offset]) for offset in (start, end)))
