"""Checks of whole objects: which keys are there, and which go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from voxspec.support.python._problems import (
    Check,
    Problems,
    below,
    kind_of,
    literal,
    name_of,
    near,
    quoted,
    shown,
    with_null,
)

MOST_DEEP = 128
"""How many arrays and objects stand in each other in a frame at most: readers give up beyond."""

_NO_NAMES: Mapping[str, str | None] = MappingProxyType({})


def required(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    names: tuple[str, ...],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Every one of ``names`` is there."""
    for name in names:
        if name not in value:
            other = next((p for p, wire in published.items() if wire == name and p in value), None)
            hint = (
                f'"{other}" is what published pages call it; the wire has "{name}"'
                if other is not None
                else ""
            )
            message = f'{name_of(at)} lacks "{name}"'
            out.error("FIELD_MISSING", at, message, expected=f'"{name}"', hint=hint)


def exactly_one_of(
    value: Mapping[str, object], at: str, out: Problems, names: tuple[str, ...]
) -> None:
    """Exactly one of ``names`` is there. A null that was called wrong before is not one too many."""
    there = [name for name in names if name in value]
    if len(there) > 1:
        wrong = {problem.pointer for problem in out}
        nulls = {name for name in there if value[name] is None and below(at, name) in wrong}
        if len(there) - len(nulls) <= 1:
            return
    if len(there) != 1:
        expected = f"exactly one of {quoted(names, 'and')}"
        if there:
            got = f"{quoted(there, 'and')}"
            message = f"{got} exclude each other; {expected} must be there"
        else:
            got, message = "none", f"{expected} must be there; none is"
        out.error("EXACTLY_ONE_OF", at, message, expected=expected, got=got)


def required_when(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    field: str,
    equals: str | int | bool,
    names: tuple[str, ...],
    *,
    otherwise_absent: bool,
) -> None:
    """``names`` are there when ``field`` is ``equals`` (and only then, where so stated).

    Nothing is said when something was said about ``field`` before: that it is missing or wrong.
    """
    if any(
        problem.pointer == below(at, field)
        or (
            problem.rule == "FIELD_MISSING"
            and problem.pointer == at
            and problem.expected == f'"{field}"'
        )
        for problem in out
    ):
        return
    applies = value.get(field) == equals
    for name in names:
        if applies and name not in value:
            out.error(
                "REQUIRED_WHEN",
                at,
                f'{name_of(at)} lacks "{name}", which is required when "{field}" is '
                f"{literal(equals)}",
                expected=f'"{name}"',
            )
        elif otherwise_absent and not applies and name in value:
            out.error(
                "FORBIDDEN_WHEN",
                below(at, name),
                f'"{name}" may be there only when "{field}" is {literal(equals)}',
                expected="no such key",
                got=f'"{field}" is {shown(value.get(field))}',
            )


def further_keys(
    frame: Mapping[str, object],
    out: Problems,
    checks: Mapping[str, Check],
    there: Mapping[str, bool],
    tolerated: frozenset[str],
    ignored: frozenset[str] = frozenset(),
) -> None:
    """The keys of a frame beside type, payload and sequence number, each with its check.

    ``there``: those that frames of the message have or may have, and whether they must.
    ``tolerated``: those that only published pages show. ``ignored``: those that readers pass over.
    """
    for key, check in checks.items():
        at = below("", key)
        if key not in frame:
            if there.get(key, False):
                required(frame, "", out, (key,), {})
        elif key in there:
            check(frame[key], at, out)
        elif key in ignored:
            ignored_key(at, out)
        elif key in tolerated:
            out.note("PUBLISHED_NAME", at, f'published pages show "{key}" here; the wire has none')
        else:
            out.error(
                "KEY_FORBIDDEN",
                at,
                f'this message carries no "{key}"',
                expected="no such key",
                got=kind_of(frame[key]),
                hint="leave the key out",
            )


def ignored_key(at: str, out: Problems) -> None:
    """Notes a key of the envelope that readers of the message pass over."""
    out.note(
        "UNKNOWN_FIELD",
        at,
        f"this message makes no use of {name_of(at)}",
        hint="readers pass over it",
    )


def unknown_keys(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    known: frozenset[str],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Notes every key that is not known here."""
    for key in value:
        if key in known:
            continue
        if key in published:
            wire = published[key]
            hint = f'the wire has "{wire}"' if wire else "the wire has no such field"
            out.note(
                "PUBLISHED_NAME",
                below(at, key),
                f'"{key}" stands in published pages but is not read',
                hint=hint,
            )
        else:
            missing = [name for name in known if name not in value]
            out.note(
                "UNKNOWN_FIELD",
                below(at, key),
                f'unknown field "{key}"',
                hint=near(key, sorted(missing)),
            )


def no_other_keys(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    known: frozenset[str],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Every key is known here: readers of closed records refuse others."""
    for key in value:
        if key not in known:
            wire = published.get(key)
            hint = f'the wire has "{wire}"' if wire else near(key, sorted(known - value.keys()))
            out.error(
                "UNKNOWN_FIELD",
                below(at, key),
                f'unknown field "{key}", and {name_of(at)} is closed',
                expected="no such key",
                got=kind_of(value[key]),
                hint=hint,
            )


def too_deep(at: str, out: Problems) -> bool:
    """Whether a value that may hold others like it nests deeper than any frame may."""
    if at.count("/") < MOST_DEEP:
        return False
    expected = f"at most {MOST_DEEP} levels"
    out.error("JSON_TOO_DEEP", at, "the frame nests too deeply", expected=expected)
    return True


def payload(value: object, at: str, out: Problems, check: Check) -> None:
    """A payload that need not be an object: whether it has the right JSON type at all is a rule of
    its own. The value itself is not shown then: it may be a secret in the wrong place."""
    found = Problems()
    check(value, at, found)
    for problem in found:
        if problem.rule != "FIELD_TYPE" or problem.pointer != at:
            out.append(problem)
            continue
        got = kind_of(value)
        out.error(
            "PAYLOAD_INVALID",
            at,
            f"{name_of(at)} must be {problem.expected}; got {got}",
            expected=problem.expected,
            got=got,
        )


def variant(
    value: object,
    at: str,
    out: Problems,
    tag: str,
    checks: Mapping[Any, Callable[..., None]],
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An object whose ``tag`` says which of ``checks`` it must pass."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, with_null("an object", null), secret=secret)
        return
    if tag not in value:
        required(value, at, out, (tag,))
        return
    name: Any = value[tag]
    kind = type(next(iter(checks)))
    if type(name) is not kind:
        expected = "a string" if kind is str else "an integer"
        out.wrong("FIELD_TYPE", below(at, tag), name, expected, secret=secret)
    elif name not in checks:
        expected = quoted(checks) if kind is str else " or ".join(map(str, checks))
        hint = near(name, checks) if kind is str else ""
        out.wrong("VARIANT_UNKNOWN", below(at, tag), name, expected, hint=hint)
    else:
        checks[name](value, at, out)
