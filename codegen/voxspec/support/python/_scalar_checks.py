"""Checks of single values: each takes the value, its JSON Pointer and the collector, and never raises."""

from __future__ import annotations

import re

from voxspec.support.python._problems import Problems, counted, literal, with_null


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
    if low is not None or high is not None:
        counted(len(value), "characters", at, out, "FIELD_LENGTH", low, high)
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
    out.wrong(rule, at, value, with_null(literal(expected), null), secret=secret)


def null_only(value: object, at: str, out: Problems) -> None:
    """Always null."""
    if value is not None:
        out.wrong("FIELD_TYPE", at, value, "null")


def any_json(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """Any JSON value: nothing is wrong with it."""
