"""Checks of values that stand in a list: enums of texts and of integers, and flags."""

from __future__ import annotations

from collections.abc import Collection

from voxspec.support.python._problems import Problems, name_of, near, quoted, shown, with_null
from voxspec.support.python._scalar_checks import integer


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
