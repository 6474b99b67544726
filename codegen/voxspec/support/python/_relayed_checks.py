"""Checks of values that need not have their usual shape: those are noted, not refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from voxspec.support.python._problems import Check, Problem, Problems, kind_of, name_of, shown
from voxspec.support.python._scalar_checks import integer


def published_null(value: object, at: str, out: Problems) -> None:
    """Notes a null that only published pages show."""
    if value is None:
        out.note(
            "PUBLISHED_NAME",
            at,
            f"{name_of(at)} is null, as published pages show it",
            hint="on the wire the key is absent instead",
        )


def shape(value: object, at: str, out: Problems, check: Callable[..., None]) -> None:
    """Any JSON value; one that fails ``check`` is noted, not refused."""
    first = _first_error(value, at, out, check)
    if first is not None:
        out.note(
            "UNKNOWN_SHAPE",
            at,
            f"{name_of(at)} has not the usual shape: {first.message}",
            got=shown(value),
        )


def relayed(value: object, at: str, out: Problems, check: Check, *, secret: bool = False) -> None:
    """What another client gave: any JSON value; one that fails ``check`` is noted, once."""
    first = _first_error(value, at, out, check)
    if first is None:
        return
    got = kind_of(value) if secret else shown(value)
    usual = f"it must be {first.expected}; got {got}" if secret else first.message
    _relayed_note(at, out, usual, got)


def _first_error(
    value: object, at: str, out: Problems, check: Callable[..., None]
) -> Problem | None:
    """What ``check`` refuses first. None where it refuses nothing: what it notes is noted then."""
    inner = Problems()
    check(value, at, inner)
    first = next((problem for problem in inner if problem.severity == "error"), None)
    if first is None:
        out.extend(inner)
    return first


def relayed_integer(
    value: object, at: str, out: Problems, check: Check, low: int, high: int, *, null: bool = False
) -> None:
    """What another client gave: an integer from ``low`` to ``high``, usually one that ``check`` passes."""
    if value is None and null:
        return
    inner = Problems()
    is_integer = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    (check if is_integer else _wide(low, high, null))(value, at, inner)
    if is_integer and inner:
        _relayed_note(at, out, inner[0].message, shown(value))
    else:
        out.extend(inner)


def _wide(low: int, high: int, null: bool) -> Check:
    return lambda value, at, out: integer(value, at, out, low, high, null=null)


def _relayed_note(at: str, out: Problems, usual: str, got: str) -> None:
    out.note(
        "RELAYED_VALUE",
        at,
        f"{name_of(at)} has not its usual shape: {usual}",
        got=got,
        hint="another client gave it, and the server passed it on as it came",
    )


def usually_there(
    value: Mapping[str, object], at: str, out: Problems, names: tuple[str, ...]
) -> None:
    """Notes every one of ``names`` that is not there: another client should have given it."""
    for name in names:
        if name not in value:
            out.note(
                "RELAYED_VALUE",
                at,
                f'{name_of(at)} lacks "{name}", which is usually there',
                hint="another client left it out, and the server passed on what there was",
            )
