"""Checks of values: each takes the value, its JSON Pointer and the collector, and never raises."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

import msgspec

from voxspec.support.python._problems import (
    Check,
    Problems,
    below,
    name_of,
    near,
    quoted,
    shown,
    with_null,
)


def string(
    value: object,
    at: str,
    out: Problems,
    *,
    null: bool = False,
    secret: bool = False,
    low: int | None = None,
    high: int | None = None,
    pattern: str | None = None,
    form: str | None = None,
    said: str | None = None,
) -> None:
    """A string of ``low`` to ``high`` code points in which ``pattern`` is found.

    ``form`` is the pattern as the schema has it, where Python writes it in another way; ``said`` is
    what texts that match it are, where that has a name.
    """
    if value is None and null:
        return
    if not isinstance(value, str):
        out.wrong("FIELD_TYPE", at, value, with_null("a string", null), secret=secret)
        return
    if high is not None and len(value) > high:
        out.error(
            "FIELD_LENGTH",
            at,
            f"{name_of(at)} must have at most {high} characters; got {len(value)}",
            expected=f"at most {high} characters",
            got=f"{len(value)} characters",
        )
    if low is not None and len(value) < low:
        out.error(
            "FIELD_LENGTH",
            at,
            f"{name_of(at)} must have at least {low} characters; got {len(value)}",
            expected=f"at least {low} characters",
            got=f"{len(value)} characters",
        )
    if pattern is not None and re.search(pattern, value) is None:
        expected = said or f"text of the form {form or pattern}"
        out.wrong("FIELD_PATTERN", at, value, expected, secret=secret)


def integer(
    value: object,
    at: str,
    out: Problems,
    low: int,
    high: int,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An integer from ``low`` to ``high``, written without a fraction."""
    if value is None and null:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        hint = ""
        if isinstance(value, float) and value.is_integer():
            hint = "write it without a fraction"
        elif isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
            hint = "write it without quotes"
        out.wrong("FIELD_TYPE", at, value, with_null("an integer", null), secret=secret, hint=hint)
    elif not low <= value <= high:
        out.wrong("FIELD_RANGE", at, value, f"from {low} to {high}", secret=secret)


