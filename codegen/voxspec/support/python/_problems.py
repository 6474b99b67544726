"""What is found in a frame: problems, their collector, and words for values and places."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

Severity: TypeAlias = Literal["error", "warning", "note"]

_GOT_LENGTH = 60
_SHORT = 64
"""Characters of a word for which the nearest one is remembered."""

Check: TypeAlias = Callable[[object, str, "Problems"], None]


class Problem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One finding about a frame.

    ``pointer`` is a JSON Pointer into the frame, "" for the whole of it. ``got`` is a short form
    of the value, masked where it is a secret; ``hint`` is "" when there is none.
    """

    rule: str
    severity: Severity
    pointer: str
    message: str
    expected: str = ""
    got: str = ""
    hint: str = ""


class Problems(list[Problem]):
    """Collects the problems of one frame."""

    def error(
        self,
        rule: str,
        pointer: str,
        message: str,
        *,
        expected: str = "",
        got: str = "",
        hint: str = "",
    ) -> None:
        self.append(
            Problem(
                rule=rule,
                severity="error",
                pointer=pointer,
                message=message,
                expected=expected,
                got=got,
                hint=hint,
            )
        )

    def note(self, rule: str, pointer: str, message: str, *, got: str = "", hint: str = "") -> None:
        self.append(
            Problem(
                rule=rule, severity="note", pointer=pointer, message=message, got=got, hint=hint
            )
        )

    def wrong(
        self,
        rule: str,
        at: str,
        value: object,
        expected: str,
        *,
        secret: bool = False,
        hint: str = "",
    ) -> None:
        got = shown(value)
        if secret:  # only the type of it may be told
            got = kind_of(value) if rule == "FIELD_TYPE" else "***"
        self.error(
            rule,
            at,
            f"{name_of(at)} must be {expected}; got {got}",
            expected=expected,
            got=got,
            hint=hint,
        )


def shown(value: object) -> str:
    """A short form of any JSON value for a message."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_GOT_LENGTH:
        return "an integer of more than 60 digits"
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return text if len(text) <= _GOT_LENGTH else f"{text[: _GOT_LENGTH - 1]}…"


def kind_of(value: object) -> str:
    """What a JSON value is, without showing it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a string"
        case int() | float():
            return "a number"
    return shown(value)


def name_of(pointer: str) -> str:
    """The last key of a pointer as messages call it; an item with what it is in: ``"rooms/0"``."""
    if not pointer:
        return "the frame"
    *above, name = pointer.split("/")[1:]
    while above and name.partition("/")[0].isdecimal():
        name = f"{above.pop()}/{name}"
    return f'"{name.replace("~1", "/").replace("~0", "~")}"'


def below(at: str, key: str) -> str:
    """The pointer of ``key`` inside the object at ``at``."""
    return f"{at}/{key.replace('~', '~0').replace('/', '~1')}"


def quoted(names: Iterable[str], last: str = "or") -> str:
    """``"a", "b" or "c"``."""
    words = [f'"{name}"' for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def near(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word; "" when none is near."""
    names = tuple(known)
    # A peer that has a new key has it in every frame, and to compare words takes longer than the rest.
    return _nearest(word, names) if len(word) <= _SHORT else _nearest.__wrapped__(word, names)


@lru_cache(maxsize=256)
def _nearest(word: str, names: tuple[str, ...]) -> str:
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not found:
        found = [name for name in names if len(name) > 3 and (word.startswith(name))][:1]
    return f'did you mean "{found[0]}"?' if found else ""


def with_null(expected: str, null: bool) -> str:
    return f"{expected} or null" if null else expected


def literal(value: str | int | bool) -> str:
    """A constant as it stands in JSON, but in plain quotes."""
    return f'"{value}"' if isinstance(value, str) else shown(value)


def counted(
    count: int, what: str, at: str, out: Problems, rule: str, low: int | None, high: int | None
) -> None:
    """That a value has from ``low`` to ``high`` of something."""
    if low is not None and count < low:
        expected = f"at least {_amount(low, what)}"
    elif high is not None and count > high:
        expected = f"at most {_amount(high, what)}"
    else:
        return
    message = f"{name_of(at)} must have {expected}; got {count}"
    out.error(rule, at, message, expected=expected, got=_amount(count, what))


def _amount(count: int, what: str) -> str:
    return f"{count} {what.removesuffix('s') if count == 1 else what}"
