"""Checks of arrays and of objects without a shape of their own, and of how long they are as JSON."""

from __future__ import annotations

from voxspec.support.python._problems import Check, Problems, below, counted, name_of, with_null
from voxspec.support.python._support import text_length


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
    counted(len(value), "items", at, out, "FIELD_ITEMS", low, high)
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
        length = text_length(value, spaced_ascii=spaced_ascii)
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