def number(
    value: object,
    at: str,
    out: Problems,
    *,
    null: bool = False,
    secret: bool = False,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """A JSON number: from ``low`` to ``high``, and more than ``above`` and less than ``below``."""
    if value is None and null:
        return
    if not isinstance(value, int | float) or isinstance(value, bool):
        out.wrong("FIELD_TYPE", at, value, with_null("a number", null), secret=secret)
        return
    bounds = (
        ("at least", low, low is None or value >= low),
        ("at most", high, high is None or value <= high),
        ("more than", above, above is None or value > above),
        ("less than", below, below is None or value < below),
    )
    if not all(holds for _, _, holds in bounds):
        stated = [f"{words} {bound}" for words, bound, _ in bounds if bound is not None]
        out.wrong("FIELD_RANGE", at, value, " and ".join(stated), secret=secret)


def boolean(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """``true`` or ``false``."""
    if value is None and null:
        return
    if not isinstance(value, bool):
        out.wrong("FIELD_TYPE", at, value, with_null("true or false", null), secret=secret)


def one_of(
    value: object,
    at: str,
    out: Problems,
    values: frozenset[str],
    listed: tuple[str, ...],
    *,
    is_open: bool,
    null: bool = False,
    secret: bool = False,
) -> None:
    """One of the listed strings; another one is an error, or a note when the enum is open."""
    if value is None and null:
        return
    if not isinstance(value, str):
        out.wrong("FIELD_TYPE", at, value, with_null("a string", null), secret=secret)
    elif value not in values:
        hint = near(value, listed)
        if is_open:
            _unknown(value, at, out, secret=secret, hint=hint)
        else:
            out.wrong("FIELD_ENUM", at, value, quoted(listed), secret=secret, hint=hint)


def one_of_integers(
    value: object,
    at: str,
    out: Problems,
    values: Collection[int],
    low: int,
    high: int,
    *,
    is_open: bool,
    null: bool = False,
    secret: bool = False,
) -> None:
    """One of the listed integers; of an open enum, another one from ``low`` to ``high`` is noted."""
    if value is None and null:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        integer(value, at, out, low, high, null=null, secret=secret)
    elif value in values:
        return
    elif is_open:
        integer(value, at, out, low, high, secret=secret)
        if low <= value <= high:
            _unknown(value, at, out, secret=secret)
    else:
        *others, last = map(str, values)
        expected = f"{', '.join(others)} or {last}" if others else last
        out.wrong("FIELD_ENUM", at, value, expected, secret=secret)


def flags(
    value: object,
    at: str,
    out: Problems,
    known: int,
    high: int,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An integer whose bits are flags; those that are not among the ``known`` ones are noted."""
    if value is None and null:
        return
    integer(value, at, out, 0, high, null=null, secret=secret)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high:
        unknown = [
            bit for bit in range((value & ~known).bit_length()) if (value & ~known) >> bit & 1
        ]
        if unknown:
            named = "***" if secret else ", ".join(map(str, unknown))
            out.note(
                "UNKNOWN_ENUM_VALUE",
                at,
                f"{name_of(at)} has bits that are not known here: {named}",
                got="***" if secret else shown(value),
            )


def _unknown(value: object, at: str, out: Problems, *, secret: bool, hint: str = "") -> None:
    got = "***" if secret else shown(value)
    message = f"{name_of(at)} has a value that is not known here: {got}"
    out.note("UNKNOWN_ENUM_VALUE", at, message, got=got, hint=hint)


def constant(
    value: object,
    at: str,
    out: Problems,
    expected: str | int | bool,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """Exactly one string, integer or boolean."""
    if (value is None and null) or (value == expected and type(value) is type(expected)):
        return
    rule = "FIELD_CONST" if type(value) is type(expected) else "FIELD_TYPE"
    out.wrong(rule, at, value, with_null(_quoted(expected), null), secret=secret)


def _quoted(value: str | int | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else shown(value)


def null_only(value: object, at: str, out: Problems) -> None:
    """Always null."""
    if value is not None:
        out.wrong("FIELD_TYPE", at, value, "null")


def any_json(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """Any JSON value: nothing is wrong with it."""


def array(
    value: object,
    at: str,
    out: Problems,
    item: Check,
    *,
    null: bool = False,
    secret: bool = False,
    low: int | None = None,
    high: int | None = None,
) -> None:
    """An array of ``low`` to ``high`` items."""
    if value is None and null:
        return
    if not isinstance(value, list):
        out.wrong("FIELD_TYPE", at, value, with_null("an array", null), secret=secret)
        return
    if (low is not None and len(value) < low) or (high is not None and len(value) > high):
        expected = (
            f"at least {low} items"
            if low is not None and len(value) < low
            else (f"at most {high} items")
        )
        out.error(
            "FIELD_ITEMS",
            at,
            f"{name_of(at)} must have {expected}; got {len(value)}",
            expected=expected,
            got=f"{len(value)} items",
        )
    for index, entry in enumerate(value):
        item(entry, f"{at}/{index}", out)


def mapping(
    value: object, at: str, out: Problems, item: Check, *, null: bool = False, secret: bool = False
) -> None:
    """An object with free keys."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, with_null("an object", null), secret=secret)
        return
    for key, entry in value.items():
        item(entry, below(at, key), out)


def any_object(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """Any JSON object."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, with_null("an object", null), secret=secret)


def json_length(
    value: object, at: str, out: Problems, limit: int, *, spaced_ascii: bool = False
) -> None:
    """At most ``limit`` characters of JSON: compact and counted as raw UTF-8 text, or as
    ``spaced_ascii`` with a space after each comma and colon and ``\\u`` escapes."""
    try:
        length = len(json.dumps(value) if spaced_ascii else msgspec.json.encode(value).decode())
    except (ValueError, TypeError, RecursionError):
        return  # no JSON at all: the parser's findings say so
    form = "JSON with a space after , and : and \\u escapes" if spaced_ascii else "compact JSON"
    if length > limit:
        out.error(
            "JSON_LENGTH",
            at,
            f"{name_of(at)} must be at most {limit} characters of {form}; got {length}",
            expected=f"at most {limit} characters",
            got=f"{length} characters",
        )
